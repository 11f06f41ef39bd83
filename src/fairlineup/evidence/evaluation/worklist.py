"""The pairs where labels are most likely wrong, drawn for two people, and their decisions taken in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from fairlineup.evidence.evaluation.joined import JoinedAnswers, join
from fairlineup.evidence.evaluation.review import decision_log, listed_pairs
from fairlineup.evidence.plan import SEARCH_STAGES
from fairlineup.evidence.runs import FrozenRun, Observations, RunDirectory, read_gallery_pairs
from fairlineup.labels import DoubtfulPair, Taken, take_sheet
from fairlineup.measures import mate_standing
from fairlineup.records import BadInput, Scale
from fairlineup.seals import digest_of


def draw_worklist(run: FrozenRun, observations: Observations, each: int) -> tuple[DoubtfulPair, ...]:
    """The nearest non-mated and the farthest mated pairs of a run, mixed by the run's seed.

    Non-mated pairs are those of a probe and a reference and, where the gallery was compared with itself,
    those of two references.

    Args:
        run: a finished run.
        observations: its answers.
        each: how many of each kind, at most.
    Returns: pairs by their names, which are digests, so that neither name nor place tells the kind.
    Raises: BadInput: fewer than one asked for, or the run compared nothing.
    """
    if each < 1:
        raise BadInput(
            "no pairs asked for",
            expected="1 or more",
            got=str(each),
            remedy="ask for some",
            code="argument-unusable",
        )
    answers = join(observations, run)
    mated = _farthest(run, observations, answers, each)
    found = {*_nearest(answers, each), *mated, *_within(run.directory, each)}
    if not found:
        raise BadInput(
            "there is nothing to look at",
            expected="a run that returned candidates",
            got="none",
            remedy="record further out (search.record_to in the plan)",
            code="not-enough-data",
        )
    seed = run.plan.statistics.seed
    pairs = (DoubtfulPair(_name(seed, probe, gallery), probe, gallery) for probe, gallery in found)
    return tuple(sorted(pairs, key=lambda one: one.name))


def take_decisions(
    directory: RunDirectory,
    reviewer: str,
    sheet: bytes,
    *,
    change: bool = False,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Taken:
    """Record what a reviewer decided on a run's list, and that it was. Raises: BadInput: see `take_sheet`."""
    pairs = {pair.name for pair in listed_pairs(directory)}
    taken = take_sheet(decision_log(directory), pairs, reviewer, sheet, change=change, now=now)
    if taken.added:
        directory.events.add("label decisions read", decisions=taken.added)
    return taken


def _nearest(answers: JoinedAnswers, each: int) -> list[tuple[str, str]]:
    order = np.argsort(answers.absent.distance, kind="stable")[:each].tolist()
    listed = answers.candidates
    return [
        (answers.absent_attempts[answers.absent.row[one]].photo, listed.photos[listed.photo[one]])
        for one in order
    ]


def _within(directory: RunDirectory, each: int) -> list[tuple[str, str]]:
    """The nearest pairs of references, without those that are known to be one picture."""
    compared = read_gallery_pairs(directory)
    pairs = () if compared is None else compared.pairs
    return [(one.photo, one.other_photo) for one in pairs if not one.one_picture][:each]


def _farthest(
    run: FrozenRun, observations: Observations, answers: JoinedAnswers, each: int
) -> list[tuple[str, str]]:
    """Mated searches by the distance of their nearest mate, those that did not return it first."""
    mated = answers.mated
    distance, _ = mate_standing(mated)
    usable = mated.searches.processed & mated.mate_enrolled
    if mated.same_picture is not None:
        usable &= ~mated.same_picture
    order = [one for one in np.argsort(-distance, kind="stable").tolist() if usable[one]][:each]
    returned = _mates_returned(observations, run.information.scale)
    enrolled = {a.photo for a in answers.enrolments if a.outcome == "ok"}
    first = {e.person: e.photo for e in reversed(run.protocol.mates) if e.photo in enrolled}
    attempts = [answers.mated_attempts[one] for one in order]
    return [(a.photo, returned.get(a.photo, first[a.person])) for a in attempts]


def _mates_returned(observations: Observations, scale: Scale) -> dict[str, str]:
    """Nearest photograph of the probe's own person that each target-present search returned."""
    best: dict[str, tuple[float, str]] = {}
    people = np.array(observations.people, dtype=object)[observations.person]
    probes = np.array([a.person for a in observations.searches], dtype=object)[observations.search]
    for index in np.flatnonzero(people == probes).tolist():
        attempt = observations.searches[observations.search[index]]
        if attempt.stage != SEARCH_STAGES[1]:
            continue
        found = (
            scale.to_distance(float(observations.score[index])),
            observations.photos[observations.photo[index]],
        )
        best[attempt.photo] = min(found, best.get(attempt.photo, found))
    return {probe: photo for probe, (_, photo) in best.items()}


def _name(seed: int, probe: str, gallery: str) -> str:
    return digest_of([seed, probe, gallery]).removeprefix("sha256:")[:10]
