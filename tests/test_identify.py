"""``gallery identify``: what the files that people edit call a picture."""

from __future__ import annotations

import hashlib
from pathlib import Path

from click.testing import CliRunner

from gallery.cli import main
from gallery.edited.optouts import load_optouts
from gallery.inspection import facts_of
from tests.servers.pictures import picture


def test_what_identify_prints_can_be_pasted(tmp_path: Path) -> None:
    """The lines of two pictures are entries that optouts.yaml takes as they are, whatever the files are called."""
    files = [tmp_path / "a.png", tmp_path / "b\n- account: x:ben.png"]
    for seed, file in enumerate(files):
        file.write_bytes(picture(seed))
    done = CliRunner().invoke(main, ["identify", *map(str, files)])
    assert done.exit_code == 0, done.output
    (tmp_path / "optouts.yaml").write_text(done.output)
    optouts = load_optouts(tmp_path / "optouts.yaml")
    assert optouts.sha256s == {hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    assert {one.dhash for one in optouts.look_alikes} == {facts_of(file).dhash for file in files}
    assert not optouts.accounts


def test_identify_names_the_file_that_is_no_picture(tmp_path: Path) -> None:
    """A file that cannot be looked into is one message with its name."""
    (tmp_path / "note.png").write_text("no picture")
    done = CliRunner().invoke(main, ["identify", str(tmp_path / "note.png")])
    assert done.exit_code == 1
    assert done.output == f"error: {tmp_path / 'note.png'}: not a JPEG, PNG, WebP, GIF or AVIF picture\n"


def test_identify_says_which_look_is_everyones(tmp_path: Path) -> None:
    """The look of a nearly plain picture is marked as one that others share."""
    from PIL import Image

    Image.new("RGB", (64, 64), "white").save(tmp_path / "white.png")
    done = CliRunner().invoke(main, ["identify", str(tmp_path / "white.png")])
    assert done.output.splitlines()[2].endswith("# nearly plain: other pictures look like this, too")
