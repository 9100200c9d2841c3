"""Themes: what a theme lacks comes from the one it inherits, and a gallery's own files win over both, one by one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Template, nodes

from gallery.domain import OutputFile, SiteSettings
from gallery.errors import ConfigError, RenderError
from gallery.render.i18n import load_catalogue
from gallery.render.page import runs_rightward
from gallery.render.promise_check import lost_promises
from gallery.render.style_check import style_mistakes
from gallery.render.theme import RATIOS, open_theme, ratio_class, style_sheet
from gallery.render.theme_check import broken_templates, stray_templates, template_mistakes
from gallery.resources import templates_dir
from tests.made_gallery import imagined_renditions, made_exhibition, write_site
from tests.render_kit import content, files_of, text_of

SETTINGS = SiteSettings(title="Drawn", theme="contact")


def _site(folder: Path, *own: Path) -> Path:
    exhibition = made_exhibition(works=6, artists=1)
    write_site(folder, exhibition, SETTINGS, imagined_renditions(exhibition, SETTINGS), own)
    return folder


def test_a_theme_falls_back_file_by_file() -> None:
    """The contact sheet brings its own footer and style; everything else is the wall's."""
    theme = open_theme("contact", [templates_dir()])
    shipped = templates_dir()
    assert theme.static["theme.css"] == shipped / "contact/static/theme.css"
    assert theme.static["wall.css"] == shipped / "wall/static/wall.css"
    assert theme.environment.get_template("_footer.html").filename == str(shipped / "contact/_footer.html")
    assert theme.environment.get_template("work.html").filename == str(shipped / "wall/work.html")


def test_the_contact_sheet_looks_different_and_works_alike(tmp_path: Path) -> None:
    """Its pages load both style sheets, carry the edge print, and keep the wall's markup for pictures and scripts."""
    page = (_site(tmp_path) / "index.html").read_text()
    assert page.index("/wall.css") < page.index("/theme.css")
    assert 'class="edge"' in page
    assert 'class="t"' in page
    assert "/gallery.js" in page


def test_a_gallerys_own_file_wins(tmp_path: Path) -> None:
    """A file in the gallery's own templates/ replaces just that file, of the theme or of what it inherits."""
    own = tmp_path / "templates"
    (own / "contact").mkdir(parents=True)
    (own / "wall/static").mkdir(parents=True)
    (own / "wall/static/icon.svg").write_text("<svg/>")
    (own / "contact/_footer.html").write_text("<footer>our own words</footer>")
    (own / "wall/_header.html").write_text("<header>our own head</header>")
    site = _site(tmp_path / "site", own)
    assert [icon.read_text() for icon in site.glob("static/*/icon.svg")] == ["<svg/>"]
    page = (site / "about/index.html").read_text()
    assert "<footer>our own words</footer>" in page
    assert "<header>our own head</header>" in page
    assert 'class="prose' in page


def _pages(own: Path, files: Mapping[str, str | bytes]) -> dict[str, OutputFile]:
    """The files of a site in a theme "mine", which inherits the contact sheet and has these ``files``."""
    for name, held in {"theme.toml": 'inherits = "contact"', **files}.items():
        path = own / "mine" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(held.encode() if isinstance(held, str) else held)
    return files_of(made_exhibition(works=6, artists=1), SiteSettings(title="Drawn", theme="mine"), (own,))


def test_a_template_that_names_itself_means_the_one_that_it_replaces(tmp_path: Path) -> None:
    """One may keep most of a template: extend it under its own name, or include it, in every folder of the chain."""
    (tmp_path / "contact").mkdir()
    (tmp_path / "contact/_footer.html").write_text('{% include "_footer.html" %}<hr>')
    files = _pages(
        tmp_path,
        {
            "base.html": '{% extends "base.html" %}{% block head %}<meta name="mine">{% endblock %}',
            "about.html": '{% extends "about.html" %}{% block main %}{{ super() }}<p>Hello.</p>{% endblock %}',
            "_footer.html": '{% include "_footer.html" %}<p>mine</p>',
        },
    )
    page = text_of(files, "about/index.html")
    assert page.count("<footer>") == page.count('<meta name="mine">') == 1
    assert re.search(r'class="edge"(?s:.*)</footer>\s*<hr><p>mine</p>', page)
    assert re.search(r'id="privacy"(?s:.*)</article>\s*<p>Hello\.</p>', page)


