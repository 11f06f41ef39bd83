"""A run without people's names: ids in their place, and a look for names that still stand somewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from fairlineup.evidence.runs import RunDirectory
from fairlineup.files import csv_by_name, is_file, rows_by_name
from fairlineup.foreign import decode_json
from fairlineup.labels import PHOTOGRAPHS, Decision, DecisionLog, reviewer_key
from fairlineup.records import BadInput

MANIFEST, FINDINGS, DECISIONS = "manifest.csv", "findings.json", "labels/decisions.jsonl"
NAMING = "one_name_two_people"  # the kind of finding whose words are a name


def names_in(folder: Path) -> set[str]:
    """Every name in a run's manifest."""
    return {row["name"] for row in _rows(folder)[1] if row["name"]}


def without_names(directory: RunDirectory) -> None:
    """Put ids in the place of people's names, and numbers in that of reviewers'."""
    folder = directory.path
    columns, rows = _rows(folder)
    unnamed = csv_by_name(columns, ({**row, "name": row["person"] if row["name"] else ""} for row in rows))
    found = decode_json((folder / FINDINGS).read_bytes())
    for one in found:
        if one["kind"] == NAMING:
            one["detail"] = " and ".join(one["people"])
    named = (json.dumps(found, indent=1, ensure_ascii=False) + "\n").encode()
    directory.put({MANIFEST: unnamed.encode(), FINDINGS: named})
    if is_file(folder / DECISIONS):
        log = DecisionLog(folder / DECISIONS, PHOTOGRAPHS)
        decisions = list(_numbered(log.read()))
        log.path.unlink()  # it is the bundle's own copy
        log.add(decisions)


def check_no_name(folder: Path, names: set[str], said: str = "") -> None:
    """Raise BadInput if a name of two words or more still stands in a text of this folder, or in `said`.

    One word is no name to this: it may be any word.
    """
    several = {name for name in names if len(name.split()) > 1}
    texts = ((path.relative_to(folder).as_posix(), path) for path in sorted(folder.rglob("*")))
    for where, path in (*texts, ("what the system said", None)):
        if path is None:
            text = said
        elif is_file(path) and path.suffix not in {".parquet", ".sqlite"}:
            text = path.read_text(encoding="utf-8")
        else:
            continue
        words = set(re.findall(r"\w+", text))
        for name in sorted(several):
            if words.issuperset(re.findall(r"\w+", name)) and name in text:
                raise BadInput(
                    "a name would still stand in the bundle",
                    expected="names nowhere but in the manifest's column name",
                    got=f"one in {where}",
                    remedy="give people ids that are no names and write none into plan or notes, "
                    "or bundle with names",
                    code="secret-in-bundle",
                )


def _rows(folder: Path) -> tuple[Sequence[str], list[dict[str, str]]]:
    return rows_by_name((folder / MANIFEST).read_bytes().decode())


def _numbered(decisions: Iterable[Decision]) -> Iterator[Decision]:
    numbers: dict[str, str] = {}
    for one in decisions:
        who = numbers.setdefault(reviewer_key(one.reviewer), f"reviewer {len(numbers) + 1}")
        yield replace(one, reviewer=who)
