"""`fairlineup calibrate`: a table of distances and false match rates from any folder of people."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from fairlineup.cli.calibrating import Looked, Request, ask, check_list, decisions_on, look
from fairlineup.cli.console import notice, say, show_json, watching
from fairlineup.cli.options import (
    PATH,
    cite_option,
    engine_option,
    half_option,
    json_option,
    manifest_option,
    quiet_option,
)
from fairlineup.evidence.calibration import (
    CalibrationSubject,
    Doubt,
    RowCheck,
    SettledPeople,
    build,
    build_cross_fitted,
    calibration_overlap,
    check,
)
from fairlineup.evidence.plan import (
    Dataset,
    Entry,
    Half,
    Kind,
    find_in_rows,
    half_of,
    only_half,
    pictured,
    read_dataset,
)
from fairlineup.faces.kinds import KINDS, words
from fairlineup.faces.scale import Calibration, calibration_json, fitting, read_calibration
from fairlineup.files import write_atomic
from fairlineup.labels import Decision
from fairlineup.records import BadInput, NotMeasured, Progress, Refused
from fairlineup.seals import digest

CALIBRATION = "calibration.json"
FOUND = ("agrees", "more", "less", "too few errors to tell")
NOBODY = "nobody: these people do not exist"


@click.command()
@click.argument("dataset", type=PATH)
@click.option(
    "--out", type=PATH, default="calibration", show_default=True, help="Folder for what is written."
)
@manifest_option
@click.option("--population", default="", help="Who these people are, in words.")
@click.option("--capture", default="", help="What kind of photographs these are, in words.")
@click.option("--name", default="", help="What the table is called. [default: the folder's name]")
@cite_option("Where the values of a label come from.")
@half_option("The others can check the table.")
@click.option(
    "--cross-fit",
    is_flag=True,
    help="Make a table of each half too, held against the other, for audits of the other half's people.",
)
@click.option("--settled", type=PATH, help="The list to-settle.csv with its decisions filled in.")
@click.option("--keep-all", is_flag=True, help="Settle every pair as a look-alike; the table says so.")
@engine_option
@click.option("--model", type=PATH, help="Description file of another model; see `fairlineup help models`.")
@click.option("--check", "table", type=PATH, help="Make no table: hold this one against these people.")
@json_option
@quiet_option
def calibrate(*, table: Path | None, as_json: bool, quiet: bool, **options: Any) -> int:
    """Make a table of distances and false match rates from the people in DATASET.

    Every two photographs of different people are compared. Pairs that may be one person (the nearest, one
    name, one picture) are written to OUT/to-settle.csv first; the table is made once they are decided.
    Exit status 2 while something is not settled.
    """
    asked = Request(**options)
    if asked.cross_fit and (asked.half != "all" or table is not None):
        raise click.UsageError("--cross-fit makes a table of everybody and of both halves: give it alone")
    everyone = read_dataset(asked.dataset, asked.manifest, asked.cite)
    if not asked.keep_all:
        _check_forms(everyone, asked.half)
    found = only_half(everyone, asked.half)
    if table is not None:
        return _checked(found, asked, table, as_json=as_json, quiet=quiet)
    asked = _described(found, asked)
    check_list(asked)
    with watching(quiet=quiet) as progress:
        looked = look(found, asked, progress, quiet=quiet)
        doubts, decisions = decisions_on(looked, asked)
        open_ones = [doubt for doubt in doubts if not decisions[doubt.pair].decision]
        if open_ones:
            return ask(asked, doubts, decisions, len(open_ones))
        calibration = _build(looked, asked, doubts, decisions, progress)
    return _publish(calibration, asked, as_json=as_json)


def _check_forms(dataset: Dataset, half: Half) -> None:
    """Raises: BadInput (what no list can settle: one person in both halves, or one group under two names)."""
    for finding in find_in_rows(dataset):
        parted = half != "all" and len(set(map(half_of, finding.people))) > 1
        if finding.kind is Kind.VALUES_DIFFER_IN_FORM or (finding.kind is Kind.IDS_DIFFER_IN_FORM and parted):
            ids = finding.kind is Kind.IDS_DIFFER_IN_FORM
            raise BadInput(
                f"{dataset.place.manifest_name} has {'ids' if ids else 'values'} that differ in form only",
                expected="each person in one half" if ids else "each group under one name",
                got=f"{finding.detail}; written alike they would agree",
                remedy="write them alike, or --keep-all if they are different ones",
                code="data-doubtful",
            )


def _described(dataset: Dataset, asked: Request) -> Request:
    """The request with its population and capture; made-up people need not be described."""
    made_up = all(entry.population == "synthetic" for entry in dataset.entries)
    asked = replace(
        asked,
        name=asked.name or asked.dataset.resolve().name,
        population=asked.population or (NOBODY if made_up else ""),
        capture=asked.capture or ("generated pictures" if made_up else ""),
    )
    for option in ("population", "capture"):
        if not getattr(asked, option).strip():
            raise BadInput(
                f"the table would not say its {option}",
                expected=f"--{option}, in words: rates hold for these people and photographs only",
                got="nothing",
                remedy=f'add e.g. --{option} "'
                + ("applicants of one office" if option == "population" else "scanned identity cards")
                + '"',
                code="usage",
            )
    return asked


def _build(
    looked: Looked,
    asked: Request,
    doubts: Sequence[Doubt],
    decisions: Mapping[str, Decision],
    progress: Progress,
) -> Calibration:
    facts = {**looked.facts, "kept_without_looking": asked.keep_all}
    manifest = digest(looked.dataset.place.manifest())
    subject = CalibrationSubject(
        name=asked.name,
        population=asked.population,
        capture=asked.capture,
        half=asked.half,
        manifest_digest=manifest,
        digests=looked.digests,
        facts=facts,
    )
    settled = [(doubt, decisions[doubt.pair]) for doubt in doubts]
    make = build_cross_fitted if asked.cross_fit else build
    return make(SettledPeople(looked.compared, looked.dataset, looked.findings, settled), subject, progress)


def _publish(calibration: Calibration, asked: Request, *, as_json: bool) -> int:
    text, place = calibration_json(calibration), asked.out / CALIBRATION
    write_atomic(place, text)
    if as_json:
        show_json(json.loads(text))
    else:
        say(*_words(calibration))
        say(f"written: {place}")
    return 0


def _words(calibration: Calibration) -> list[str]:
    about, settled = calibration.about, calibration.about["settled"]
    counted, end = about["support"]["counted_to"], about["support"]["end"]
    lines = [
        f"{about['people']:,} people, {about['photographs']:,} photographs with a face of "
        f"{about['photographs_offered']:,}, {about['pairs']:,} pairs of different people.",
        f"Settled: {settled['asked']} pairs, {settled['label_error']} label errors, "
        f"{settled['look_alike']} look-alikes" + (", unseen." if about["kept_without_looking"] else "."),
        f"Counted down to distance {counted['distance']:g}: FMR {counted['fmr']:.2g}, similarity "
        f"{counted['similarity']:.1f}.",
    ]
    if about["support"]["tail_model_rows"]:
        lines.append(
            f"Tail model from there to distance {end['distance']:g}: FMR {end['fmr']:.2g}, similarity "
            f"{end['similarity']:.1f}; {about['support']['tail_model_share_of_scale']:.0%} of the scale. "
            "Beyond it nothing is said."
        )
    else:
        lines.append(f"No tail model ({about['tail'].get('not_measured', 'it adds nothing')}).")
    lines += [
        f"At similarity {miss['similarity']:.1f} (distance {miss['distance']:.3f}) {miss['misses']} of "
        f"{miss['people']} people are not matched with themselves: {miss['fnmr']:.1%} "
        f"({miss['low']:.1%} to {miss['high']:.1%})."
        for miss in about["misses"]
        if "fnmr" in miss
    ]
    kinds = calibration.kinds
    told = words(kinds.cuts)
    common = [f"{kinds.share(kind):.0%} {told[kind]}" for kind in KINDS if kinds.counts[kind]]
    if common:
        lines.append(
            f"Of its photographs are {'; '.join(common)}. Two that share a kind lie nearer as a rule."
        )
    lines += _cross_fit_words(calibration)
    if about["kind"] == "synthetic":
        lines.append("These people do not exist: the table says nothing of anybody who does.")
    return lines


def _cross_fit_words(calibration: Calibration) -> Iterator[str]:
    """What each half's table is worth on pairs that it has not seen."""
    for table in calibration.about.get("cross_fit", {}).get("tables", ()):
        found = Counter(row[-1] for row in table["rows"])
        told = ", ".join(f"{found[one]} {one}" for one in FOUND if found[one])
        pairs = f"{table['pairs']:,} pairs"
        yield f"The {table['table']} half's table on {table['on']} ({pairs}): of its rows {told}."
    for half in calibration.halves:
        end = half.about["support"]["end"]
        yield f"“{half.name}” ends at similarity {end['similarity']:.1f}."