@pytest.mark.parametrize(
    ("template", "text", "said"),
    [
        ("_mine.html", '{% include "_mine.html" %}', "_mine.html:1 .*: _mine.html names itself, and no "),
        ("_mine.html", '{% include "_footer.html" %}', "_(mine|footer).html:1 .*: it includes or extends itself"),
        ("_mine.html", "\n{{ t('tags.titel') }}", "_mine.html:2 .*: a template asks for the text 'tags.titel'"),
        ("_mine.html", "{{ t('pager.page', number=1) }}", "_mine.html:1 .*: i18n/en.json: pager.page: cannot"),
        ("_mine.html", "{{ t('nav.feed')|capitalise }}", "_mine.html:1 .*: No filter named 'capitalise'"),
        ("_other.html", "", "_footer.html:1 .*: there is no template '_mine.html'"),
    ],
)
def test_a_template_that_cannot_be_drawn_is_named(tmp_path: Path, template: str, text: str, said: str) -> None:
    """A circle, a text or a template that is not there: the message says the template, its line and the page."""
    files = _pages(tmp_path, {"_footer.html": '{% include "_mine.html" %}', template: text})
    with pytest.raises(RenderError, match=rf"^template {said}") as caught:
        text_of(files, "about/index.html")
    assert " cannot make about/index.html: " in str(caught.value)


@pytest.mark.parametrize("file", ["about.html", "static/theme.css"])
def test_a_file_of_a_theme_that_is_not_utf_8_is_named(tmp_path: Path, file: str) -> None:
    """A template or a style sheet that an editor saved in another encoding is said with its line."""
    with pytest.raises(ConfigError, match=rf"mine/{file}:2: is not UTF-8; save the file as UTF-8"):
        text_of(_pages(tmp_path, {file: "/* */\n/* für */".encode("latin-1")}), "about/index.html")


def test_pages_admit_fonts_only_where_the_theme_has_one(tmp_path: Path) -> None:
    """The policy names fonts for a theme with a font file, in pages and headers alike; the shipped themes have none."""
    for own, admitted in (({}, False), ({"static/fonts/own.WOFF2": b"wOF2"}, True)):
        files = _pages(tmp_path, own)
        policies = [text_of(files, path) for path in ("about/index.html", "404.html", "_headers")]
        assert ["font-src" in unescape(text) for text in policies] == [admitted] * 3
        assert all("style-src 'self'; font-src 'self'; " in unescape(text) for text in policies) == admitted


def test_a_language_from_right_to_left_says_so(tmp_path: Path) -> None:
    """Its pages carry dir="rtl", by the script where one is named, and their pager's arrows point the other way; all
    others carry no direction."""
    rightward = {tag: runs_rightward(tag) for tag in ("en", "ja", "ar", "he-IL", "az-Arab-IR", "ku-Latn", "ar-Latn")}
    assert [tag for tag, runs in rightward.items() if not runs] == ["ar", "he-IL", "az-Arab-IR"]
    own = tmp_path / "templates"
    (own / "wall/i18n").mkdir(parents=True)
    (own / "wall/i18n/ar.json").write_bytes((templates_dir() / "wall/i18n/en.json").read_bytes())
    settings = SiteSettings(title="Drawn", languages=("en", "ar"), page_size=4)
    exhibition = made_exhibition(works=6, artists=1)
    write_site(tmp_path / "site", exhibition, settings, imagined_renditions(exhibition, settings), (own,))
    assert '<html lang="ar" dir="rtl"' in (tmp_path / "site/ar/index.html").read_text()
    assert '<html lang="en">' in (tmp_path / "site/index.html").read_text()
    assert "Older ←</a>" in (tmp_path / "site/ar/new/index.html").read_text()
    assert "Older →</a>" in (tmp_path / "site/new/index.html").read_text()


