"""Checks of single answers: outcomes, order, scores, lists."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from fairlineup.records import Candidate, Enrolment, Outcome, Photograph, SearchAnswer, SearchRequest
from fairlineup.systems.contract.results import PASSED, CheckResult, failed, first_fault, not_applicable
from fairlineup.systems.contract.trial import ContractTrial, told

RECORD = "it answers from a record"
MOST_AT_ONCE = 8
ENDLESS = 10_000  # photographs given before a system is taken to want them all first


def processes(trial: ContractTrial) -> CheckResult:
    """Photographs of one person are enrolled and searched; without that no other check says anything."""
    enrolled, answers = len(trial.enrolled), list(trial.full.values())
    if enrolled >= 2 and any(answer.outcome is Outcome.OK for answer in answers):
        return PASSED
    return failed(
        "at least two of the references enrolled, one of the probes searched",
        f"{enrolled} of {len(trial.photographs.references)} enrolled: {_each(trial.grown[1])}; "
        f"searches: {_each(answers)}",
    )


def _each(answers: Sequence[Enrolment | SearchAnswer]) -> str:
    """Each outcome with the system's words, the same ones once: "2 × no_face (no face found), ok"."""
    counted = Counter(map(told, answers))
    return ", ".join(f"{n} × {one}" if n > 1 else one for one, n in counted.items()) or "no answer"


def no_face_is_an_answer(trial: ContractTrial) -> CheckResult:
    """A picture of nobody is told as one without a face, and matches nobody."""
    if trial.photographs.recorded_only:
        return not_applicable(RECORD)
    kinds = (Outcome.NO_FACE, Outcome.LOW_QUALITY)
    return _outcomes(trial, trial.photographs.faceless, kinds)


def a_broken_file_is_an_answer(trial: ContractTrial) -> CheckResult:
    """A file that is no picture, or cannot be read, is told so, and stops nothing."""
    if trial.photographs.recorded_only:
        return not_applicable(RECORD)
    kinds = tuple(kind for kind in Outcome if kind is not Outcome.OK)
    return first_fault(
        _outcomes(trial, trial.photographs.broken, kinds),
        _outcomes(trial, trial.photographs.gone, (Outcome.ERROR,)),
    )


def too_large_is_refused(trial: ContractTrial) -> CheckResult:
    """A photograph larger than it takes is told as refused."""
    photo = trial.photographs.too_large(trial.information.max_photo_bytes)
    if photo is None:
        return not_applicable("it states no size, or one too large to try")
    return _outcomes(trial, photo, (Outcome.REFUSED,))


def _outcomes(trial: ContractTrial, photo: Photograph, kinds: Sequence[Outcome]) -> CheckResult:
    """Both ways of asking give one of these outcomes and no candidate."""
    wanted = " or ".join(kind.value for kind in kinds) if len(kinds) < 5 else "any outcome but ok"
    asked: tuple[tuple[str, Sequence[Enrolment | SearchAnswer]], ...] = (
        ("enrolled", trial.enrol([photo])),
        ("searched", trial.search([photo])),
    )
    for how, answers in asked:
        if len(answers) != 1 or answers[0].outcome not in kinds:
            return failed(f"{wanted} for {photo.id}, {how}", _each(answers))
        answer = answers[0]
        if isinstance(answer, SearchAnswer) and answer.candidates:
            return failed(f"no candidates for {photo.id}", f"{len(answer.candidates)}")
    return PASSED


def one_answer_each_in_order(trial: ContractTrial) -> CheckResult:
    """Each photograph gets one answer, under its name, in the order they were given."""
    photographs = trial.photographs
    if not trial.information.wire:
        mixed = [*reversed(photographs.probes)]
        if not photographs.recorded_only:
            mixed[1:1] = [photographs.broken, photographs.faceless, photographs.gone]
        trial.search(mixed)
    for asked in trial.asked:
        if asked.given != asked.answered:
            return failed(f"{asked.call}: {', '.join(asked.given)}", ", ".join(asked.answered) or "nothing")
    nothing: list[object] = [
        *trial.answered(lambda: list(trial.system.enrol(trial.gallery("a"), []))),
        *trial.answered(lambda: list(trial.system.search(trial.gallery("a"), [], trial.everything))),
    ]
    return failed("no answer where nothing is asked", f"{len(nothing)}") if nothing else PASSED


