"""The review page in a real browser: keys, filters, windows, and what it keeps and exports."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gallery.lab.files import file_sha256
from gallery.lab.label import Candidate, order, write_page
from gallery.lab.labels import CHOICES, effective, import_labels, read_labels
from tests.chromium import assert_accessible, complaints
from tests.label_kit import HOSTILE, NOW, picture, six

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FloatRect, Page

pytestmark = pytest.mark.browser

THEN = "gallery lab import-labels --folder 'my pictures'"


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The review page of six pictures, opened from the disk; a script error or a request elsewhere fails the test."""
    write_page(order(six(tmp_path / "in")), tmp_path / "page", then=THEN)
    context = browser.new_context(viewport={"width": 900, "height": 700}, accept_downloads=True)
    tab = context.new_page()
    wrong = complaints(tab)
    tab.goto((tmp_path / "page" / "index.html").as_uri())
    assert counts(tab) == [0, 0, 0, 0, 6]
    say_who(tab)
    yield tab
    context.close()
    assert not wrong


def known_in(folder: Path) -> dict[str, str]:
    """sha256 → source of the six pictures."""
    return {file_sha256(folder / f"{i}.png"): "folder:in" for i in range(6)}


def counts(tab: Page) -> list[int]:
    """How many have each label and none, once the page has read what it had kept."""
    tab.wait_for_selector("[aria-current]")
    return [int(tab.inner_text(f"#count-{name}")) for name in (*CHOICES, "todo")]


def say_who(page: Page, by: str = "Ren") -> None:
    """Write a name into the box and go back to the pictures."""
    page.fill("#by", by)
    page.press("#by", "Enter")


def test_one_key_labels_and_moves_on(page: Page) -> None:
    """Keys 1 to 4 label the picture in focus and go to the next; u and Backspace take labels back; counts follow."""
    for key in "1234":
        page.keyboard.press(key)
    assert counts(page) == [1, 1, 1, 1, 2]
    page.keyboard.press("u")
    page.keyboard.press("Backspace")
    assert counts(page) == [1, 1, 0, 0, 4]
    assert page.get_attribute("[aria-current]", "data-index") == "2"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("3")
    assert counts(page) == [1, 0, 1, 0, 4]


def test_arrow_keys_walk_the_rows(page: Page) -> None:
    """Right and left go one picture on, down and up one row."""
    tops = page.eval_on_selector_all(".tile", "tiles => tiles.map(tile => tile.getBoundingClientRect().top)")
    assert tops[0] != tops[-1], "the pictures must lie in more than one row for this test"
    page.keyboard.press("ArrowRight")
    assert page.get_attribute("[aria-current]", "data-index") == "1"
    page.keyboard.press("ArrowDown")
    below = int(page.get_attribute("[aria-current]", "data-index") or 0)
    assert tops[below] > tops[1]
    page.keyboard.press("ArrowUp")
    assert tops[int(page.get_attribute("[aria-current]", "data-index") or 0)] == tops[0]


def test_nothing_hides_the_picture_that_is_walked_to(page: Page) -> None:
    """Whether the bar at the top has one line or two, the arrows leave no picture under it, nor under the buttons."""
    for width in (740, 860, 1000, 1280):
        page.set_viewport_size({"width": width, "height": 400})
        for key in ["ArrowDown"] * 4 + ["ArrowUp"] * 4:
            page.keyboard.press(key)
            tile, bar, dock = (box_of(page, one) for one in ("[aria-current]", ".bar", "nav.dock"))
            assert tile["y"] >= bar["y"] + bar["height"]
            assert tile["y"] + tile["height"] <= dock["y"]


def test_pictures_fill_their_places(page: Page) -> None:
    """Rows grow until they are as wide as the page, and no picture gets a band beside it or is cut."""
    boxes = page.eval_on_selector_all(
        ".tile img", "all => all.map(one => [one.width / one.height, one.naturalWidth / one.naturalHeight])"
    )
    for shown, whole in boxes:
        assert shown == pytest.approx(whole, rel=0.03)


@pytest.mark.parametrize("width", [390, 600])
def test_what_the_page_says_is_on_the_screen(page: Page, width: int) -> None:
    """Wherever the page is scrolled to, a notice stands above the buttons, and the picture in focus above it."""
    page.set_viewport_size({"width": width, "height": 360})
    for key in "111111":
        page.keyboard.press(key)
    page.wait_for_timeout(100)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#notice")
    assert page.evaluate("scrollY") > 0
    tile, notice, dock = (box_of(page, one) for one in ("[aria-current]", "#notice", "nav.dock"))
    assert tile["y"] + tile["height"] <= notice["y"]
    assert notice["y"] + notice["height"] <= dock["y"] < 360


