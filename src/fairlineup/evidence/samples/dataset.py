"""A data set of people who do not exist: who is searched, who is searched among, and its files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from fairlineup.evidence.samples.capture import capture_named
from fairlineup.evidence.samples.people import check_people, people
from fairlineup.evidence.samples.photographs import BATCH, MOST_PHOTOGRAPHS, Shot, photographs
from fairlineup.files import LARGEST_BY_HAND, csv_by_name, is_file, is_there, make_folder, write_atomic
from fairlineup.foreign import decode_json
from fairlineup.options import Naming, at_least, between, check_options
from fairlineup.records import BadInput, Progress, no_progress, read_regular
from fairlineup.seals import digest
from fairlineup.workers import WorkerPool

MANIFEST = "people.csv"
SETTINGS = "samples.json"
FOLDER = "photographs"
BYTES = {"studio": 13_000, "document": 6_000, "doorbell": 2_500}
"""What a photograph takes, roughly."""

_COLUMNS = ("person", "photo", "role", "population", "use", "source")
_LABELS = ("presentation", "tone_band", "monk_tone", "age_band")
_TOLD_EVERY = 4
OPTION = Naming("the samples' option {}", remedy="give another")


@dataclass(frozen=True, slots=True)
class SamplesRequest:
    """Which people, and how many photographs of each."""

    people: Annotated[int, at_least(1)]  #: how many.
    #: of each; from the second on, a probe's photographs are their mates in the gallery.
    photos: Annotated[int, between(1, MOST_PHOTOGRAPHS)] = 1
    capture: str = "studio"  #: condition of every photograph, but for:
    probe_capture: str = ""  #: condition of those searched for, where it is another one.
    #: how many of the people are searched for; the others are only searched among.
    probes: Annotated[int, at_least(0)] = 0
    start: Annotated[int, at_least(0)] = 0  #: how many of the accepted seeds are passed over.

    def __post_init__(self) -> None:
        """Raises: BadInput: a number that can't be had, or more people than there are."""
        capture_named(self.capture)
        capture_named(self.of_probes)
        check_options(self, OPTION)
        if self.probes > self.people:
            raise OPTION.wrong("probes", f"at most as many as people, {self.people:,}", f"{self.probes:,}")
        check_people(self.people, self.start)

    @property
    def of_probes(self) -> str:
        """Condition of the photographs searched for."""
        return self.probe_capture or self.capture

    @property
    def photographs(self) -> int:
        """How many photographs that makes."""
        return self.people * self.photos


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One row of the manifest."""

    shot: Shot  #: the photograph.
    role: str  #: "probe" or "gallery".

    @property
    def photo(self) -> str:
        """The photograph's path within the data set."""
        return f"{FOLDER}/{self.shot.id}.jpg"

    @property
    def labels(self) -> dict[str, str]:
        """The groups the person was drawn for, by label."""
        person = self.shot.person
        tone = "light" if person.tone <= 3 else "medium" if person.tone <= 7 else "dark"
        age = "25-39" if person.age < 40 else "40-59" if person.age < 60 else "60-80"
        return {
            "presentation": person.presentation,
            "tone_band": tone,
            "monk_tone": str(person.tone),
            "age_band": age,
        }


def sample_rows(request: SamplesRequest) -> tuple[SampleRow, ...]:
    """The data set of a request, one row a photograph."""
    return tuple(
        _row(Shot(person, number, request.capture), request, searched=place < request.probes and number == 0)
        for place, person in enumerate(people(request.people, request.start))
        for number in range(request.photos)
    )


def _row(shot: Shot, request: SamplesRequest, *, searched: bool) -> SampleRow:
    if not searched:
        return SampleRow(shot, "gallery")
    return SampleRow(replace(shot, capture=request.of_probes), "probe")


def write_samples(
    folder: Path, request: SamplesRequest, progress: Progress = no_progress, workers: int | None = None
) -> int:
    """Write a data set; what an earlier, stopped try has written is kept. The manifest comes last.

    Args:
        folder: where; made if it isn't there.
        request: what.
        progress: told of each photograph.
        workers: processes, all cores by default; the bytes are the same for any number.
    Returns: how many photographs were made now.
    Raises:
        BadInput: the folder holds samples of another request, or another data set.
        OSError: the disk.
    """
    rows = sample_rows(request)
    make_folder(folder)
    _claim(folder, request)
    make_folder(folder / FOLDER)
    missing = [row for row in rows if not is_file(folder / row.photo)]
    batches = [missing[at : at + BATCH] for at in range(0, len(missing), BATCH)]
    before = len(rows) - len(missing)
    with WorkerPool(len(missing), workers) as pool:
        pool.each(
            partial(_write, folder),
            batches,
            lambda done: progress("samples", before + min(done * BATCH, len(missing)), len(rows)),
            _TOLD_EVERY,
        )
    write_atomic(folder / MANIFEST, manifest(rows).encode(), flushed=False)
    return len(missing)


def manifest(rows: Sequence[SampleRow]) -> str:
    """The manifest of a data set, as CSV."""
    sourced = [column for label in _LABELS for column in (label, f"{label}_source")]
    return csv_by_name([*_COLUMNS, *sourced], map(_cells, rows))


def _cells(row: SampleRow) -> dict[str, str]:
    return {
        "person": row.shot.person.id,
        "photo": row.photo,
        "role": row.role,
        "population": "synthetic",
        "use": "test",
        "source": f"fairlineup.samples, {model_digest()}",
        **row.labels,
        **{f"{label}_source": "generator" for label in _LABELS},
    }


@lru_cache(maxsize=1)
def model_digest() -> str:
    """Which model made the samples: "sha256:…" of its file."""
    return digest((files(__package__) / "model.npz").read_bytes())


def _claim(folder: Path, request: SamplesRequest) -> None:
    """Say in the folder what it is for, or find that said already. Raises: BadInput."""
    wanted = {"model": model_digest(), **asdict(request)}
    path = folder / SETTINGS
    if not is_file(path) and is_there(folder / MANIFEST):
        raise BadInput(
            f"{folder} holds another data set",
            code="file-exists",
            expected="a new folder, or one that samples were begun in",
            got=f"a {MANIFEST} without a {SETTINGS}",
            remedy="choose another folder",
            facts={"folder": str(folder)},
        )
    if not is_file(path):
        write_atomic(path, json.dumps(wanted, indent=1).encode(), flushed=False)
        return
    try:
        found = decode_json(read_regular(path, LARGEST_BY_HAND), dict[str, Any])
    except ValueError:
        found = {}
    other = {name: found.get(name) for name in wanted if found.get(name) != wanted[name]}
    if other:
        raise BadInput(
            f"{folder} holds other samples",
            code="file-exists",
            expected="an empty folder, or one begun with the same numbers, capture and model",
            got=", ".join(f"{name} {value}" for name, value in other.items()),
            remedy="choose another folder",
            facts={"folder": str(folder)},
        )


def _write(folder: Path, rows: Sequence[SampleRow]) -> int:
    for row, content in zip(rows, photographs(row.shot for row in rows), strict=True):
        write_atomic(folder / row.photo, content, flushed=False)
    return len(rows)
