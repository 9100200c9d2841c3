"""Fetch the browser libraries that the theme carries, and hold them against their recorded checksums.

    python -m tools.vendor            # download through npm and write the files
    python -m tools.vendor --check    # only compare the files in the tree with the checksums

The released files are copied as they are, the licence beside them. To move to another version, change ``RELEASE`` and
run with ``--record``, read the diff, and commit the new checksums together with the files.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

RELEASE = "photoswipe@5.4.4"
FOLDER = Path(__file__).parent.parent / "templates/wall/static/vendor/photoswipe"
FILES = {
    "package/dist/umd/photoswipe.umd.min.js": "photoswipe.umd.min.js",
    "package/dist/photoswipe.css": "photoswipe.css",
    "package/LICENSE": "LICENSE",
}
SUMS = Path(__file__).parent / "vendor.sha256"


def recorded() -> dict[str, str]:
    """File name → SHA-256, as committed."""
    return {name: digest for digest, name in (line.split() for line in SUMS.read_text().splitlines())}


def download() -> dict[str, bytes]:
    """The wanted files of the release, through npm's ordinary client."""
    with tempfile.TemporaryDirectory() as place:
        subprocess.run(["npm", "pack", RELEASE, "--silent"], cwd=place, check=True, stdout=subprocess.DEVNULL)  # noqa: S603, S607
        (archive,) = Path(place).glob("*.tgz")
        with tarfile.open(archive) as release:
            return {name: release.extractfile(path).read() for path, name in FILES.items()}  # type: ignore[union-attr]


def differences(files: dict[str, bytes]) -> list[str]:
    """What does not match the record, one sentence each."""
    wanted = recorded()
    missing = [f"{name} is recorded but was not found." for name in wanted if name not in files]
    return missing + [
        f"{name} has the checksum {digest}, recorded is {wanted.get(name)}."
        for name, data in files.items()
        if (digest := hashlib.sha256(data).hexdigest()) != wanted.get(name)
    ]


def main() -> int:
    """Download or check; 1 when something differs from the record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare the files in the tree, without a network")
    parser.add_argument("--record", action="store_true", help="write the checksums of what was downloaded")
    options = parser.parse_args()
    if options.check:
        files = {name: (FOLDER / name).read_bytes() for name in FILES.values() if (FOLDER / name).exists()}
    else:
        files = download()
    if options.record:
        lines = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())]
        SUMS.write_text("".join(lines))
    if problems := differences(files):
        print("\n".join(problems), file=sys.stderr)
        return 1
    if not options.check:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (FOLDER / name).write_bytes(data)
    print(f"{RELEASE}: {len(files)} files as recorded")
    return 0


if __name__ == "__main__":
    sys.exit(main())
