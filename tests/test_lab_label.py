"""The review page before a browser opens it, and the way of its CSV into the labels file."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import warnings
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import gallery.lab.label
from gallery.domain import Prediction
from gallery.errors import ConfigError, GalleryError, LockedError, PictureError
from gallery.lab.label import Candidate, folder_candidates, order, render_page, write_page
from gallery.lab.labels import CHOICES, effective, import_labels, read_labels
from gallery.lab.thumbs import thumbnail
from gallery.store.lock import hold_lock
from tests.label_kit import NOW, endless_copy, fragile_copy, picture, six

# --- the page, without a browser --------------------------------------------------------------------------------------


def test_uncertain_pictures_come_first() -> None:
    """Pictures nobody scored lead, then those whose two best labels are close; labelled ones come again if wanted."""
    some = Path("x")
    close, far = (
        Candidate("a" * 64, "s", some, Prediction(0.5, 0.4, 0.1)),
        Candidate("b" * 64, "s", some, Prediction(0.9, 0.1, 0)),
    )
    unseen, done = Candidate("c" * 64, "s", some), Candidate("d" * 64, "s", some, said="photo", by="aoi")
    assert order([far, done, close, unseen]) == [unseen, close, far]
    assert order([far, done, close, unseen], again=True) == [unseen, done, close, far]


def test_a_folder_yields_each_picture_once_with_its_source(tmp_path: Path) -> None:
    """Equal bytes appear once, the first folder names the source; hidden files and links that lead out are left."""
    picture(tmp_path / "in" / "aoi" / "1.png", (1, 2, 3))
    picture(tmp_path / "in" / "aoi" / "same.png", (1, 2, 3))
    picture(tmp_path / "in" / "ren" / "deep" / "2.jpg", (3, 2, 1))
    outside = picture(tmp_path / "secret.png", (9, 9, 9))
    (tmp_path / "in" / "link.png").symlink_to(outside)
    (tmp_path / "in" / "notes.txt").write_text("no picture")
    picture(tmp_path / "in" / "aoi" / ".avatar.png", (7, 7, 7))
    picture(tmp_path / "in" / ".trash" / "3.png", (8, 8, 8))
    found = folder_candidates(tmp_path / "in")
    assert [(one.path.name, one.source) for one in found] == [("1.png", "folder:aoi"), ("2.jpg", "folder:ren")]


def test_a_page_made_in_the_folder_is_no_picture_of_it(tmp_path: Path) -> None:
    """The thumbnails of a label page that lies among the pictures are not shown for labelling themselves."""
    Image.new("RGB", (90, 60), "#dd4444").save(tmp_path / "one.png")
    found = folder_candidates(tmp_path)
    write_page(found, tmp_path / "label-page")
    assert list((tmp_path / "label-page").rglob("*.jpg"))
    assert folder_candidates(tmp_path) == found


def test_a_broken_picture_is_left_out_and_named(tmp_path: Path) -> None:
    """A file that is no picture does not stop the page; the result says which and why."""
    good = picture(tmp_path / "good.png", (5, 5, 5))
    bad = tmp_path / "bad.png"
    bad.write_bytes(good.read_bytes()[:60])
    page = write_page([Candidate("a" * 64, "s", bad), Candidate("b" * 64, "s", good)], tmp_path / "page")
    assert page.shown == 1
    assert len(page.skipped) == 1
    assert "bad.png" in page.skipped[0]
    assert sorted(path.name for path in (tmp_path / "page" / "pictures").iterdir()) == ["b" * 64 + ".jpg"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_picture_that_kills_its_decoder_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    """The page shows all others, in their order, and the result says which picture it was."""
    monkeypatch.setattr("gallery.lab.label._copy_of", fragile_copy)
    page = write_page(six(tmp_path / "in"), tmp_path / "page", jobs=jobs)
    assert page.shown == 5
    assert [said.partition(": ")[0].endswith("3.png") and "killed" in said for said in page.skipped] == [True]


def test_a_picture_without_end_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page shows all others, and the result says which picture was given up, and that it killed nothing."""
    monkeypatch.setattr("gallery.lab.label._copy_of", endless_copy)
    monkeypatch.setattr("gallery.crew.PATIENCE_S", 1.0)
    page = write_page(six(tmp_path / "in"), tmp_path / "page", jobs=2)
    assert page.shown == 5
    assert [said.partition(": ")[0].endswith("3.png") and "did not end in" in said for said in page.skipped] == [True]


