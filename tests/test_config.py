"""accounts.yaml is read as people write it, and every mistake is named with its place."""

from __future__ import annotations

import re
import sys
import zoneinfo
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.config import Config, load_config
from gallery.config.entries import slugify
from gallery.config.settings import SiteBlock
from gallery.domain import Consent, SiteSettings
from gallery.errors import ConfigError
from gallery.render.text import language_tag


@pytest.fixture
def load(tmp_path: Path):
    """Write accounts.yaml and read it."""

    def write(text: str) -> Config:
        path = tmp_path / "accounts.yaml"
        path.write_text(text, encoding="utf-8")
        return load_config(path)

    return write


def problems(load, text: str) -> list[str]:
    """The lines of the error, without the folder."""
    with pytest.raises(ConfigError) as caught:
        load(text)
    return [line.rsplit("/", 1)[-1] for line in str(caught.value).splitlines()]


def test_short_form(load) -> None:
    """A list of one-key entries is a whole configuration."""
    config = load("- folder: demo/sora\n- folder: demo/minato\n")
    assert [(a.network, a.handle, a.artist.slug) for a in config.accounts] == [
        ("folder", "demo/sora", "sora"),
        ("folder", "demo/minato", "minato"),
    ]


def test_long_form(load) -> None:
    """Every key of the long form reaches the account."""
    (account,) = load(
        "- folder: art\n  artist: aoi\n  name: Aoi / 青\n  language: ja\n  sensitive: true\n  since: 2024-05-01\n"
        "  limit: 500\n  consent: granted\n  indexing: true\n"
    ).accounts
    assert (account.artist.slug, account.artist.name, account.artist.language) == ("aoi", "Aoi / 青", "ja")
    assert (account.sensitive, account.limit, account.consent) == (True, 500, Consent.GRANTED)
    assert account.since == datetime(2024, 5, 1, tzinfo=UTC)
    assert account.artist.indexing is True


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("- mastodon: @aoi@art.example\n", 1, "put quotes around"),
        ("site:\n  title: Gallery: the best\n", 2, "put quotes around"),
        ("- folder: demo\n\tname: Aoi\n", 2, "spaces, not with a tab"),
        ("- folder: 'demo\n", 2, "a quote is opened"),
        ("- folder: a\n<<<<<<< HEAD\n- folder: b\n=======\n- folder: c\n>>>>>>> theirs\n", 2, "an unfinished merge"),
        ("site:\n  title: a\n>>>>>>> theirs\naccounts: []\n", 3, "an unfinished merge"),
        ("site:\n  languages: [en, ja\n", 3, "a bracket is opened"),
        ("- folder: demo\naccounts: []\n", 2, "in the same column"),
        ("- folder: demo\n  name: *Aoi\n", 2, "begins with *"),
        ('- folder: "art\\my"\n', 1, "a backslash"),
    ],
)
def test_a_slip_in_the_yaml_is_named_with_its_remedy(load, text: str, line: int, said: str) -> None:
    """What people get wrong in YAML is answered with the line and with what to do, not only with a parser's words."""
    (problem,) = problems(load, text)
    assert problem.startswith(f"accounts.yaml:{line}: not valid YAML: ")
    assert said in problem


@pytest.mark.parametrize("text", ['site: "\\UFFFFFFFF"\n', "%YAML 1.9\n---\nsite:\n"])
def test_what_the_parser_itself_trips_over_is_a_mistake(load, text: str) -> None:
    """A letter that does not exist and a YAML of the future end in a message."""
    (problem,) = problems(load, text)
    assert problem.startswith("accounts.yaml: not valid YAML: ")


@pytest.mark.parametrize("slug", ["Ben Ü", "ben--u", "-ben", "a" * 65])
def test_a_slug_that_is_none_is_answered_in_words(load, slug: str) -> None:
    """An artist's slug that cannot stand in an address is refused with what one is made of."""
    (problem,) = problems(load, f"- folder: art\n  artist: {slug}\n")
    assert problem.startswith("accounts.yaml:2: artist: expected small letters a to z, digits and single hyphens")


@pytest.mark.parametrize("formats", ["[]", "[avif]", "[jpeg, jpeg]"])
def test_formats_without_a_jpeg_are_refused(load, formats: str) -> None:
    """Copies are made as AVIF and JPEG or as JPEG alone; anything else is refused with what is possible."""
    (problem,) = problems(load, f"site:\n  formats: {formats}\naccounts: []\n")
    assert problem.startswith("accounts.yaml:2: formats: expected [avif, jpeg] or [jpeg]")


