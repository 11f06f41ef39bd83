"""ITA of many photographs, each with one clear face; a bad file is an answer, not an exception."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from fairlineup.faces.engine import Analysis, EngineDescription, EnginePool
from fairlineup.faces.photos import decode
from fairlineup.faces.pictures import find_same_pictures
from fairlineup.faces.tone.ita import Tone, tone_of
from fairlineup.records import BadInput, Face, NotMeasured, Outcome, Photograph, Progress, no_progress
from fairlineup.workers import WorkerPool

UNREADABLE = "not readable as a photograph"
_OUTCOMES = {
    Outcome.NO_FACE: "no face found",
    Outcome.SEVERAL_FACES: "several faces",
    Outcome.LOW_QUALITY: "low quality",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one photograph."""

    photo: str  #: its id.
    tone: Tone | NotMeasured  #: the ITA and what it is made of, or why there is none.
    detail: str = ""  #: one line more on a photograph without a clear face.


@dataclass(frozen=True, slots=True)
class _Task:
    photo: Photograph
    face: Face


def read_tones(
    photos: Sequence[Photograph],
    *,
    engine: EngineDescription | None = None,
    progress: Progress = no_progress,
    workers: int | None = None,
) -> list[Reading]:
    """ITA of each photograph, in their order.

    Args:
        photos: whatever they show; those without exactly one clear face have no ITA.
        engine: what finds the faces; None for the default one.
        progress: told of faces, then of tones.
        workers: processes; None for one a core. The answer does not depend on them.

    Raises: as EnginePool.
    """
    with EnginePool(engine, workers=workers) as pool:
        analyses = list(pool.analyse_many(photos, progress=progress, stage="faces"))
    readings = {i: _without(one) for i, one in enumerate(analyses) if one.outcome is not Outcome.OK}
    seen = [i for i in range(len(photos)) if i not in readings]
    tasks = [_Task(photos[i], analyses[i].faces[0]) for i in seen]
    with WorkerPool(len(tasks), workers) as workers_pool:
        read = workers_pool.each(_read, tasks, lambda done: progress("tones", done, len(tasks)))
    readings |= dict(zip(seen, read, strict=True))
    return [readings[i] for i in range(len(photos))]


def one_of_each_picture(
    photos: Sequence[Photograph], persons: Sequence[str], *, progress: Progress = no_progress
) -> list[int]:
    """Places of photographs that are not a copy of an earlier one of the same person.

    A picture read twice, cropped or scaled, would say that a person's tone is the same on every photograph.

    Args:
        photos: of whom it is asked.
        persons: who is on each.
        progress: told of the search for copies.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for place, person in enumerate(persons):
        places[person].append(place)
    pairs = [pair for of_one in places.values() for pair in combinations(of_one, 2)]
    if not pairs:
        return list(range(len(photos)))
    copies = find_same_pictures(photos, extra_pairs=pairs, progress=progress)
    again = {one.b_index for one in copies.pairs if persons[one.a_index] == persons[one.b_index]}
    return [place for place in range(len(photos)) if place not in again]


def _without(analysis: Analysis) -> Reading:
    reason = _OUTCOMES.get(analysis.outcome, UNREADABLE)
    return Reading(analysis.photo, NotMeasured(reason), analysis.detail)


def _read(task: _Task) -> Reading:
    try:
        pixels = decode(task.photo.read(), name=task.photo.id).pixels
    except (OSError, BadInput, MemoryError) as error:  # gone or changed since its face was found
        return Reading(task.photo.id, NotMeasured(UNREADABLE), " ".join(str(error).split()))
    return Reading(task.photo.id, tone_of(pixels, task.face))