def test_a_theme_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A name without a folder, a circle, or an unreadable theme.toml is an error that says which."""
    with pytest.raises(RenderError, match=r"no theme 'walls'.*did you mean 'wall'"):
        open_theme("walls", [templates_dir()])
    with pytest.raises(RenderError, match=r"no theme '\.\./wall'"):
        open_theme("../wall", [templates_dir()])
    for name, other in (("one", "two"), ("two", "one")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "theme.toml").write_text(f'inherits = "{other}"\n')
    with pytest.raises(ConfigError, match=r"two.theme\.toml: .*one → two → one"):
        open_theme("one", [tmp_path])
    (tmp_path / "two/theme.toml").write_text("inherits = [")
    with pytest.raises(ConfigError, match=r"two.theme\.toml"):
        open_theme("one", [tmp_path])


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('inherit = "wall"', "mine/theme.toml: unknown key 'inherit'; did you mean 'inherits'?"),
        ('inherits = ["wall"]', 'mine/theme.toml: inherits must name a theme, as in: inherits = "wall"'),
        ('inherits = "wal"', "mine/theme.toml: inherits: no theme 'wal' in "),
        (None, 'mine/theme.toml: is missing; a line in it must say: inherits = "wall"'),
        ("# all my own", "mine: has no i18n/en.json, and its theme.toml names no theme that has one"),
    ],
)
def test_a_mistake_in_theme_toml_is_named_there(tmp_path: Path, toml: str | None, said: str) -> None:
    """What a theme.toml gets wrong is said of that file, not of the languages that are not found for it."""
    (tmp_path / "mine").mkdir()
    if toml is not None:
        (tmp_path / "mine/theme.toml").write_text(toml)
    with pytest.raises(ConfigError) as caught:
        load_catalogue("en", open_theme("mine", [tmp_path, templates_dir()]).words_folders)
    assert str(caught.value).startswith(f"{tmp_path}/{said}")


def test_a_template_that_nothing_uses_is_named(tmp_path: Path) -> None:
    """A template of a theme is one that pages are made of, or named by another: else its name is wrong."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/theme.toml").write_text('inherits = "wall"')
    (tmp_path / "mine/hom.html").write_text("")
    (tmp_path / "mine/_extra.html").write_text("")
    (tmp_path / "mine/_footer.html").write_text('{% include "_extra.html" %}')
    theme = open_theme("mine", [tmp_path, templates_dir()])
    assert stray_templates(theme) == [
        f"{tmp_path}/mine/hom.html: no page is made of it, and no template names it; did you mean 'home.html'?"
    ]
    (tmp_path / "mine/hom.html").rename(tmp_path / "mine/home.html")
    assert stray_templates(theme) == []


def test_a_theme_that_works_is_not_called_wrong(tmp_path: Path) -> None:
    """A replaced page that no one draws, a block shown by its name, a choice of parents, a part in a folder of its own,
    and addresses that only look like files: nothing of it is a mistake."""
    for name, text in {
        "theme.toml": 'inherits = "wall"',
        **{page.name: '{% extends "base.html" %}' for page in (templates_dir() / "wall").glob("[a-z4]*.html")},
        "base.html": "{% block main %}{% endblock %}",
        "parts/line.html": "<p>",
        "tags.html": '{% extends "base.html" %}{% block more %}{% endblock %}'
        "{% block main %}{{ self.more() }}{% endblock %}",
        "about.html": '{% if site %}{% extends "base.html" %}{% else %}{% extends "home.html" %}{% endif %}'
        "{% block x %}{% endblock %}",
        "home.html": '{% extends "base.html" %}{% block main %}{% include "./parts/line.html" %}{% endblock %}',
        "static/own.css": "a{content:'url(x)'}b{background:url(/logo.png)}c{background:url(a\\ b.png)}",
        "static/a b.png": "",
        "static/vendor/theirs.css": "d{src:url(font.eot)}",
    }.items():
        (tmp_path / "mine" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "mine" / name).write_text(text)
    theme = open_theme("mine", [tmp_path, templates_dir()])
    assert [*stray_templates(theme), *template_mistakes(theme, ()), *style_mistakes(theme)] == []


