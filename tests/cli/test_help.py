from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from fairlineup.cli.commands import fairlineup
from fairlineup.cli.manual import find, topics
from fairlineup.cli.plaintext import plain

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
NAMED = re.compile(r"fairlineup help ((?:[a-z][\w.-]*/)*[\w.-]*\w)(?![/\w{])")
COMMANDS = fairlineup.list_commands(click.Context(fairlineup))
PLACEHOLDERS = {"TOPIC", "measures/PAGE"}  # in texts that say how topics are named
Run = Callable[..., tuple[int, str, str]]


def leads(text: str) -> set[str]:
    """Topics that a text sends its reader to, however it was broken into lines."""
    said = re.sub(r'"\s*\n\s*f?"', "", text)  # a text in two strings
    return set(NAMED.findall(" ".join(said.split())))


def test_every_page_is_a_topic(run: Run) -> None:
    code, out, err = run("help")
    assert (code, err) == (0, "")
    listed = {line.split()[0] for line in out.splitlines() if line.startswith("  ")}
    assert listed == set(topics())
    assert {topic.file for topic in topics().values()} >= set(PAGES)
    assert {"dataset", "plan", "measures", "systems", "measures/fpir", "systems/rekognition"} <= listed


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_plain_text_without_dead_links(run: Run, page: Path) -> None:
    name = next(topic.name for topic in topics().values() if topic.file == page)
    code, out, err = run("help", name)
    assert (code, err) == (0, "")
    assert not re.search(r"\]\(|\*\*\w", out)
    assert not re.search(r"(?<![\w/])docs/[\w/-]+\.md", out)
    assert [lead for lead in leads(out) if not find(lead) and lead not in COMMANDS] == []
    shown = [line for line in out.splitlines() if not line.startswith("    ") and "http" not in line]
    assert max(map(len, shown)) <= 100


def test_a_page_loses_no_word(run: Run) -> None:
    _, out, _ = run("help", "dataset")
    said = set(re.findall(r"\w+", out))
    written = re.sub(
        r"\]\([^)]*\)|^\|[-|]+$", "", (ROOT / "docs" / "dataset.md").read_text("utf-8"), flags=re.M
    )
    heads = {"column", "finding", "it"}  # of the first column of a table that is told row by row
    assert set(re.findall(r"\w+", written)) - said <= heads


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("fpir", "measures/fpir"),
        ("FPIR", "measures/fpir"),
        ("docs/measures/fpir.md", "measures/fpir"),
        ("minimal.py", "examples/systems/minimal.py"),
        ("measures", "measures"),
        ("systems", "systems"),
        ("nothing", None),
        ("", None),
        ("../pyproject.toml", None),
    ],
)
def test_a_topic_by_what_somebody_calls_it(said: str, name: str | None) -> None:
    found = find(said)
    assert (found.name if found else None) == name


def test_a_file_comes_as_it_is(run: Run) -> None:
    example = ROOT / "examples" / "systems" / "minimal.py"
    assert run("help", "examples/systems/minimal.py") == (0, example.read_text("utf-8"), "")
    page = (ROOT / "docs" / "runs.md").read_text("utf-8")
    assert run("help", "runs", "--as-written") == (0, page, "")


def test_a_system_and_a_command_are_topics_too(run: Run) -> None:
    assert run("help", "local")[1].startswith("Other models\n===")
    code, out, _ = run("help", "audit", "run")
    assert code == 0
    assert out.startswith("Usage: fairlineup audit run [OPTIONS] PLAN")


def test_an_unknown_topic_names_the_near_ones(run: Run) -> None:
    code, out, err = run("help", "fpirr")
    assert (code, out) == (2, "")
    assert "measures/fpir" in err
    assert "`fairlineup help` lists all topics" in err
    assert len(err.splitlines()) == 1


def test_every_topic_that_any_text_names_is_one(run: Run) -> None:
    texts = [*(ROOT / "src").rglob("*.py"), *(ROOT / "src").rglob("*.j2"), *PAGES, ROOT / "README.md"]
    pages = re.compile(r'"page": "([\w/.-]+)"')  # facts of errors, told as `fairlineup help PAGE`
    named = {lead for path in texts for lead in leads(path.read_text("utf-8"))} - PLACEHOLDERS
    named |= {page for path in texts for page in pages.findall(path.read_text("utf-8"))}
    assert len(named) > 10
    dead = {lead for lead in named if not find(lead) and lead not in COMMANDS}
    assert dead == set()


def test_no_message_names_a_page_that_a_wheel_has_not(run: Run) -> None:
    """Where ours are named by path, it is for `systems --json`, which gives the command beside it."""
    code, out, _ = run("systems")
    assert code == 0
    assert "docs/" not in out
    assert "  fairlineup help systems/rekognition\n" in out


class TestPlainText:
    def test_paragraphs_are_filled_and_emphasis_goes(self) -> None:
        assert plain("One **bold** word,\nan *other*: `a*b*c`, 2 * 3 * 4.", str) == (
            "One bold word, an other: `a*b*c`, 2 * 3 * 4.\n"
        )

    def test_items_stand_together(self) -> None:
        assert plain("- one\n  goes on\n- two\n\nafter", str) == "- one goes on\n- two\n\nafter\n"

    def test_code_keeps_its_lines(self) -> None:
        text = "    a = 1\n\n    if a:\n        b\n\n```toml\n# no heading\n| no table |\n```"
        assert plain(text, str) == (
            "    a = 1\n\n    if a:\n        b\n\n    # no heading\n    | no table |\n"
        )

    def test_narrow_tables_are_columns(self) -> None:
        assert plain("| a | bb |\n|---|---|\n| `x|y` | 1 |", str) == "a      bb\n-----  --\n`x|y`  1\n"

    def test_wide_tables_are_told_row_by_row(self) -> None:
        wide = "w " * 40
        told = plain(f"| a | b |\n|---|---|\n| x | {wide}|\n| y | |", str, width=60)
        assert told.splitlines()[0] == "x"
        assert told.splitlines()[1].startswith("    b: w w")
        assert told.splitlines()[-1] == "y"

    def test_links_say_where_they_lead(self) -> None:
        assert plain("[words](page.md) ![alt](x.png)", lambda _: "there") == (
            "words (there) [picture: alt]\n"
        )


def test_a_wheel_has_every_page(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    build = f"from hatchling.build import build_wheel; build_wheel({str(tmp_path)!r})"
    subprocess.run([sys.executable, "-c", build], cwd=ROOT, check=True, capture_output=True, timeout=300)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "installed")
    installed = tmp_path / "installed"
    shipped = {
        path.relative_to(installed / "fairlineup") for path in (installed / "fairlineup").rglob("*.md")
    }
    assert shipped == {page.relative_to(ROOT) for page in PAGES}
    for name in ("dataset", "systems/process", "examples/systems/minimal.py"):
        shown = subprocess.run(
            [sys.executable, "-m", "fairlineup", "help", name],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(installed), "PYTHONUTF8": "1"},
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=True,
        )
        topic = find(name)
        assert topic
        assert topic.title in shown.stdout or topic.text == shown.stdout


def test_help_stays_out_of_the_way() -> None:
    """Naming the commands loads neither pages nor anything heavy."""
    code = (
        "import sys; from fairlineup.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'numpy', 'fairlineup.cli.plaintext'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code]
    shown = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
    assert shown.stdout.splitlines()[-1] == "[]"
    assert "help" in COMMANDS
