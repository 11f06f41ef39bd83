"""`fairlineup compare`: the distance between two faces, what it is worth, and what it does not mean."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from fairlineup.cli.console import say, show_json
from fairlineup.cli.enginechoice import engine_of
from fairlineup.cli.opinion import opinion, opinion_or_reason
from fairlineup.cli.options import PATH, engine_option, json_option
from fairlineup.faces.engine import ENGINES, named_engine
from fairlineup.faces.photos import says_synthetic
from fairlineup.faces.pictures import find_same_pictures
from fairlineup.faces.scale import read_calibration
from fairlineup.files import read_file
from fairlineup.records import LARGEST_PHOTOGRAPH, Photograph

WIDTH = 100
BOTH = "both"
TWO = (
    "Two engines, two scales: their distances are no common numbers, and their false match rates must not be "
    "multiplied. Where they part, that is a reason to look, not to choose the one that suits."
)
NOT = (
    "What it is not: the chance that this is, or is not, the same person; a percentage; or the number of the "
    "same name that Amazon returns. Relatives and look-alikes, children, poor pictures and groups an engine "
    "knows badly lie closer than random pairs; one person can lie far apart. It is a lead for people to "
    "check, never an identification."
)


@click.command()
@click.argument("one", metavar="A", type=PATH)
@click.argument("other", metavar="B", type=PATH)
@click.option(
    "--calibration", "table", type=PATH, help="A calibration of your own, from `fairlineup calibrate`."
)
@engine_option
@json_option
def compare(one: Path, other: Path, table: Path | None, engine: str, *, as_json: bool) -> None:
    """Compare the face in photograph A with the face in photograph B.

    Prints their distance, and the similarity and false match rate that belong to it in a calibration. With
    `--engine both` every engine is asked and each answers for itself; exit status 2 if none could.
    """
    calibration = read_calibration(table) if table else None
    photos = [Photograph(str(path), _content(path)) for path in (one, other)]
    if engine == BOTH and table:
        raise click.UsageError(f"a calibration is of one engine: name it, instead of --engine {BOTH}")
    row: dict[str, Any]
    if engine == BOTH:
        row = {"engines": [opinion_or_reason(named_engine(name), photos) for name in ENGINES]}
    else:
        row = opinion(engine_of(engine), photos, calibration)
    row["same_picture"] = _same_picture(photos)
    row["synthetic"] = [photo.id for photo in photos if says_synthetic(photo.read())]
    if as_json:
        show_json(row)
    else:
        say(*(_both(row) if engine == BOTH else _words(row)))
    if all("not_compared" in one for one in row.get("engines", [row])):
        raise click.exceptions.Exit(2)


def _content(path: Path) -> bytes:
    """A photograph's bytes, read once for all that look at them."""
    return read_file(
        path,
        f"the photograph {path}",
        expected="a photograph: JPEG, PNG or WebP",
        remedy="name another file",
        largest=LARGEST_PHOTOGRAPH,
    )


def _same_picture(photos: Sequence[Photograph]) -> bool:
    """Whether both are one file, or one picture cropped, scaled, mirrored or re-coloured."""
    return bool(find_same_pictures(photos, extra_pairs=[(0, 1)], workers=1).pairs)


def _words(row: dict[str, Any]) -> list[str]:
    lines = [*_opened(row), *_facts(row), *_scale(row), _by(row)]
    return [*lines, "", *textwrap.wrap(_meaning([row]), WIDTH), *textwrap.wrap(NOT, WIDTH)]


def _both(row: dict[str, Any]) -> list[str]:
    """Each engine's answer under its name."""
    lines = _facts(row)
    for one in row["engines"]:
        lines += [f"{one['engine']}:", *(f"  {line}" for line in _answer(one))]
    said = [TWO, _meaning(row["engines"]), NOT]
    return [*lines, "", *(line for one in said for line in textwrap.wrap(one, WIDTH))]


def _answer(one: dict[str, Any]) -> list[str]:
    if "not_compared" in one:
        return [f"not compared: {one['not_compared']}"]
    return [*_opened(one), *_scale(one), _by(one)]


def _opened(row: dict[str, Any]) -> list[str]:
    lines = [f"distance {row['distance']:.3f} ({row['metric']}; 0 is the same template, lower is more alike)"]
    for photo, fault in zip(("first", "second"), row["poor"], strict=True):
        if fault:
            said = (
                f"the {photo} photograph: {fault}; of such, more than one in ten is missed (docs/quality.md)"
            )
            lines += textwrap.wrap(said, WIDTH)
    return lines


def _facts(row: dict[str, Any]) -> list[str]:
    """What holds of the two photographs, whoever compares them."""
    same = "these two are the same picture: their distance says nothing about who is on it"
    lines = [same] if row["same_picture"] else []
    return lines + [f"{photo} says itself that this person does not exist" for photo in row["synthetic"]]


