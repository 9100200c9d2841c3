"""`gallery check` on accounts.yaml: what a network's own settings may be, and where a mistake stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gallery.classify import model_id_of
from gallery.cli import main
from gallery.domain import ClassifierSettings
from gallery.resources import models_dir, templates_dir
from gallery.store import Store
from tests.toy_server import picture

MISSING = {"there is no ", "b.zip; check its path", "folder: gone is not in"}
SITE = "site:\n  contact: me@example.org\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "accounts.yaml"
    path.write_text(text, "utf-8")
    return path


def check(folder: Path, text: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(written(folder, text)), "check"])


def wrong(result: Result) -> list[str]:
    lines = [line.removeprefix("wrong: ") for line in result.output.splitlines() if line.startswith("wrong: ")]
    return [re.sub(r"^/\S+/(?=accounts\.yaml:)", "", line) for line in lines]


@pytest.mark.parametrize(
    ("entry", "mistake"),
    [
        ("bluesky: aoi.example.com\n    originals: pdf", "originals is 'pdf'"),
        ("bluesky: aoi.example.com\n    history: ful", "history is 'ful'"),
        ("bluesky: aoi.example.com\n    videos: perhaps", "videos is 'perhaps'"),
        ("mastodon: aoi@art.example\n    instance: http://x", "instance: 'http://x'"),
        ("mastodon: aoi@art.example\n    account_id: 12 34", "account_id is '12 34'"),
        ("mastodon: aoi@art.example\n    unlisted: maybe", "unlisted is 'maybe'"),
        ("mastodon: aoi@art.example\n    media_hosts: [not a host]", "media_hosts: 'not a host'"),
        ("misskey: aoi@misskey.example\n    home: 3", "home is 3"),
        ("misskey: aoi@misskey.example\n    media_hosts: 7", "media_hosts is 7"),
        ("misskey: aoi@misskey.example\n    media_hosts: [7]", "media_hosts is (7,)"),
        ("x: aoi_draws\n    fetch: serch", "fetch is 'serch'"),
        ("x: aoi_draws\n    dialect: pots", "dialect is 'pots'"),
        ("x: aoi_draws\n    replies: some", "replies is 'some'"),
        ("x: aoi_draws\n    backfill_posts: -3", "backfill_posts is -3"),
        ("x: aoi_draws\n    backfill_posts: 3201", "backfill_posts is 3201; it may be a whole number from 0 to 3200"),
        ("x: aoi_draws\n    backfill_posts: true", "backfill_posts is True"),
        ("x: aoi_draws\n    max_posts_per_run: many", "max_posts_per_run is 'many'"),
        ("x: aoi_draws\n    max_posts_per_month: -1", "max_posts_per_month is -1"),
        (f"x: aoi_draws\n    max_posts_per_run: {'9' * 400}", "max_posts_per_run is 9"),
        (f"x: aoi_draws\n    backfill_posts: {'9' * 5000}", "backfill_posts is '9"),
        ("x: aoi_draws\n    max_unverified_days: 1000000000", "max_unverified_days is 1000000000"),
        ("x: aoi_draws\n    usd_per_thousand_posts: .nan", "usd_per_thousand_posts is "),
        ("x: aoi_draws\n    usd_per_thousand_users: free", "usd_per_thousand_users is 'free'"),
        ("x: aoi_draws\n    max_unverified_days: true", "max_unverified_days is True"),
        ("x_archive: none.zip", "there is no "),
        ("x_archive: a.zip\n    parts: b.zip", "b.zip; check its path"),
        ("x_archive: a.zip\n    replies: some", "replies is 'some'"),
        ("x_archive: a.zip\n    unknown_is_sensitive: maybe", "unknown_is_sensitive is 'maybe'"),
        ("folder: gone", "folder: gone is not in"),
    ],
)
def test_a_setting_that_its_network_would_refuse_is_named_with_its_line(
    tmp_path: Path, entry: str, mistake: str
) -> None:
    """What would stop an account at night is found by the check: a setting at its line, a missing file at its
    entry's."""
    (tmp_path / "a.zip").touch()
    result = check(tmp_path, f"{SITE}accounts:\n  - {entry}\n")
    assert result.exit_code == 2
    (line,) = wrong(result)
    assert line.startswith(f"accounts.yaml:{4 if mistake in MISSING else 5}: ")
    assert mistake in line