def test_a_page_never_replaces_other_files(tmp_path: Path) -> None:
    """A folder with something else in it is refused; an older page of ours is replaced whole."""
    (tmp_path / "taxes").mkdir()
    (tmp_path / "taxes" / "2025.pdf").write_text("mine")
    (tmp_path / "taxes" / "index.html").write_text("my own page")
    with pytest.raises(GalleryError, match="holds other files"):
        write_page([], tmp_path / "taxes")
    assert (tmp_path / "taxes" / "2025.pdf").read_text() == "mine"
    write_page(six(tmp_path / "in"), tmp_path / "page")
    write_page([], tmp_path / "page")
    assert list((tmp_path / "page" / "pictures").iterdir()) == []
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == [".page.lock"]


@pytest.mark.parametrize("there", [True, False])
def test_a_link_leads_to_the_page_and_stays(tmp_path: Path, there: bool) -> None:
    """Where a symbolic link is named for the page, the folder that it leads to is locked, made and replaced."""
    link, far = tmp_path / "link", tmp_path / "far"
    link.symlink_to(far / "page")
    if there:
        (far / "page").mkdir(parents=True)
    for pictures in (six(tmp_path / "in"), []):
        assert write_page(pictures, link).path == link / "index.html"
        assert link.readlink() == far / "page"
        assert len(list((far / "page" / "pictures").iterdir())) == len(pictures)
    assert sorted(path.name for path in far.iterdir()) == [".page.lock", "page"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["far", "in", "link"]


def test_a_link_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    """A link that leads to itself is no place for a page, and stays as it is."""
    (tmp_path / "link").symlink_to("link")
    with pytest.raises(GalleryError, match=r"cannot write the page .*link"):
        write_page([], tmp_path / "link")
    assert (tmp_path / "link").is_symlink()


def killed_in(tmp_path: Path) -> None:
    """Make a page in a process that is killed when all its pictures are made."""

    def killed() -> None:
        gallery.lab.label.render_page = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]
        write_page(six(tmp_path / "in"), tmp_path / "label-page")

    process = get_context("fork").Process(target=killed)
    process.start()
    process.join()
    assert len(list(tmp_path.glob(".label-page.*/new/pictures/*.jpg"))) == 6


def test_what_a_killed_run_left_goes_with_the_next(tmp_path: Path) -> None:
    """Copies of artists' pictures that lie beside the page go; a folder with a similar name stays."""
    (tmp_path / ".label-page.abcdefgh").mkdir()
    killed_in(tmp_path)
    write_page([], tmp_path / "label-page")
    assert sorted(path.name for path in tmp_path.glob(".label-page.*")) == [".label-page.abcdefgh", ".label-page.lock"]


def test_a_killed_run_leaves_nothing_for_git(tmp_path: Path) -> None:
    """What a killed run left of the page in the gallery's folder cannot be committed by accident."""
    killed_in(tmp_path)
    shutil.rmtree(tmp_path / "in")
    shutil.copy(Path(__file__).parent.parent / ".gitignore", tmp_path)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    listed = subprocess.run(
        ["git", "-C", tmp_path, "status", "--porcelain"], check=True, capture_output=True, text=True
    )
    assert listed.stdout == "?? .gitignore\n"


