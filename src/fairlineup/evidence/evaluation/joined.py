"""Observations and truth, joined: who was searched for, who is in the gallery, what came back.

This is where the run's answers become the columns that measures take. It decides nothing about rates.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fairlineup.evidence.evaluation.answered import fault_in
from fairlineup.evidence.plan import (
    ENROL_STAGES,
    SEARCH_STAGES,
    Entry,
    Protocol,
    SettledDataset,
)
from fairlineup.evidence.runs import LOST, Attempt, FrozenRun, Observations
from fairlineup.measures import (
    Comparisons,
    GallerySize,
    Mated,
    Searches,
    crossed,
    gallery_size,
    is_probe_person,
)
from fairlineup.records import BadInput, Outcome


@dataclass(frozen=True, slots=True, eq=False)
class JoinedAnswers:
    """What measures are taken on."""

    people: tuple[str, ...]  #: names the person codes stand for.
    #: target-absent searches; of leave-one-out, the searches without their own person's photographs.
    absent: Searches
    mated: Mated  #: target-present searches.
    absent_attempts: tuple[Attempt, ...]  #: the attempt behind each absent search.
    mated_attempts: tuple[Attempt, ...]  #: the attempt behind each mated search.
    enrolments: tuple[Attempt, ...]  #: every photograph offered to a gallery that got an answer.
    #: weakest distance of lists the system cut, +inf where it did not, shape (n_absent,).
    absent_capped: NDArray[np.float64]
    #: comparisons of probes with people who are no probe, or with everybody else where they are each other's
    #: strangers: what false match rates are taken on.
    among_others: Comparisons
    #: comparisons of probes with the mates of other probes that are not among these.
    among_probes: Comparisons
    candidates: ListedPhotos  #: each absent candidate's gallery photograph, and its rank as it was given.
    #: the target-absent gallery, counted; of leave-one-out, what the fewest were searched among.
    others: GallerySize
    everyone: GallerySize  #: the gallery with the mates, counted.
    lost: Mapping[str, int]  #: questions that never got an answer, by stage.

    def without(self, candidates: NDArray[np.bool_], mated: NDArray[np.bool_]) -> JoinedAnswers:
        """The same without some target-absent candidates and some mated searches, masks over both."""
        kept = ~candidates
        absent = replace(
            self.absent,
            row=self.absent.row[kept],
            gallery_person=self.absent.gallery_person[kept],
            distance=self.absent.distance[kept],
        )
        listed = replace(self.candidates, photo=self.candidates.photo[kept], rank=self.candidates.rank[kept])
        photos = self.among_others.blocks[0].gallery_photos
        return replace(
            self,
            absent=absent,
            candidates=listed,
            among_others=_compared(absent, photos, self.among_others.reach),
            mated=self.mated.only(~mated),
            mated_attempts=tuple(a for a, out in zip(self.mated_attempts, mated, strict=True) if not out),
        )


@dataclass(frozen=True, slots=True, eq=False)
class ListedPhotos:
    """The photographs behind candidates, beside the columns of their Searches."""

    photo: NDArray[np.int64]  #: gallery photograph of each candidate, as index into `photos`.
    rank: NDArray[np.int64]  #: as the system listed it.
    photos: tuple[str, ...]  #: photograph ids.


def joined_answers(frozen: FrozenRun) -> JoinedAnswers:
    """What a finished run can be measured on. Raises: BadInput: it is not finished."""
    return join(observations_of(frozen), frozen)


def join(observations: Observations, frozen: FrozenRun) -> JoinedAnswers:
    """Join the answers of a run with its settled data set, as its protocol laid it out."""
    dataset, protocol, scale = frozen.dataset, frozen.protocol, frozen.information.scale
    people = tuple(sorted({entry.person for entry in dataset.entries}))
    code = {person: index for index, person in enumerate(people)}
    gallery_code = np.array([code[person] for person in observations.people], dtype=np.int64)
    enrolments = [a for a in observations.enrolments if a.outcome != LOST]
    everyone = _gallery(enrolments, code)
    distance = scale.to_distance(observations.score)

    source = _Source(observations, distance, gallery_code, code)
    measurable, enrolled_mates = _mates(observations.enrolments)
    strangers, mates = (_photos(enrolments, stage, code) for stage in ENROL_STAGES)
    if protocol.leave_one_out:
        strangers, mates = strangers + mates, np.zeros(len(code))
        absent, others = _left_out(source, protocol, everyone, strangers)
    else:
        others = _gallery([a for a in enrolments if a.stage == ENROL_STAGES[0]], code)
        absent = _stage(source, SEARCH_STAGES[0], None, others)
    present = _stage(source, SEARCH_STAGES[1], _asked(protocol.present, measurable), everyone)
    same = _same_pictures(present.attempts, dataset)
    everything = (*observations.enrolments, *observations.searches)
    reach = scale.to_distance(frozen.plan.search.record_to)
    return JoinedAnswers(
        people=people,
        absent=absent.searches,
        mated=Mated(
            present.searches,
            np.array([a.person in enrolled_mates for a in present.attempts], dtype=np.bool_),
            same,
        ),
        absent_attempts=absent.attempts,
        mated_attempts=present.attempts,
        enrolments=tuple(enrolments),
        absent_capped=absent.capped,
        among_others=_compared(absent.searches, strangers, reach),
        among_probes=_compared(present.searches, mates, reach),
        candidates=absent.listed,
        others=others,
        everyone=everyone,
        lost=dict(sorted(Counter(a.stage for a in everything if a.outcome == LOST).items())),
    )


def observations_of(frozen: FrozenRun) -> Observations:
    """All answers of a run, with the people of its settled manifest.

    Raises:
        BadInput: the run is not finished, or its answers are not those its plan asks for.
    """
    person_of = {entry.photo: entry.person for entry in frozen.dataset.entries}
    try:
        observations = frozen.directory.observations(ENROL_STAGES, SEARCH_STAGES, person_of)
    except KeyError as error:
        raise _not_whole(frozen, f"one for {error}") from error
    asked = [
        (stage, entry.photo)
        for stages in (ENROL_STAGES, SEARCH_STAGES)
        for stage, entries in frozen.protocol.stages
        if stage in stages
        for entry in entries
    ]
    answered = [(a.stage, a.photo) for a in (*observations.enrolments, *observations.searches)]
    if answered != asked:
        raise _not_whole(frozen, f"{len(answered):,}" if len(answered) != len(asked) else "other answers")
    if fault := fault_in(frozen, observations):
        raise _not_whole(frozen, fault)
    return observations


def _not_whole(frozen: FrozenRun, got: str) -> BadInput:
    return BadInput(
        f"the run in {frozen.directory.path} is not finished, or was edited",
        expected=f"the {frozen.protocol.photographs:,} answers its plan asks for, in its order",
        got=got,
        remedy="go on with it as it was begun; if that is not enough, audit into a new folder",
        code="run-unfinished",
        facts={"folder": str(frozen.directory.path)},
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Stage:
    searches: Searches
    attempts: tuple[Attempt, ...]
    capped: NDArray[np.float64]
    listed: ListedPhotos


@dataclass(frozen=True, slots=True, eq=False)
class _Source:
    observations: Observations
    distance: NDArray[np.float64]
    gallery_code: NDArray[np.int64]
    code: Mapping[str, int]


def _asked(probes: Sequence[Entry], people: set[str] | None = None) -> set[str]:
    """Photographs of these probes, as far as their people are to be measured."""
    return {entry.photo for entry in probes if people is None or entry.person in people}


def _left_out(
    source: _Source, protocol: Protocol, everyone: GallerySize, photos: NDArray[np.float64]
) -> tuple[_Stage, GallerySize]:
    """Leave-one-out: each list without the photographs of the probe's own person, and what is left to search.

    Ranks are those the list has without them. A list that the system cut is known as far as it was before.
    """
    whole = _stage(source, protocol.absent_stage, _asked(protocol.absent), everyone)
    searches = whole.searches
    own = is_probe_person(searches)
    before: NDArray[np.int64] = np.cumsum(own) - own
    starts = np.searchsorted(searches.row, searches.row)
    left = _without_one(everyone, photos[np.unique(searches.person)])
    absent = replace(
        searches,
        row=searches.row[~own],
        gallery_person=searches.gallery_person[~own],
        distance=searches.distance[~own],
        gallery_people=left.people_enrolled,
        gallery_photos=left.photos_enrolled,
        own_left_out=left != everyone,
    )
    ahead: NDArray[np.int64] = before - before[starts]
    listed = replace(whole.listed, photo=whole.listed.photo[~own], rank=(whole.listed.rank - ahead)[~own])
    return replace(whole, searches=absent, listed=listed), left


def _without_one(gallery: GallerySize, own: NDArray[np.float64]) -> GallerySize:
    """A gallery without the person who has most photographs in it, of those who are searched for."""
    most = int(own.max(initial=0))
    if not most:
        return gallery
    return GallerySize(
        people_offered=gallery.people_offered - 1,
        people_enrolled=gallery.people_enrolled - 1,
        photos_offered=gallery.photos_offered - most,
        photos_enrolled=gallery.photos_enrolled - most,
    )


def _stage(source: _Source, stage: str, keep: set[str] | None, gallery: GallerySize) -> _Stage:
    """Columns of one search stage: lost questions and photographs not to be measured left out."""
    observations = source.observations
    wanted = np.array(
        [
            a.stage == stage and a.outcome != LOST and (keep is None or a.photo in keep)
            for a in observations.searches
        ],
        dtype=np.bool_,
    )
    attempts = tuple(a for a, want in zip(observations.searches, wanted, strict=True) if want)
    chosen = wanted[observations.search] if len(wanted) else np.zeros(0, dtype=np.bool_)
    row = (np.cumsum(wanted) - 1)[observations.search[chosen]] if len(wanted) else observations.search
    searches = Searches(
        person=np.array([source.code[a.person] for a in attempts], dtype=np.int64),
        processed=np.array([a.outcome == Outcome.OK.value for a in attempts], dtype=np.bool_),
        row=row,
        gallery_person=source.gallery_code[observations.person[chosen]],
        distance=source.distance[chosen],
        gallery_people=gallery.people_enrolled,
        gallery_photos=gallery.photos_enrolled,
    )
    listed = ListedPhotos(observations.photo[chosen], observations.rank[chosen], observations.photos)
    return _Stage(searches, attempts, _capped(attempts, searches), listed)


def _photos(enrolments: Sequence[Attempt], stage: str, code: Mapping[str, int]) -> NDArray[np.float64]:
    """Enrolled photographs of each person in one stage, shape (people,)."""
    enrolled = [code[a.person] for a in enrolments if a.stage == stage and a.outcome == Outcome.OK.value]
    return np.bincount(np.array(enrolled, dtype=np.int64), minlength=len(code)).astype(np.float64)


def _compared(searches: Searches, gallery_photos: NDArray[np.float64], reach: float) -> Comparisons:
    """The non-mated comparisons behind searches with the people who have photographs in part of a gallery."""
    probes = np.bincount(searches.person[searches.processed], minlength=len(gallery_photos))
    person = searches.person[searches.row]
    strangers = (gallery_photos[searches.gallery_person] > 0) & (searches.gallery_person != person)
    return crossed(
        person[strangers],
        searches.gallery_person[strangers],
        searches.distance[strangers],
        probe_photos=probes.astype(np.float64),
        gallery_photos=gallery_photos,
        reach=reach,
    )


def _capped(attempts: Sequence[Attempt], searches: Searches) -> NDArray[np.float64]:
    last = np.full(len(attempts), -np.inf)
    np.maximum.at(last, searches.row, searches.distance)
    cut = np.array([a.capped for a in attempts], dtype=np.bool_)
    return np.where(cut, last, np.inf)


def _gallery(enrolments: Sequence[Attempt], code: Mapping[str, int]) -> GallerySize:
    person = np.array([code[a.person] for a in enrolments], dtype=np.int64)
    enrolled = np.array([a.outcome == Outcome.OK.value for a in enrolments], dtype=np.bool_)
    return gallery_size(person, enrolled)


def _mates(enrolments: Sequence[Attempt]) -> tuple[set[str], set[str]]:
    """People whose mates' enrolment is known, and those with a mate enrolled."""
    outcomes: dict[str, set[str]] = defaultdict(set)
    for attempt in enrolments:
        if attempt.stage == ENROL_STAGES[1]:
            outcomes[attempt.person].add(attempt.outcome)
    enrolled = {person for person, seen in outcomes.items() if Outcome.OK.value in seen}
    known = {person for person, seen in outcomes.items() if LOST not in seen} | enrolled
    return known, enrolled


def _same_pictures(attempts: Sequence[Attempt], dataset: SettledDataset) -> NDArray[np.bool_]:
    mates: dict[str, list[str]] = defaultdict(list)
    for entry in dataset.entries:
        if entry.role == "gallery":
            mates[entry.person].append(entry.photo)
    same = dataset.same_pictures
    return np.array(
        [any(frozenset((a.photo, mate)) in same for mate in mates[a.person]) for a in attempts],
        dtype=np.bool_,
    )