@pytest.mark.parametrize("network", ["folder", "x_archive"])
@pytest.mark.parametrize("path", ["archives/**.zip", "a" * 300])
def test_a_path_that_no_file_can_have_is_named_with_its_entry(tmp_path: Path, network: str, path: str) -> None:
    """What the system or Python will not even look for is as missing as any other file."""
    (line,) = wrong(check(tmp_path, f'- {network}: "{path}"\n'))
    assert line.startswith("accounts.yaml:1: ")
    assert path in line


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    """Mistakes of several entries, of one entry, and a theme that is not there come together."""
    result = check(
        tmp_path,
        "site:\n  contact: me@example.org\n  theme: walls\naccounts:\n"
        "  - bluesky: aoi.example.com\n    history: ful\n    videos: perhaps\n"
        "  - mastodon: aoi@art.example\n    instance: http://x\n    media_hosts: [not a host]\n",
    )
    assert [line.partition(" ")[0] for line in wrong(result)[:4]] == [
        f"accounts.yaml:{number}:" for number in (6, 7, 9, 10)
    ]
    assert "no theme 'walls'" in wrong(result)[4]


def test_a_mistake_for_a_whole_network_is_named_once_and_where_it_stands(tmp_path: Path) -> None:
    """A setting under ``networks:`` is named with that line, however many accounts have it; their own with theirs."""
    result = check(
        tmp_path,
        f"{SITE}networks:\n  x:\n    dialect: pots\naccounts:\n"
        "  - x: aoi_draws\n  - x: ben_draws\n    replies: some\n  - x: cho_draws\n    dialect: tweet\n",
    )
    assert wrong(result) == [
        "accounts.yaml:5: dialect is 'pots'; it may be tweet or post",
        "accounts.yaml:9: replies is 'some'; it may be threads or none or all",
    ]


@pytest.mark.parametrize(
    "accounts", ["- folder: art", "- x: aoi_draws\n    dialect: tweet", "[]"], ids=["others", "own setting", "nobody"]
)
def test_a_mistake_for_a_whole_network_is_named_though_no_account_has_it(tmp_path: Path, accounts: str) -> None:
    """A setting under ``networks:`` is checked by itself: the next account of the network would have it."""
    (tmp_path / "art").mkdir()
    path = written(tmp_path, f"{SITE}networks:\n  x:\n    dialect: pots\naccounts:\n  {accounts}\n")
    run = CliRunner()
    said = "accounts.yaml:5: dialect is 'pots'; it may be tweet or post"
    assert wrong(run.invoke(main, ["--config", str(path), "check"])) == [said]
    added = run.invoke(main, ["--config", str(path), "add", "x:ben_draws"])
    assert (added.exit_code, added.output.rpartition("/")[2]) == (0, f"{said}\n")


@pytest.mark.parametrize(
    "command",
    [["build"], ["build", "--offline"], ["build", "--dry-run"], ["fetch"], ["render"], ["status"], ["gc"]],
    ids=" ".join,
)
def test_every_command_names_what_the_check_names(tmp_path: Path, command: list[str]) -> None:
    """Mistakes in settings of several networks are said all at once before anything is asked, whatever the command."""
    text = (
        f"{SITE}accounts:\n  - bluesky: aoi.example.com\n    history: ful\n    videos: perhaps\n"
        "  - x: aoi_draws\n    max_unverified_days: true\n  - x_archive: a.zip\n    parts: 7\n"
    )
    (tmp_path / "a.zip").touch()
    said = CliRunner().invoke(main, ["--config", str(written(tmp_path, text)), *command])
    assert said.exit_code == 2
    lines = said.output.removeprefix("error: ").splitlines()
    assert lines == [f"{tmp_path}/{line}" for line in wrong(check(tmp_path, text))]
    assert [line.split(":")[1] for line in lines] == ["5", "6", "8", "10"]
    assert not (tmp_path / ".gallery").exists()


def test_a_missing_folder_stops_nobody_else(tmp_path: Path) -> None:
    """What is not there is the check's to name; a build goes on with the other accounts."""
    (tmp_path / "art").mkdir()
    path = written(tmp_path, "- folder: gone\n- folder: art\n")
    assert CliRunner().invoke(main, ["--config", str(path), "fetch"]).exit_code == 3


def test_good_settings_pass(tmp_path: Path) -> None:
    """Settings that networks understand are no mistakes."""
    (tmp_path / "a.zip").touch()
    result = check(
        tmp_path,
        f"{SITE}networks:\n  x: {{fetch: search, usd_per_thousand_posts: 4.5}}\naccounts:\n"
        "  - bluesky: aoi.example.com\n    originals: pds\n    videos: false\n"
        "  - mastodon: aoi@art.example\n    account_id: 109300000000000001\n    media_hosts: '*.files.example'\n"
        "  - misskey: aoi@misskey.example\n    home: true\n"
        "  - x: aoi_draws\n    backfill_posts: 0\n"
        "  - x_archive: a.zip\n    replies: none\n",
    )
    assert (result.exit_code, wrong(result)) == (0, [])