def test_two_runs_leave_each_others_page_alone(tmp_path: Path) -> None:
    """While one process makes a page, another one that would make the same says so and touches nothing."""
    killed_in(tmp_path)
    with hold_lock(tmp_path / ".label-page.lock", "lab label", NOW), pytest.raises(LockedError, match="lab label"):
        write_page([], tmp_path / "label-page")
    assert len(list(tmp_path.glob(".label-page.*/new/pictures/*.jpg"))) == 6


@given(st.text(max_size=40))
def test_hostile_text_cannot_leave_its_place(text: str) -> None:
    """Whatever the name of a source holds, it opens no element and ends no script."""
    html = render_page([(Candidate("a" * 64, text, Path("x")), 1.0)], text)
    data = html.partition('id="data">')[2].partition("</script>")[0]
    assert json.loads(data)["pictures"][0]["source"] == json.loads(data)["then"] == text
    assert not set("<>&") & set(data)
    assert html.count("<script") == 2
    assert html.count("</script>") == 2


def test_a_large_picture_is_shown_without_a_word_of_pillows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below our own limit, what Pillow thinks of a picture's size is printed nowhere and keeps it from no page."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 64 * 48 - 1)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        assert thumbnail(picture(tmp_path / "large.png", (1, 2, 3)), 10).width_px == 10
    assert said == []


def test_a_thumbnail_is_small_upright_and_bare(tmp_path: Path) -> None:
    """EXIF orientation is applied, metadata dropped, transparency laid on white."""
    image = Image.new("RGB", (400, 200), "red")
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "secret place"
    image.save(tmp_path / "a.jpg", exif=exif)
    copy = thumbnail(tmp_path / "a.jpg", 100)
    assert (copy.width_px, copy.height_px) == (50, 100)
    assert b"secret" not in copy.jpeg
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    (tmp_path / "clear.jpg").write_bytes(thumbnail(tmp_path / "clear.png", 10).jpeg)
    with Image.open(tmp_path / "clear.jpg") as shown:
        assert shown.getpixel((5, 5)) == (255, 255, 255)
    with pytest.raises(PictureError, match=r"nothing\.png"):
        thumbnail(tmp_path / "nothing.png", 10)


# --- the labels file --------------------------------------------------------------------------------------------------

A, B = "a" * 64, "b" * 64
KNOWN = {A: "bluesky:aoi", B: "folder:ren"}


def export(folder: Path, *lines: str, head: str = "sha256,label,by,at", name: str = "export.csv") -> Path:
    path = folder / name
    path.write_text("\r\n".join([head, *lines, ""]), encoding="utf-8")
    return path


def test_an_import_keeps_who_and_when(tmp_path: Path) -> None:
    """Rows land in the labels file with their source, in order of time, and a second import adds nothing."""
    labels = tmp_path / "labels.csv"
    file = export(tmp_path, f"{A},drawing,Aoi,2026-03-01T18:20:05.123Z", f'{B},skip,"Ren, M",2026-03-01T10:00:00+09:00')
    merge = import_labels(file, labels, KNOWN, NOW)
    assert (merge.added, merge.known, merge.changed, merge.total) == (2, 0, (), 2)
    assert labels.read_text() == (
        "sha256,label,by,at,source\n"
        f'{B},skip,"Ren, M",2026-03-01T01:00:00Z,folder:ren\n'
        f"{A},drawing,Aoi,2026-03-01T18:20:05Z,bluesky:aoi\n"
    )
    before = labels.stat().st_mtime_ns
    again = import_labels(file, labels, KNOWN, NOW)
    assert (again.added, again.known) == (0, 2)
    assert labels.stat().st_mtime_ns == before


@pytest.mark.parametrize("name", ["山田　花子", "👩\u200d🎨 Aoi", "Zoë", "Ren \U0001fae8", "Ren \U0001faff"])
def test_people_may_have_their_own_names(tmp_path: Path, name: str) -> None:
    """Wide spaces, joined emoji and emoji newer than Python, as people write their names, are taken."""
    file = export(tmp_path, f"{A},drawing,{name},2026-03-01T18:20:05Z")
    assert import_labels(file, tmp_path / "labels.csv", KNOWN, NOW).added == 1