@pytest.mark.parametrize(
    "zone",
    [
        "JST",
        "asia/tokyo",
        "Asia",
        "../../etc/passwd",
        "+09:00",
        "localtime",
        "posixrules",
        "Factory",
        "right/Asia/Tokyo",
    ],
)
def test_a_time_zone_that_nobody_knows_is_refused(load, zone: str) -> None:
    """Zones have IANA's names; anything else is a mistake with its line and, where there is one, the near name."""
    text = "site:\n  time_zone: {}\naccounts: []\n"
    near = "; did you mean 'Asia/Tokyo'?" if zone.lower().endswith("asia/tokyo") else ""
    said = f"accounts.yaml:2: time_zone: expected the name of a time zone such as Asia/Tokyo{near}, not '{zone}'"
    with pytest.raises(ConfigError, match=f"{re.escape(said)}$"):
        load(text.format(zone))
    assert load(text.format("Asia/Tokyo")).site.time_zone == "Asia/Tokyo"


@pytest.fixture
def _no_time_zones(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A system that has no data of zones, nor has Python."""
    for name in ("tzdata", *(name for name in sys.modules if name.startswith("tzdata."))):
        monkeypatch.setitem(sys.modules, name, None)
    zoneinfo.reset_tzpath(())
    zoneinfo.ZoneInfo.clear_cache()
    yield
    zoneinfo.reset_tzpath()


@pytest.mark.usefixtures("_no_time_zones")
def test_a_system_without_time_zones_says_what_to_install(load) -> None:
    """Where no zone is found at all, UTC still works and any other name is answered with the missing package."""
    text = "site:\n  time_zone: {}\naccounts: []\n"
    assert load(text.format("UTC")).site.time_zone == "UTC"
    with pytest.raises(ConfigError, match=r"accounts\.yaml:2: time_zone: expected UTC.*pip install tzdata"):
        load(text.format("Asia/Tokyo"))


@pytest.mark.parametrize("tag", ["ja", "pt-BR", "zh-Hant-TW", "en" + 4 * "-part"])
def test_a_language_that_is_accepted_stands_on_the_pages(load, tag: str) -> None:
    """The pages name every language that an entry may have."""
    assert language_tag(load(f"- folder: art\n  language: {tag}\n").accounts[0].artist.language) == tag


@pytest.mark.parametrize("tag", ["de_DE", "x", "en" + 5 * "-part"])
def test_a_language_that_no_page_would_name_is_refused(load, tag: str) -> None:
    """What the pages would leave out is a mistake in the entry, with its line."""
    (problem,) = problems(load, f"- folder: art\n  language: {tag}\n")
    assert problem.startswith("accounts.yaml:2: language: ")
    assert language_tag(tag) == ""


@pytest.mark.parametrize("handle", ["no", "0123", "12:30", "1e5", "true", "0x1F", "2024-01-01"])
def test_handles_stay_text(load, handle: str) -> None:
    """A handle that YAML would take for something else stays what was written."""
    assert load(f"- folder: {handle}\n").accounts[0].handle == handle


@pytest.mark.parametrize(("value", "name"), [("", ""), ("~", ""), ("null", ""), ("'null'", "null")])
def test_what_stands_for_no_value_says_nothing(load, value: str, name: str) -> None:
    """Nothing, and what YAML writes for it, are no text; in quotes it is one."""
    assert load(f"- folder: art\n  name: {value}\n").accounts[0].artist.name == name


def test_all_problems_at_once_with_lines_and_nearest_keys(load) -> None:
    """Every mistake is reported in one go, each with its line and the nearest right key."""
    assert problems(
        load,
        "site:\n  titel: Drawings\n  hint_threshold: 7\naccounts:\n  - blusky: aoi.example.com\n"
        "  - folder: art\n    limt: 3\n    consent: maybe\n",
    ) == [
        "accounts.yaml:2: unknown key 'titel'; did you mean 'title'?",
        "accounts.yaml:3: hint_threshold: input should be less than 1, not '7'",
        "accounts.yaml:5: unknown key 'blusky'; did you mean 'bluesky'?",
        "accounts.yaml:7: unknown key 'limt'; did you mean 'limit'?",
        "accounts.yaml:8: consent: input should be 'own', 'granted' or 'none', not 'maybe'",
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("language: Japanese", "the tag of a language, such as ja, en or zh-Hant, not 'Japanese'"),
        ("sensitive: maybe", "true or false, not 'maybe'"),
        ("limit: many", "a whole number, not 'many'"),
        ("limit: 1.5", "a whole number, not '1.5'"),
        ('name: ""', "at least one character, not ''"),
        ("name: [Aoi]", "a text, not a list"),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_in_plain_words(load, line: str, said: str) -> None:
    """What a key takes is said in words that need no programmer."""
    key = line.partition(":")[0]
    assert problems(load, f"- folder: art\n  {line}\n") == [f"accounts.yaml:2: {key}: expected {said}"]


@pytest.mark.parametrize(("value", "called"), [("[Aoi]", "a list"), ("{en: Aoi}", "a block")])
def test_what_is_no_single_value_is_called_what_it_is_in_the_file(load, value: str, called: str) -> None:
    """A list or a block where a single value belongs is called so."""
    (problem,) = problems(load, f"- folder: art\n  name: {value}\n")
    assert problem.endswith(f", not {called}")


def test_a_mistake_hides_no_other(load) -> None:
    """What is wrong with a handle, a network's own setting, the name of a network and the rest of an entry comes at
    once, each with its line; a setting for a whole network with that one, however many accounts it is for; a key
    without a value says nothing."""
    found = problems(
        load,
        "networks:\n  x:\n    dialect: pots\naccounts:\n"
        "  - bluesky: no handle\n    history: ful\n    limt: 3\n    consent: maybe\n"
        "  - mastodon: aoi\n    instance:\n    unlisted: perhaps\n"
        "  - limt: 3\n    blusky: aoi.example.com\n    limit: 0\n    history: full\n"
        "  - x: aoi_draws\n    fetch: serch\n    since: soon\n"
        "  - x: aoi_draws\n"
        "  - folder: art\n    x: cho\n    hom: true\n"
        "  - nam: Ben\n    pixiv: ben\n",
    )
    lines = {int(line.split(":")[1]): line.split(": ", 1)[1] for line in found}
    assert list(lines) == [1, 3, 5, 6, 7, 8, 9, 11, 12, 13, 14, 17, 18, 19, 20, 22, 23, 24]
    assert len(found) == len(lines)
    assert lines[1].startswith("site.contact is needed")
    assert lines[3] == "dialect is 'pots'; it may be tweet or post"
    assert lines[6] == "history is 'ful'; it may be feed or full"
    assert lines[12] == "unknown key 'limt'; did you mean 'limit'?"
    assert lines[13] == "unknown key 'blusky'; did you mean 'bluesky'?"
    assert lines[19] == "x:aoi_draws stands here and at accounts.yaml:16; keep one of them"
    assert lines[22] == "unknown key 'hom'; did you mean 'home'?"
    assert lines[23] == "unknown key 'nam'; did you mean 'name'?"
    assert lines[24].startswith("unknown key 'pixiv'; known keys: bluesky, ")


@pytest.mark.parametrize(
    "text",
    [
        *("", "~", "{}", "[]", "just text", "- ", "- - a", "a: [", "- folder: &a [*a]", "\t- folder: x"),
        *("- ? [a]\n  : b", '- folder: "\\U00110000"'),
        pytest.param("[" * 5000, id="deep"),
    ],
)
def test_broken_files_are_config_errors(load, text: str) -> None:
    """Empty, cyclic and malformed files end in one clear error."""
    assert problems(load, text)


def test_a_key_that_stands_twice_is_a_mistake(load) -> None:
    """Nobody can tell which of two values was meant; the line is that of the second."""
    (line,) = problems(load, "- folder: art\n  artist: aoi\n  artist: ben\n")
    assert line.endswith("accounts.yaml:3: the key 'artist' stands twice in one block")


def test_aliases_do_not_multiply(load) -> None:
    """A gigabyte written as nested aliases is refused at once."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert "too many values" in problems(load, "\n".join(lines))[0]


@pytest.mark.parametrize("network", ["folder", "x_archive"])
def test_nobody_can_write_where_paths_begin(load, network: str) -> None:
    """Paths begin at accounts.yaml: a ``root`` is an unknown key, at an account and for its network."""
    (entry,) = problems(load, f"- {network}: art\n  root: /elsewhere\n")
    assert entry.startswith("accounts.yaml:2: unknown key 'root'; ")
    assert "root" not in entry.partition(";")[2]
    (whole,) = problems(load, f"accounts: []\nnetworks:\n  {network}:\n    root: /elsewhere\n")
    assert whole.startswith("accounts.yaml:4: unknown key 'root'; known keys: ")


def test_same_account_twice_is_an_error(load) -> None:
    """The second entry of one account is refused, with the place of the first."""
    assert problems(load, "- folder: art\n- folder: art\n") == [
        "accounts.yaml:2: folder:art stands here and at accounts.yaml:1; keep one of them"
    ]


def test_a_folder_inside_another_is_an_error(load, tmp_path: Path) -> None:
    """Pictures that two entries would show are told with both places, whatever the paths are called; folders that lie
    beside each other, or behind a link that the outer one does not follow, are fine."""
    (tmp_path / "art" / "guest").mkdir(parents=True)
    (tmp_path / "art" / "away").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "link").symlink_to(tmp_path / "art")
    fine = "- folder: art\n- folder: art-2\n- folder: art/away\n"
    load(fine)
    with pytest.raises(ConfigError) as caught:
        load(f"- folder: art/guest\n{fine}- folder: link\n")
    inner, same = str(caught.value).splitlines()
    told = "are those of folder:art at accounts.yaml:2, too, and would be shown twice"
    assert f"accounts.yaml:1: the pictures of folder:art/guest {told}" in inner
    assert f"accounts.yaml:5: the pictures of folder:link {told}" in same


