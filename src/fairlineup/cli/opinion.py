"""What one engine says of two faces, and what its calibration says of that, as plain values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from fairlineup.faces.engine import Analysis, Engine, EngineDescription, quality_fault
from fairlineup.faces.kinds import Kind, kinds_of, words
from fairlineup.faces.photos import decode
from fairlineup.faces.scale import (
    Calibration,
    GroupReading,
    fitting,
    read_rows,
    shared_kinds,
    shipped_calibration,
    strange,
)
from fairlineup.faces.vectors import distance
from fairlineup.records import BadInput, ModelInformation, NotMeasured, Outcome, Photograph
from fairlineup.seals import digest

TwoKinds = tuple[tuple[Kind, ...], tuple[Kind, ...]]
"""Of what kinds the two photographs are."""


def opinion(
    description: EngineDescription, photos: Sequence[Photograph], calibration: Calibration | None = None
) -> dict[str, Any]:
    """What one engine says. Raises: BadInput, SystemFailed."""
    engine = Engine(description)
    a, b = (_face(photo, engine.analyse(photo)) for photo in photos)
    between = round(distance(a.templates[0], b.templates[0]), 5)
    model = a.templates[0].model
    if calibration is not None:
        _check_model(calibration, model)
    table = calibration or shipped_calibration(model.made_by)
    cuts = table.kinds.cuts if table else description.cuts
    wanted = description.wanted
    kinds = (kinds_of(a.faces[0].quality, cuts), kinds_of(b.faces[0].quality, cuts))
    return {
        "engine": description.name,
        "distance": between,
        "metric": model.metric,
        "model": {
            "name": model.name,
            "digest": model.digest,
            "pipeline": model.pipeline,
            "source": model.source,
            "licence": model.licence,
        },
        "faces_px": [a.faces[0].quality.face_px, b.faces[0].quality.face_px],
        "poor": [quality_fault(one.faces[0], wanted) if wanted else "" for one in (a, b)],
        "kinds": [list(own) for own in kinds],
        **_read(table and _of_others(table, photos), between, [photo.id for photo in photos], kinds),
    }


def opinion_or_reason(description: EngineDescription, photos: Sequence[Photograph]) -> dict[str, Any]:
    """What one of several engines says, or why it says nothing of these photographs."""
    try:
        return opinion(description, photos)
    except BadInput as error:
        return {"engine": description.name, "not_compared": f"{error.what}: {error.got}"}


def _face(photo: Photograph, analysis: Analysis) -> Analysis:
    if analysis.outcome is Outcome.ERROR:
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
    if calibration.made_by != model.made_by:
        raise BadInput(
            f"the calibration {calibration.name} is of another engine",
            expected=f"{model.made_by} ({model.name})",
            got=calibration.made_by,
            remedy="name its engine with --engine, calibrate this one, or leave --calibration out",
            code="calibration-does-not-fit",
        )


def _of_others(calibration: Calibration, photos: Sequence[Photograph]) -> Calibration:
    """The table, or its half, that neither photograph is in; the whole where there is none."""
    digests = [digest(photo.read()) for photo in photos]
    return fitting(calibration, {one: [one] for one in digests}, "photographs")


def _read(
    calibration: Calibration | None, distance: float, photos: Sequence[str], kinds: TwoKinds
) -> dict[str, Any]:
    """What the calibration says, as plain values; a model without one has only distances."""
    if calibration is None:
        missing = {"not_measured": "this engine has no calibration: it has only distances"}
        return {"similarity": missing, "fmr": missing, "calibration": missing}
    reading = calibration.read(distance)
    similarity = (
        {"at_least": math.floor(10 * reading.similarity) / 10}
        if reading.censored
        else {"value": round(reading.similarity, 1)}
    )
    fmr = {
        "below" if reading.censored else "value": reading.row.fmr,
        "low": reading.row.low,
        "high": reading.row.high,
        "tail_model": reading.row.model,
        "censored": reading.censored,
    }
    off = _off_kind(calibration, photos, kinds)
    missing = {"not_measured": off}
    return {
        "similarity": missing if off else similarity,
        "fmr": missing if off else fmr,
        "worst_group": missing if off else _group(reading.worst),
        "kind_rates": [_kind_rate(calibration, kind, distance) for kind in shared_kinds(calibration, *kinds)],
        "calibration": {
            "name": calibration.name,
            "chosen": calibration.about.get("chosen"),
            "population": calibration.population,
            "capture": calibration.capture,
            "kind": calibration.about["kind"],
            "people": calibration.about["people"],
            "pairs": calibration.about["pairs"],
            "settled": calibration.about["settled"],
            "every_pair": missing if off else _every_pair(calibration, distance),
        },
    }


def _off_kind(calibration: Calibration, photos: Sequence[str], kinds: TwoKinds) -> str:
    """Why the calibration's rate does not hold for two photographs; blank where it does."""
    why = [
        f"{photo} is {reason}"
        for photo, own in zip(photos, kinds, strict=True)
        for reason in strange(calibration, own)
    ]
    both, told = shared_kinds(calibration, *kinds), words(calibration.kinds.cuts)
    why += [f"both photographs are {told[kind]}, and its rate is of pairs of every kind" for kind in both]
    return f"the calibration's rate does not hold here: {'; '.join(why)}" if why else ""


def _kind_rate(calibration: Calibration, kind: Kind, distance: float) -> dict[str, Any]:
    """The rate among the calibration's photographs of one kind."""
    means = words(calibration.kinds.cuts)[kind]
    found = calibration.read_kind(kind, distance)
    if isinstance(found, NotMeasured):
        return {"kind": kind, "means": means, "not_measured": found.reason}
    row, curve = found.row, found.curve
    rate = {"value": row.fmr, "low": row.low, "high": row.high}
    return {"kind": kind, "means": means, "fmr": rate, "people": curve.people, "pairs": curve.pairs}


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
