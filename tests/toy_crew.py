"""Work for a crew whose files say by their names what becomes of the process that looks at them."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from gallery.crew import Crew
from gallery.helper_process import become_helper


def look(path: Path) -> str:
    """Sleep without end, die, or answer with the file's name; the file beside it says that it was looked at."""
    looked = path.with_suffix(".looked")
    first = not looked.exists()
    looked.write_text(str(os.getpid()))
    if path.name.startswith("slow"):
        time.sleep(1)
    if path.name.startswith("endless"):
        time.sleep(1000)
    if path.name.startswith("deadly") or (first and path.name.startswith("unlucky")):
        os._exit(9)
    return path.name


def has_imported(module: str) -> bool:
    """Whether this process has a module of that name."""
    return module in sys.modules


def begin_late(parent: int) -> None:
    """Begin as a process does that loads a large model."""
    time.sleep(4.5)
    become_helper(parent)


def begin_once(marker: Path) -> None:
    """Die, unless this is the first process."""
    try:
        marker.touch(exist_ok=False)
    except FileExistsError:
        os._exit(9)


def toy_crew() -> Crew[Path, str]:
    """A crew that begins at once."""
    return Crew(look, become_helper, (os.getpid(),))


def main() -> None:
    """Look at the files of the command line; the first answer is told."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # tests that run in the background have it ignored
    for path, _ in toy_crew().share_out([Path(name) for name in sys.argv[2:]], int(sys.argv[1])):
        print(path.name, flush=True)
        if path.name.startswith("held"):  # the caller is busy with this one
            time.sleep(1000)


if __name__ == "__main__":
    main()
