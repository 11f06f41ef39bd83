"""All photographs of a set that are copies of one picture, whoever they are said to show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from fairlineup.faces.photos import DEFAULT_LIMITS, Limits, UnreadablePhotograph, says_synthetic
from fairlineup.faces.pictures.candidates import same_picture_candidates
from fairlineup.faces.pictures.fingerprint import Fingerprint, fingerprint
from fairlineup.faces.pictures.registration import Registration, register
from fairlineup.records import Photograph, Progress, no_progress
from fairlineup.seals import digest
from fairlineup.workers import WorkerPool, one_blas_thread


@dataclass(frozen=True, slots=True)
class SamePicture:
    """Two photographs that are copies of one picture, by their places in the set; a before b."""

    a_index: int
    b_index: int
    registration: Registration


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A photograph that was left out, and why."""

    index: int
    reason: str


@dataclass(frozen=True, slots=True)
class Copies:
    """What a search for copies found."""

    pairs: tuple[SamePicture, ...]  #: copies, by index; of three copies, three pairs.
    unreadable: tuple[Unreadable, ...]  #: photographs that could not be looked at.
    registered: int  #: how many pairs were laid over one another.
    synthetic: tuple[int, ...] = ()  #: photographs that say they show nobody, by index.
    digests: tuple[str, ...] = ()  #: of each photograph's bytes, "" for one that cannot be read.


def find_same_pictures(
    photos: Sequence[Photograph],
    *,
    extra_pairs: Iterable[tuple[int, int]] = (),
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = no_progress,
    workers: int | None = None,
) -> Copies:
    """Find photographs that are one picture, cropped, scaled, mirrored or re-coloured.

    Args:
        photos: the set.
        extra_pairs: pairs of indices that are registered whether or not they are candidates, such as all
            photographs of one person.
        limits: what one file may cost.
        progress: told of fingerprints, candidates and registrations.
        workers: processes, by default one a processor; the answer does not depend on them.

    Returns: pairs in order of index. A bad file is reported, and does not end the search.
    """
    count = len(photos)
    extra = {(min(pair), max(pair)) for pair in extra_pairs if pair[0] != pair[1]}
    with one_blas_thread(), WorkerPool(count, workers) as pool:
        reading = partial(_read, limits=limits)
        read = pool.each(reading, photos, _counting(progress, "fingerprints", count))
        prints = {index: seen.print for index, seen in enumerate(read) if seen.print}
        ordered = _ordered(prints, extra, pool, progress)
        pairs = [(prints[a], prints[b]) for a, b in ordered]
        results = pool.each(_registered, pairs, _counting(progress, "registrations", len(ordered)))
    found = zip(ordered, results, strict=True)
    return Copies(
        tuple(SamePicture(a, b, result) for (a, b), result in found if result.same_picture),
        tuple(Unreadable(index, seen.fault) for index, seen in enumerate(read) if not seen.print),
        len(ordered),
        tuple(index for index, seen in enumerate(read) if seen.synthetic),
        tuple(seen.digest for seen in read),
    )


def _ordered(
    prints: dict[int, Fingerprint], extra: set[tuple[int, int]], pool: WorkerPool, progress: Progress
) -> list[tuple[int, int]]:
    """Pairs to register, by their places in the set."""
    places = list(prints)
    near = same_picture_candidates(list(prints.values()), pool=pool, progress=progress)
    wanted = {(a, b) for a, b in extra if a in prints and b in prints}
    return sorted({(places[a], places[b]) for a, b in near} | wanted)


def _registered(pair: tuple[Fingerprint, Fingerprint]) -> Registration:
    return register(*pair)


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """What is kept of one photograph: fingerprint or why there is none, whether it is marked, digest."""

    print: Fingerprint | None = None
    fault: str = ""
    synthetic: bool = False
    digest: str = ""


def _read(photo: Photograph, limits: Limits) -> _Seen:
    try:
        content = photo.read()
    except (OSError, ValueError) as fault:
        return _Seen(fault=str(fault))
    seen = _Seen(synthetic=says_synthetic(content), digest=digest(content))
    try:
        return replace(seen, print=fingerprint(content, limits=limits, name=photo.id))
    except UnreadablePhotograph as fault:
        return replace(seen, fault=str(fault))


def _counting(progress: Progress, stage: str, total: int) -> Callable[[int], None]:
    return lambda done: progress(stage, done, total)