def test_no_count_is_broken_on_a_phone(page: Page) -> None:
    """Each stands on one line, and nothing makes the page wider than the screen."""
    page.set_viewport_size({"width": 340, "height": 844})
    heights = page.eval_on_selector_all(".counts dt", "all => all.map(one => one.getBoundingClientRect().height)")
    assert len(set(heights)) == 1
    assert page.evaluate("document.documentElement.scrollWidth") == 340


def test_progress_shows_at_the_edge_of_the_head_on_a_phone(page: Page) -> None:
    """How far one has come is a line below the counts, not one across the pictures."""
    page.set_viewport_size({"width": 390, "height": 700})
    head, line = box_of(page, ".bar"), box_of(page, "#progress")
    assert head["y"] < line["y"] + line["height"] <= head["y"] + head["height"]


def test_two_tabs_of_one_page_add_to_each_other(page: Page) -> None:
    """What either tab labels or takes back counts in both; neither writes over the other."""
    other = page.context.new_page()
    other.goto(page.url)
    assert counts(other) == [0, 0, 0, 0, 6]
    page.keyboard.press("1")
    other.keyboard.press("ArrowRight")
    other.keyboard.press("2")
    other.keyboard.press("3")
    other.keyboard.press("u")
    for tab in (page, other):
        tab.reload()
        assert counts(tab) == [1, 1, 0, 0, 4]


@contextmanager
def own_profile(browser: Browser, folder: Path) -> Iterator[Page]:
    """A tab of a browser that keeps its profile when it is closed."""
    from benchmarks.site_check.browser import CHROMIUM, FLAGS

    with browser.browser_type.launch_persistent_context(folder, executable_path=CHROMIUM, args=FLAGS) as context:
        yield context.new_page()


def test_progress_survives_reload_and_restart_and_the_export_imports(browser: Browser, tmp_path: Path) -> None:
    """After a reload, and in a browser started anew, the labels are there; import-labels takes the CSV as it is."""
    address = write_page(order(six(tmp_path / "in")), tmp_path / "page").path.as_uri()
    with own_profile(browser, tmp_path / "profile") as page:
        page.goto(address)
        assert counts(page) == [0, 0, 0, 0, 6]
        page.keyboard.press("1")
        assert "who you are" in page.inner_text("#notice")
        say_who(page, "Aoi\u202e")
        assert "plain letters" in page.inner_text("#notice")
        assert counts(page) == [0, 0, 0, 0, 6]
        say_who(page, 'Aoi "A", K')
        assert page.inner_text("#notice") == ""
        page.keyboard.press("1")
        page.keyboard.press("2")
        assert counts(page) == [1, 1, 0, 0, 4]
        page.reload()
        assert counts(page) == [1, 1, 0, 0, 4]
    with own_profile(browser, tmp_path / "profile") as page:
        page.goto(address)
        assert counts(page) == [1, 1, 0, 0, 4]
        path = exported(page, tmp_path / "export.csv")
    known = known_in(tmp_path / "in")
    merge = import_labels(path, tmp_path / "labels.csv", known, datetime.now(UTC))
    assert merge.added == 2
    rows = read_labels(tmp_path / "labels.csv")
    assert {row.by for row in rows} == {'Aoi "A", K'}
    assert sorted(row.label for row in rows) == ["drawing", "photo"]
    first = file_sha256(tmp_path / "in" / "0.png")
    assert effective(rows)[first].label == "drawing", "the most uncertain picture must come first"


def exported(page: Page, path: Path) -> Path:
    """The labels as a file."""
    with page.expect_download() as download:
        page.click("#export")
    download.value.save_as(path)
    return path


def test_an_export_names_the_command_that_takes_it_in(page: Page, tmp_path: Path) -> None:
    """With the options that the page was made with, and the name of the file."""
    page.keyboard.press("1")
    with page.expect_download() as download:
        page.click("#export")
    assert page.inner_text("#notice") == f"1 label exported. Next: {THEN} {download.value.suggested_filename}"