def test_networked_account_needs_a_contact(load) -> None:
    """Without a contact nobody can reach the maintainer, so no network is asked."""
    (line,) = problems(load, "site:\n  title: x\naccounts:\n  - bluesky: aoi.example.com\n")
    assert "site.contact is needed" in line
    (line,) = problems(load, "- bluesky: aoi.example.com\n")
    assert "below a line 'accounts:'" in line


@pytest.mark.parametrize("contact", ["青@例え.jp", "me(home)@example.org"])
def test_a_mail_address_that_fits_no_header_is_named_with_its_line(load, contact: str) -> None:
    """What would stop every build is said by the check, too."""
    (line,) = problems(load, f"site:\n  title: x\n  contact: {contact}\naccounts: []\n")
    assert line.startswith("accounts.yaml:3: ")
    assert "plain ASCII" in line


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("contact", "http://me.example"),
        ("site_url", "https://me.example/art/?x=1"),
        ("site_url", "https://me.example/art/#a"),
        ("site_url", "https://me.example/index.html"),
    ],
)
def test_an_address_of_the_wrong_kind_is_refused_with_its_line(load, key: str, value: str) -> None:
    """Pages' addresses begin with ``site_url``, so nothing may follow its path; people are sent to https alone."""
    with pytest.raises(ConfigError, match=rf"accounts\.yaml:2: {key}: expected .*, not '{re.escape(value)}'$"):
        load(f"site:\n  {key}: {value}\naccounts: []\n")
    assert load("site:\n  report_url: https://me.example/new?x=1#a\n  contact: https://me.example\naccounts: []\n")