def _checked(dataset: Dataset, asked: Request, table: Path, *, as_json: bool, quiet: bool) -> int:
    """Hold a table against people it was not made from."""
    calibration = _of_others(dataset, read_calibration(table))
    chosen = calibration.about.get("chosen")
    if chosen and not quiet:
        notice(f"Held against is “{calibration.name}”: {chosen['why']}.")
    with watching(quiet=quiet) as progress:
        looked = look(dataset, asked, progress, quiet=quiet)
        if looked.facts["model"]["pipeline"] != calibration.made_by:
            raise BadInput(
                "the table is of another engine",
                expected=calibration.made_by,
                got=f"{looked.facts['model']['pipeline']} ({looked.facts['model']['name']})",
                remedy="name that engine with --engine, or its model with --model",
                code="calibration-does-not-fit",
            )
        doubts, decisions = decisions_on(looked, asked)
        wrong = [d.people for d in doubts if decisions[d.pair].decision == "label_error"]
        found = check(calibration, looked.compared.joining(wrong), progress)
    rows = [_check_row(one) for one in found]
    if as_json:
        show_json({"table": calibration.name, "pairs": looked.compared.pairs, "rows": rows})
    else:
        _show_check(found, looked.compared.pairs)
    return 0


def _of_others(dataset: Dataset, calibration: Calibration) -> Calibration:
    """The table, or its half, that none of these people is in. Raises: Refused: there is none."""
    digests = {entry.photo: _digest(dataset, entry) for entry in dataset.entries}
    chosen = fitting(calibration, pictured(dataset.entries, digests))
    shared = calibration_overlap(chosen, dataset.entries, digests)
    if not shared.people:
        return chosen
    people = len({entry.person for entry in dataset.entries})
    others, remedy = shared.people - shared.by_photograph, "give another data set, or --half"
    got = [f"{shared.by_photograph:,} with a photograph that it was made from"] * bool(shared.by_photograph)
    if others:
        got.append(f"{others:,} under an id that it was made from, with other photographs")
        remedy += "; if these ids mean others, write them otherwise (a- before each)"
    raise Refused(
        "a table is not checked on its own people",
        expected="others: with --half, the other half of the people it was made from",
        got=f"of {people:,} people {' and '.join(got)}",
        remedy=remedy,
        code="calibration-overlaps",
    )