@pytest.mark.parametrize(
    ("block", "mistake"),
    [
        ("classifier: mine.onnx", "3: classifier: 'mine.onnx' names no model"),
        ("classifier:\n  model: onnx:mine.onnx", "4: mine.onnx: cannot be read"),
        ("classifier:\n  model: onnx:mine.onnx\n  sha256: abc", "5: sha256: expected 64 digits"),
    ],
)
def test_a_mistake_about_the_classifier_is_named_with_its_line(tmp_path: Path, block: str, mistake: str) -> None:
    """One in the block stands at its line, a model that cannot be used at the line that names it."""
    (line,) = wrong(check(tmp_path, f"{SITE}{block}\naccounts: []\n"))
    assert line.replace(f"{tmp_path}/", "").startswith(f"accounts.yaml:{mistake}")


def test_a_stray_template_is_named_and_stops_no_build(tmp_path: Path) -> None:
    """A copy that an editor left in a theme is the check's to name; the nightly build goes on."""
    (tmp_path / "templates" / "mine").mkdir(parents=True)
    (tmp_path / "templates" / "mine" / "theme.toml").write_text('inherits = "wall"\n')
    (tmp_path / "templates" / "mine" / "home copy.html").write_text("")
    (tmp_path / "art").mkdir()
    text = f"{SITE}  theme: mine\naccounts:\n- folder: art\n"
    (tmp_path / "templates" / "mine" / "i18n").mkdir()
    words = tmp_path / "templates" / "mine" / "i18n" / "en.json"
    words.write_text('{"home.bst": "typo"}')
    result = check(tmp_path, text)
    assert "home copy.html: no page is made of it" in result.output
    assert "home.bst" in result.output
    words.unlink()
    assert "home copy.html: no page is made of it" in check(tmp_path, text).output
    assert CliRunner().invoke(main, ["--config", str(written(tmp_path, text)), "build", "--jobs", "1"]).exit_code == 0


def themed(folder: Path, files: Mapping[str, str], config: str = SITE) -> str:
    """The text of an accounts.yaml with a theme "mine", which inherits the wall and has these ``files``."""
    for name, content in {"theme.toml": 'inherits = "wall"\n', **files}.items():
        path = folder / "templates" / "mine" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("latin-1"))
    (folder / "art").mkdir(exist_ok=True)
    return f"{config}  theme: mine\naccounts:\n- folder: art\n"


def said_of_theme(result: Result) -> list[str]:
    return [re.sub(r"^/\S+/(?=templates/)", "", line) for line in wrong(result)]


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('inherit = "wall"', "unknown key 'inherit'; did you mean 'inherits'?"),
        ('inherits = "mine"', "themes inherit in a circle: mine → mine"),
        ('inherits = "wal"', "inherits: no theme 'wal' in "),
    ],
)
def test_a_mistake_in_theme_toml_is_named_once(tmp_path: Path, toml: str, said: str) -> None:
    """The theme is opened once, and what is wrong with it said once."""
    (line,) = said_of_theme(check(tmp_path, themed(tmp_path, {"theme.toml": toml})))
    assert line.startswith(f"templates/mine/theme.toml: {said}")


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("about.html", "<p>\n{% if %}", "2: Expected an expression, got 'end of statement block'"),
        ("about.html", "\n<p>für", "2: is not UTF-8; save the file as UTF-8"),
        ("about.html", "\n{{ site.title|capitalise }}", "2: No filter named 'capitalise'."),
        ("about.html", "\n{% include '_nowhere.html' %}", "2: there is no template '_nowhere.html'"),
        (
            "work.html",
            "{% extends 'work.html' %}\n{% block mian %}{% endblock %}",
            "2: no template that it extends has a",
        ),
        ("_footer.html", "{{ t('tags.titel') }}", "1: asks for the text 'tags.titel', which no catalogue has; did you"),
        (
            "_tile.html",
            "\n{{ page.t.plain('mine', n=1) }}",
            "2: asks for the text 'mine', which no catalogue has; write",
        ),
        ("static/theme.css", "/*\n*/p{--a:'für'}", "2: is not UTF-8; save the file as UTF-8"),
        ("static/theme.css", "/*\n*/@import 'https://x.example/a.css';", "2: 'https://x.example/a.css' is refused by"),
        ("static/theme.css", "a{}\nb{background:url( //x.example/a.png )}", "2: '//x.example/a.png' is refused by"),
        ("static/theme.css", 'b{background:url("data:image/gif;base64,x")}', "1: 'data:image/gif;base64,x' is refused"),
        ("static/theme.css", "b{background:URL(bilder/a%20b.png?1)}", "1: there is no static/bilder/a b.png"),
        ("static/theme.css", "b{background:url(../../i/a.png)}", "1: there is no ../i/a.png"),
    ],
)
def test_a_slip_in_a_theme_is_named_with_its_line(tmp_path: Path, file: str, text: str, said: str) -> None:
    """What would stop a build, or leave a page without what a style sheet asks for, is found without a page."""
    (line,) = said_of_theme(check(tmp_path, themed(tmp_path, {file: text})))
    assert line.startswith(f"templates/mine/{file}:{said}")


