"""Who may know whom: the table of docs/architecture.md, held against the imports of the code."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "gallery"

FOUNDATION = {"domain", "errors", "optout_rules", "post_names", "wording"}
STAGES = {"fetch", "classify", "curate", "renditions", "render", "publish"}
SHARED = {"x_common", "bluesky_labels"}  # what two networks have in common


def table() -> dict[str, set[str] | None]:
    """Room → what docs/architecture.md says that it imports; None where it may import everything."""
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    _, _, part = page.partition("## Who may know whom")
    rows = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| ")][1:]
    told: dict[str, set[str] | None] = {}
    for rooms, imports in rows:
        for room in rooms.split(", "):
            assert room not in told, f"{room} stands in two rows"
            told[room] = _names(imports)
    return told


def _names(imports: str) -> set[str] | None:
    if imports.startswith("whatever"):
        return None
    return set() if imports == "nothing" else set(imports.split(", "))


TABLE = table()


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def imports_of(path: Path) -> set[str]:
    """The rooms that a file imports, at the top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "gallery":
            names = [f"gallery.{alias.name}" for alias in node.names] if node.module == "gallery" else [node.module]
            found |= {room_of(name) for name in names}
        elif isinstance(node, ast.Import):
            found |= {room_of(alias.name) for alias in node.names if alias.name.split(".")[0] == "gallery"}
    return found - {"", "__version__"}


FILES = sorted(PACKAGE.rglob("*.py"))


def room_at(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("room", sorted({room_at(path) for path in FILES} - {"__init__"}))
def test_imports_are_those_of_the_table(room: str) -> None:
    """A room imports what the table of docs/architecture.md says of it: no more, and no less."""
    told = TABLE[room]
    found = set().union(*(imports_of(path) for path in FILES if room_at(path) == room))
    assert told is None or found - FOUNDATION - {room} == told


def test_stages_never_import_each_other() -> None:
    """No stage knows another one, but for render, which names the copies that renditions made."""
    for stage in STAGES:
        assert (TABLE[stage] or set()) & STAGES == ({"renditions"} if stage == "render" else set())


def test_networks_never_import_each_other() -> None:
    """Each network stands alone, with its helpers: taking one out breaks no other."""
    from gallery.sources import BUILT_IN

    networks = {target.split(":")[0].split(".")[-1] for target in BUILT_IN.values()}

    def network_of(module: str) -> str:
        theirs = [network for network in networks if module == network or module.startswith(f"{network}_")]
        return "" if module in SHARED else max(theirs, key=len, default="")

    for path in sorted((PACKAGE / "sources").glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        used = {
            node.module.split(".")[-1] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
        }
        assert {network_of(module) for module in used} <= {"", network_of(path.stem)}, path.name


def test_help_loads_nothing_heavy() -> None:
    """gallery --help imports none of the heavy libraries."""
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom gallery.cli import main\n"
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0\n"
        "print([name for name in ('numpy', 'PIL', 'sklearn', 'onnxruntime', 'requests', 'jinja2', 'pydantic', 'torch',"
        " 'ruamel') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert answer.stdout.strip() == "[]"


def test_every_module_explains_itself() -> None:
    """Every module opens with a docstring."""
    silent = [path.name for path in FILES if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert silent == []


def test_architecture_page_names_every_room() -> None:
    """docs/architecture.md speaks of every file and folder of the package."""
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    rooms = {path.name for path in PACKAGE.iterdir() if path.name not in {"__init__.py", "__pycache__"}}
    rooms -= {"_templates", "_models"}
    assert sorted(room for room in rooms if room not in page) == []


def test_workflows_fit_their_schema() -> None:
    """Both workflows pass the schema that the host publishes."""
    files = sorted(str(path) for path in (ROOT / ".github" / "workflows").glob("*.yml"))
    assert len(files) == 2
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", *files]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout


def test_links_between_documents_lead_somewhere() -> None:
    """Every relative link of every document names a file that is there."""
    tracked = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True)
    dead = []
    for name in tracked.stdout.split():
        for target in re.findall(r"\]\(([^)#\s]+)", (ROOT / name).read_text("utf-8")):
            here = "://" not in target and not target.startswith("mailto:")
            if here and not ((ROOT / name).parent / target).exists():
                dead.append(f"{name} → {target}")
    assert dead == []
