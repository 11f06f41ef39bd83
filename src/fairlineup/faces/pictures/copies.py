"""All photographs of a set that are copies of one picture, whoever they are said to show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fairlineup import __version__
from fairlineup.faces.photos import DEFAULT_LIMITS, Limits, UnreadablePhotograph, says_synthetic
from fairlineup.faces.pictures.candidates import same_picture_candidates
from fairlineup.faces.pictures.cost import seconds_to_look
from fairlineup.faces.pictures.fingerprint import fingerprint
from fairlineup.faces.pictures.kept import PART, ROW, Prints, kept, part_at, part_of, put, row_of
from fairlineup.faces.pictures.registration import Registration, register
from fairlineup.files import temporary_folder
from fairlineup.records import Photograph, Progress, foretell, no_progress
from fairlineup.seals import digest, digest_of
from fairlineup.workers import WorkerPool, available_cores, one_blas_thread


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
    folder: Path | None = None,
) -> Copies:
    """Find photographs that are one picture, cropped, scaled, mirrored or re-coloured.

    Args:
        photos: the set.
        extra_pairs: pairs of indices that are registered whether or not they are candidates, such as all
            photographs of one person.
        limits: what one file may cost.
        progress: told of fingerprints, candidates and registrations.
        workers: processes, by default one a processor; the answer does not depend on them.
        folder: where parts of the work are kept, small grey pictures among them: a search that was killed
            goes on from there. None for a temporary folder.

    Returns: pairs in order of index. A bad file is reported, and does not end the search.
    """
    if folder is None:
        with temporary_folder() as own:
            return _found(photos, extra_pairs, _Work(own, limits, progress, workers))
    return _found(photos, extra_pairs, _Work(folder, limits, progress, workers))


@dataclass(frozen=True, slots=True)
class _Work:
    """Where and how a search is done."""

    folder: Path
    limits: Limits
    progress: Progress
    workers: int | None


def _found(photos: Sequence[Photograph], extra_pairs: Iterable[tuple[int, int]], work: _Work) -> Copies:
    count = len(photos)
    foretell(work.progress, "looking", count, seconds_to_look(count, work.workers or available_cores()))
    parts = [(at // PART, photos[at : at + PART]) for at in range(0, count, PART)]
    with one_blas_thread(), WorkerPool(count, work.workers) as pool:
        reading = partial(_read_part, folder=work.folder, limits=work.limits)
        told = _counting(work.progress, "fingerprints", count, PART)
        read = [seen for part in pool.each(reading, parts, told, step=1) for seen in part]
        prints = Prints(work.folder, [index for index, seen in enumerate(read) if not seen.fault])
        search = work.folder / f"search-{digest_of([__version__, *(seen.digest for seen in read)])[-16:]}"
        near = same_picture_candidates(prints, pool=pool, progress=work.progress, folder=search)
        there, places = set(prints.places), prints.places
        extra = {(min(pair), max(pair)) for pair in extra_pairs if pair[0] != pair[1] and there >= set(pair)}
        ordered = sorted({(places[a], places[b]) for a, b in near} | extra)
        told = _counting(work.progress, "registrations", len(ordered), PART)
        some = [ordered[at : at + PART] for at in range(0, len(ordered), PART)]
        registering = partial(_registered, Prints(work.folder, range(count)), search)
        rows = [row for part in pool.each(registering, some, told, step=1) for row in part.tolist()]
    found = zip(ordered, map(_registration, rows), strict=True)
    return Copies(
        tuple(SamePicture(a, b, result) for (a, b), result in found if result.same_picture),
        tuple(Unreadable(index, seen.fault) for index, seen in enumerate(read) if seen.fault),
        len(ordered),
        tuple(index for index, seen in enumerate(read) if seen.synthetic),
        tuple(seen.digest for seen in read),
    )


def _registered(prints: Prints, folder: Path, pairs: Sequence[tuple[int, int]]) -> NDArray[np.float64]:
    def rows() -> NDArray[np.float64]:
        found = [astuple(register(prints[a], prints[b])) for a, b in pairs]
        return np.array(found, dtype=np.float64)

    return kept(folder / f"registered-{digest_of([list(pair) for pair in pairs])[-16:]}.npy", rows)


def _registration(row: Sequence[float]) -> Registration:
    correlation, detail, scale, stretch, overlap, mirrored = row
    return Registration(correlation, detail, scale, stretch, overlap, bool(mirrored))


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is told of one photograph: why it has no fingerprint, whether it is marked, its digest."""

    fault: str = ""
    synthetic: bool = False
    digest: str = ""


def _read_part(part: tuple[int, Sequence[Photograph]], folder: Path, limits: Limits) -> list[_Seen]:
    """Fingerprints of some photographs, into the folder; those that are there of the same bytes stay."""
    number, photos = part
    stored = part_at(folder, number)
    before = {bytes(row["digest"]): row for row in stored}
    rows, told = np.zeros(len(photos), dtype=ROW), []
    for place, photo in enumerate(photos):
        seen = _Seen()
        try:
            content = photo.read()
            seen = _Seen(synthetic=says_synthetic(content), digest=digest(content))
            known = before.get(seen.digest.encode())
            if known is None:
                known = row_of(seen.digest, fingerprint(content, limits=limits, name=photo.id))
            rows[place] = known
        except (OSError, ValueError, UnreadablePhotograph) as fault:
            seen = replace(seen, fault=str(fault))
        told.append(seen)
    if not np.array_equal(rows["digest"], stored["digest"]):
        put(part_of(folder, number), rows)
    return told


def _counting(progress: Progress, stage: str, total: int, each: int) -> Callable[[int], None]:
    """Progress of parts told in what they hold; of nothing too, at once."""
    if not total:
        progress(stage, 0, 0)
    return lambda parts: progress(stage, min(total, parts * each), total)
