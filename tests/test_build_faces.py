"""The faces of accounts on the site: beside the artist, no work of theirs, and only where one may be shown."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gallery.publish import broken_links
from tests.build_kit import Gallery, face, local


def faces_of(gallery: Gallery) -> list[str]:
    return [path for path in gallery.digests() if "-face." in path]


def test_a_copy_of_an_avatar_is_new_once(tmp_path: Path) -> None:
    """The report counts it among the new copies in the build that made it, and among the unchanged ones later."""
    gallery = local(tmp_path)
    (tmp_path / "art" / ".avatar.png").write_bytes(face(0))
    counts = []
    for title in ("Mine", "Ours"):
        gallery.write((tmp_path / "accounts.yaml").read_text().replace("Mine", title))
        (made,) = (stage for stage in gallery.build()["stages"] if stage["name"] == "renditions")
        counts.append((made["new"], made["unchanged"]))
    assert counts == [(4, 0), (0, 4)]


def test_avatar_is_on_the_site_and_costs_later_nights_nothing(tmp_path: Path) -> None:
    """An account's face stands in its artist's header, is no work of theirs, and is neither read nor made again."""
    gallery = local(tmp_path)
    (tmp_path / "art" / ".avatar.png").write_bytes(face(0))
    assert gallery.build()["shown"] == 3
    assert [Path(path).suffix for path in faces_of(gallery)] == [".avif", ".jpg"]
    assert all(path in gallery.page("a/aoi/index.html") for path in faces_of(gallery))
    assert broken_links(tmp_path / "site") == []

    before = gallery.digests()
    opened = []
    watching = True

    def watch(event: str, args: tuple[object, ...]) -> None:
        if watching and event == "open" and isinstance(args[0], str) and (".avatar" in args[0] or "/files/" in args[0]):
            opened.append(args[0])

    sys.addaudithook(watch)
    assert "nothing new: the site stays as it is" in gallery.build()["notes"]
    gallery.write((tmp_path / "accounts.yaml").read_text().replace("Mine", "Yours"))
    gallery.build()
    watching = False
    assert opened == []
    assert set(faces_of(gallery)) <= before.keys()

    (tmp_path / "art" / ".avatar.png").write_bytes(face(1))
    gallery.build()
    assert len(faces_of(gallery)) == 2
    assert not set(faces_of(gallery)) & before.keys()
    (tmp_path / "art" / ".avatar.png").unlink()
    gallery.build()
    assert faces_of(gallery) == []
    assert 'class="av' in gallery.page("a/aoi/index.html"), "a drawing stands in"


def test_a_theme_may_show_the_artists_face_beside_each_work(tmp_path: Path) -> None:
    """A theme's own page of a work that shows the avatar has it from the night on that brings it."""
    gallery = local(tmp_path)
    work = tmp_path / "templates" / "wall" / "work.html"
    work.parent.mkdir(parents=True)
    shown = '{% if wing.face %}<img alt="" src="{{ page.root }}{{ wing.face.copy.path }}">{% endif %}'
    work.write_text(f'{{% extends "base.html" %}}{{% block main %}}{shown}{{% endblock %}}')
    for faces in ([], [face(0)], [face(1)]):
        for content in faces:
            (tmp_path / "art" / ".avatar.png").write_bytes(content)
        gallery.build()
        pages = [gallery.page(path) for path in gallery.digests() if "/w/" in path]
        assert [sum(name in page for name in faces_of(gallery)) for page in pages] == [len(faces)] * 3


@pytest.mark.parametrize(
    ("site", "account", "shown"),
    [
        ("  copies: hotlink\n", "consent: own", True),
        ("  copies: links\n", "consent: own", False),
        ("", "consent: none", True),
        ("", "consent: own\n    sensitive: true", False),
    ],
    ids=["hotlink", "links", "no consent", "sensitive"],
)
def test_avatar_is_credit_but_also_a_picture(tmp_path: Path, site: str, account: str, shown: bool) -> None:
    """A face is shown as part of the credit, unless the site shows no pictures or the account is sensitive."""
    gallery = local(tmp_path, pictures=1)
    (tmp_path / "art" / ".avatar.png").write_bytes(face(0))
    gallery.write(f"site:\n  title: Mine\n{site}accounts:\n  - folder: art\n    artist: aoi\n    {account}\n")
    gallery.build()
    assert bool(faces_of(gallery)) is shown