def photographs_are_taken_as_they_come(trial: ContractTrial) -> CheckResult:
    """Answers come before the last photograph was given, so that no data set is too large."""
    if trial.information.wire:
        return not_applicable("across a wire each photograph is a question of its own")
    given = 0

    def endless() -> Iterator[Photograph]:
        nonlocal given
        while given < ENDLESS:
            yield trial.photographs.references[given % len(trial.photographs.references)]
            given += 1

    answers = trial.system.enrol(trial.gallery("c"), endless())
    first = next(iter(answers), None)
    close = getattr(answers, "close", None)
    if close is not None:
        close()
    if first is None or given >= ENDLESS:
        return failed("an answer while photographs still come", "none" if first is None else "one at the end")
    return PASSED


def only_the_enrolled_are_candidates(trial: ContractTrial) -> CheckResult:
    """Every candidate is a reference that was enrolled, none twice."""
    for answer in trial.processed:
        photos = [candidate.photo for candidate in answer.candidates]
        strangers = set(photos) - trial.enrolled
        if strangers:
            return failed("candidates that were enrolled", min(strangers))
        if len(set(photos)) < len(photos):
            return failed("each reference once in a list", ", ".join(photos))
    return PASSED


def most_alike_first(trial: ContractTrial) -> CheckResult:
    """Lists are sorted, most alike first."""
    for answer in trial.processed:
        for one, other in pairwise(answer.candidates):
            if trial.scale.to_distance(one.score - other.score) > 0:
                return failed("the most alike first", f"{one.score:g} before {other.score:g}")
    return PASSED


def scores_are_on_the_scale(trial: ContractTrial) -> CheckResult:
    """Scores are finite, and within the scale it states."""
    low, high = trial.scale.low, trial.scale.high
    for answer in trial.processed:
        for candidate in answer.candidates:
            if not (math.isfinite(candidate.score) and low <= candidate.score <= high):
                return failed(f"scores from {low:g} to {high:g}", f"{candidate.score}")
    return PASSED


def everybody_at_the_lowest_threshold(trial: ContractTrial) -> CheckResult:
    """At the weakest threshold every enrolled reference is a candidate, unless the list is capped."""
    cap, end = trial.information.max_candidates, trial.scale.high
    if "recorded_to" in trial.information.settings and trial.weakest not in (trial.scale.low, end):
        return not_applicable(f"the record goes to {trial.weakest:g} only")
    expected = len(trial.enrolled) if cap is None else min(cap, len(trial.enrolled))
    for answer in trial.processed:
        if len(answer.candidates) != expected:
            return failed(f"{expected} candidates at {trial.weakest:g}", f"{len(answer.candidates)}")
        if answer.capped and expected < (cap or math.inf):
            return failed("a list that is not told as cut, for it is whole", "capped")
        if not answer.capped and expected < len(trial.enrolled):
            return failed(f"a list cut at {expected} told as capped", "not capped")
    return PASSED


def stricter_gives_the_beginning(trial: ContractTrial) -> CheckResult:
    """A stricter threshold gives the beginning of the list, with the same scores."""
    probe, whole = trial.example
    threshold = trial.between(whole.candidates)
    if threshold is None:
        return not_applicable("all scores are the same")
    wanted = [c for c in whole.candidates if trial.scale.accepts(c.score, threshold)]
    return _same(trial, probe, SearchRequest(None, threshold), wanted, f"threshold {threshold:g}")


def no_threshold_is_the_default_one(trial: ContractTrial) -> CheckResult:
    """Whoever names no threshold gets what the stated default gives."""
    default, (probe, whole) = trial.information.default_threshold, trial.example
    if default is None:
        wanted, named = list(whole.candidates), "no threshold, which gives everything"
    elif not trial.scale.accepts(default.score, trial.weakest):
        return not_applicable("its default threshold lies beyond the record")
    else:
        named = f"no threshold, which is {default.score:g}"
        wanted = [c for c in whole.candidates if trial.scale.accepts(c.score, default.score)]
    return _same(trial, probe, SearchRequest(None, None), wanted, named)