def test_each_label_bears_the_name_of_who_gave_it(page: Page, tmp_path: Path) -> None:
    """Two people label on one computer; what an earlier page kept without a name goes under the last one."""
    page.keyboard.press("1")
    say_who(page, "Aoi")
    page.keyboard.press("2")
    page.evaluate("""async () => {
        const opened = indexedDB.open("gallery-labels", 1);
        await new Promise((resolve) => { opened.onsuccess = resolve; });
        const kept = opened.result.transaction("labels", "readwrite").objectStore("labels");
        const all = kept.getAll();
        await new Promise((resolve) => { all.onsuccess = resolve; });
        const { sha256 } = JSON.parse(document.getElementById("data").textContent).pictures[5];
        const { by, ...old } = all.result[1];
        const put = kept.put({ ...old, nth: 3, sha256, label: "other" });
        await new Promise((resolve) => { put.onsuccess = resolve; });
    }""")
    page.reload()
    assert counts(page) == [1, 1, 1, 0, 3]
    say_who(page, "Mio")
    rows = csv.DictReader(exported(page, tmp_path / "export.csv").read_text().splitlines())
    assert [(row["label"], row["by"]) for row in rows] == [("drawing", "Ren"), ("photo", "Aoi"), ("other", "Mio")]


def test_the_name_is_asked_for_from_the_closer_look(page: Page) -> None:
    """A key over the large picture, with nobody named, leads to the box; Enter there leads back to the picture."""
    page.fill("#by", "")
    page.click(".tile >> nth=2")
    page.keyboard.press(" ")
    page.keyboard.press("1")
    assert not page.is_visible("#closer")
    page.keyboard.type("Aoi")
    page.keyboard.press("Enter")
    page.keyboard.press("1")
    assert counts(page) == [1, 0, 0, 0, 5]
    assert page.get_attribute(".tile[data-index='2']", "data-label") == "drawing"


def test_touch_and_the_closer_look(page: Page) -> None:
    """The buttons below do what the keys do, a second tap enlarges, and the hostile source stays plain text."""
    page.click(".tile >> nth=2")
    page.click(".dock [data-label=other]")
    assert counts(page) == [0, 0, 1, 0, 5]
    page.click(".tile[aria-current=true]")
    assert page.is_visible("#closer")
    assert HOSTILE in page.inner_text("#closer-text")
    page.keyboard.press("1")
    assert counts(page) == [1, 0, 1, 0, 4]
    page.keyboard.press("Escape")
    page.select_option("#filter", "todo")
    assert page.locator(".wall li:visible").count() == 4
    assert page.eval_on_selector_all("img", "all => all.every(i => !i.complete || i.naturalWidth || !i.src)")


@pytest.mark.parametrize("width", [390, 900])
def test_the_closer_look_has_buttons_of_its_own(page: Page, width: int) -> None:
    """They label and go on, take back, stay where they are, leave space to close the look, and end it with the last."""
    page.set_viewport_size({"width": width, "height": 844})
    page.click("#enlarge")
    place = box_of(page, "dialog [data-label=photo]")
    for name in ("photo", "drawing", "other"):
        page.click(f"dialog [data-label={name}]")
        assert page.is_visible("#closer")
    page.click("dialog .undo")
    assert "Picture 3 of 6" in page.inner_text("#closer-text")
    page.click("dialog [data-label=skip]")
    assert box_of(page, "dialog [data-label=photo]") == pytest.approx(place, abs=1)
    assert counts(page) == [1, 1, 0, 1, 3]
    page.keyboard.press(" ")
    assert not page.is_visible("#closer")
    page.click("#enlarge")
    for _ in range(3):
        page.click("dialog [data-label=other]")
    assert counts(page) == [1, 1, 3, 1, 0]
    assert not page.is_visible("#closer")
    assert "Every picture here has a label" in page.inner_text("#notice")


def box_of(page: Page, selector: str) -> FloatRect:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box


