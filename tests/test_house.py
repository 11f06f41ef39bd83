"""The house itself: one door a room, and nothing in it that must never be there."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "fairlineup"
NEVER = {".jpg", ".jpeg", ".webp", ".npy", ".npz", ".onnx", ".dat", ".parquet", ".pem", ".key", ".whl"}

STATISTICS = (
    "src/fairlineup/evidence/samples/model.npz"  # of portraits of hundreds; docs/samples-model-card.md
)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module", autouse=True)
def _felled() -> Iterator[None]:
    """The trees of all sources are large: none outlives these tests."""
    yield
    _tree.cache_clear()


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


WINGS = {"faces", "evidence", "service"}
"""Packages that hold rooms and nothing else."""


def _room(parts: Sequence[str]) -> tuple[str, ...]:
    return tuple(parts[:2]) if parts[0] in WINGS else tuple(parts[:1])


def _strangers_inside() -> list[str]:
    """Imports that go past a room's door: fairlineup.room.file from outside that room."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        home = _room(path.relative_to(SOURCE).parts)
        for module in _imports(path):
            first, *parts = module.split(".")
            if first != "fairlineup" or not parts or parts[0] == "measures":  # whose files are public too
                continue
            if _room(parts) not in (home, tuple(parts)):
                found.append(f"{path.relative_to(SOURCE)} imports {module}")
    return found


def test_outsiders_come_in_by_the_door() -> None:
    assert _strangers_inside() == []


def _only_a_list(path: Path) -> bool:
    """Whether a file is a door that hands names on and does nothing itself."""
    if path.name != "__init__.py":
        return False
    body = _tree(path).body
    return all(isinstance(node, ast.Import | ast.ImportFrom | ast.Assign | ast.Expr) for node in body)


def test_no_room_is_over_its_size() -> None:
    rooms = [path for path in SOURCE.rglob("*.py") if not _only_a_list(path)]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in rooms}
    assert [str(path) for path, length in lengths.items() if length > 400] == []


OURS_BY_NAME = re.compile(r"fairlineup\[|\b(?:install|add|inject)\b(?:\s+--?[\w-]+)*\s+['\"]?fairlineup\b")


def test_nobody_is_told_to_install_our_name_from_an_index() -> None:
    """It stands in none: whoever publishes it there would be installed in our place."""
    texts = [path for path in SOURCE.rglob("*") if path.suffix in {".py", ".j2", ".toml"}]
    texts += [*(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.[pm]*[ys]"), *ROOT.glob("*.md")]
    told = {path.relative_to(ROOT): OURS_BY_NAME.findall(path.read_text("utf-8")) for path in texts}
    assert len(told) > 200
    assert {path: found for path, found in told.items() if found} == {}


@pytest.mark.parametrize(
    "words",
    [
        "pip install 'fairlineup[sign]'",
        "pip install -U fairlineup",
        "uv add fairlineup",
        "the extra fairlineup[x]",
    ],
)
def test_such_words_would_be_found(words: str) -> None:
    assert OURS_BY_NAME.search(words)


def _numbers() -> Iterator[list[Path]]:
    """Each number of docs/architecture.md: the files of its measure, section, record and page."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    _, table = page.split("## Where a number is computed, and where it is shown")
    for row in table.splitlines():
        if named := re.findall(r"`([\w/]+\.py)`", row) if row.startswith("| ") else []:
            yield [
                next(SOURCE / wing / file for wing in ("", "evidence") if (SOURCE / wing / file).is_file())
                for file in named
            ]


def _defined(path: Path) -> set[str]:
    body = _tree(path).body
    names = {node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return {name for name in names if not name.startswith("_")}


def _used(path: Path) -> set[str]:
    return set(re.findall(r"\w+", path.read_text(encoding="utf-8")))


def test_a_number_is_computed_where_the_table_says() -> None:
    numbers = list(_numbers())
    assert len(numbers) == 12
    for measure, section, record, _ in numbers:
        assert _defined(measure) & _used(section), f"{section} takes nothing of {measure}"
        assert _defined(record) & _used(section), f"{section} makes nothing of {record}"


@pytest.mark.skipif(shutil.which("git") is None or not (ROOT / ".git").exists(), reason="no checkout")
def test_no_photographs_models_or_secrets_are_committed() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True)
    tracked = [Path(line) for line in listed.stdout.splitlines()]
    assert [str(path) for path in tracked if path.suffix.lower() in NEVER] == [STATISTICS]
    pictures = [path for path in tracked if path.suffix == ".png"]
    assert all(path.parts[:2] == ("docs", "pictures") for path in pictures)


# --- errors --------------------------------------------------------------------------------------

ROOTS = {"BadInput", "SystemFailed", "Refused"}
FLAG = re.compile(
    r"(?:\s|\(|`)--[a-z]|`fairlineup |fairlineup (?:audit|calibrate|congress|systems|threshold|help) "
)


def _below_cli() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        if not name.startswith("cli/") and not name.startswith("systems/workers/"):
            yield name, _tree(path)


def _descendants(of: set[str]) -> set[str]:
    """These classes of ours with all that inherit from them."""
    classes = [node for _, tree in _below_cli() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found = set(of)
    while more := {c.name for c in classes if {ast.unparse(base) for base in c.bases} & found} - found:
        found |= more
    return found


def _coded_classes() -> set[str]:
    """Classes that carry a code themselves, so that whoever raises one need not."""
    return {
        node.name
        for _, tree in _below_cli()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "code" for line in node.body)
    }


def _without_code() -> list[str]:
    needing = _descendants(ROOTS) - _descendants(_coded_classes() - {"FairlineupError"})
    return [
        f"{name}:{node.lineno}"
        for name, tree in _below_cli()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in needing
        and not any(word.arg in ("code", None) for word in node.keywords)
    ]


def test_every_error_carries_a_code() -> None:
    assert _without_code() == []


def _docstrings(tree: ast.Module) -> set[int]:
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }


def _commands_in_words() -> list[str]:
    found = []
    for name, tree in _below_cli():
        known = _docstrings(tree)
        found += [
            f"{name}:{node.lineno} {node.value[:60]!r}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in known
            and FLAG.search(node.value)
        ]
    return found


def test_no_words_below_the_command_line_name_a_flag_or_a_command() -> None:
    assert _commands_in_words() == []
