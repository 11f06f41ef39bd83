"""manifest.csv and findings.json of a run: a settled data set written down, and read back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fairlineup.evidence.plan import Action, Entry, Finding, Kind, Place, SettledDataset, Settlement
from fairlineup.evidence.runs.directory import RunDirectory
from fairlineup.files import csv_of, rows_by_name
from fairlineup.foreign import decode_json
from fairlineup.seals import Plain

_FIXED = ("person", "photo", "role", "name", "source", "population", "use", "sha256", "takes_part")
CAPTURE = "capture"  # a column of those manifests alone that say what kind each photograph is


def manifest_csv(dataset: SettledDataset, digests: Mapping[str, str]) -> bytes:
    """The settled data set, one row a photograph, with the digest of each."""
    labels = tuple(dataset.label_sources)
    everyone = (*dataset.entries, *dataset.left_out)
    capture = (CAPTURE,) if any(e.capture for e in everyone) else ()
    rows = [[*_FIXED, *capture, *(name for label in labels for name in (label, f"{label}_source"))]]
    for part, entries in (("yes", dataset.entries), ("no", dataset.left_out)):
        for e in entries:
            values = [v for x in labels for v in (e.labels.get(x, ""), dataset.label_sources[x])]
            row = [e.person, e.photo, e.role, e.name, e.source, e.population, e.use]
            row += [digests.get(e.photo, ""), part, *(e.capture for _ in capture)]
            rows.append([*row, *values])
    return csv_of(rows).encode()


def findings_json(dataset: SettledDataset) -> bytes:
    """What was found in the data set, and how it was settled."""
    rows = [_finding_row(settlement) for settlement in dataset.settlements]
    return (json.dumps(rows, indent=1, ensure_ascii=False) + "\n").encode()


def read_settled(directory: RunDirectory, place: Place) -> tuple[SettledDataset, dict[str, str]]:
    """The data set of a run, whose photographs are where they are said to be, and their digests.

    Raises: BadInput, KeyError, TypeError or ValueError: a document is missing or damaged.
    """
    rows, columns = _rows(directory.read_document("manifest.csv").decode())
    there = set(columns)
    labels = [c for c in columns if c not in _FIXED and f"{c}_source" in there]
    dataset = SettledDataset(
        place=place,
        entries=tuple(_entry(row, labels) for row in rows if row["takes_part"] == "yes"),
        left_out=tuple(_entry(row, labels) for row in rows if row["takes_part"] != "yes"),
        label_sources={label: rows[0][f"{label}_source"] for label in labels},
        settlements=_settlements(directory),
    )
    digests = {row["photo"]: row["sha256"] for row in rows if row["takes_part"] == "yes"}
    lacking = next((photo for photo, found in digests.items() if not found), "")
    if lacking:
        raise ValueError(f"no SHA-256 of {lacking}")
    return dataset, digests


def _rows(text: str) -> tuple[list[dict[str, str]], Sequence[str]]:
    """The rows of a manifest and its columns. Raises: ValueError: it is none."""
    try:
        columns, rows = rows_by_name(text)
    except ValueError as error:
        raise ValueError(f"manifest.csv: {error}") from error
    if tuple(columns[: len(_FIXED)]) != _FIXED or len(set(columns)) < len(columns):
        raise ValueError("manifest.csv with other columns")
    if not rows:
        raise ValueError("manifest.csv with no rows")
    return rows, columns


def _entry(row: Mapping[str, str], labels: Sequence[str]) -> Entry:
    return Entry(
        person=row["person"],
        photo=row["photo"],
        role="probe" if row["role"] == "probe" else "gallery",
        name=row["name"],
        source=row["source"],
        labels={label: row[label] for label in labels if row[label]},
        population="synthetic" if row["population"] == "synthetic" else "real",
        use=row["use"],
        capture=row.get(CAPTURE, ""),
    )


@dataclass(frozen=True, slots=True)
class _Settled:
    """What is read of a row of findings.json."""

    kind: Kind
    people: tuple[str, ...]
    photos: tuple[str, ...]
    detail: str
    action: Action
    reason: str


def _finding_row(settlement: Settlement) -> dict[str, Plain]:
    finding = settlement.finding
    return {
        "id": finding.id,
        "kind": finding.kind.value,
        "people": list(finding.people),
        "photos": list(finding.photos),
        "detail": finding.detail,
        "action": settlement.action.value,
        "reason": settlement.reason,
    }


def _settlements(directory: RunDirectory) -> tuple[Settlement, ...]:
    rows = decode_json(directory.read_document("findings.json"), tuple[_Settled, ...])
    return tuple(
        Settlement(Finding(row.kind, row.people, row.photos, row.detail), row.action, row.reason)
        for row in rows
    )