def the_longest_list_is_obeyed(trial: ContractTrial) -> CheckResult:
    """A shorter list is the beginning of the longer one, with the same scores, and is told as capped."""
    probe, whole = trial.example
    length = min(2, len(whole.candidates) - 1)
    if length < 1:
        return not_applicable("no list of two candidates")
    (answer,) = trial.search([probe], SearchRequest(length, trial.weakest))
    if len(answer.candidates) != length:
        got = f"{told(answer)}, {len(answer.candidates)}"
        return failed(f"{length} candidates when no more are wanted", got)
    if not answer.capped:
        return failed(f"a list cut at {length} of {len(whole.candidates)} told as capped", "not capped")
    return PASSED


def lists_do_not_change_scores(trial: ContractTrial) -> CheckResult:
    """A candidate's score is the same in a list of one as in the whole list."""
    probe, whole = trial.example
    if len(whole.candidates) < 2:
        return not_applicable("no list of two candidates")
    (answer,) = trial.search([probe], SearchRequest(1, trial.weakest))
    scores = dict(whole.candidates)
    for candidate in answer.candidates:
        if abs(scores.get(candidate.photo, math.inf) - candidate.score) > trial.tolerance:
            before = scores.get(candidate.photo)
            return failed(f"{candidate.photo} at {before} as in the whole list", f"{candidate.score:g}")
        if abs(whole.candidates[0].score - candidate.score) > trial.tolerance:
            return failed(f"the most alike, {whole.candidates[0].photo}", candidate.photo)
    return PASSED if answer.candidates else failed("one candidate", f"{told(answer)}, none")


def the_same_when_asked_again(trial: ContractTrial) -> CheckResult:
    """The same search gives the same list and scores, to a hundred-thousandth of the scale."""
    _ = trial.processed
    return _as_before(trial, trial.search(trial.photographs.probes))


def the_same_when_asked_at_once(trial: ContractTrial) -> CheckResult:
    """Searches asked at the same time get the answers they get one by one."""
    at_once = min(trial.information.at_once, MOST_AT_ONCE)
    if at_once < 2:
        return not_applicable("it is asked one question at a time")
    _ = trial.processed
    probes = [probe for probe in trial.photographs.probes for _ in range(2)]
    with ThreadPoolExecutor(at_once) as threads:
        answers = list(threads.map(lambda probe: trial.search([probe]), probes))
    return _as_before(trial, [one for some in answers for one in some])


def _as_before(trial: ContractTrial, answers: Sequence[SearchAnswer]) -> CheckResult:
    for answer in answers:
        before = trial.full.get(answer.photo)
        if before is None or before.outcome is not answer.outcome:
            return failed(f"{told(before) if before else 'no answer'} for {answer.photo}", told(answer))
        differing = trial.differing(answer, before.candidates) if answer.outcome is Outcome.OK else ""
        if differing:
            return failed(f"the same answer for {answer.photo} as before", differing)
    return PASSED


def nearest_to_itself(trial: ContractTrial) -> CheckResult:
    """A photograph that is enrolled is the first candidate when it is searched with."""
    if trial.photographs.recorded_only:
        return not_applicable(RECORD)
    _ = trial.processed
    numbers = [n for n, one in enumerate(trial.photographs.references) if one.id in trial.enrolled][:2]
    for number in numbers:
        (answer,) = trial.search([trial.photographs.again(number)])
        best = answer.candidates[:1]
        itself = trial.photographs.references[number].id
        scores = dict(answer.candidates)
        if not best or itself not in scores or abs(scores[itself] - best[0].score) > trial.tolerance:
            got = best[0].photo if best else "nobody"
            return failed(f"{itself} nearest to itself", f"{told(answer)}, {got}")
    return PASSED


def _same(
    trial: ContractTrial, probe: Photograph, request: SearchRequest, wanted: Sequence[Candidate], named: str
) -> CheckResult:
    (answer,) = trial.search([probe], request)
    differing = trial.differing(answer, wanted)
    return failed(f"{len(wanted)} candidates at {named}", differing) if differing else PASSED