@pytest.mark.parametrize(("languages", "said"), [("[english]", "languages.0: expected the tag"), ("[]", "languages: ")])
def test_a_wrong_item_of_a_list_is_named_once(load, languages: str, said: str) -> None:
    """A list whose only item is wrong is not called empty as well; one that is empty is."""
    (line,) = problems(load, f"site:\n  languages: {languages}\naccounts: []\n")
    assert line.startswith(f"accounts.yaml:2: {said}")


def test_strangers_never_share_an_artist(load) -> None:
    """Two accounts whose handles begin alike are two artists unless the file says otherwise."""
    config = load("- folder: a/aoi\n- folder: b/aoi\n- folder: c/x\n  artist: aoi-2\n- folder: d\n  artist: aoi-2\n")
    first, second, third, fourth = (account.artist.slug for account in config.accounts)
    assert len({first, second, third}) == 3
    assert third == fourth


@pytest.mark.parametrize("order", [1, -1])
def test_an_artist_that_is_written_is_never_joined_by_a_handle(load, order: int) -> None:
    """An entry without ``artist`` makes room for one that is called so, below it or above, and keeps its own name."""
    entries = ["- mastodon: aoi@art.example\n", "- folder: blue\n  artist: aoi\n  name: Blue Aoi\n"][::order]
    config = load("site:\n  contact: me@example.org\naccounts:\n" + "".join(entries))
    artists = {account.network: account.artist for account in config.accounts}
    assert (artists["folder"].slug, artists["folder"].name) == ("aoi", "Blue Aoi")
    assert (artists["mastodon"].slug, artists["mastodon"].name) == ("aoi-art-example", "")


