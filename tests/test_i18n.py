"""Catalogues: what they say in each language; and a mistake in one is found where it stands, before anything is fetched
or made."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gallery.cli import main
from gallery.domain import AccountState, WhyHidden
from gallery.errors import ConfigError, RenderError
from gallery.render.i18n import load_catalogue
from gallery.render.theme import open_theme
from gallery.resources import templates_dir
from gallery.store import Store
from tests.made_gallery import made_exhibition
from tests.render_kit import SETTINGS, files_of, text_of
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


@pytest.mark.parametrize("language", [path.stem for path in sorted((WALL / "i18n").glob("*.json"))])
def test_translations_use_the_same_placeholders(language: str) -> None:
    """Each shipped language has every text, with the placeholders of the English one."""
    ours, other = english(), json.loads((WALL / f"i18n/{language}.json").read_text("utf-8"))
    assert ours.keys() == other.keys()
    for key, entry in ours.items():
        names = [set(re.findall(r"{(\w+)}", json.dumps(each))) for each in (entry, other[key])]
        assert names[0] == names[1], key


def test_every_reason_and_state_has_its_words() -> None:
    """Whatever keeps a picture from view, and however an account that has a page fares, the status page can say it."""
    states = [state for state in AccountState if state.is_public or state is AccountState.MISSING]
    asked = [*(f"hidden.{reason}" for reason in WhyHidden), *(f"state.{state}" for state in states)]
    assert [key for key in asked if key not in english()] == []


def test_a_new_language_is_one_file(tmp_path: Path) -> None:
    """A catalogue in the gallery's own theme folder adds a language; missing texts are named."""
    folder = tmp_path / "wall" / "i18n"
    folder.mkdir(parents=True)
    entries = {**english(), "language.name": "Deutsch", "nav.artists": "Künstlerinnen"}
    (folder / "de.json").write_text(json.dumps(entries), "utf-8")
    files = files_of(made_exhibition(4), replace(SETTINGS, languages=("en", "de")), themes=(tmp_path,))
    assert "Künstlerinnen" in text_of(files, "de/index.html")
    assert "Deutsch" in text_of(files, "index.html")
    del entries["nav.artists"]
    (folder / "de.json").write_text(json.dumps(entries), "utf-8")
    with pytest.raises(ConfigError, match=r"de\.json: does not match .*missing: nav\.artists"):
        load_catalogue("de", open_theme("wall", [tmp_path, templates_dir()]).words_folders)


def test_an_unknown_language_is_refused() -> None:
    """A language that no theme speaks is an error that says which there are, or which was meant."""
    for asked, advice in (("xx", "it speaks en, ja"), ("JA", "did you mean 'ja'")):
        with pytest.raises(RenderError, match=f"does not speak '{asked}'; {advice}"):
            files_of(made_exhibition(2), replace(SETTINGS, languages=("en", asked)))


def test_counts_and_dates_follow_the_language() -> None:
    """One drawing is not "1 drawings", thousands are grouped, and a Japanese date is written in Japanese."""
    here, japanese = (load_catalogue(language, [WALL]) for language in ("en", "ja"))
    assert here("count.drawings", n=1) == "1 drawing"
    assert here("count.drawings", n=1284) == "1,284 drawings"
    when = made_exhibition(1).built_at
    assert here.date(when) == "22 November 2026"
    assert japanese.date(when) == "2026年11月22日"


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
    """Texts of a wrong kind, wrong texts, unknown keys and missing ones are a line each; none is said twice."""
    words = {**english(), "nav.feed": 7, "work.title": "{wrk}", "nav.fed": "Feed", "mine.new": "Neu"}
    del words["nav.tags"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/_footer.html").write_text("{{ t('mine.new') }}")
    assert mistakes(tmp_path, "de", en={"mine.new": 7, "tag.description": "{tg}"}, de=words) == [
        "i18n/en.json: mine.new: expected a text, a list of texts, or plural forms",
        "i18n/en.json: tag.description: unknown {tg}; known: {tag}",
        "i18n/de.json: nav.feed: expected a text, a list of texts, or plural forms",
        "i18n/de.json: work.title: unknown {wrk}; known: {artist}, {work}",
        "i18n/de.json: nav.fed: unknown key; did you mean 'nav.feed'?",
        f"i18n/de.json: does not match {WALL}/i18n/en.json; missing: nav.tags",
    ]
    assert mistakes(tmp_path, "fr", en={}, fr={"nav.feed": 7})[0].startswith("i18n/fr.json: nav.feed: expected")


def test_what_stands_twice_in_a_catalogue_is_named(tmp_path: Path) -> None:
    """A key or a plural form that stands twice is a mistake: JSON's readers would take the last without a word."""
    file = theme(tmp_path / "mine") / "i18n/en.json"
    file.write_text('{"nav.feed": "a", "nav.feed": "a", "count.drawings": {"one": "1", "one": "1", "other": "{n}"}}')
    assert mistakes(tmp_path) == [
        "i18n/en.json: nav.feed: stands twice; keep the one that is meant",
        "i18n/en.json: count.drawings: 'one' stands twice; keep the one that is meant",
    ]


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


def test_a_misspelt_key_is_named_where_it_stands(tmp_path: Path) -> None:
    """A key that nothing asks for is said of its own file, in English, in a translation, and whatever is built."""
    said = "home.bests: unknown key; did you mean 'home.best'?"
    assert mistakes(tmp_path, en={"home.bests": "Favourites"}) == [f"i18n/en.json: {said}"]
    assert mistakes(tmp_path, "ja", en={"home.bests": "Favourites"}) == [f"i18n/en.json: {said}"]
    assert mistakes(tmp_path, "ja", en={}, ja={"home.bests": "一番"}) == [f"i18n/ja.json: {said}"]


@pytest.mark.parametrize(
    ("file", "text", "key"),
    [
        ("_footer.html", '{{ t("mine.hello") }}', "mine.hello"),
        ("_header.html", '{% for each in ("blog",) %}{{ t("nav." ~ each) }}{% endfor %}', "nav.blog"),
        ("static/gallery.js", "gallery.say('hello')", "js.hello"),
    ],
)
def test_a_theme_may_ask_for_texts_of_its_own(tmp_path: Path, file: str, text: str, key: str) -> None:
    """A key that one of the theme's templates or scripts asks for is new; a language that lacks it is told so."""
    path = theme(tmp_path / "mine") / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    assert mistakes(tmp_path, en={key: "Hello"}) == []
    lacking = f"i18n/ja.json: does not match i18n/en.json; missing: {key}"
    assert mistakes(tmp_path, "ja", en={key: "Hello"}) == [lacking]
    assert mistakes(tmp_path, "ja", en={key: "Hello"}, ja={"nav.feed": "フィード"}) == [lacking]


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
