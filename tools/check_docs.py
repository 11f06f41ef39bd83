"""Keep the docs true: links lead somewhere, every command and room is described.

`python tools/check_docs.py` complains; `--write` renews every page and JSON schema written from the code.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from fairlineup import measures
from fairlineup.cli import outcome
from fairlineup.cli.commands import fairlineup
from fairlineup.cli.errors import BAD_INPUT, EXIT_STATUSES
from fairlineup.evidence.plan import (
    ContrastChoice,
    DatasetChoice,
    Plan,
    SystemChoice,
    write_plan,
)
from fairlineup.records import CODES
from fairlineup.results import AuditResults, ScoreResults, VersusResults, schema_of

if __package__ in (None, ""):  # run as a file
    sys.path.insert(0, str(Path(__file__).parents[1]))
from tools.security_page import PAGE as SECURITY_PAGE
from tools.security_page import security_page

ROOT = Path(__file__).parents[1]
MEASURES_PAGE = ROOT / "docs" / "measures" / "functions.md"
MEASURES_HEAD = """# Every function

Written by `tools/check_docs.py` from the functions themselves: what `fairlineup.measures` hands out,
by what it measures. `help(fairlineup.measures.NAME)` shows shapes, units, errors and sources.
"""
CLI_PAGE = ROOT / "docs" / "cli.md"
ERRORS_PAGE = ROOT / "docs" / "errors.md"
PLAN_PAGE = ROOT / "docs" / "plan.md"
SCHEMAS = {
    "scores.schema.json": (ScoreResults, "A table of scores, measured (results.json of an import)"),
    "results.schema.json": (AuditResults, "Results of a Fairlineup audit (results.json)"),
    "versus.schema.json": (VersusResults, "Runs side by side (versus.json)"),
}
PLAN_HEAD = """# A plan

Written by `tools/check_docs.py` from the plan itself.

A plan is one TOML file that says everything an audit depends on: photographs, system, thresholds, groups,
limits, seeds. It decides the result, so it is written before anything is searched, and its digest stands in
the report. `fairlineup audit plan DIR --out plan.toml` writes one for photographs of yours
([how they are laid out](dataset.md)), with every default spelled out; `fairlineup audit check plan.toml`
says what is doubtful, and `fairlineup audit run plan.toml --out RUN` runs it. What is left out has the value
that stands here, but for the folder, labels, groups and contrasts, which are examples. An unknown name is an
error.

A plan whose system is `process:`, `python:` or `embed:`, that names an interpreter for `face_recognition`, or
whose system another package brings, starts code with the rights of whoever runs it; one that names a server
sends photographs there. Such a plan from somebody else is [asked about](security.md) the first time.
"""
ERRORS_HEAD = """# Errors

Written by `tools/check_docs.py` from the tables in `records/codes.py` and `cli/errors.py`.

An error says what was expected, what was got and what to do about it. Each kind has a code that stays the
same from release to release: `error.code` in Python, where `error.facts` holds the names and values it is
about. Its class says whose fault it is (`BadInput`, `SystemFailed` or `Refused`), and so does the exit status
of the command line.

| Code | What it means | Exit status |
| --- | --- | --- |
"""
FILE = re.compile(r"`(\w+/[\w/]+\.py)`")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def main() -> int:
    if "--write" in sys.argv:
        for page, text in written().items():
            page.write_text(text, encoding="utf-8")
    complaints = [*broken_links(), *undescribed_rooms(), *missing_files(), *stale_page()]
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


def pages() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def broken_links() -> Iterator[str]:
    for page in pages():
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                yield f"{page.relative_to(ROOT)}: no such file as {target}"


def undescribed_rooms() -> Iterator[str]:
    described = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for room in sorted((ROOT / "src" / "fairlineup").iterdir()):
        if (room / "__init__.py").is_file() and f"`{room.name}/`" not in described:
            yield f"docs/architecture.md: the room {room.name} is not described"


def missing_files() -> Iterator[str]:
    """Files that the architecture names, by room and file, and that are not there or in two rooms."""
    source = ROOT / "src" / "fairlineup"
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for name in sorted(set(FILE.findall(page))):
        found = [wing for wing in ("", "faces", "evidence") if (source / wing / name).is_file()]
        if len(found) != 1:
            yield f"docs/architecture.md: {name} is in {len(found)} places"


def stale_page() -> Iterator[str]:
    for page, text in written().items():
        if not page.is_file() or page.read_text(encoding="utf-8") != text:
            name = page.relative_to(ROOT)
            yield f"{name}: not what the code says; renew it with python tools/check_docs.py --write"


def written() -> dict[Path, str]:
    """Pages that are written from the code, with their text."""
    return {
        CLI_PAGE: cli_page(),
        ERRORS_PAGE: errors_page(),
        PLAN_PAGE: plan_page(),
        MEASURES_PAGE: measures_page(),
        SECURITY_PAGE: security_page(),
        **schemas(),
    }


def schemas() -> dict[Path, str]:
    """The JSON schema of each kind of results, from its records."""
    return {
        ROOT / "docs" / name: json.dumps(schema_of(record, title), indent=1, ensure_ascii=False) + "\n"
        for name, (record, title) in SCHEMAS.items()
    }


def plan_page() -> str:
    plan = Plan(
        DatasetChoice("photographs"),
        SystemChoice("local"),
        labels={"sex": "a register of births"},
        groups=("sex",),
        contrast=(ContrastChoice("sex", "F", "M"),),
    )
    return f"{PLAN_HEAD}\n```toml\n{write_plan(plan)}```\n"


def measures_page() -> str:
    """Each public name of the measures with its signature and first sentence, by the folder it stands in."""
    rows: dict[str, list[str]] = {}
    for name in measures.__all__:
        one = getattr(measures, name)
        folder = getattr(one, "__module__", "fairlineup.measures.constants").split(".")[2:-1] or [
            "everywhere"
        ]
        said = (inspect.getdoc(one) or "").split("\n\n")[0].replace("\n", " ").replace("|", "\\|")
        if inspect.isfunction(one):
            told = ", ".join(inspect.signature(one).parameters)
            rows.setdefault(folder[0], []).append(f"| `{name}({told})` | {said} |")
        elif inspect.isclass(one):
            rows.setdefault(folder[0], []).append(f"| `{name}` | {said} |")
    tables = (
        f"\n## {folder}\n\n| name | what it is |\n|---|---|\n" + "\n".join(lines) + "\n"
        for folder, lines in sorted(rows.items())
    )
    return MEASURES_HEAD + "".join(tables)


def errors_page() -> str:
    rows = (
        f"| `{code}` | {meaning} | {EXIT_STATUSES.get(code, BAD_INPUT)} |\n"
        for code, meaning in CODES.items()
        if code != "unspecified"
    )
    return ERRORS_HEAD + "".join(rows)


def cli_page() -> str:
    head = "# Commands\n\nWritten by `tools/check_docs.py` from the commands themselves.\n"
    status = str(outcome.__doc__).split("\n\n", 1)[1].strip()
    return "\n".join([head, status + "\n", *helps(fairlineup, "fairlineup")])


def helps(command: click.Command, name: str) -> Iterator[str]:
    context = click.Context(command, info_name=name, max_content_width=100, terminal_width=100)
    yield f"## {name}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            yield from helps(found, f"{name} {child}") if found else ()


if __name__ == "__main__":
    sys.exit(main())