def test_templates_that_extend_each_other_are_named(tmp_path: Path) -> None:
    """Each template of a circle is said with the way around, and none that only leads into it."""
    lines = said_of_theme(check(tmp_path, themed(tmp_path, {"base.html": "{% extends 'about.html' %}"})))
    assert [line.rpartition("/")[2] for line in lines] == [
        "base.html:1: extends itself: base.html → about.html → base.html",
        "about.html:1: extends itself: about.html → base.html → about.html",
    ]


@pytest.mark.parametrize(
    ("inner", "outer", "file"),
    [
        ("{% include '_footer.html' %}", "{% include '_mine.html' %}", "_footer.html"),
        ("{% from '_footer.html' import a %}", "{% import '_mine.html' as b %}", "_footer.html"),
        (
            "{% extends 'about.html' %}",
            "{% extends 'base.html' %}{% block main %}{% include '_mine.html' %}{% endblock %}",
            "about.html",
        ),
    ],
)
def test_templates_that_include_each_other_are_named(tmp_path: Path, inner: str, outer: str, file: str) -> None:
    """Where one comes back to itself whatever a page shows, each of the circle is said with the way around."""
    lines = said_of_theme(check(tmp_path, themed(tmp_path, {"_mine.html": inner, file: f"\n{outer}"})))
    assert {line.rpartition("/")[2] for line in lines} == {
        f"_mine.html:1: includes itself: _mine.html → {file} → _mine.html",
        f"{file}:2: includes itself: {file} → _mine.html → {file}",
    }


def test_a_broken_template_hides_no_mistakes_of_those_that_extend_it(tmp_path: Path) -> None:
    """A template that cannot be read is said once, beside what is wrong with the others."""
    files = {"about.html": "{% extends 'base.html' %}\n{% include '_nowhere.html' %}", "base.html": "{% if %}"}
    lines = said_of_theme(check(tmp_path, themed(tmp_path, files)))
    assert [line.partition(": ")[0] for line in lines] == ["templates/mine/about.html:2", "templates/mine/base.html:1"]


def test_a_promise_that_a_theme_loses_is_said(tmp_path: Path) -> None:
    """A frame without the content policy works, and keeps from nobody what it should: that is no mistake, but told."""
    frame = (templates_dir() / "wall/base.html").read_text("latin-1").replace("{{ site.csp }}", "")
    result = check(tmp_path, themed(tmp_path, {"base.html": frame}))
    assert "templates/mine: site.csp, the content policy, is missing from every page\n" in result.output
    assert result.exit_code == 0


@pytest.mark.parametrize("theme", ["wall", "contact"])
def test_shipped_themes_have_no_mistakes(tmp_path: Path, theme: str) -> None:
    """Nothing is said of the themes that come with the gallery."""
    (tmp_path / "art").mkdir()
    result = check(tmp_path, f"{SITE}  theme: {theme}\n  languages: [en, ja]\naccounts:\n- folder: art\n")
    assert (result.exit_code, wrong(result)) == (0, [])


