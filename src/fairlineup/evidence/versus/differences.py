"""What else differs between runs than the system: what a reader has to know before believing a difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fairlineup.evidence.asking import steadiness
from fairlineup.evidence.versus.groups import GroupsInCommon
from fairlineup.evidence.versus.pairing import Pairing, Stage
from fairlineup.evidence.versus.side import Side
from fairlineup.results import RecordedDifference

NOTHING = "–"


def differences(sides: Sequence[Side]) -> Iterator[RecordedDifference]:
    """Everything recorded that is not the same in every run, a value a run."""
    rows = [_facts(side) for side in sides]
    for name in dict.fromkeys(name for row in rows for name in row):
        values = tuple(row.get(name, NOTHING) for row in rows)
        if len(set(values)) > 1:
            yield RecordedDifference(name, values)


def cautions(sides: Sequence[Side], pairing: Pairing, groups: GroupsInCommon) -> Iterator[str]:
    """Sentences that stand beside every figure of the comparison."""
    yield from _populations(sides)
    yield from _stages(pairing)
    for side in sides:
        yield from _of_run(side)
    yield from _groups(groups)


def _facts(side: Side) -> dict[str, str]:
    run = side.run
    information, plan = run.information, run.plan
    environment = run.identity.environment
    libraries = environment.get("libraries") or {}
    own = side.own
    return {
        "system": information.name,
        "vendor": information.vendor,
        "version": information.version,
        "models": ", ".join(model.digest for model in information.models) or NOTHING,
        **{f"setting {name}": str(value) for name, value in sorted(information.settings.items())},
        "scale": information.scale.name,
        "own threshold": f"{own.score:g}, {own.source}",
        "begun": run.identity.begun,
        "Fairlineup": run.identity.digests.version,
        "Python": str(environment.get("python", NOTHING)),
        "platform": str(environment.get("platform", NOTHING)),
        **{f"library {name}": str(version) for name, version in sorted(libraries.items())},
        "weakest score recorded": f"{side.record_to:g}",
        "longest list": "no limit" if information.max_candidates is None else f"{information.max_candidates}",
        "list shown": f"{plan.search.list_length}",
        "people described as": plan.dataset.population,
        "photographs described as": plan.dataset.capture,
        "people enrolled": f"{side.evidence.others.people_enrolled:,}",
    }


def _populations(sides: Sequence[Side]) -> Iterator[str]:
    if len({side.scale.name for side in sides}) > 1:
        yield "The systems score on different scales: their thresholds are no common numbers."
    if any(not side.own.is_default for side in sides):
        keys = ", ".join(side.key for side in sides if not side.own.is_default)
        yield f"Run {keys} has no default threshold: the one its plan holds a limit at stands in for it."


def _stages(pairing: Pairing) -> Iterator[str]:
    for what, stage in (("target-absent", pairing.absent), ("target-present", pairing.present)):
        if not isinstance(stage, Stage):
            continue
        if stage.asked.share < 1:
            yield (
                f"Of {stage.asked.together:,} photographs searched with ({what}) {stage.asked.shared:,} are "
                "in every run; only these are compared."
            )
        if stage.unanswered:
            yield (
                f"{stage.unanswered:,} of the shared {what} searches got no answer in some run; no figure "
                "here counts them."
            )


def _of_run(side: Side) -> Iterator[str]:
    lost = side.evidence.lost
    enrolments = sum(count for stage, count in lost.items() if stage.startswith("enrol"))
    if enrolments:
        yield (
            f"Run {side.key} lost {enrolments:,} enrolments on the wire: its gallery is smaller by as many "
            "photographs, which lets it flag fewer."
        )
    steady = steadiness(side.run.directory)
    if steady and (steady["changed"] or steady["largest_change"]):
        yield f"The system of run {side.key} changed while it was audited, as its canary pairs show."
    cut = sum(attempt.capped for attempt in side.evidence.absent_attempts)
    if cut:
        yield f"The system of run {side.key} cut {cut:,} of its target-absent lists."


def _groups(groups: GroupsInCommon) -> Iterator[str]:
    for label, people in groups.disagree.items():
        if people:
            yield f"{people:,} people carry different values of {label} in the runs, and stand in no group."
    if groups.undeclared:
        yield f"Not declared by every plan, and so not compared: groups of {', '.join(groups.undeclared)}."
