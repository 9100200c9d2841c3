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

FOUNDATION = {"domain", "errors"}
EDGES = {"web", "store", "config"}  # what reads and writes; handed to the stages as arguments
STAGES = {"fetch", "classify", "curate", "renditions", "render", "publish"}

# room → what it may import of ours, beside domain, errors and its own parts
ALLOWED = {
    "domain": {"errors"},
    "errors": set(),
    "yamlfile": set(),
    "settings": set(),
    "config": {"settings", "sources", "yamlfile"},
    "corrections": {"yamlfile"},
    "optouts": {"sources", "yamlfile"},
    "sources": set(),
    "net": {"sources"},
    "web": {"net", "sources"},
    "decoding": set(),
    "inspection": {"decoding"},
    "helpers": set(),
    "crew": set(),
    "lock": set(),
    "store": set(),
    "wishes": {"store"},
    "hidden": {"corrections", "store", "yamlfile"},
    "fetch": {"sources", "inspection", "store", "report", "wishes"},
    "features": {"decoding"},
    "model_files": {"features"},
    "classify": {"features", "crew", "helpers", "classify_onnx", "model_files", "onnx_file"},
    "classify_onnx": {"classify", "features", "onnx_file", "onnx_graph"},
    "onnx_file": {"onnx_graph"},
    "onnx_graph": set(),
    "curate": set(),
    "renditions": {"crew", "decoding", "helpers"},
    "render": {"renditions"},
    "publish": {"helpers"},
    "report": set(),
    "tally": {"report", "store"},
    "resources": set(),
    "progress": set(),
    "lab": {
        "decoding",
        "inspection",
        "features",
        "classify",
        "classify_onnx",
        "model_files",
        "crew",
        "helpers",
        "lock",
        "store",
        "resources",
        "yamlfile",
        "corrections",
        "config",
        "optouts",
        "publish",
    },
    "serve": set(),
    "schema": {"settings", "sources"},
    "edit": {"config", "sources", "yamlfile"},
    "status": {"config", "store", "wishes"},
    "check": {
        "classify",
        "config",
        "corrections",
        "optouts",
        "pipeline",
        "publish",
        "render",
        "resources",
        "sources",
        "steps",
        "yamlfile",
    },
}
FREE = {"pipeline", "steps", "copies", "looks", "cli"}  # they join all the others: that is what they are for


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


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_follow_the_table(path: Path) -> None:
    """A room imports only what the table of docs/architecture.md allows it."""
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if room == "__init__" or room in FREE:
        return
    assert imports_of(path) - FOUNDATION - {room} <= ALLOWED[room]


def test_stages_never_import_each_other() -> None:
    """No stage knows another one, but for render, which names the copies that renditions made."""
    for stage in STAGES - {"render"}:
        assert not ALLOWED[stage] & STAGES
    assert ALLOWED["render"] & STAGES == {"renditions"}


def test_sources_never_import_each_other() -> None:
    """Each network stands alone: taking one out breaks no other."""
    sys.path.insert(0, str(ROOT))
    from gallery.sources import BUILT_IN

    networks = {target.split(":")[0].split(".")[-1] for target in BUILT_IN.values()}
    for path in sorted((PACKAGE / "sources").glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        used = {
            node.module.split(".")[-1] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
        }
        assert not (used & networks) - {path.stem}, path.name


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
