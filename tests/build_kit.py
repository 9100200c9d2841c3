"""What the tests of `gallery build` share: a gallery in a folder, and the commands a maintainer types there."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

from click.testing import CliRunner, Result
from PIL import Image

from gallery.cli import main
from tests.servers.pictures import picture


class Gallery:
    """A folder with accounts.yaml, and the command that works on it."""

    def __init__(self, root: Path, accounts: str, env: Mapping[str, str] | None = None) -> None:
        self.root = root
        self.env = dict(env or {})
        self.now = datetime.now(UTC).replace(microsecond=0)  # of all its runs: midnight may come between two
        self.write(accounts)

    def write(self, accounts: str) -> None:
        (self.root / "accounts.yaml").write_text(accounts, "utf-8")

    def run(self, *arguments: str) -> Result:
        with patch("gallery.cli._now", lambda: self.now):
            return CliRunner().invoke(main, ["--config", str(self.root / "accounts.yaml"), *arguments], env=self.env)

    def build(self, *arguments: str, code: int = 0) -> dict:
        """Build, expect an exit code, and return the report."""
        report = self.root / "report.json"
        report.unlink(missing_ok=True)
        result = self.run("build", "--jobs", "1", "--report", str(report), *arguments)
        assert result.exit_code == code, result.output
        return json.loads(report.read_text("utf-8")) if report.exists() else {"output": result.output}

    def page(self, path: str) -> str:
        return (self.root / "site" / path).read_text("utf-8")

    def digests(self) -> dict[str, str]:
        site = self.root / "site"
        files = sorted(path for path in site.rglob("*") if path.is_file())
        return {path.relative_to(site).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def spoil(root: Path, sha256: str) -> str:
    """Put bytes into the store that no decoder reads, as if one had been content on the day they came; their sha256."""
    content = f"no picture, but once {sha256}".encode()
    new = hashlib.sha256(content).hexdigest()
    place = root / ".gallery" / "files" / new[:2] / new
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(content)
    with closing(sqlite3.connect(root / ".gallery" / "index.sqlite3")) as index, index:
        index.execute("UPDATE meta SET value = '' WHERE name = 'fingerprint'")
        for table in ("file", "media"):
            index.execute(f"UPDATE {table} SET sha256 = ? WHERE sha256 = ?", (new, sha256))
    return new


def local(tmp_path: Path, pictures: int = 3, site: str = "site:\n  title: Mine\n") -> Gallery:
    """A gallery of one folder with small pictures."""
    (tmp_path / "art").mkdir()
    for number in range(pictures):
        (tmp_path / "art" / f"{number}.png").write_bytes(picture(number))
        (tmp_path / "art" / f"{number}.png.json").write_text(
            json.dumps({"permalink": f"https://example.com/p/{number}", "date": f"2026-01-{number % 28 + 1:02d}"})
        )
    return Gallery(tmp_path, f"{site}accounts:\n  - folder: art\n    artist: aoi\n    consent: own\n")


def face(seed: int) -> bytes:
    """A picture for an account's avatar, another for each ``seed``."""
    with BytesIO() as file:
        Image.effect_mandelbrot((200 + seed, 200), (-2, -1, 1, 1), 20 + seed).convert("RGB").save(file, "PNG")
        return file.getvalue()
