"""What goes into a bundle: the frozen files and answers of a finished run, without its machine's paths."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path

from fairlineup.evidence.bundles.archive import Source, same_place, unsafe
from fairlineup.evidence.bundles.names import without_names
from fairlineup.evidence.disclosure import FILE as DISCLOSURE
from fairlineup.evidence.disclosure import read_acts
from fairlineup.evidence.plan import Place, ResolvedPlan, write_plan
from fairlineup.evidence.runs import SUMS, FrozenRun, RunDirectory, load_run, read_sums
from fairlineup.files import is_file
from fairlineup.records import BadInput, Photograph, escaped
from fairlineup.seals import digest

RESULTS, TIMING = "results.json", "timing.json"
PAPERS = ("run.json", "plan.toml", "manifest.csv", "findings.json")
"""What every run has, beside the digests of its files."""
MAY_BE_THERE = (
    "calibration.json",
    "canary-begin.json",
    "canary-end.json",
    "enrolments.parquet",
    "searches.parquet",
    "observations.parquet",
    "gallery-pairs.json",
    "answers.sqlite",
    "events.jsonl",
    TIMING,
    "labels/worklist.csv",
    "labels/decisions.jsonl",
    DISCLOSURE,
)
PHOTOGRAPHS = "photographs"
SUPERSEDED = "plan-[0-9]*.toml"


@dataclass(frozen=True, slots=True)
class BundleContents:
    """What a bundle holds beside the frozen files and answers."""

    names: bool = True  #: whether people's names stand in it; their ids always do.
    photographs: Place | None = None  #: where the photographs are that go in; None leaves them out.


def stage(original: FrozenRun, folder: Path, choice: BundleContents) -> FrozenRun:
    """A copy of a run without what does not leave the machine. Raises: BadInput."""
    run = original.directory
    read_acts(run.path)  # a damaged record is told of before it is handed on
    directory = RunDirectory(folder)
    known = read_sums(run.path).stands
    for name in _there(run.path):
        if name in known:
            directory.put({name: run.read_document(name)})
        else:  # a log, whose lines are checked by whoever reads them
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(run.path / name, folder / name)
    directory.write_frozen({}, replace(original.identity, photographs_folder=""))
    directory.put({"plan.toml": write_plan(where_photographs_lie(original.plan)).encode()})
    if not choice.names:
        without_names(directory)
    return load_run(folder)


def photographs(run: FrozenRun, place: Place | None) -> dict[str, Source]:
    """The photographs that go in, each held against its digest.

    Raises: BadInput: test use is not declared, or a photograph is not the one that was audited.
    """
    if place is None:
        return {}
    if not run.may_show:
        raise BadInput(
            "photographs do not go into the bundle",
            expected="test use declared for every photograph: a column use with test, or use under [dataset]",
            got="photographs whose use nobody declares",
            remedy="leave the photographs out",
            code="use-not-declared",
        )
    unusable = next((f"{unsafe(name)}: {escaped(name)}" for name in run.digests if unsafe(name)), "")
    if again := same_place([*run.digests]):
        unusable = f"{escaped(again)}, and another that differs in form only"
    if unusable:
        raise BadInput(
            "photographs do not go into the bundle",
            expected="names that can stand in an archive, and that every disk keeps apart",
            got=unusable,
            remedy="rename it and run the audit again, or leave the photographs out",
            code="file-malformed",
        )
    found: dict[str, Source] = {}
    for name, expected in run.digests.items():
        photo = _Audited(place.photograph(name), expected)
        photo.read()
        found[f"{PHOTOGRAPHS}/{name}"] = photo
    return found


def files_in(folder: Path) -> dict[str, Source]:
    """Every file of a staged run, by its name in the bundle, in order."""
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if is_file(path)}


def is_paper(name: str) -> bool:
    """Whether a file of a bundle is needed to compute its numbers again."""
    return name in (SUMS, *PAPERS, *MAY_BE_THERE) or fnmatch(name, SUPERSEDED)


def superseded(number: int) -> str:
    """What a plan that was superseded is called, counted from 1."""
    return SUPERSEDED.replace("[0-9]*", str(number))


def where_photographs_lie(plan: ResolvedPlan) -> ResolvedPlan:
    """A plan as it stands in a bundle: with the photographs in the bundle's own folder."""
    if plan.dataset.generator:
        return plan
    return replace(plan, dataset=replace(plan.dataset, folder=PHOTOGRAPHS))


def _there(folder: Path) -> Iterator[str]:
    yield from PAPERS
    for name in MAY_BE_THERE:
        if is_file(folder / name):
            yield name
    for plan in sorted(folder.glob(SUPERSEDED)):
        yield plan.name


@dataclass(frozen=True, slots=True)
class _Audited:
    """A photograph that is read as it was audited, or not at all: whenever it is read."""

    photo: Photograph
    sha256: str

    def read(self) -> bytes:
        """Its bytes. Raises: BadInput: they are others, or cannot be read."""
        try:
            content = self.photo.read()
        except OSError as error:
            raise self._other(error.strerror or str(error)) from error
        if digest(content) != self.sha256:
            raise self._other(digest(content))
        return content

    def _other(self, got: str) -> BadInput:
        return BadInput(
            f"the photograph {self.photo.id} is not the one that was audited",
            expected=self.sha256,
            got=got,
            remedy="name the folder they are in, or leave the photographs out",
            code="file-missing",
            facts={"photographs": self.photo.id},
        )
