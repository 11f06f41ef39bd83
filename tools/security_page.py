"""The tables of docs/security.md: bounds with the numbers of the code, and the attacks that are tried."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "security.md"
TABLES = ROOT / "tests" / "hostile"
WRITTEN = "## What each reader bounds\n"
NOTE = (
    "\nWritten by `tools/check_docs.py` from `tests/hostile/bounds.toml` and the code itself.\n\n"
    "| reader | what | at most | beyond |\n| --- | --- | --- | --- |\n"
)
TRIED = """
## Attacks that are tried

Written by `tools/check_docs.py` from `tests/hostile/attacks.toml`: each is done in the tests, and ends
with the [error](errors.md) of that code. Beside them, fuzzers give every reader, and every adapter of a
server, good bytes made hostile: what comes of it is a value or an error with a code, never another exception.

| reader | attack | what stops it | code |
| --- | --- | --- | --- |
"""


def security_page() -> str:
    """The page as it should be: its tables written anew."""
    head, found, _ = PAGE.read_text(encoding="utf-8").partition(WRITTEN)
    if not found:
        raise ValueError(f"docs/security.md has no heading {WRITTEN.strip()!r}")
    return head + WRITTEN + NOTE + "".join(_bounds()) + TRIED + "".join(_attacks())


def _bounds() -> Iterator[str]:
    for row in _rows("bounds.toml", "bound"):
        most = row["most"] if "most" in row else _counted(_value(row["at"]), row["as"])
        yield f"| {row['reader']} | {row['what']} | {most} | {row['beyond']} |\n"


def _attacks() -> Iterator[str]:
    for row in _rows("attacks.toml", "attack"):
        yield f"| {row['reader']} | {row['attack']} | {row['bound']} | `{row['code']}` |\n"


def _rows(file: str, name: str) -> list[Mapping[str, str]]:
    found: list[Mapping[str, str]] = tomllib.loads((TABLES / file).read_text(encoding="utf-8"))[name]
    return found


def _value(at: str) -> Any:
    """A number of the code by module:NAME, or module:NAME.attribute, of a dataclass its default."""
    module, _, path = at.partition(":")
    name, _, attribute = path.partition(".")
    found = getattr(import_module(module), name)
    if not attribute:
        return found
    if isinstance(found, type):
        return next(one.default for one in dataclasses.fields(found) if one.name == attribute)
    return getattr(found, attribute)


def _counted(number: float, unit: str) -> str:
    if unit == "bytes" and number >= 2**20 and number % 2**20 == 0:
        return f"{number / 2**20:,g} MiB"
    return f"{number:,.10g} {unit}" if number < 10**10 else f"{number:,} {unit}"