@pytest.mark.parametrize("size", [(60, 600), (600, 60), (300, 300)])
def test_the_closer_look_fits_the_window(page: Page, tmp_path: Path, size: tuple[int, int]) -> None:
    """Whatever the picture's shape, all of the look is on the screen; on a phone it is no higher than the picture."""
    path = picture(tmp_path / "one" / "1.png", (1, 2, 3), size)
    write_page([Candidate(file_sha256(path), "folder:one", path)], tmp_path / "page")
    page.reload()
    page.click("#enlarge")
    page.wait_for_function("document.getElementById('closer-image').complete")
    for width, height in ((1280, 800), (844, 390), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for one in ("#closer", "#closer-image", "dialog [data-label=skip]"):
            box = box_of(page, one)
            assert min(box["x"], box["y"]) >= 0
            assert box["x"] + box["width"] <= width
            assert box["y"] + box["height"] <= height
    image = box_of(page, "#closer-image")
    assert image["height"] <= image["width"] * size[1] / size[0] + 1


def test_the_page_is_accessible(page: Page) -> None:
    """axe finds nothing to complain about, in light and in dark, in the closer look either."""
    page.keyboard.press("1")
    assert_accessible(page)
    page.keyboard.press(" ")
    assert_accessible(page)


def test_under_a_filter_a_key_still_goes_to_the_next_picture(page: Page) -> None:
    """Looking through the drawings, a key sets one right and goes on; only behind the last one there is none."""
    for key in "111":
        page.keyboard.press(key)
    page.select_option("#filter", "drawing")
    page.focus(".tile[data-index='0']")
    page.click(".tile[data-index='0']")
    page.keyboard.press("2")
    assert page.get_attribute("[aria-current]", "data-index") == "1"
    assert page.inner_text("#notice") == ""
    page.keyboard.press("1")
    page.keyboard.press("1")
    assert "last of the pictures shown" in page.inner_text("#notice")
    assert counts(page) == [2, 1, 0, 0, 3]


def test_labels_of_before_are_shown_and_not_exported(page: Page, tmp_path: Path) -> None:
    """They stand on the pictures with who gave them, and are counted and found by Show; what is pressed replaces them,
    alone is exported and alone can be taken back."""
    some = order(six(tmp_path / "in"))
    some[1:4] = [replace(one, said="photo", by=HOSTILE) for one in some[1:4]]
    write_page(some, tmp_path / "page")
    page.reload()
    assert counts(page) == [0, 3, 0, 0, 3]
    page.select_option("#filter", "photo")
    assert page.locator(".mark:visible").all_inner_texts() == [f"photo, {HOSTILE}"] * 3
    assert_accessible(page)
    page.keyboard.press("1")
    assert counts(page) == [1, 2, 0, 0, 3]
    assert in_focus(page) == "2"
    page.keyboard.press("3")
    page.keyboard.press("u")
    page.keyboard.press("u")
    assert counts(page) == [0, 3, 0, 0, 3]
    page.keyboard.press("u")
    page.keyboard.press("1")
    (row,) = csv.DictReader(exported(page, tmp_path / "export.csv").read_text().splitlines())
    assert (row["sha256"], row["label"], row["by"]) == (some[1].sha256, "drawing", "Ren")
    assert page.locator(".mark:visible").all_inner_texts()[0] == "drawing"


def in_focus(page: Page) -> str | None:
    """The id of what has the focus, or the number of its picture."""
    found: str | None = page.evaluate("document.activeElement.id || document.activeElement.dataset.index")
    return found


def test_the_keyboard_reaches_every_kind_in_show(page: Page) -> None:
    """Arrows walk through all its choices, whatever they hide; Enter and Escape each lead back to the pictures."""
    for key in "1234":
        page.keyboard.press(key)
    for back in ("Enter", "Escape"):
        page.focus("#filter")
        page.keyboard.press("Home")
        for _ in range(5):
            page.keyboard.press("ArrowDown")
            assert in_focus(page) == "filter"
        assert page.input_value("#filter") == "skip"
        page.keyboard.press(back)
        assert in_focus(page) == "3"
        assert not page.is_visible("#closer")


def test_the_pointer_comes_back_from_show(page: Page) -> None:
    """After a choice by the pointer the arrows walk through the pictures, whether or not the one in focus is shown."""
    page.keyboard.press("1")
    for key, kind, first in (("ArrowDown", "todo", "1"), ("ArrowDown", "drawing", "0"), ("Home", "all", "0")):
        page.click("#filter")
        page.keyboard.press(key)
        page.keyboard.press("Enter")
        assert page.input_value("#filter") == kind
        assert in_focus(page) == first


def test_keys_label_from_within_show(page: Page) -> None:
    """With the focus in the box, 1 to 4 label the picture that is marked, and u and Backspace take labels back."""
    for undo in ("u", "Backspace"):
        for key, expected in (("1", [1, 0, 0, 0, 5]), (undo, [0, 0, 0, 0, 6])):
            page.focus("#filter")
            page.keyboard.press(key)
            assert counts(page) == expected
            assert page.input_value("#filter") == "all"


def test_a_held_key_labels_one_picture(page: Page) -> None:
    """What the keyboard repeats while a key is held neither labels nor takes back; arrows do walk on."""
    for key, expected in (("1", [1, 0, 0, 0, 5]), ("2", [1, 1, 0, 0, 4]), ("u", [1, 0, 0, 0, 5])):
        for _ in range(4):
            page.keyboard.down(key)
        page.keyboard.up(key)
        assert counts(page) == expected
    place = int(page.get_attribute("[aria-current]", "data-index") or 0)
    for _ in range(3):
        page.keyboard.down("ArrowRight")
    page.keyboard.up("ArrowRight")
    assert page.get_attribute("[aria-current]", "data-index") == str(place + 3)


def test_starting_over_leaves_no_notice_behind(page: Page) -> None:
    """What was said of the labels goes with them."""
    for _ in range(6):
        page.keyboard.press("1")
    assert "Every picture here has a label" in page.inner_text("#notice")
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("#reset")
    assert counts(page) == [0, 0, 0, 0, 6]
    assert page.inner_text("#notice") == ""


def test_the_warning_that_nothing_is_kept_stays(page: Page) -> None:
    """Where the browser keeps nothing, labels and undo work, and the warning stands beside whatever else is said."""
    page.add_init_script("IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); }")
    page.reload()
    counts(page)
    warning = "This browser keeps nothing for this page: export before you close it."
    assert page.inner_text("#notice") == warning
    say_who(page)
    page.keyboard.press("1")
    page.keyboard.press("u")
    assert counts(page) == [0, 0, 0, 0, 6]
    assert page.inner_text("#notice") == warning
    page.click("#export")
    assert warning in page.inner_text("#notice")
    page.keyboard.press("Tab")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.click(".tile[data-index='3']")
    page.keyboard.press("3")
    assert counts(page) == [0, 0, 1, 0, 5]


def test_windows_side_by_side_follow_each_other(page: Page, tmp_path: Path) -> None:
    """A window takes over what another one labelled when it gets the focus, and before it exports."""
    from playwright.sync_api import expect

    other = page.context.new_page()
    other.goto(page.url)
    counts(other)
    other.keyboard.press("1")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator("#count-drawing")).to_have_text("1")
    other.keyboard.press("2")
    assert counts(page) == [1, 0, 0, 0, 5]
    assert len(exported(page, tmp_path / "export.csv").read_text().splitlines()) == 3
    assert counts(page) == [1, 1, 0, 0, 4]


