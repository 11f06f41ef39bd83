"""Checks of galleries: grown, apart, deleted, kept."""

from __future__ import annotations

from fairlineup.records import (
    FaceSystem,
    FairlineupError,
    KeepingSystem,
    Outcome,
    SearchAnswer,
    TransportError,
)
from fairlineup.systems.contract.results import PASSED, CheckResult, failed, first_fault, not_applicable
from fairlineup.systems.contract.trial import ContractTrial, told


def growing_changes_no_score(trial: ContractTrial) -> CheckResult:
    """More references change nothing about those that stood there."""
    before, whole = trial.grown[0], trial.full.get(trial.photographs.probes[0].id)
    if before.outcome is not Outcome.OK or whole is None:
        return not_applicable("the first probe was not processed")
    scores = dict(whole.candidates)
    for candidate in before.candidates:
        now = scores.get(candidate.photo)
        if now is None and not whole.capped:
            return failed(f"{candidate.photo} still there when more were enrolled", "gone")
        if now is not None and abs(now - candidate.score) > trial.tolerance:
            return failed(f"{candidate.photo} at {candidate.score:g} among more references", f"{now:g}")
    return PASSED


def enrolled_twice_stands_once(trial: ContractTrial) -> CheckResult:
    """A photograph enrolled again under its name stands in the gallery once."""
    probe, whole = trial.example
    again = next(one for one in trial.photographs.references if one.id in trial.enrolled)
    trial.enrol([again])
    return _like_before(
        trial, trial.system, probe.id, f"the list as before {again.id} was enrolled again", whole
    )


def galleries_are_apart(trial: ContractTrial) -> CheckResult:
    """A search sees the gallery it names and no other."""
    probe, _ = trial.example
    alone = [one for one in trial.photographs.references if one.id in trial.enrolled][-1]
    trial.enrol([alone], "b")
    (answer,) = trial.search([probe], name="b")
    if answer.outcome is not Outcome.OK:
        return failed(f"{probe.id} searched in a second gallery", told(answer))
    strangers = [c.photo for c in answer.candidates if c.photo != alone.id]
    if strangers:
        return failed(f"{alone.id} alone in a gallery of its own", f"also {strangers[0]}")
    return PASSED


def a_deleted_gallery_is_gone(trial: ContractTrial) -> CheckResult:
    """A deleted gallery is on no list, and a search in it finds nobody; the others stay."""
    probe, whole = trial.example
    name = trial.gallery("b")
    trial.answered(lambda: trial.system.delete_gallery(name))
    return first_fault(
        _not_listed(trial.system, name),
        _finds_nobody(trial),
        _like_before(trial, trial.system, probe.id, "the other gallery as before", whole),
    )


def _not_listed(system: FaceSystem, name: str) -> CheckResult:
    if isinstance(system, KeepingSystem) and name in system.galleries():
        return failed("a deleted gallery on no list", f"{name} still there")
    return PASSED


def _finds_nobody(trial: ContractTrial) -> CheckResult:
    probe, _ = trial.example
    try:
        answers = trial.search([probe], name="b")
    except TransportError:
        raise
    except FairlineupError:
        return PASSED  # a clear error does as well
    found = [candidate.photo for answer in answers for candidate in answer.candidates]
    return failed("nobody in a deleted gallery", found[0]) if found else PASSED


def deleting_twice_is_no_error(trial: ContractTrial) -> CheckResult:
    """A gallery that is not there can be deleted."""
    for name in ("b", "never"):
        gallery = trial.gallery(name)
        trial.answered(lambda: trial.system.delete_gallery(gallery))  # noqa: B023 - called at once
    return PASSED


def a_kept_gallery_outlives_its_process(trial: ContractTrial) -> CheckResult:
    """A freshly opened instance lists the gallery, searches it alike, and goes on enrolling in it."""
    if not trial.information.keeps_galleries:
        return not_applicable("it keeps no galleries")
    probe, whole = trial.example
    other = trial.open_system()
    try:
        if not isinstance(other, KeepingSystem):
            return failed("a system that lists its galleries", "one without galleries()")
        if trial.gallery("a") not in trial.answered(other.galleries):
            return failed("the gallery on the list of a freshly opened instance", "not there")
        found = _like_before(trial, other, probe.id, "the same answer by a freshly opened instance", whole)
        again = next(one for one in trial.photographs.references if one.id in trial.enrolled)
        trial.enrol([again], system=other)
        once = _like_before(
            trial, other, probe.id, f"{again.id} once, enrolled again by that instance", whole
        )
        return first_fault(found, once)
    finally:
        other.close()


def _like_before(
    trial: ContractTrial, system: FaceSystem, probe: str, expected: str, whole: SearchAnswer
) -> CheckResult:
    asked = next(one for one in trial.photographs.probes if one.id == probe)
    (answer,) = trial.search([asked], system=system)
    differing = trial.differing(answer, whole.candidates)
    return failed(expected, differing) if differing else PASSED


def nothing_is_left_behind(trial: ContractTrial) -> CheckResult:
    """At the end every gallery of these checks is deleted, and the list says so."""
    for name in trial.galleries:
        trial.answered(lambda: trial.system.delete_gallery(name))  # noqa: B023 - called at once
    if not isinstance(trial.system, KeepingSystem):
        return not_applicable("it keeps no galleries")
    left = set(trial.answered(trial.system.galleries)) & set(trial.galleries)
    return failed("no gallery of these checks left", ", ".join(sorted(left))) if left else PASSED
