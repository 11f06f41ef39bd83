"""A plan against its system: every threshold as a number, those its users meet added, recording far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path

from fairlineup.evidence.plan.manifest import Entry
from fairlineup.evidence.plan.plan import (
    SHIPPED,
    SIMILARITY,
    Plan,
    ResolvedPlan,
    ResolvedSearch,
    ResolvedThreshold,
    ThresholdChoice,
    demand,
)
from fairlineup.faces.scale import Calibration, read_calibration, shipped_calibration
from fairlineup.records import BadInput, Scale, SystemInformation, Threshold, decimals


def resolve(
    plan: Plan, information: SystemInformation, calibration: Calibration | None = None
) -> ResolvedPlan:
    """The plan with every default as a number on the system's scale.

    After the thresholds it declares come those that users of the system meet: its default, the recommended
    one, and what its maker's sample code sets; those left out that lie beyond what the plan records.

    Raises:
        BadInput: the system names no such threshold, a score lies off its scale, or a similarity lies past
            the end of the calibration.
    """
    declared = tuple(_resolved(choice, information, calibration) for choice in plan.threshold)
    scale, record_to = information.scale, plan.search.record_to
    met = tuple(_met(declared, information))
    thresholds = (
        *declared,
        *(one for one in met if record_to is None or scale.accepts(one.score, record_to)),
    )
    if record_to is None:
        record_to = _beyond(_weakest(thresholds, scale), scale)
    weakest = _weakest(declared, scale)
    demand(
        scale.accepts(weakest, record_to),
        "search.record_to",
        f"a score at least as weak as the weakest threshold, {weakest:g}",
        record_to,
    )
    said = {field.name: getattr(plan, field.name) for field in fields(Plan)}
    search = ResolvedSearch(**{**asdict(plan.search), "record_to": record_to})
    return ResolvedPlan(**{**said, "threshold": thresholds, "search": search})


def calibration_of(plan: Plan, information: SystemInformation) -> Calibration | None:
    """The calibration a plan names; None where it names none.

    Raises:
        BadInput: no such table, or one of another model than the system's.
    """
    if not plan.calibration.file:
        return None
    models = {model.made_by for model in information.models}
    if plan.calibration.file == SHIPPED:
        found = next((one for one in map(shipped_calibration, models) if one is not None), None)
    else:
        found = read_calibration(Path(plan.calibration.file))
    if found is None or found.made_by not in models:
        raise BadInput(
            "the plan's calibration is not of the system's engine",
            expected=f"a table of {', '.join(sorted(models)) or 'a model the system names'}",
            got="none is shipped" if found is None else found.made_by,
            remedy="calibrate the system's engine, or give thresholds on the system's own scale",
            code="calibration-does-not-fit",
        )
    return found


def pictured(entries: Iterable[Entry], digests: Mapping[str, str]) -> dict[str, list[str]]:
    """The digests of each person's photographs, "" for one not read: what a calibration knows people by."""
    own: dict[str, list[str]] = {}
    for entry in entries:
        own.setdefault(entry.person, []).append(digests.get(entry.photo, ""))
    return own


def _met(
    declared: Sequence[ResolvedThreshold], information: SystemInformation
) -> Iterator[ResolvedThreshold]:
    """Thresholds that users of a system meet and the plan does not declare."""
    samples = [(f"sample {one.score:g}", "sample code", one) for one in information.sample_thresholds]
    own: list[tuple[str, str, Threshold | None]] = [
        ("default", "default", information.default_threshold),
        ("recommended", "recommended", information.recommended_threshold),
        *samples,
    ]
    names, scores = {choice.name for choice in declared}, {choice.score for choice in declared}
    for name, kind, threshold in own:
        if threshold is None or threshold.score in scores:
            continue
        free = name if name not in names else f"the maker's {name}"
        names.add(free)
        scores.add(threshold.score)
        yield ResolvedThreshold(free, threshold.score, f"the system's {kind} ({threshold.source})")


def _weakest(thresholds: Sequence[ResolvedThreshold], scale: Scale) -> float:
    return max((choice.score for choice in thresholds), key=scale.to_distance)


def _beyond(weakest: float, scale: Scale) -> float:
    """Where recording ends by itself: well beyond the weakest threshold, on the scale."""
    beyond = weakest + (0.15 if scale.kind == "distance" else -0.25) * abs(weakest)
    return round(min(max(beyond, scale.low), scale.high), decimals((weakest,)))


def _resolved(
    choice: ThresholdChoice, information: SystemInformation, calibration: Calibration | None
) -> ResolvedThreshold:
    scale, name, source = information.scale, choice.name, choice.source
    if calibration is not None and isinstance(choice.score, str) and SIMILARITY.fullmatch(choice.score):
        at = round(calibration.distance_at(float(choice.score.removeprefix("similarity"))), 5)
        return ResolvedThreshold(name, at, source or f"{choice.score} by {calibration.name}")
    if not isinstance(choice.score, str):
        demand(
            scale.low <= choice.score <= scale.high,
            f"threshold {choice.name!r}",
            f"a score from {scale.low:g} to {scale.high:g} ({scale.name})",
            choice.score,
        )
        return ResolvedThreshold(name, choice.score, source or "the plan")
    named = {"default": information.default_threshold, "recommended": information.recommended_threshold}
    found = named[choice.score]
    if found is None:
        raise BadInput(
            f"the plan's threshold {choice.name!r}",
            expected=f"a system with a {choice.score} threshold",
            got=information.name,
            remedy="name a score of its scale under [[threshold]], as score = 0.7",
            code="plan-invalid",
            facts={"option": f"threshold {choice.name!r}"},
        )
    said = f"the system's {choice.score} ({found.source})"
    return ResolvedThreshold(name, found.score, source or said)