@pytest.mark.parametrize("name", ["Aoi\u202e", "a\x07b", "=1+1", "Aoi \ue000"])
def test_a_name_that_hides_something_is_refused(tmp_path: Path, name: str) -> None:
    """Control and turning characters, and what a spreadsheet would compute, are no names."""
    file = export(tmp_path, f"{A},drawing,{name},2026-03-01T18:20:05Z")
    with pytest.raises(ConfigError, match="plain name"):
        import_labels(file, tmp_path / "labels.csv", KNOWN, NOW)


def test_the_later_label_counts_and_the_earlier_stays(tmp_path: Path) -> None:
    """A second opinion wins by time whatever the order of import; both rows stay in the file."""
    labels = tmp_path / "labels.csv"
    import_labels(export(tmp_path, f"{A},photo,Ren,2026-03-01T12:00:00Z"), labels, KNOWN, NOW)
    earlier = import_labels(export(tmp_path, f"{A},other,Aoi,2026-02-01T12:00:00Z"), labels, KNOWN, NOW)
    assert earlier.changed == ()
    later = import_labels(export(tmp_path, f"{A},drawing,Aoi,2026-03-01T13:00:00Z"), labels, KNOWN, NOW)
    assert later.changed == (A,)
    rows = read_labels(labels)
    assert len(rows) == 3
    assert effective(rows)[A].label == "drawing"


def test_a_label_is_known_again_under_another_name(tmp_path: Path) -> None:
    """A page that once put the name of whoever exported on every row adds nothing when it comes with the true ones."""
    labels = tmp_path / "labels.csv"
    import_labels(export(tmp_path, f"{A},photo,Ren,2026-03-01T12:00:00Z"), labels, KNOWN, NOW)
    again = import_labels(export(tmp_path, f"{A},photo,Aoi,2026-03-01T12:00:00Z"), labels, KNOWN, NOW)
    assert (again.added, again.known) == (0, 1)
    assert [row.by for row in read_labels(labels)] == ["Ren"]


@pytest.mark.parametrize("names", [("Aoi", "Ren"), ("Ren", "Aoi")])
def test_two_people_may_label_in_the_same_second(tmp_path: Path, names: tuple[str, str]) -> None:
    """Both labels are kept, and the one whose name sorts last counts, whichever is imported first."""
    labels, said = tmp_path / "labels.csv", {"Aoi": "photo", "Ren": "drawing"}
    for by in names:
        import_labels(export(tmp_path, f"{A},{said[by]},{by},2026-03-01T12:00:00Z"), labels, KNOWN, NOW)
    rows = read_labels(labels)
    assert [row.by for row in rows] == ["Aoi", "Ren"]
    assert effective(rows)[A] == effective(rows[::-1])[A] == rows[1]


def test_every_wrong_row_is_named_with_its_line_and_nothing_changes(tmp_path: Path) -> None:
    """All problems come at once, each with its line; the labels file is not touched."""
    labels = tmp_path / "labels.csv"
    import_labels(export(tmp_path, f"{B},photo,Ren,2026-02-01T00:00:00Z"), labels, KNOWN, NOW)
    before = labels.read_bytes()
    bad = export(
        tmp_path,
        f"{A},drawing,Aoi,2026-03-01T00:00:00Z",
        f"{'c' * 64},portrait,Aoi,2026-03-01T00:00:00Z",
        f"{A},painting,Aoi,yesterday",
        f"{A},photo,Aoi,2026-03-01T00:00:00Z",
        f"{B},other,Ren,2026-02-01T00:00:00Z",
        f"{A},photo,=cmd(),2026-03-01T01:00:00Z",
        f"{A},photo,Aoi,2027-03-01T01:00:00Z",
        "xyz,photo,,2026-03-01T01:00:00",
    )
    with pytest.raises(ConfigError) as caught:
        import_labels(bad, labels, KNOWN, NOW)
    message = str(caught.value)
    assert [int(line) for line in re.findall(r"\n  line (\d+):", message)] == [3, 4, 4, 5, 6, 7, 8, 9, 9, 9]
    for words in ("portrait", "painting", "yesterday", "line 2 said drawing", "labels.csv has photo"):
        assert words in message
    assert labels.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"labels.csv", "export.csv"}