def test_a_theme_may_do_what_works(tmp_path: Path) -> None:
    """Nothing is said of what is no mistake: optional templates, texts put together, addresses of its own files."""
    files = {
        "_footer.html": "{% include '_footer.html' %}{% include '_no.html' ignore missing %}{{ t('nav.' ~ 'feed') }}",
        "_header.html": "{% for t in ('a',) %}{{ t.plain }}{% endfor %}{{ page.to('new/') }}{{ t(page.title) if 0 }}",
        "static/theme.css": "@namespace s url(http://www.w3.org/2000/svg);@import 'a/b.css';p{mask:url(#x) url('')}",
        "work.html": "{% extends 'work.html' %}{% block main %}{% block mine %}{% endblock %}{% endblock %}",
        "tags.html": "{% extends 'base.html' if 1 else 'x.html' %}{% block any %}{% endblock %}",
        "_pager.html": "{% if 0 %}{% include '_meta.html' %}{% endif %}",
        "_meta.html": "{% include '_pager.html' %}",
        "base.html": "{% extends 'base.html' %}{% block main %}{% include 'about.html' %}{% endblock %}",
        "static/a/b.css": "/* url(no.png) */p{background:url('../icon.svg#a')}",
    }
    text = themed(tmp_path, files)
    (tmp_path / "templates/mine/about.html").mkdir()
    assert said_of_theme(check(tmp_path, text)) == []


def test_a_build_names_a_broken_template_before_it_classifies(tmp_path: Path) -> None:
    """Not one picture is looked at for a site that could not be made; all broken templates are said."""
    text = themed(tmp_path, {"about.html": "{% if %}", "work.html": "{{ }"})
    (tmp_path / "art/a.png").write_bytes(picture(1))
    result = CliRunner().invoke(main, ["--config", str(written(tmp_path, text)), "build", "--jobs", "1"])
    assert result.exit_code == 2
    assert "about.html:1: Expected an expression" in result.output
    assert "work.html:1: unexpected '}'" in result.output
    model = model_id_of(ClassifierSettings(), models_dir(), tmp_path)
    with Store(tmp_path / ".gallery") as store:
        assert store.file_count() == len(store.unpredicted(model)) == 1
    assert not (tmp_path / "site").exists()


def test_mistakes_of_all_languages_are_named_at_once(tmp_path: Path) -> None:
    """What is wrong in the words of two languages and in a template comes together; English, below both, once."""
    files = {f"i18n/{each}.json": '{"nav.fed": "x"}' for each in ("en", "ja")} | {"about.html": "{% if %}"}
    lines = said_of_theme(check(tmp_path, themed(tmp_path, files, f"{SITE}  languages: [en, ja]\n")))
    assert [line.partition(": ")[0] for line in lines] == [
        f"templates/mine/{place}" for place in ("i18n/en.json", "i18n/ja.json", "about.html:1")
    ]


def test_a_sidecar_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """What would keep a new picture out is a mistake; a single odd key, a file beside nothing and a second one beside a
    picture are only told."""
    folder = tmp_path / "art" / "in"
    folder.mkdir(parents=True)
    for name, beside in (("a.png", '{"alt": '), ("b.png", '{"date": "yesterday"}'), ("c.png", '{"alt": "fine"}')):
        (folder / name).write_bytes(picture(1))
        (folder / f"{name}.json").write_text(beside)
    (folder / "gone.png.toml").write_text("alt = 'x'")
    (folder / "b.png.toml").write_text("sensitive = true")
    result = check(tmp_path, "- folder: art\n")
    (line,) = wrong(result)
    assert line.startswith("folder:art: in/a.png.json: Expecting value: line 1 column 9")
    assert "folder:art: in/b.png.json: `date` is not a date" in result.output
    assert "folder:art: in/gone.png.toml describes no picture" in result.output
    assert "folder:art: in/b.png: b.png.json is used, b.png.toml is not" in result.output
    assert "c.png" not in result.output


def test_of_many_bad_sidecars_some_are_named(tmp_path: Path) -> None:
    """A folder whose program wrote every sidecar wrong does not fill the screen."""
    (tmp_path / "art").mkdir()
    for number in range(25):
        (tmp_path / "art" / f"{number}.png").write_bytes(picture(1))
        (tmp_path / "art" / f"{number}.png.json").write_text("[]")
    lines = wrong(check(tmp_path, "- folder: art\n"))
    assert (len(lines), lines[-1]) == (21, "folder:art: … and 5 more such sidecars")


def test_check_says_whom_an_opt_out_meets(tmp_path: Path) -> None:
    """Whoever wrote the entry sees at once that it is heard, and which line of the list is left over."""
    (tmp_path / "optouts.yaml").write_text("- account: bluesky:Ben.Example.com\n")
    result = check(tmp_path, f"{SITE}accounts:\n  - bluesky: aoi.example.com\n  - bluesky: ben.example.com\n")
    assert result.exit_code == 0
    assert [line for line in result.output.splitlines() if "optouts.yaml, too" in line] == [
        "accounts.yaml:5: bluesky:ben.example.com stands in optouts.yaml, too, and is not read; take the entry out"
    ]
