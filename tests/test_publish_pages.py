"""Many pages are made by several processes, and nobody can tell from the site."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gallery.domain import OutputFile
from gallery.errors import PublishError, RenderError
from gallery.publish import Publisher
from gallery.publish.pages import FEW, write_pages
from tests.process_kit import runs

COUNT = 3 * FEW
ONLY_HERE = pytest.mark.skipif(sys.platform != "linux", reason="pages are made in one process elsewhere")


def pages(make: Callable[[int], str]) -> list[OutputFile]:
    """Many pages; every second one falls to the helper where there are two processes."""

    def content(number: int) -> Callable[[], bytes]:
        return lambda: make(number).encode()

    return [OutputFile(f"{number}.html", str(number), content(number)) for number in range(COUNT)]


def publish(folder: Path, files: list[OutputFile], jobs: int) -> Publisher:
    publisher = Publisher(folder / "site", folder / "state")
    publisher.publish(files, max_files=10_000, max_bytes=1_000_000, jobs=jobs)
    return publisher


def alone(script: str, folder: Path) -> str:
    """What a script prints in a process of its own: no thread of another test stands in the way of its helpers."""
    return subprocess.run(
        [sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE, text=True, check=True
    ).stdout


def texts(folder: Path) -> list[str]:
    return [(folder / f"{number}.html").read_text() for number in range(COUNT)]


WHO = """
import os, sys
from pathlib import Path
from gallery.domain import OutputFile
from gallery.publish.pages import FEW, write_pages
for jobs in (1, 3):
    folder = Path(sys.argv[1], str(jobs))
    folder.mkdir()
    pages = [OutputFile(f"{n}.html", "", lambda: str(os.getpid()).encode()) for n in range(3 * FEW)]
    write_pages(pages, folder, jobs, ())
    makers = {file.read_text() for file in folder.iterdir()}
    print(jobs, len(makers), str(os.getpid()) in makers, len(list(folder.iterdir())) == 3 * FEW)
"""


@ONLY_HERE
def test_pages_are_made_by_as_many_processes_as_allowed(tmp_path: Path) -> None:
    """With three jobs three processes make pages, one of them ours; with one job it is ours alone."""
    assert alone(WHO, tmp_path) == "1 1 True True\n3 3 True True\n"


def test_the_site_is_the_same_whatever_the_number_of_processes(tmp_path: Path) -> None:
    """One, two and five processes make the same files and the same build id."""
    made = [publish(tmp_path / str(jobs), pages(lambda number: f"page {number}"), jobs) for jobs in (1, 2, 5)]
    assert len({publisher.current_build for publisher in made}) == 1
    assert texts(made[0].site) == texts(made[1].site) == texts(made[2].site)


def test_a_page_that_cannot_be_made_is_named_whoever_made_it(tmp_path: Path) -> None:
    """The template's error reaches the caller from our share and from a helper's, and the old site stays."""
    publish(tmp_path, pages(lambda _: "old"), jobs=2)
    for broken in (6, 7):

        def fail(number: int, broken: int = broken) -> str:
            if number == broken:
                raise RenderError(f"template tile.html cannot make {number}.html")
            return "new"

        anew = [OutputFile(file.path, file.key + "'", file.content) for file in pages(fail)]
        with pytest.raises(RenderError, match=f"cannot make {broken}.html"):
            publish(tmp_path, anew, jobs=2)
        assert set(texts(tmp_path / "site")) == {"old"}


def test_a_link_that_leads_nowhere_is_found_whoever_made_the_page(tmp_path: Path) -> None:
    """The links of a helper's pages are checked as ours are."""
    for broken in (6, 7):
        files = pages(lambda number, broken=broken: '<a href="gone.html">' if number == broken else "")
        with pytest.raises(PublishError, match=f"{broken}.html links to 'gone.html'"):
            publish(tmp_path, files, jobs=2)


@ONLY_HERE
def test_the_three_above_hold_where_helpers_do_work() -> None:
    """Other tests may have left threads beside us, so that one process made all pages: once more without them."""
    chosen = "whatever or cannot_be_made or leads_nowhere"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__, "-k", chosen]
    answer = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    assert answer.returncode == 0, answer.stdout
    assert "3 passed" in answer.stdout


DIE = """
import os, signal, sys
from pathlib import Path
from gallery.domain import OutputFile
from gallery.publish.pages import FEW, write_pages
folder, ours = Path(sys.argv[1]), os.getpid()
def content(number):
    def make():
        if number > FEW and os.getpid() != ours:
            (folder / "killed").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return f"page {number}".encode()
    return make
pages = write_pages([OutputFile(f"{n}.html", "", content(n)) for n in range(3 * FEW)], folder, 2, ())
whole = all((folder / f"{n}.html").read_text() == f"page {n}" for n in range(3 * FEW))
print((folder / "killed").exists(), len(pages) == 3 * FEW, whole)
"""


@ONLY_HERE
def test_a_helper_that_is_killed_costs_nothing(tmp_path: Path) -> None:
    """Its pages are made once more by the parent, those that it had written too."""
    assert alone(DIE, tmp_path) == "True True True\n"


FULL = """
import os, sys, time
from pathlib import Path
from gallery.domain import OutputFile
from gallery.publish.pages import FEW, write_pages
folder, me, fork, begun = Path(sys.argv[1]), os.getpid(), os.fork, []
def one_and_no_more():
    if begun:
        raise BlockingIOError(11, "Resource temporarily unavailable")
    begun.append(fork())
    return begun[0]
os.fork = one_and_no_more
before = len(os.listdir("/proc/self/fd"))
pages = [OutputFile(f"{n}.html", "", lambda: str(os.getpid()).encode()) for n in range(3 * FEW)]
sizes = write_pages(pages, folder, 3, ())
makers = [file.read_text() for file in folder.iterdir()]
held = len(os.listdir("/proc/self/fd"))
print(len(sizes) == len(makers) == 3 * FEW, makers.count(str(me)) == 2 * FEW, held == before)
"""


@ONLY_HERE
def test_where_no_further_helper_can_be_begun_the_parent_does_its_share(tmp_path: Path) -> None:
    """A system that has no process to spare costs time, and no night."""
    assert alone(FULL, tmp_path) == "True True True\n"


def test_no_helper_is_made_beside_another_thread(tmp_path: Path) -> None:
    """A fork would inherit the locks of the other thread, so one process makes all pages."""
    release = threading.Event()
    other = threading.Thread(target=release.wait)
    other.start()
    try:
        write_pages(pages(lambda _: str(os.getpid())), tmp_path, 4, ())
    finally:
        release.set()
        other.join()
    assert set(texts(tmp_path)) == {str(os.getpid())}


SLOW = """
import os, sys, time
from pathlib import Path
from gallery.domain import OutputFile
from gallery.publish.pages import FEW, write_pages
folder = Path(sys.argv[1])
def slow():
    (folder / f"{os.getpid()}.pid").touch()
    time.sleep(60)
write_pages([OutputFile(f"{n}.html", "", slow) for n in range(3 * FEW)], folder, 2, ())
"""


@ONLY_HERE
def test_helpers_do_not_outlive_a_killed_build(tmp_path: Path) -> None:
    """When the build is killed in the middle of its pages, its helpers end at once."""
    build = subprocess.Popen([sys.executable, "-c", SLOW, str(tmp_path)])
    deadline = time.monotonic() + 20
    while len(pids := list(tmp_path.glob("*.pid"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    (helper,) = {int(path.stem) for path in pids} - {build.pid}
    build.kill()
    build.wait()
    while runs(helper) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not runs(helper)
