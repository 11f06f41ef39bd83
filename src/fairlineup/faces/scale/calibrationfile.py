"""Calibrations as JSON files: written, read, and those that ship with the package."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from fairlineup.faces.scale.similarity import Calibration, CalibrationRow, GroupCurve
from fairlineup.files import read_file
from fairlineup.foreign import MisfitError, convert, decode_json
from fairlineup.records import BadInput

SCHEMA = "fairlineup-calibration-1"
_OWN = (
    *("schema", "name", "population", "capture", "columns"),
    *("rows", "every_pair", "groups", "ungrouped"),
)
Cells = tuple[float, float, float | None, float | None, int | None, float | None, bool]
_COLUMNS = ("distance", "fmr", "low", "high", "errors", "effective", "model")


@dataclass(frozen=True, slots=True)
class _Model:
    digest: str
    pipeline: str = ""


@dataclass(frozen=True, slots=True)
class _Group:
    label: str
    value: str
    source: str
    people: int
    pairs: int
    rows: tuple[Cells, ...]


@dataclass(frozen=True, slots=True)
class _File:
    """What is read of a calibration's file."""

    name: str
    model: _Model
    population: str
    capture: str
    rows: tuple[Cells, ...]
    every_pair: tuple[Cells, ...]
    groups: tuple[_Group, ...]
    ungrouped: dict[str, str]


def calibration_json(calibration: Calibration) -> bytes:
    """The file: numbers about people together, never a person's id, name or template."""
    about = dict(calibration.about)
    model = {"digest": calibration.made_by, **about.pop("model", {})}
    value = {
        "schema": SCHEMA,
        "name": calibration.name,
        "population": calibration.population,
        "capture": calibration.capture,
        "model": model,
        **about,
        "ungrouped": dict(calibration.ungrouped),
        "columns": list(_COLUMNS),
        "rows": [_cells(row) for row in calibration.rows],
        "every_pair": [_cells(row) for row in calibration.every_pair],
        "groups": [
            {**asdict(curve), "rows": [_cells(row) for row in curve.rows]} for curve in calibration.groups
        ],
    }
    return (_one_row_a_line(value) + "\n").encode()


def parse_calibration(text: bytes, name: str) -> Calibration:
    """Read a calibration. Raises: BadInput: not one, or damaged."""
    try:
        value = decode_json(text, dict[str, Any])
        if value.get("schema") != SCHEMA:
            raise _no_calibration(name, repr(value.get("schema", "none"))[:80])
        found = convert(value, _File)
    except MisfitError as error:
        raise _no_calibration(name, str(error)) from error
    return Calibration(
        name=found.name,
        made_by=found.model.pipeline or found.model.digest,
        population=found.population,
        capture=found.capture,
        rows=_rows(found.rows),
        every_pair=_rows(found.every_pair),
        groups=tuple(
            GroupCurve(one.label, one.value, one.source, one.people, one.pairs, _rows(one.rows))
            for one in found.groups
        ),
        ungrouped=found.ungrouped,
        about={key: one for key, one in value.items() if key not in _OWN},
    )


def read_calibration(path: Path) -> Calibration:
    """Read a calibration's file. Raises: BadInput: not there, not one, or damaged."""
    text = read_file(path, f"the calibration {path}", expected="a calibration", remedy="name another file")
    return parse_calibration(text, str(path))


def shipped_calibration(made_by: str) -> Calibration | None:
    """The calibration that ships for a pipeline; None if there is none: such a one has only distances."""
    folder = resources.files("fairlineup.faces.scale") / "calibrations"
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".json"):
            found = parse_calibration(file.read_bytes(), file.name)
            if found.made_by == made_by:
                return found
    return None


def _no_calibration(name: str, got: str) -> BadInput:
    return BadInput(
        f"{name} is no calibration",
        expected=f"JSON with schema {SCHEMA}",
        got=got,
        remedy="name another file, or make it anew",
        code="file-malformed",
        facts={"calibration": name},
    )


def _cells(row: CalibrationRow) -> list[Any]:
    return [_short(getattr(row, column)) for column in _COLUMNS]


def _short(value: Any) -> Any:
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _rows(cells: Sequence[Cells]) -> tuple[CalibrationRow, ...]:
    return tuple(CalibrationRow(*row) for row in cells)


def _one_row_a_line(value: Mapping[str, Any]) -> str:
    """JSON indented as usual, except that each row of a table stays on its line."""
    marks: dict[str, str] = {}

    def folded(one: Any) -> Any:
        if isinstance(one, Mapping):
            return {key: folded(part) for key, part in one.items()}
        if isinstance(one, list) and one and not isinstance(one[0], (list, dict)):
            mark = f"@{len(marks)}@"
            marks[f'"{mark}"'] = json.dumps(one, ensure_ascii=False, allow_nan=False)
            return mark
        return [folded(part) for part in one] if isinstance(one, list) else one

    text = json.dumps(folded(value), indent=1, ensure_ascii=False, allow_nan=False)
    for mark, row in marks.items():
        text = text.replace(mark, row, 1)
    return text