@pytest.mark.parametrize(
    ("template", "text", "lost"),
    [
        ("_footer.html", "", []),
        ("_tile.html", "{% macro image() %}{% endmacro %}{% macro tiles() %}{% endmacro %}", []),
        ("base.html", "{{ site.csp }}{{ page.robots }}{% include '_header.html' %}", ["tdm-reservation … every page"]),
        ("base.html", 'tdm-reservation {{ page.robots }}{{ page.to("optout/") }}', ["site.csp … every page"]),
        (
            "work.html",
            '{% extends "base.html" %}{% from "_tile.html" import image %}{{ image(page, work) }}',
            ["wing.name … work.html", "work.post … work.html"],
        ),
        (
            "work.html",
            '{% extends "base.html" %}{% macro who(w) %}{{ link() }}{% endmacro %}{% macro link() %}'
            '{{ wing.artist.name }}{{ work["post"] }}{% endmacro %}{{ who(work) }}',
            [],
        ),
        ("work.html", '{% extends "base.html" %}{% include "_work_" ~ work.listing ~ ".html" %}', []),
    ],
)  # fmt: skip
def test_a_theme_that_loses_a_promise_is_named(tmp_path: Path, template: str, text: str, lost: list[str]) -> None:
    """What artists and visitors rely on has to stand in some template of each page, not in a macro that it leaves
    alone; `gallery check` says what is missing where."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/theme.toml").write_text('inherits = "wall"')
    (tmp_path / "mine" / template).write_text(text)
    said = lost_promises(open_theme("mine", [tmp_path, templates_dir()]))
    assert [re.sub(rf"^{tmp_path}/mine: (\S+),.* from ", r"\1 … ", line) for line in said] == lost


def test_a_part_in_a_folder_is_looked_at(tmp_path: Path) -> None:
    """What a template names is read wherever it lies, and a name that is none ends in no traceback."""
    (tmp_path / "mine/parts").mkdir(parents=True)
    (tmp_path / "mine/theme.toml").write_text('inherits = "wall"')
    (tmp_path / "mine/_footer.html").write_text(
        '{% include "parts/x.html" %}{% if site.none %}{% include 5 %}{% endif %}'
    )
    (tmp_path / "mine/parts/x.html").write_text("{% if %}")
    theme = open_theme("mine", [tmp_path, templates_dir()])
    assert [line.partition(":")[0] for line in template_mistakes(theme, ())] == [f"{tmp_path}/mine/parts/x.html"]
    assert len(broken_templates(theme, templates_dir())) == 1


def test_the_templates_of_a_theme_that_inherits_nothing_are_looked_at(tmp_path: Path) -> None:
    """A whole copy of the wall is one's own: a slip in it stops a build as early as in any other."""
    shutil.copytree(templates_dir() / "wall", tmp_path / "mine")
    (tmp_path / "mine/about.html").write_text("{% if %}")
    theme = open_theme("mine", [tmp_path, templates_dir()])
    assert [line.partition(":")[0] for line in broken_templates(theme, templates_dir())] == [
        f"{tmp_path}/mine/about.html"
    ]


def _rows(title: str) -> list[list[str]]:
    """The cells of all rows of tables below a heading of docs/themes.md."""
    document = (templates_dir().parent / "docs/themes.md").read_text("utf-8")
    section = document.partition(f"{title}\n")[2].partition("\n##")[0]
    return [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]


def _named(cell: str) -> set[str]:
    return {word for code in re.findall(r"`([^`]+)`", cell) for word in re.findall(r"\w+", code)}


