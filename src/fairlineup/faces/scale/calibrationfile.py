"""Calibrations as JSON files: written, read, and those that ship with the package."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta

from fairlineup.faces.kinds import CUTS, KINDS, Cuts, KindsSeen
from fairlineup.faces.scale.inside import DIGEST_BYTES, KEY_BYTES, PeopleInside
from fairlineup.faces.scale.similarity import Calibration, CalibrationRow, GroupCurve
from fairlineup.files import read_file
from fairlineup.foreign import MisfitError, convert, decode_json
from fairlineup.records import BadInput, older_format

SCHEMA = "fairlineup-calibration-3"
READERS = {"fairlineup-calibration-1": "3a906a1f", "fairlineup-calibration-2": "a15160d6"}
"""Commits that read an older format."""
_OWN = (
    *("schema", "name", "population", "capture", "columns"),
    *("rows", "every_pair", "groups", "ungrouped", "kinds", "kind_rates", "inside", "halves"),
)
Count = Annotated[int, Meta(ge=0)]
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
class _Chosen:
    part: str
    why: str


@dataclass(frozen=True, slots=True)
class _File:
    """What is read of a calibration's file, or told of it."""

    name: str
    kind: Literal["real", "synthetic"]
    people: Count
    pairs: Count
    settled: dict[str, Count]
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
    halves: tuple[dict[str, Any], ...] = ()
    chosen: _Chosen | None = None


def calibration_json(calibration: Calibration) -> bytes:
    """The file: numbers about people together, never a person's id, name or template."""
    return (_one_row_a_line({"schema": SCHEMA, **_value(calibration)}) + "\n").encode()


def _value(calibration: Calibration) -> dict[str, Any]:
    about = dict(calibration.about)
    model = {"digest": calibration.made_by, **about.pop("model", {})}
    return {
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
        "halves": [_value(half) for half in calibration.halves],
    }


def parse_calibration(text: bytes, name: str) -> Calibration:
    """Read a calibration. Raises: BadInput: not one, or damaged."""
    try:
        value = decode_json(text, dict[str, Any])
        schema = value.get("schema")
        if isinstance(schema, str) and schema in READERS:
            raise older_format(name, expected=SCHEMA, got=schema, reader=READERS[schema])
        if schema != SCHEMA:
            raise _no_calibration(name, repr(value.get("schema", "none"))[:80])
        return _read(value, name)
    except MisfitError as error:
        raise _no_calibration(name, str(error)) from error


def _read(value: dict[str, Any], name: str) -> Calibration:
    """A table with its halves. Raises: BadInput, MisfitError."""
    found = convert(value, _File)
    halves = tuple(_read(one, name) for one in found.halves)
    made_by = found.model.pipeline or found.model.digest
    if any(half.made_by != made_by or half.halves for half in halves):
        raise _no_calibration(name, "halves that are none of it")
    inside = _read_inside(found.inside, name)
    if len({half.inside.key for half in halves}) < len(halves) or not _holds(inside, halves):
        raise _no_calibration(name, "halves that share people, or have more than the whole")
    return Calibration(
        name=found.name,
        made_by=made_by,
        population=found.population,
        capture=found.capture,
        rows=_rows(found.rows),
        every_pair=_rows(found.every_pair),
        groups=_read_curves(found.groups),
        ungrouped=found.ungrouped,
        kinds=_read_kinds(found.kinds, name),
        kind_rates=_read_curves(found.kind_rates),
        inside=inside,
        about={key: one for key, one in value.items() if key not in _OWN},
        halves=halves,
    )


def read_calibration(path: Path) -> Calibration:
    """Read a calibration's file. Raises: BadInput: not there, not one, or damaged."""
    text = read_file(path, f"the calibration {path}", expected="a calibration", remedy="name another file")
    return parse_calibration(text, str(path))


def shipped_calibration(made_by: str) -> Calibration | None:
    """The calibration that ships for a pipeline; None if there is none: such a one has only distances."""
    folder = resources.files("fairlineup.faces.scale") / "calibrations"
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if not file.name.endswith(".json"):
            continue
        text = file.read_bytes()
        if made_by.encode() in text:  # one that does not name it need not be parsed
            found = parse_calibration(text, file.name)
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


def _holds(whole: PeopleInside, halves: Sequence[Calibration]) -> bool:
    """Whether halves are small enough to share nobody; who is in two tables cannot be told: keys differ."""
    people, photographs = (
        sum(len(getattr(half.inside, what)) for half in halves) for what in ("people", "photographs")
    )
    return people <= len(whole.people) and photographs <= len(whole.photographs)


def _cells(row: CalibrationRow) -> list[Any]:
    return [getattr(row, column) for column in _COLUMNS]


def _short(value: Any) -> Any:
    """To six digits, which no count here bears out anyway: so a table made again is the same file."""
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
            cells = [_short(cell) for cell in one]
            marks[f'"{mark}"'] = json.dumps(cells, ensure_ascii=False, allow_nan=False)
            return mark
        return [folded(part) for part in one] if isinstance(one, list) else _short(one)

    text = json.dumps(folded(value), indent=1, ensure_ascii=False, allow_nan=False)
    return re.sub(r'"@\d+@"', lambda found: marks.get(found[0], found[0]), text)