def _digest(dataset: Dataset, entry: Entry) -> str:
    """Of a photograph's bytes; blank where it cannot be read, which is told once the photographs are."""
    try:
        return digest(dataset.photograph(entry).read())
    except OSError:
        return ""


def _check_row(one: RowCheck) -> dict[str, Any]:
    measured = one.measured
    rate = (
        {"not_measured": measured.reason}
        if isinstance(measured, NotMeasured)
        else {"value": measured.value, "low": measured.low, "high": measured.high}
    )
    errors = measured.errors or 0
    return {
        "distance": one.row.distance,
        "table": {"fmr": one.row.fmr, "low": one.row.low, "high": one.row.high, "model": one.row.model},
        "measured": rate,
        "errors": errors,
        "expected_errors": round(one.expected, 2),
        "inside": {"not_measured": one.inside.reason} if isinstance(one.inside, NotMeasured) else one.inside,
    }


def _show_check(found: Sequence[RowCheck], pairs: int) -> None:
    say(f"{pairs:,} pairs of other people")
    say("distance   table's FMR (95 %)                  errors here  expected  inside")
    for one in found:
        low, high = (f"{end:.1e}" if end else "–" for end in (one.row.low, one.row.high))
        inside = one.inside.reason if isinstance(one.inside, NotMeasured) else ("no", "yes")[one.inside]
        model = " model" if one.row.model else ""
        figure = f"{one.row.fmr:.2e} ({low} to {high}){model}"
        errors = one.measured.errors or 0
        say(f"{one.row.distance:<10.3f} {figure:<38} {errors:>8,} {one.expected:>9,.1f}  {inside}")
    told = [one.inside for one in found if not isinstance(one.inside, NotMeasured)]
    rest = f"; of {len(found) - len(told)} nothing can be told" if len(told) < len(found) else ""
    say(f"{sum(told)} of {len(told)} rows hold the rate of these people within their interval{rest}")
