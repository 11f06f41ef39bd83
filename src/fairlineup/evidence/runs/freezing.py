"""Freezing a run before the first search, or taking up one that was begun."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from fairlineup import __version__
from fairlineup.evidence.plan import (
    Dataset,
    Entry,
    Folder,
    Place,
    Plan,
    ResolvedPlan,
    SettledDataset,
    calibration_of,
    find_in_rows,
    folder_of,
    inspect,
    lay_out,
    pictured,
    read_planned,
    resolve,
    settle,
    settlements_of,
)
from fairlineup.evidence.runs.amending import amend, another_run, plan_without_folder
from fairlineup.evidence.runs.directory import RunDirectory
from fairlineup.evidence.runs.frozen import DOCUMENTS, FrozenRun, load_run
from fairlineup.evidence.runs.identity import RunIdentity, digest_of_system, environment
from fairlineup.evidence.runs.manifest import manifest_csv
from fairlineup.faces.scale import Calibration, fitting
from fairlineup.records import BadInput, Photograph, Progress, SystemInformation, no_progress
from fairlineup.results import Digests
from fairlineup.seals import digest
from fairlineup.workers import WorkerPool


def check_out(out: Path) -> None:
    """Raise BadInput for a folder that is neither new nor empty nor a run: before anything is read."""
    directory = RunDirectory(out)
    if not directory.begun:
        directory.check_empty(DOCUMENTS)


def freeze_run(
    plan: Plan,
    information: SystemInformation,
    out: Path,
    progress: Progress = no_progress,
    place: Place | None = None,
) -> FrozenRun:
    """Check and settle everything, and freeze it into a run directory; or take up a begun one.

    Args:
        plan: as read.
        information: of the system under test.
        out: the run directory.
        progress: told of photographs compared and digested.
        place: where the photographs are, by default in the plan's folder.
    Raises:
        BadInput: the plan, the data set or the directory is unusable; nothing was searched.
    """
    asked = _Asked(plan, information, calibration_of(plan, information))
    resolve(plan, information, asked.calibration)  # stop for a threshold before every picture is opened
    place = place or folder_of(plan.dataset)
    with RunDirectory(out).pictures() as pictures:
        search = _Search(place, progress, pictures)
        if RunDirectory(out).begun:
            return _taken_up(load_run(out), asked, search)
        return _frozen(asked, RunDirectory(out), search)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The plan as read, its system, and the calibration it names with every half."""

    plan: Plan
    information: SystemInformation
    calibration: Calibration | None

    def resolved(
        self, entries: Iterable[Entry], digests: Mapping[str, str]
    ) -> tuple[ResolvedPlan, Calibration | None]:
        """The plan in numbers, by the table that has none of these people where there is one."""
        table = self.calibration and fitting(self.calibration, pictured(entries, digests))
        return resolve(self.plan, self.information, table), table


@dataclass(frozen=True, slots=True)
class _Search:
    """Where photographs are, who is told, and where the search for copies keeps what it has."""

    place: Place
    progress: Progress
    pictures: Path


def _frozen(asked: _Asked, directory: RunDirectory, search: _Search) -> FrozenRun:
    place, information = search.place, asked.information
    people = read_planned(asked.plan, place)
    asked.resolved(people.entries, {})  # by their ids alone: stop for a half's threshold as early
    dataset, seen = _settled(people, asked.plan, search)
    protocol = lay_out(asked.plan, dataset)
    digests = _digests(dataset, seen, search.progress)
    resolved, calibration = asked.resolved(dataset.entries, digests)
    check_out(directory.path)
    identity = RunIdentity(
        digests=_what_decides(resolved, information, dataset, digests),
        system=information,
        environment=environment(),
        photographs_folder=place.name if isinstance(place, Folder) else "",
        begun=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    run = FrozenRun(directory, identity, resolved, dataset, digests, protocol, calibration)
    run.write()
    return run


def _taken_up(run: FrozenRun, asked: _Asked, search: _Search) -> FrozenRun:
    """A begun run, under the plan it was begun with or one with other words. Raises: BadInput."""
    run = replace(run, dataset=replace(run.dataset, place=search.place))
    digests, information = _digests(run.dataset, {}, search.progress), asked.information
    plan, _ = asked.resolved(run.dataset.entries, digests)
    now, begun = _what_decides(plan, information, run.dataset, digests), run.identity.digests
    others = [one.name for one in fields(Digests) if getattr(now, one.name) != getattr(begun, one.name)]
    if not others:
        return run
    if {"system", "version"} & set(others):
        raise another_run(run.directory, others)
    dataset, _ = _settled(read_planned(plan, search.place), plan, search)
    protocol = lay_out(plan, dataset)
    if {e.photo for e in dataset.entries} != {e.photo for e in run.dataset.entries}:
        raise another_run(run.directory, others)
    now = _what_decides(plan, information, dataset, digests)
    after = replace(run, plan=plan, dataset=dataset, digests=digests, protocol=protocol)
    return amend(run, replace(after, identity=replace(run.identity, digests=now)))


def _settled(dataset: Dataset, plan: Plan, search: _Search) -> tuple[SettledDataset, Mapping[str, str]]:
    """The plan's data set with its findings settled, and the digests of photographs that were looked at."""
    settlements_of(find_in_rows(dataset), plan.settle)  # stop for these before every picture is opened
    found = inspect(dataset, search.progress, search.pictures)
    return settle(dataset, found.findings, plan.settle), found.digests


def _what_decides(
    plan: ResolvedPlan, information: SystemInformation, dataset: SettledDataset, digests: Mapping[str, str]
) -> Digests:
    """What makes a run this run, as digests."""
    return Digests(
        plan=digest(plan_without_folder(plan)),
        manifest=_manifest_digest(dataset.place),  # as given: an edit is another run
        photographs=digest(manifest_csv(dataset, digests)),
        system=digest_of_system(information),
        version=__version__,
    )


def _digests(dataset: SettledDataset, seen: Mapping[str, str], progress: Progress) -> dict[str, str]:
    """The digest of each photograph that takes part; those seen before are not read again."""
    photos = [dataset.photograph(entry) for entry in dataset.entries if entry.photo not in seen]
    workers = 1 if isinstance(dataset.place, Folder) else None  # a file is read sooner than sent
    with WorkerPool(len(photos), workers) as pool:
        found = pool.each(_digest, photos, lambda done: progress("digests", done, len(photos)))
    for photo, digested in zip(photos, found, strict=True):
        if isinstance(digested, OSError):
            where = photo.source if isinstance(photo.source, Path) else photo.id
            remedy = "restore it, or begin a run in another folder and leave it out in the plan's [settle]"
            raise _unreadable(str(where), digested, remedy) from digested
    new = {photo.id: str(digested) for photo, digested in zip(photos, found, strict=True)}
    return {entry.photo: new.get(entry.photo) or seen[entry.photo] for entry in dataset.entries}


def _digest(photo: Photograph) -> str | OSError:
    try:
        return digest(photo.read())
    except OSError as error:
        return error


def _manifest_digest(place: Place) -> str:
    try:
        return digest(place.manifest())
    except OSError as error:
        raise _unreadable(f"the manifest {place.manifest_name}", error, "restore it") from error


def _unreadable(what: str, error: OSError, remedy: str) -> BadInput:
    return BadInput(
        f"{what} cannot be read",
        expected="a readable file",
        got=error.strerror or str(error),
        remedy=remedy,
        code="file-unreadable",
    )