def test_a_clock_that_was_ahead_spoils_no_label(page: Page, tmp_path: Path) -> None:
    """Put right, it gives true times again; the order of labels stays that in which they were given, and all import."""
    known = known_in(tmp_path / "in")
    page.add_init_script("const now = Date.now; Date.now = () => now() + Number(window.name || 3) * 86400e3")
    page.reload()
    counts(page)
    page.keyboard.press("1")
    page.keyboard.press("1")
    page.evaluate("window.name = '0.00001'")
    page.reload()
    assert counts(page) == [2, 0, 0, 0, 4]
    page.keyboard.press("3")
    page.click(".tile[data-index='0']")
    page.keyboard.press("2")
    assert counts(page) == [1, 1, 1, 0, 3]
    page.reload()
    assert counts(page) == [1, 1, 1, 0, 3], "the label given last counts"
    path = exported(page, tmp_path / "export.csv")
    assert import_labels(path, tmp_path / "labels.csv", known, datetime.now(UTC)).added == 3
    page.keyboard.press("Escape")
    page.click("nav .undo")
    assert counts(page) == [2, 0, 1, 0, 3], "undo takes back the label given last"


def test_a_change_of_mind_within_a_second_imports(page: Page, tmp_path: Path) -> None:
    """Labelled, exported, labelled anew and exported in the same second, a picture has the second label at home."""
    known = known_in(tmp_path / "in")
    page.add_init_script("Date.now = () => 1_770_000_000_300")
    page.reload()
    counts(page)
    for key, name in (("1", "drawing"), ("2", "photo")):
        page.click(".tile[data-index='5']")
        page.keyboard.press(key)
        path = exported(page, tmp_path / f"{name}.csv")
        import_labels(path, tmp_path / "labels.csv", known, NOW)
        (row,) = effective(read_labels(tmp_path / "labels.csv")).values()
        assert row.label == name