def test_labels_of_pictures_that_are_gone_are_left_out_and_named(tmp_path: Path) -> None:
    """The others of the export are taken."""
    gone = "c" * 64
    lines = [f"{sha},drawing,Aoi,2026-03-01T00:00:00Z" for sha in (gone, A, B)]
    merge = import_labels(export(tmp_path, *lines), tmp_path / "labels.csv", KNOWN, NOW)
    assert (merge.added, merge.unknown) == (2, (gone,))
    assert {row.sha256 for row in read_labels(tmp_path / "labels.csv")} == {A, B}


def test_an_export_of_another_gallery_is_refused(tmp_path: Path) -> None:
    """Where no picture is known the message says what the file may belong to, and no labels file appears."""
    file = export(tmp_path, f"{'c' * 64},drawing,Aoi,2026-03-01T00:00:00Z")
    with pytest.raises(ConfigError, match=r"none of its 1 picture is here.*another gallery.*--folder"):
        import_labels(file, tmp_path / "labels.csv", KNOWN, NOW)
    assert not (tmp_path / "labels.csv").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no column sha256"),
        (b"sha256,label\n", "no column by, at"),
        (b"sha256 label by at\n", "no column sha256, label, by, at"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b'sha256,label,by,at\n"a\n', "x.csv:2: "),
        (b"sha256,label,by,at\n\0\n", "line 2"),
    ],
)
def test_a_file_that_is_no_csv_of_labels_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    """Empty, foreign, broken and binary files end in one clear error."""
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=words):
        import_labels(path, tmp_path / "labels.csv", KNOWN, NOW)


@pytest.mark.parametrize("comma", [",", ";", "\t"])
def test_what_a_spreadsheet_saved_is_read(tmp_path: Path, comma: str) -> None:
    """Whatever it separates cells by, with the mark that it puts first, and rows that were emptied in it."""
    path = tmp_path / "x.csv"
    rows = (("sha256", "label", "by", "at"), (A, "photo", "Ren", "2026-03-01T10:00:00Z"), ("", "", "", ""))
    path.write_bytes("".join(comma.join(row) + "\r\n" for row in rows).encode("utf-8-sig"))
    assert import_labels(path, tmp_path / "labels.csv", KNOWN, NOW).added == 1


names = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20).filter(
    lambda s: s[0] not in "=+-@"
)
moments = st.datetimes(datetime(1, 1, 3), datetime(2026, 3, 1)).map(lambda at: at.replace(tzinfo=UTC, microsecond=0))


@given(
    st.dictionaries(st.tuples(st.sampled_from([A, B]), moments), st.tuples(st.sampled_from(CHOICES), names), max_size=8)
)
def test_what_was_imported_reads_back(
    tmp_path_factory: pytest.TempPathFactory, rows: dict[tuple[str, datetime], tuple[str, str]]
) -> None:
    """Any valid rows survive the way through export, import and the labels file unchanged."""
    folder = tmp_path_factory.mktemp("labels")
    path = folder / "export.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("sha256", "label", "by", "at"))
        writer.writerows((sha, label, by, at.isoformat()) for (sha, at), (label, by) in rows.items())
    import_labels(path, folder / "labels.csv", KNOWN, NOW)
    read = {(row.sha256, row.at): (row.label, row.by) for row in read_labels(folder / "labels.csv")}
    assert read == rows
