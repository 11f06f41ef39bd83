"""Calibrations as JSON files: written, read, and those that ship with the package."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from fairlineup.faces.kinds import CUTS, KINDS, Cuts, KindsSeen
from fairlineup.faces.scale.inside import DIGEST_BYTES, KEY_BYTES, PeopleInside
from fairlineup.faces.scale.similarity import Calibration, CalibrationRow, GroupCurve
from fairlineup.files import read_file
from fairlineup.foreign import MisfitError, convert, decode_json
from fairlineup.records import BadInput, older_format

SCHEMA = "fairlineup-calibration-2"
READERS = {"fairlineup-calibration-1": "3a906a1f"}
"""Commits that read an older format."""
_OWN = (
    *("schema", "name", "population", "capture", "columns"),
    *("rows", "every_pair", "groups", "ungrouped", "kinds", "kind_rates", "inside"),
)
Cells = tuple[float, float, float | None, float | None, int | None, float | None, bool]
_HEXADECIMAL = re.compile(f"[0-9a-f]{{{2 * KEY_BYTES}}}")
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
class _Kinds:
    photographs: int
    counts: dict[str, int]
    quantiles: dict[str, tuple[float, ...]]
    cuts: Cuts = CUTS["dlib"]


@dataclass(frozen=True, slots=True)
class _Inside:
    key: str
    people: tuple[str, ...]
    photographs: tuple[str, ...]


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
    kinds: _Kinds
    kind_rates: tuple[_Group, ...]
    inside: _Inside


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
        "kinds": asdict(calibration.kinds),
        "columns": list(_COLUMNS),
        "rows": [_cells(row) for row in calibration.rows],
        "every_pair": [_cells(row) for row in calibration.every_pair],
        "groups": _curves(calibration.groups),
        "kind_rates": _curves(calibration.kind_rates),
        "inside": {
            "digest": f"HMAC-SHA-256 under the key, first {DIGEST_BYTES} bytes",
            "key": calibration.inside.key,
            "people": sorted(calibration.inside.people),
            "photographs": sorted(calibration.inside.photographs),
        },
    }
    return (_one_row_a_line(value) + "\n").encode()


def parse_calibration(text: bytes, name: str) -> Calibration:
    """Read a calibration. Raises: BadInput: not one, or damaged."""
    try:
        value = decode_json(text, dict[str, Any])
        schema = value.get("schema")
        if isinstance(schema, str) and schema in READERS:
            raise older_format(name, expected=SCHEMA, got=schema, reader=READERS[schema])
        if schema != SCHEMA:
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
        groups=_read_curves(found.groups),
        ungrouped=found.ungrouped,
        kinds=_read_kinds(found.kinds, name),
        kind_rates=_read_curves(found.kind_rates),
        inside=_read_inside(found.inside, name),
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


def _curves(curves: Sequence[GroupCurve]) -> list[dict[str, Any]]:
    return [{**asdict(curve), "rows": [_cells(row) for row in curve.rows]} for curve in curves]


def _read_curves(found: Sequence[_Group]) -> tuple[GroupCurve, ...]:
    return tuple(
        GroupCurve(one.label, one.value, one.source, one.people, one.pairs, _rows(one.rows)) for one in found
    )


def _read_kinds(found: _Kinds, name: str) -> KindsSeen:
    most = found.photographs
    if set(found.counts) != set(KINDS) or most < 1 or not all(0 <= n <= most for n in found.counts.values()):
        raise _no_calibration(name, "counts of kinds that cannot be")
    return KindsSeen(most, found.counts, found.quantiles, found.cuts)


def _read_inside(found: _Inside, name: str) -> PeopleInside:
    lengths = {len(one) for one in (*found.people, *found.photographs)}
    if not _HEXADECIMAL.fullmatch(found.key) or lengths != {2 * DIGEST_BYTES} or not found.people:
        raise _no_calibration(name, "digests of its people that are none")
    return PeopleInside(found.key, frozenset(found.people), frozenset(found.photographs))


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
