"""`fairlineup compare`: the distance between two faces, what it is worth, and what it does not mean."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from fairlineup.cli.console import say, show_json
from fairlineup.cli.options import PATH, json_option
from fairlineup.faces.engine import Analysis, Engine
from fairlineup.faces.kinds import WORDS, Kind, kinds_of
from fairlineup.faces.photos import decode, says_synthetic
from fairlineup.faces.pictures import find_same_pictures
from fairlineup.faces.scale import (
    Calibration,
    GroupReading,
    read_calibration,
    read_rows,
    shared_kinds,
    shipped_calibration,
    strange,
)
from fairlineup.faces.vectors import distance
from fairlineup.records import BadInput, ModelInformation, NotMeasured, Outcome, Photograph

WIDTH = 100
NOT = (
    "What it is not: the chance that this is, or is not, the same person; a percentage; or the number of the "
    "same name that Amazon returns. Relatives and look-alikes, children, poor pictures and groups the model "
    "knows badly lie closer than random pairs; one person can lie far apart. It is a lead for people to "
    "check, never an identification."
)


@click.command()
@click.argument("one", metavar="A", type=PATH)
@click.argument("other", metavar="B", type=PATH)
@click.option(
    "--calibration", "table", type=PATH, help="A calibration of your own, from `fairlineup calibrate`."
)
@json_option
def compare(one: Path, other: Path, table: Path | None, *, as_json: bool) -> None:
    """Compare the face in photograph A with the face in photograph B.

    Prints their distance, and the similarity and false match rate that belong to it in a calibration.
    """
    calibration = read_calibration(table) if table else None
    engine = Engine()
    photos = [Photograph(str(path), path) for path in (one, other)]
    a, b = (_face(photo, engine.analyse(photo)) for photo in photos)
    between = round(distance(a.templates[0], b.templates[0]), 5)
    model = a.templates[0].model
    if calibration is not None:
        _check_model(calibration, model)
    row: dict[str, Any] = {
        "distance": between,
        "metric": model.metric,
        "model": {
            "name": model.name,
            "digest": model.digest,
            "source": model.source,
            "licence": model.licence,
        },
        "faces_px": [a.faces[0].quality.face_px, b.faces[0].quality.face_px],
        "same_picture": _same_picture(photos),
        "synthetic": [photo.id for photo in photos if says_synthetic(photo.read())],
        "kinds": [list(kinds_of(one.faces[0].quality)) for one in (a, b)],
        **_read(calibration or shipped_calibration(model.digest), between, (a, b)),
    }
    if as_json:
        show_json(row)
    else:
        say(*_words(row))


def _same_picture(photos: Sequence[Photograph]) -> bool:
    """Whether both are one file, or one picture cropped, scaled, mirrored or re-coloured."""
    return bool(find_same_pictures(photos, extra_pairs=[(0, 1)], workers=1).pairs)


def _face(photo: Photograph, analysis: Analysis) -> Analysis:
    if analysis.outcome is Outcome.ERROR:
        with suppress(OSError):
            decode(photo.read(), name=f"{photo.id} cannot be compared")
        raise BadInput(
            f"{analysis.photo} cannot be compared",
            expected="a photograph: JPEG, PNG or WebP",
            got=analysis.detail.removeprefix(f"{analysis.photo}: "),
            remedy="name another file",
            code="photograph-unreadable",
        )
    if analysis.outcome is not Outcome.OK:
        raise BadInput(
            f"{analysis.photo} cannot be compared",
            expected="a photograph with one face, or one clearly largest",
            got=analysis.detail or analysis.outcome.value.replace("_", " "),
            remedy="crop the photograph to the face that is meant, or use a larger one",
            code="photograph-unreadable",
        )
    return analysis


def _check_model(calibration: Calibration, model: ModelInformation) -> None:
    if calibration.model_digest != model.digest:
        raise BadInput(
            f"the calibration {calibration.name} is of another model",
            expected=f"{model.digest} ({model.name})",
            got=calibration.model_digest,
            remedy="calibrate this model, or leave --calibration out",
            code="calibration-does-not-fit",
        )


def _read(calibration: Calibration | None, distance: float, seen: Sequence[Analysis]) -> dict[str, Any]:
    """What the calibration says, as plain values; a model without one has only distances."""
    if calibration is None:
        missing = {"not_measured": "this model has no calibration: it has only distances"}
        return {"similarity": missing, "fmr": missing, "calibration": missing}
    reading = calibration.read(distance)
    bound = "at_least" if reading.censored else "value"
    fmr = {
        "below" if reading.censored else "value": reading.row.fmr,
        "low": reading.row.low,
        "high": reading.row.high,
        "tail_model": reading.row.model,
        "censored": reading.censored,
    }
    one, other = (kinds_of(analysis.faces[0].quality) for analysis in seen)
    off = _off_kind(calibration, [analysis.photo for analysis in seen], (one, other))
    missing = {"not_measured": off}
    return {
        "similarity": missing if off else {bound: round(reading.similarity, 1)},
        "fmr": missing if off else fmr,
        "worst_group": missing if off else _group(reading.worst),
        "kind_rates": [
            _kind_rate(calibration, kind, distance) for kind in shared_kinds(calibration, one, other)
        ],
        "calibration": {
            "name": calibration.name,
            "population": calibration.population,
            "capture": calibration.capture,
            "kind": calibration.about["kind"],
            "people": calibration.about["people"],
            "pairs": calibration.about["pairs"],
            "settled": calibration.about["settled"],
            "every_pair": missing if off else _every_pair(calibration, distance),
        },
    }


def _off_kind(
    calibration: Calibration, photos: Sequence[str], kinds: tuple[Sequence[Kind], Sequence[Kind]]
) -> str:
    """Why the calibration's rate does not hold for two photographs; blank where it does."""
    why = [
        f"{photo} is {reason}"
        for photo, own in zip(photos, kinds, strict=True)
        for reason in strange(calibration, own)
    ]
    both = shared_kinds(calibration, *kinds)
    why += [f"both photographs are {WORDS[kind]}, and its rate is of pairs of every kind" for kind in both]
    return f"the calibration's rate does not hold here: {'; '.join(why)}" if why else ""


