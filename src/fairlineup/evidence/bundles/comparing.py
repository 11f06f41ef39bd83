"""A bundle's files held against what its run says they must be: where they differ."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import replace

from fairlineup.evidence.bundles.archive import listed, pieces
from fairlineup.evidence.bundles.checks import EVENTS, FIGURES, PHOTOGRAPHS, REPORT, WORKLIST
from fairlineup.evidence.bundles.contents import superseded, where_photographs_lie
from fairlineup.evidence.bundles.description import KEPT, NAME, README, BundleDescription, describe
from fairlineup.evidence.bundles.differences import Difference, differences
from fairlineup.evidence.bundles.events import events_apart
from fairlineup.evidence.bundles.manifest import ListedFile
from fairlineup.evidence.disclosure import read_acts
from fairlineup.evidence.evaluation import draw_worklist, listed_pairs, observations_of
from fairlineup.evidence.plan import write_plan
from fairlineup.evidence.runs import PARQUET, FrozenRun, digest_of_system, population_of
from fairlineup.files import content_of
from fairlineup.results import encode, to_json
from fairlineup.seals import digest

CANARIES = ("canary-begin.json", "canary-end.json")


def papers(
    run: FrozenRun, files: Collection[ListedFile], described: BundleDescription
) -> Iterator[Difference]:
    """Whether bundle.json and run.json say what the run is, and no file is there that this run has not.

    Raises: BadInput: the record of a disclosure is damaged.
    """
    names, frozen = described.names == KEPT, described.run
    again = describe(run, names=names, photographs=described.photographs, signed_by=described.signed_by)
    again = replace(again, computed_with=described.computed_with)
    yield from differences(to_json(described), to_json(again), 0.0, NAME)
    if names:
        manifest = run.directory.read_document("manifest.csv")
        yield from _digest("photographs", frozen.photographs, digest(manifest))
    yield from _digest("system", frozen.system, digest_of_system(run.information))
    plans = {superseded(number): one.digests.plan for number, one in enumerate(run.identity.amended, start=1)}
    for name, frozen_plan in plans.items():
        if run.directory.has_document(name):
            yield from _apart(name, digest(run.directory.read_document(name)), frozen_plan)
    strangers = {one.name for one in files} & {*_of_other_runs(run)}
    strangers |= {one.name for one in files if one.name.startswith("plan-")} - {*plans}
    for name in sorted(strangers):
        yield Difference(name, "a file", "none: this run has no such file")
    if run.directory.compacted:
        for name in PARQUET:
            yield from _apart(
                f"{name}.population", population_of(run.directory.read_document(name)), run.population
            )
    yield from _apart("run.json.photographs_folder", run.identity.photographs_folder, "")
    read_acts(run.directory.path)


def photographs(
    run: FrozenRun, files: Collection[ListedFile], described: BundleDescription
) -> Iterator[Difference]:
    """Whether all photographs are there or none, each the one that was audited, and as many as are said."""
    there = {
        one.name.removeprefix(PHOTOGRAPHS): f"sha256:{one.sha256}"
        for one in files
        if one.name.startswith(PHOTOGRAPHS)
    }
    yield from _apart(f"{NAME}.photographs", str(described.photographs), str(len(there)))
    if there and not run.may_show:
        yield Difference(PHOTOGRAPHS, "photographs", "none: test use is not declared for all of them")
    for photo in sorted({*there, *run.digests} if there else ()):
        found = run.digests.get(photo, "no such photograph")
        yield from _apart(f"{PHOTOGRAPHS}{photo}", there.get(photo, "nothing"), found)


def written(run: FrozenRun, described: BundleDescription, readme: bytes) -> Iterator[Difference]:
    """Whether everything reads as this software writes it, where the same software wrote it."""
    plan = where_photographs_lie(run.plan)
    nowhere = replace(run.plan, dataset=replace(run.plan.dataset, folder=""))
    yield from _digest("plan", described.run.plan, digest(write_plan(nowhere).encode()))
    directory = run.directory
    for name, stated, again in (
        (README, readme, described.readme()),
        ("plan.toml", directory.read_document("plan.toml"), write_plan(plan).encode()),
        ("run.json", directory.read_document("run.json"), encode(run.identity)),
        (NAME, content_of(directory.path / NAME), encode(described)),
    ):
        if stated != again:
            yield Difference(name, "other words", "those this version writes")
    yield from events_apart(content_of(directory.path / EVENTS) or b"", run)
    pairs = listed_pairs(directory)
    if pairs:
        answers, count = observations_of(run), len(pairs)
        sizes = range(
            (count + 2) // 3, count
        )  # of each of three kinds: a longer list has all that a shorter one has
        each = sizes.start + bisect_left(sizes, count, key=lambda one: len(draw_worklist(run, answers, one)))
        if pairs != draw_worklist(run, answers, each):
            yield Difference(WORKLIST, f"{count:,} pairs", "others, drawn again from the answers")


def drawn(run: FrozenRun, files: Collection[ListedFile]) -> Iterator[Difference]:
    """Whether report and figures are those that were just drawn into the run's folder."""
    folder = run.directory.path
    stated = {one.name: one.sha256 for one in files if one.name == REPORT or one.name.startswith(FIGURES)}
    paths = [folder / REPORT, *(folder / FIGURES).glob("*")]
    found = {p.relative_to(folder).as_posix(): listed("", pieces(p)).sha256 for p in paths}
    for name in sorted({*stated, *found}):
        yield from _apart(name, stated.get(name, "nothing"), found.get(name, "nothing"))


def _of_other_runs(run: FrozenRun) -> Iterator[str]:
    """Files that some runs have and this one has not."""
    if run.directory.compacted:
        yield "answers.sqlite"
    if not run.plan.calibration.file:
        yield "calibration.json"
    if not run.information.wire or not all(map(run.directory.has_document, CANARIES)):
        yield from CANARIES
    if not listed_pairs(run.directory):
        yield "labels/decisions.jsonl"


def _digest(what: str, stated: str, found: str) -> Iterator[Difference]:
    yield from _apart(f"run.json.digests.{what}", stated, found)


def _apart(path: str, stated: str, found: str) -> Iterator[Difference]:
    if stated != found:
        yield Difference(path, stated, found)