@pytest.mark.parametrize("network", ["folder", "x_archive"])
def test_no_address_holds_the_way_to_the_maintainers_files(load, network: str) -> None:
    """The slug of a local source is the last step of its path."""
    (account,) = load(f"- {network}: /home/realname/archives/aoi.zip\n").accounts
    assert account.artist.slug == "aoi"


@pytest.mark.parametrize(("written", "read"), [("pixelfed", "mastodon"), ("Sharkey", "misskey"), ("twitter", "x")])
def test_software_that_is_read_as_anothers_is_told(load, written: str, read: str) -> None:
    """Whoever lists an account by the name of its server's software, or by an old one, reads which network it is."""
    (problem,) = problems(load, f"- {written}: aoi@art.example\n")
    assert problem == f"accounts.yaml:1: unknown key {written!r}; did you mean {read!r}?"


@pytest.mark.parametrize(("key", "first", "other"), [("name", "Aoi", "Aoi B"), ("indexing", "false", "true")])
def test_an_artist_is_called_one_thing(load, key: str, first: str, other: str) -> None:
    """What two accounts of an artist say differently is a mistake at the second: one would have been passed over
    unsaid. Saying the same twice is none."""
    entries = f"- folder: a\n  artist: aoi\n  {key}: {first}\n- folder: b\n  artist: aoi\n  {key}: "
    assert getattr(load(entries + first).accounts[1].artist, key) in ("Aoi", False)
    (problem,) = problems(load, entries + other)
    assert problem == f"accounts.yaml:6: {key}: line 3 says otherwise of the artist aoi; keep one of the two"


def test_later_entries_never_move_earlier_artists(load) -> None:
    """Adding an account at the end leaves the addresses of the others alone."""
    before = load("- folder: a/aoi\n- folder: b/aoi\n").accounts
    after = load("- folder: a/aoi\n- folder: b/aoi\n- folder: c/aoi\n").accounts
    assert [a.artist.slug for a in before] == [a.artist.slug for a in after[:2]]


def test_unknown_artist_names_the_nearest(load) -> None:
    """Asking for an artist that is not there suggests the one that is."""
    config = load("- folder: demo/minato\n")
    with pytest.raises(ConfigError, match="did you mean 'minato'"):
        config.only("minto")


def test_site_block_and_settings_agree() -> None:
    """Every key of the site block is a field of SiteSettings with the same default, and the other way round."""
    assert SiteSettings(**SiteBlock().model_dump()) == SiteSettings()
    assert set(SiteBlock.model_fields) == {field.name for field in fields(SiteSettings)}


@given(st.text(max_size=80))
def test_slugs_are_safe_in_addresses(text: str) -> None:
    """Whatever a handle holds, its slug is [a-z0-9-] or empty."""
    slug = slugify(text)
    assert slug == "" or (
        slug[0] != "-" and slug[-1] != "-" and set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    )


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """No content of accounts.yaml ends in anything but a configuration or a ConfigError."""
    path = tmp_path_factory.mktemp("any") / "accounts.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        load_config(path)
    except ConfigError as error:
        assert str(path) in str(error)  # noqa: PT017


@pytest.mark.parametrize(
    ("block", "line", "said"),
    [
        ("\n  labels: [a]\n  input_px: 384", 4, "model: is missing"),
        ("\n  input_px: 384\n  model:", 5, "model: is missing"),
        (" {}", 3, "model: is missing"),
        ("\n  model: ''", 4, "model: "),
        ("\n  model: onnx:mine.onnx\n  file: other.onnx", 5, "file: expected nothing beside onnx:PATH"),
    ],
)
def test_a_classifier_block_that_nothing_would_read_is_a_mistake(load, block: str, line: int, said: str) -> None:
    """A block names its model, and ``file`` only where a repository has several: nothing in it is silently ignored."""
    (problem,) = problems(load, f"accounts:\n  - folder: art\nclassifier:{block}\n")
    assert problem.startswith(f"accounts.yaml:{line}: {said}")


def test_a_classifier_from_a_hub_may_name_its_file(load) -> None:
    """``file`` chooses among the files of a repository, and a model may be named without any other key."""
    accounts = "accounts:\n  - folder: art\nclassifier:"
    assert load(f"{accounts}\n  model: hf:a/b@{'0' * 40}\n  file: c/m.onnx\n").classifier.file == "c/m.onnx"
    assert load(f"{accounts}\n  model: onnx:mine.onnx\n").classifier.spec == "onnx:mine.onnx"
    assert load(f"{accounts}\n").classifier.spec == ""
