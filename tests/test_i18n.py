"""Catalogues: a mistake in one is found where it stands, before anything is fetched or made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gallery.cli import main
from gallery.errors import ConfigError, RenderError
from gallery.render.i18n import load_catalogue
from gallery.resources import templates_dir
from gallery.store import Store
from tests.toy_server import picture

WALL = templates_dir() / "wall"


def english() -> dict[str, object]:
    entries = json.loads((WALL / "i18n/en.json").read_text("utf-8"))
    assert isinstance(entries, dict)
    return entries


def theme(folder: Path, **catalogues: dict[str, object]) -> Path:
    """A theme in ``folder`` that inherits the wall and has these catalogues."""
    (folder / "i18n").mkdir(parents=True, exist_ok=True)
    (folder / "theme.toml").write_text('inherits = "wall"\n')
    for language, entries in catalogues.items():
        (folder / f"i18n/{language}.json").write_text(json.dumps(entries, ensure_ascii=False), "utf-8")
    return folder


def mistakes(tmp_path: Path, language: str = "en", **catalogues: dict[str, object]) -> list[str]:
    """What is said of a theme's catalogues, without the folder."""
    folder = theme(tmp_path / "mine", **catalogues)
    try:
        load_catalogue(language, [WALL, folder])
    except ConfigError as error:
        return str(error).replace(f"{folder}/", "").splitlines()
    return []


def gallery(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(folder / "accounts.yaml"), *arguments])


@pytest.mark.parametrize(
    ("key", "entry", "said"),
    [
        ("artist.title", "{artst} – {listing}", "unknown {artst}; known: {artist}, {listing}"),
        ("date.long", "{tag} {month}", "unknown {tag}; known: {day}, {month}, {year}"),
        ("score.long.drawing", "{percent% sure", "a lone { or }; write {{ or }} for one that is to be seen"),
        ("score.long.drawing", "{percent:d}% sure", "a lone { or }; write {{ or }} for one that is to be seen"),
        ("about.rights", ["A } of old."], "a lone { or }; write {{ or }} for one that is to be seen"),
        ("js.counter", "{m} of {totl}", "unknown {m}, {totl}; known: {n}, {total}"),
        ("count.drawings", {"one": "{m} drawing", "other": "{n} drawings"}, "unknown {m}; known: {n}"),
        ("nav.feed", "Feed of {artist}", "unknown {artist}; known: none"),
        ("about.what", "one string", "expected a list of paragraphs"),
        ("nav.feed", ["Feed"], "expected a text"),
        ("nav.feed", {"other": "Feed"}, "expected a text: nothing is counted here"),
        ("count.drawings", {"on": "{n} drawing", "other": "{n}"}, "'on' is no plural form; did you mean 'one'?"),
        ("count.drawings", {"one": "{n} drawing"}, "plural forms are texts, and one of them is 'other'"),
        ("nav.feed", 7, "expected a text, a list of texts, or plural forms"),
    ],
)
def test_a_text_that_its_page_could_not_fill_in_is_named(tmp_path: Path, key: str, entry: object, said: str) -> None:
    """A wrong placeholder or kind of text is named with file and key, in a theme's own words and in a translation."""
    assert mistakes(tmp_path, en={key: entry}) == [f"i18n/en.json: {key}: {said}"]
    assert mistakes(tmp_path, "de", en={}, de={**english(), key: entry}) == [f"i18n/de.json: {key}: {said}"]


def test_every_mistake_of_a_catalogue_is_named_at_once(tmp_path: Path) -> None:
    """Two wrong texts are two lines."""
    assert len(mistakes(tmp_path, en={"work.title": "{wrk}", "tag.description": "{tg}"})) == 2


def test_a_text_may_say_less_and_show_braces(tmp_path: Path) -> None:
    """Placeholders may be left out, plural forms too; doubled braces, and single ones in plain texts, are shown."""
    words: dict[str, object] = {
        "work.title": "{work} {{c}}",
        "count.drawings": "{n}",
        "nav.feed": "{Feed",
        "about.what": ["{{a}}"],
    }
    assert mistakes(tmp_path, en=words) == []
    catalogue = load_catalogue("en", [WALL, tmp_path / "mine"])
    assert catalogue.plain("work.title", work="Cat", artist="Aoi") == "Cat {c}"
    assert catalogue("count.drawings", n=1) == "1"
    assert catalogue("nav.feed") == "{Feed"
    assert catalogue.paragraphs("about.what") == ["{a}"]


def test_a_theme_on_its_own_is_named_when_its_words_cannot_be_filled_in(tmp_path: Path) -> None:
    """Where no wall says what a text may hold, what stops the page is still an error that names file and key."""
    catalogue = load_catalogue("en", [theme(tmp_path / "mine", en={"artist.title": "{artst}"})])
    with pytest.raises(RenderError, match=r"i18n/en\.json: artist\.title: .*artst"):
        catalogue.plain("artist.title", artist="Aoi")


@pytest.mark.parametrize("command", [["check"], ["build"], ["build", "--offline"]])
def test_check_and_build_say_the_same_of_a_catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    """Both end with code 2 and the mistake, before anything is read."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "art").mkdir()
    (tmp_path / "art/a.png").write_bytes(picture(1))
    (tmp_path / "accounts.yaml").write_text("site: {theme: mine}\naccounts:\n  - folder: art\n")
    theme(tmp_path / "templates/mine", en={"artist.title": "{artst}"})
    result = gallery(tmp_path, *command)
    said = "templates/mine/i18n/en.json: artist.title: unknown {artst}; known: {artist}, {listing}"
    assert (result.exit_code, said in result.output) == (2, True), result.output
    assert "accounts.yaml:1" not in result.output
    with Store(tmp_path / ".gallery") as store:
        assert list(store.permalinks()) == []