def _by(row: dict[str, Any]) -> str:
    model = row["model"]
    pipeline = f"{model['pipeline'][:19]}…"
    return f"engine: {row['engine']}, model {model['name']} ({model['licence']}), pipeline {pipeline}"


def _scale(row: dict[str, Any]) -> list[str]:
    if "not_measured" in row["fmr"]:
        said = [f"similarity not measured: {row['fmr']['not_measured']}"]
        said += [_among(one) for one in row.get("kind_rates", ())]
        return [line for one in said for line in textwrap.wrap(one, WIDTH)]
    fmr, similarity = row["fmr"], row["similarity"]
    if fmr["censored"]:
        return [
            f"similarity above {similarity['at_least']:.1f}, where the calibration ends",
            f"false match rate < {_above(fmr['below'])}: less than 1 in {_one_in(fmr['below'], down=True)} "
            f"({_upper(fmr['high'])}); no finer figure",
            _worst(row["worst_group"]),
        ]
    model = " (tail model, not counted)" if fmr["tail_model"] else ""
    return [
        f"similarity {similarity['value']:.1f}{model}",
        f"false match rate {fmr['value']:.2g}: {one_in_words(fmr['value'], fmr['low'], fmr['high'])}",
        _worst(row["worst_group"]),
    ]


def _among(one: dict[str, Any]) -> str:
    """A kind's own rate, in one line."""
    head = f"among the calibration's pairs of two that are both {one['means']}"
    if "not_measured" in one:
        return f"{head}: not measured ({one['not_measured']})"
    fmr = one["fmr"]
    return f"{head}: {fmr['value']:.2g}, {one_in_words(fmr['value'], fmr['low'], fmr['high'])}"


def _worst(group: dict[str, Any]) -> str:
    if "not_measured" in group:
        return f"worst group: not measured ({group['not_measured']})"
    fmr = group["fmr"]
    rate = one_in_words(fmr["value"], fmr["low"], fmr["high"])
    return (
        f"worst of {group['groups_supported']} groups (of {group['groups']}) with a rate of their own: "
        f"{group['label']} {group['value']}, {rate}"
    )


def _meaning(rows: Sequence[dict[str, Any]]) -> str:
    """What the rate is, once, and of which calibration it is for each engine that compared them."""
    tables = [(one["engine"], one["calibration"]) for one in rows if "distance" in one]
    read = [(name, table) for name, table in tables if "not_measured" not in table]
    if not read:
        return "What it means: how far apart this engine puts these two faces, and no more." if tables else ""
    each = [f"of {name}" if len(rows) > 1 else "" for name, _ in read]
    said = " And ".join(f"{of} {_table(table)}".strip() for of, (_, table) in zip(each, read, strict=True))
    return (
        "What it means: the false match rate is the share of random pairs of two different people that lie "
        f"at this distance or nearer, in the calibration {said} "
        "On other kinds of photograph the same distance can be reached many times more often."
    )


def _table(table: dict[str, Any]) -> str:
    chosen = table["chosen"]
    part = f" The table is {chosen['part']}: {chosen['why']}." if chosen else ""
    made_up = (
        " The people of this calibration do not exist: it says nothing of anybody who does."
        if table["kind"] == "synthetic"
        else ""
    )
    return (
        f"“{table['name']}”: {table['people']:,} people, {table['pairs']:,} pairs.{part} "
        f"Population: {table['population']}. Photographs: {table['capture']}.{made_up}"
    )


def one_in_words(value: float, low: float | None, high: float | None) -> str:
    """A rate with its interval: "1 in 42,000 (1 in 60,000 to 1 in 30,000)"."""
    if low is None or high is None:
        return f"1 in {_one_in(value)} (no interval was taken)"
    return f"1 in {_one_in(value)} (95 %: 1 in {_one_in(high)} to 1 in {_one_in(low)})"


def _upper(high: float | None) -> str:
    if high is None:
        return "no interval was taken"
    return f"upper end of its 95 % interval: 1 in {_one_in(high, down=True)}"


def _one_in(rate: float, *, down: bool = False) -> str:
    """The odds to two digits: 41,870 is 42,000, or 41,000 where no more than the truth may be claimed."""
    odds = 1 / rate
    if odds < 10:
        return f"{odds:.1f}"
    step = 10 ** (math.floor(math.log10(odds)) - 1)
    return f"{(math.floor if down else round)(odds / step) * step:,.0f}"


def _above(rate: float) -> str:
    """A bound to two digits, never below it."""
    step = 10.0 ** (math.floor(math.log10(rate)) - 1)
    return f"{math.ceil(round(rate / step, 9)) * step:.1e}"
