"""`fairlineup tone`: skin tone as a covariate of photographs, and whether it may sort them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from fairlineup.cli.console import notice, say, show_json, watching
from fairlineup.cli.enginechoice import engine_of
from fairlineup.cli.errors import check_absent
from fairlineup.cli.options import PATH, engine_option, json_option, manifest_option, quiet_option
from fairlineup.evidence.plan import Dataset, Entry, read_dataset
from fairlineup.faces.engine import EngineDescription
from fairlineup.faces.tone import BANDS_SOURCE, Reading, band, one_of_each_picture, read_tones
from fairlineup.files import csv_by_name, write_atomic
from fairlineup.measures import Reliability, StrataVerdict, intraclass_correlation, strata_verdict
from fairlineup.records import NotMeasured, Progress, differing_in_form, how_they_differ

COLUMNS = ("photo", "person", "role", "ita_degrees", "lightness", "b", "pixels", "missing")
BAND_COLUMNS = ("ita_band", "ita_band_source")
MOST_WARNINGS = 10
CAUTION = (
    "ITA is a covariate of the photograph (its light, camera and exposure), not of the person. Race is not "
    "skin tone and is never inferred from it. Never compare ITA across cameras without a colour chart."
)


@dataclass(frozen=True, slots=True)
class _Finding:
    """What was read of a data set, and how far it agrees with itself."""

    entries: Sequence[Entry]
    readings: Sequence[Reading]
    copies: int
    within: Reliability | NotMeasured
    across: Reliability | NotMeasured
    verdict: StrataVerdict
    warnings: Sequence[str]


@click.command()
@click.argument("dataset", type=PATH)
@manifest_option
@click.option("--out", type=PATH, help="Write the ITA of each photograph to this CSV file.")
@engine_option
@json_option
@quiet_option
def tone(dataset: Path, manifest: str, out: Path | None, engine: str, *, as_json: bool, quiet: bool) -> None:
    """Read skin tone (ITA) off the photographs in DATASET, as a covariate of each capture.

    Says how far photographs of one person agree (ICC), and refuses bands of skin tone where they agree too
    little. It is never race, and not the colour of a person: light, camera and exposure are in it.
    """
    if out is not None:
        check_absent(out, "--out")
    chosen, found = engine_of(engine), read_dataset(dataset, manifest)
    with watching(quiet=quiet) as progress:
        finding = _found(found, chosen, progress)
    for warning in finding.warnings[:MOST_WARNINGS]:
        notice(f"warning: {warning}")
    if out is not None:
        write_atomic(out, _table(finding).encode())
    if as_json:
        show_json(_as_json(finding))
    else:
        _show(finding, out)


def _found(dataset: Dataset, engine: EngineDescription, progress: Progress) -> _Finding:
    entries = dataset.entries
    photographs = [dataset.photograph(entry) for entry in entries]
    readings = read_tones(photographs, engine=engine, progress=progress)
    rows = _repeated(entries, readings)
    photos, persons = (
        [dataset.photograph(entries[row]) for row in rows],
        [entries[row].person for row in rows],
    )
    once = [rows[place] for place in one_of_each_picture(photos, persons, progress=progress)]
    within, across = (
        intraclass_correlation([_ita(readings[row]) for row in some], [entries[row].person for row in some])
        for some in (once, _first_of_each_role(entries, once))
    )
    several = len({entry.role for entry in entries}) > 1
    verdict = strata_verdict([within, across] if several else [within])
    copies, warnings = len(rows) - len(once), _forms(entries)
    return _Finding(entries, readings, copies, within, across, verdict, warnings)


def _forms(entries: Sequence[Entry]) -> list[str]:
    """People who are counted as two because of how their ids are written, if they are not two."""
    same = differing_in_form(entry.person for entry in entries)
    return [f"person ids {how_they_differ(ids)}: they are read as different people" for ids in same]


def _repeated(entries: Sequence[Entry], readings: Sequence[Reading]) -> list[int]:
    """Rows with an ITA, of people who have two or more."""
    measured = [row for row, reading in enumerate(readings) if not isinstance(reading.tone, NotMeasured)]
    count = Counter(entries[row].person for row in measured)
    return [row for row in measured if count[entries[row].person] > 1]


def _first_of_each_role(entries: Sequence[Entry], rows: Sequence[int]) -> list[int]:
    """The first photograph of each person in each role: pairs across capture types."""
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        first.setdefault((entries[row].person, entries[row].role), row)
    return sorted(first.values())


def _ita(reading: Reading) -> float:
    return float("nan") if isinstance(reading.tone, NotMeasured) else reading.tone.ita_degrees


def _rows(finding: _Finding) -> Iterator[dict[str, Any]]:
    """A row a photograph; bands only where the verdict gives them."""
    allowed, source = finding.verdict.allowed, _band_source(finding.verdict)
    for entry, reading in zip(finding.entries, finding.readings, strict=True):
        row: dict[str, Any] = {"photo": entry.photo, "person": entry.person, "role": entry.role}
        one = reading.tone
        if isinstance(one, NotMeasured):
            row["missing"] = one.reason + (f": {reading.detail}" if reading.detail else "")
        else:
            row |= {
                "ita_degrees": round(one.ita_degrees, 2),
                "lightness": round(one.lightness, 2),
                "b": round(one.b, 2),
                "pixels": one.pixels,
            }
            if allowed:
                row |= {"ita_band": band(one.ita_degrees), "ita_band_source": source}
        yield row


def _band_source(verdict: StrataVerdict) -> str:
    """Where a band comes from, as a label's source in a manifest."""
    if isinstance(verdict.deciding, NotMeasured):
        return ""
    return f"ITA from photographs (ICC {verdict.deciding.icc:.2f})"