def test_the_theme_page_names_what_each_template_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """docs/themes.md lists for every page the names that its template gets, and what they are; no other."""
    given: dict[str, set[str]] = {}
    render = Template.render

    def noting(template: Template, **context: object) -> str:
        given.setdefault(str(template.name), set()).update(context)
        return render(template, **context)

    monkeypatch.setattr(Template, "render", noting)
    files = files_of(made_exhibition(works=40, artists=2), SiteSettings(title="Drawn"))
    for file in files.values():
        if file.path.endswith(".html"):
            content(file)
    told = {name: _named(cells[2]) if len(cells) > 2 else set() for cells in _rows("## Making a theme")[1:]
            for name in re.findall(r"`(\w+\.html)`", cells[0])}  # fmt: skip
    assert given == {name: told[name] | {"page", "site", "t"} for name in given}
    assert given.keys() == {name for name in told if name != "base.html" and not name.startswith("_")}
    explained = {name for cells in _rows("### What templates are given") for name in _named(cells[0])}
    assert set().union(*given.values()) - {"page", "site", "t", "wing", "wings", "work"} <= explained


def test_the_theme_page_names_all_that_shipped_templates_use() -> None:
    """Every member of what a template is given that a shipped one asks for stands in docs/themes.md."""
    told = {name for cells in _rows("### What templates are given") for cell in cells for name in _named(cell)}
    environment = open_theme("contact", [templates_dir()]).environment
    used = {
        node.attr
        for file in templates_dir().glob("*/*.html")
        for node in environment.parse(file.read_text("utf-8")).find_all(nodes.Getattr)
    }
    of_python_and_jinja = {"index0", "startswith", "strftime"}
    of_the_configuration = {"click", "formats", "indexing", "work_pages"}
    assert used - told == of_python_and_jinja | of_the_configuration


def test_style_sheets_lose_comments_and_gain_classes() -> None:
    """Comments go, strings that look like comments stay, and the mark becomes the generated classes."""
    served = style_sheet('a{content:"/* kept */"} /* gone */\n/*! gallery:classes */')
    assert "/* kept */" in served
    assert "gone" not in served
    assert served.count(".c") == 128
    assert served.count(".r") == len(RATIOS) == 48


def test_colour_pairs_stand_after_what_every_browser_reads() -> None:
    """A rule with pairs, also inside another and with functions in them, comes plain, dark and as it was."""
    served = style_sheet("@media print{.a{top:1px}.b>i{color:light-dark(rgb(1 2 3/calc(1*1)),var(--a,red));left:0}}")
    assert served.split("\n")[:5] == [
        "@media print{.a{top:1px}",
        ".b>i{color:rgb(1 2 3/calc(1*1));left:0}",
        "@media(prefers-color-scheme:dark){.b>i{color:var(--a,red)}}",
        "@supports(color:light-dark(red,red)){.b>i{color:light-dark(rgb(1 2 3/calc(1*1)),var(--a,red))}}",
        "}",
    ]


def test_pairs_in_an_animation_stay_as_they_are() -> None:
    """A keyframe holds no rules of its own, so nothing is put into an animation that would spoil it."""
    animation = "@keyframes glow{from{color:light-dark(red,blue)}50%, 60.5%{color:light-dark(blue,red)}}"
    assert style_sheet(animation) == animation + "\n"


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_the_ratio_class_is_the_nearest(width: int, height: int) -> None:
    """A tile's shape is within two per cent of the picture's, or the most extreme one a row can take."""
    ratio = min(max(width / height, RATIOS[0]), RATIOS[-1])
    assert abs(RATIOS[ratio_class(width, height)] / ratio - 1) < 0.02


def test_the_theme_page_names_what_there_is() -> None:
    """docs/themes.md lists every template and every variable of the default theme, and no other."""
    document = (templates_dir().parent / "docs" / "themes.md").read_text("utf-8")
    wall = templates_dir() / "wall"
    assert set(re.findall(r"`(_?[a-z]+\.html)`", document)) - {"404.html"} == {
        path.name for path in wall.glob("*.html")
    }
    variables = set(re.findall(r"(?<![\w-])(--[a-z0-9-]+):", (wall / "static" / "wall.css").read_text("utf-8")))
    described = set(re.findall(r"`(--[a-z0-9-]+)`", document)) | {f"--s{number}" for number in range(1, 8)}
    assert variables - {"--far", "--tall"} == described - {"--r", "--c"}
