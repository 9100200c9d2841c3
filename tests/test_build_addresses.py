"""Addresses of works and artists on the site: nobody's is given to another, or the build says so."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image

from tests.build_kit import Gallery
from tests.servers.pictures import picture
from tests.x_archive_kit import of_tweets, pack, tweet


def test_a_borrowed_number_of_a_post_hangs_nobodys_picture_on_another_wall(tmp_path: Path) -> None:
    """Of two archives that name a post alike, as who writes one may, each artist's page shows that artist's picture."""
    for name, tint in (("aoi", "blue"), ("eve", "red")):
        with BytesIO() as file:
            Image.new("RGB", (400, 300), tint).save(file, "PNG")
            pack(tmp_path / f"{name}.zip", of_tweets(tweet("7"), **{"data/tweets_media/7-P7.png": file.getvalue()}))
    entries = "".join(
        f"  - x_archive: {name}.zip\n    artist: {name}\n    consent: granted\n" for name in ("aoi", "eve")
    )
    gallery = Gallery(tmp_path, f"site: {{title: Mine}}\naccounts:\n{entries}")
    gallery.build()
    for name, channel in (("aoi", 2), ("eve", 0)):
        (work,) = (tmp_path / "site" / "a" / name / "w").iterdir()
        (copy, *_) = re.findall(r"i/[^\"' ]+\.jpg", (work / "index.html").read_text("utf-8"))
        with Image.open(tmp_path / "site" / copy) as image:
            pixel = image.convert("RGB").getpixel((5, 5))
        assert isinstance(pixel, tuple)
        assert pixel[channel] > 200
        assert pixel[2 - channel] < 60


def test_of_two_works_with_one_address_the_first_accounts_hangs(tmp_path: Path) -> None:
    """Where archives of one artist hold different pictures under one number, the one listed first keeps its page and
    the report counts and names the other; the site is published."""
    for name, number in (("old", 1), ("new", 2)):
        works = {f"data/tweets_media/{post}-P{post}.png": picture(post * number) for post in (7, 8)}
        pack(tmp_path / f"{name}.zip", of_tweets(tweet("7"), tweet("8"), **works))
    entries = "".join(f"  - x_archive: {name}.zip\n    artist: aoi\n    consent: granted\n" for name in ("old", "new"))
    report = Gallery(tmp_path, f"site: {{title: Mine}}\naccounts:\n{entries}").build()
    assert report["shown"] == 2
    assert report["hidden"] == {"another work has its address": 2}
    (note,) = report["notes"]
    assert note.startswith("x_archive:new.zip: left out because a work of x_archive:old.zip has the address")
    assert ": 2 of its pictures, such as number 1 of https://x.com/" in note


def two_of_one_handle(tmp_path: Path) -> tuple[Gallery, str, str]:
    """A built gallery of two folders that are called alike, and the entry of each."""
    for number, folder in enumerate((tmp_path / "a" / "aoi", tmp_path / "b" / "aoi")):
        folder.mkdir(parents=True)
        (folder / "0.png").write_bytes(picture(number))
    first, second = ("  - folder: a/aoi\n", "  - folder: b/aoi\n")
    gallery = Gallery(tmp_path, f"accounts:\n{first}{second}")
    assert gallery.build()["notes"] == []
    return gallery, first, second


def test_the_report_tells_whose_address_passed_to_somebody_else(tmp_path: Path) -> None:
    """When an artist leaves the list and another of the same handle takes their address and feed, the build says so,
    once, and what keeps it from happening, also nights later; two lines that change places do the same to both."""
    gallery, first, second = two_of_one_handle(tmp_path)
    gallery.write(f"accounts:\n{second}")
    (note,) = gallery.build()["notes"]
    assert note.startswith("a/aoi/ and its feed were those of folder:a/aoi and are those of folder:b/aoi now; if")
    assert "`artist:`" in note
    gallery.now += timedelta(days=1)
    assert gallery.build()["notes"] == []
    gallery.write(f"accounts:\n{second}{first}")
    (note,) = gallery.build()["notes"]
    assert note.startswith(
        "a/aoi-folder/ and its feed were those of folder:b/aoi and are those of folder:a/aoi now; if"
    )
    gallery.write(f"accounts:\n{first}{second}")
    notes = gallery.build()["notes"]
    assert [note.partition(" and its feed")[0] for note in notes] == ["a/aoi/", "a/aoi-folder/"]


def test_an_address_that_stays_with_an_artist_is_not_spoken_of(tmp_path: Path) -> None:
    """An artist who has one account more or less keeps their address, and so does one who leaves with it."""
    gallery, first, second = two_of_one_handle(tmp_path)
    both = [f"{entry}    artist: aoi\n" for entry in (first, second)]
    for entries in ("".join(both), both[0], first):
        gallery.write(f"accounts:\n{entries}")
        assert gallery.build("--allow-shrink")["notes"] == []


def test_an_account_that_gets_an_artist_of_its_own_leaves_the_others_address_alone(tmp_path: Path) -> None:
    """Where one of an artist's accounts turns out to be somebody else's, the address stays with the other."""
    for number, name in enumerate(("one", "two")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "0.png").write_bytes(picture(number))
    entry = "  - folder: {}\n    artist: {}\n".format
    gallery = Gallery(tmp_path, f"accounts:\n{entry('one', 'aoi')}{entry('two', 'aoi')}")
    gallery.build()
    gallery.write(f"accounts:\n{entry('one', 'aoi')}{entry('two', 'ben')}")
    assert gallery.build()["notes"] == []