def _table(finding: _Finding) -> str:
    columns = (*COLUMNS, *BAND_COLUMNS) if finding.verdict.allowed else COLUMNS
    return csv_by_name(columns, _rows(finding))


def _missing(finding: _Finding) -> Counter[str]:
    return Counter(one.tone.reason for one in finding.readings if isinstance(one.tone, NotMeasured))


def _as_json(finding: _Finding) -> dict[str, Any]:
    missing, verdict = _missing(finding), finding.verdict
    record: dict[str, Any] = {
        "photographs": len(finding.entries),
        "measured": len(finding.entries) - missing.total(),
        "missing": dict(missing.most_common()),
        "same_pictures_left_out": finding.copies,
        "reliability": {
            "within_person": _reliability(finding.within),
            "across_probe_and_gallery": _reliability(finding.across),
        },
        "strata": {"outcome": verdict.outcome, "gate": verdict.gate, "reason": verdict.reason},
        "caution": CAUTION,
        "warnings": list(finding.warnings),
        "rows": list(_rows(finding)),
    }
    if verdict.allowed:
        record["strata"]["bands"] = BANDS_SOURCE
    return record


def _reliability(one: Reliability | NotMeasured) -> dict[str, Any]:
    if isinstance(one, NotMeasured):
        return {"not_measured": one.reason, "people": one.people, "photographs": one.trials}
    ratio = one.sd_ratio
    return {
        "icc": one.icc,
        "low": one.low,
        "high": one.high,
        "level": one.level,
        "method": one.method,
        "within_sd_degrees": one.within_sd,
        "between_sd_degrees": one.between_sd,
        "within_over_between": {"not_measured": ratio.reason} if isinstance(ratio, NotMeasured) else ratio,
        "people": one.people,
        "photographs": one.measurements,
    }


def _show(finding: _Finding, out: Path | None) -> None:
    missing, total = _missing(finding), len(finding.entries)
    say(f"ITA of {total - missing.total():,} of {total:,} photographs" + (f": {out}" if out else ""))
    for reason, count in missing.most_common():
        say(f"    {count:,} not measured: {reason}")
    if finding.copies:
        say(f"    {finding.copies:,} left out of the ICC: the same picture of one person again")
    say(_sentence("photographs of one person", finding.within))
    say(_sentence("across probe and gallery", finding.across))
    say(finding.verdict.reason)
    say(CAUTION)


def _sentence(what: str, one: Reliability | NotMeasured) -> str:
    if isinstance(one, NotMeasured):
        return f"ICC, {what}: not measured ({one.reason})"
    ratio = one.sd_ratio
    shown = ratio.reason if isinstance(ratio, NotMeasured) else f"ratio {ratio:.2f}"
    return (
        f"ICC, {what}: {one.icc:.2f} ({one.low:.2f} to {one.high:.2f}), {one.people:,} people, "
        f"{one.measurements:,} photographs; SD within a person {one.within_sd:.1f}°, between people "
        f"{one.between_sd:.1f}° ({shown})"
    )