def _kind_rate(calibration: Calibration, kind: Kind, distance: float) -> dict[str, Any]:
    """The rate among the calibration's photographs of one kind."""
    found = calibration.read_kind(kind, distance)
    if isinstance(found, NotMeasured):
        return {"kind": kind, "not_measured": found.reason}
    row, curve = found.row, found.curve
    rate = {"value": row.fmr, "low": row.low, "high": row.high}
    return {"kind": kind, "fmr": rate, "people": curve.people, "pairs": curve.pairs}


def _every_pair(calibration: Calibration, distance: float) -> dict[str, Any]:
    """The rate with no pair left out as a label error."""
    first = calibration.every_pair[0]
    if distance < first.distance:
        return {"below": first.fmr}
    row = read_rows(calibration.every_pair, distance)
    return {"value": row.fmr, "low": row.low, "high": row.high}


def _group(worst: GroupReading | NotMeasured) -> dict[str, Any]:
    if isinstance(worst, NotMeasured):
        return {"not_measured": worst.reason}
    return {
        "label": worst.curve.label,
        "value": worst.curve.value,
        "fmr": {"value": worst.row.fmr, "low": worst.row.low, "high": worst.row.high},
        "groups_supported": worst.supported,
        "groups": worst.groups,
    }


def _words(row: dict[str, Any]) -> list[str]:
    lines = [f"distance {row['distance']:.3f} ({row['metric']}; 0 is the same template, lower is more alike)"]
    if row["same_picture"]:
        lines.append("these two are the same picture: their distance says nothing about who is on it")
    lines += _scale(row)
    lines += [f"{photo} says itself that this person does not exist" for photo in row["synthetic"]]
    lines.append(f"model: {row['model']['name']} ({row['model']['licence']}), {row['model']['digest'][:19]}…")
    return [*lines, "", *textwrap.wrap(_meaning(row), WIDTH), *textwrap.wrap(NOT, WIDTH)]


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
            f"(upper end of its 95 % interval: 1 in {_one_in(fmr['high'], down=True)}); no finer figure",
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
    head = f"among the calibration's pairs of two that are both {WORDS[one['kind']]}"
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


def _meaning(row: dict[str, Any]) -> str:
    table = row["calibration"]
    if "not_measured" in table:
        return "What it means: how far apart this model puts these two faces, and no more."
    made_up = (
        " The people of this calibration do not exist: it says nothing of anybody who does."
        if table["kind"] == "synthetic"
        else ""
    )
    return (
        "What it means: the false match rate is the share of random pairs of two different people that lie "
        f"at this distance or nearer, in the calibration “{table['name']}”: {table['people']:,} people, "
        f"{table['pairs']:,} pairs. Population: {table['population']}. Photographs: {table['capture']}. "
        f"On other kinds of photograph the same distance can be reached many times more often.{made_up}"
    )


def one_in_words(value: float, low: float | None, high: float | None) -> str:
    """A rate with its interval: "1 in 42,000 (1 in 60,000 to 1 in 30,000)"."""
    if low is None or high is None:
        return f"1 in {_one_in(value)} (no interval was taken)"
    return f"1 in {_one_in(value)} (95 %: 1 in {_one_in(high)} to 1 in {_one_in(low)})"


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
