"""A finished run made into a bundle."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from fairlineup.evidence.bundles.archive import Source, listed, pack
from fairlineup.evidence.bundles.computing import RESULTS, TIMING, compute, value_of
from fairlineup.evidence.bundles.contents import Choice, files_in, photographs, stage
from fairlineup.evidence.bundles.credentials import check_options, check_texts
from fairlineup.evidence.bundles.description import NAME, README, bundle_json, describe, readme
from fairlineup.evidence.bundles.differences import Difference, differences
from fairlineup.evidence.bundles.manifest import NAME as MANIFEST
from fairlineup.evidence.bundles.manifest import manifest_bytes
from fairlineup.evidence.bundles.names import check_no_name, names_in
from fairlineup.evidence.bundles.signature import signed_files
from fairlineup.evidence.evaluation import observations_of
from fairlineup.evidence.runs import FrozenRun, RunDirectory, load_run
from fairlineup.files import is_there
from fairlineup.records import BadInput
from fairlineup.seals import PrivateKey

REVIEWED = f"{RESULTS}.labels"

Draw = Callable[[RunDirectory], object]
"""Draws report.html and figures/ of a run directory, without faces."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was made.

    Attributes:
        path: the archive.
        files: how many files its manifest lists.
        size: its bytes.
        photographs: how many of the files are photographs.
        signed_by: fingerprint of the key; blank where nobody signed.
        reviewed_since: whether labels were reviewed since the run was measured: the bundle counts that.
    """

    path: Path
    files: int
    size: int
    photographs: int
    signed_by: str
    reviewed_since: bool


def make_bundle(run: RunDirectory, out: Path, choice: Choice, draw: Draw, key: Path | None = None) -> Bundle:
    """Pack a finished run so that others can compute every number again.

    Args:
        run: the run directory; it is only read.
        out: a new file.
        choice: names, photographs.
        draw: draws the report.
        key: file of the private key that signs; None leaves it unsigned.
    Returns: what was made; the same run, choice, key and software give the same bytes.
    Raises:
        BadInput: the run is not finished, its results do not follow from its answers, something would stand
            in the bundle that must not, or the key or the place is unusable.
        SystemFailed: the disk is full or failed.
    """
    _check_out(out)
    private = PrivateKey.read(key) if key else None
    run.read_results()
    papers = load_run(run.path)
    check_options(papers.plan.system.options)
    signed_by = private.public.fingerprint if private else ""
    with TemporaryDirectory() as spare:
        pictures = photographs(papers, choice.photographs)
        staged = _staged(papers, Path(spare), choice, draw, (len(pictures), signed_by))
        results = (Path(spare) / RESULTS).read_bytes()
        files = {**staged, **pictures}
        manifest = manifest_bytes(listed(name, source) for name, source in files.items())
        head: dict[str, Source] = {MANIFEST: manifest}
        if private:
            head |= signed_files(manifest, private)
        pack(out, {**head, **dict(sorted(files.items()))})
    since = any(_counts_a_review(one, names=choice.names) for one in _apart(run, results))
    return Bundle(out, len(files), out.stat().st_size, len(pictures), signed_by, since)


def _staged(
    papers: FrozenRun, folder: Path, choice: Choice, draw: Draw, about: tuple[int, str]
) -> dict[str, Source]:
    """Everything but photographs, written into a folder and looked through."""
    staged = stage(papers, folder, choice)
    copy = load_run(folder)
    computed = compute(copy)
    _check_follows(papers.directory, computed, names=choice.names)
    draw(staged)
    described = describe(copy, names=choice.names, photographs=about[0], signed_by=about[1])
    (folder / NAME).write_bytes(bundle_json(described))
    (folder / README).write_bytes(readme(described))
    observations = observations_of(copy)
    said = "\n".join(sorted({a.detail for a in (*observations.enrolments, *observations.searches)}))
    check_texts(folder, said, os.environ)
    if not choice.names:
        check_no_name(folder, names_in(papers.directory.path), said)
    return files_in(folder)


def _check_follows(run: RunDirectory, computed: dict[str, bytes], *, names: bool) -> None:
    """Raise BadInput for results that are not what the answers give: nobody could verify them.

    What two people decided since then is counted anew: the review goes into the bundle, and they follow from
    it.
    """
    found = _apart(run, computed[RESULTS])
    timed = run.read_timing()
    beside = differences(timed, value_of(computed[TIMING]), 0.0, TIMING) if timed is not None else ()
    for one in (*found, *beside):
        if not one.path.startswith(REVIEWED) and (names or not _names_somebody(one)):
            raise BadInput(
                f"the results in {run.path} are not what its answers give now",
                expected=f"at {one.path}: {one.found}",
                got=one.told,
                remedy="measure it again first: fairlineup audit measure RUN",
            )


def _apart(run: RunDirectory, computed: bytes) -> Iterator[Difference]:
    return differences(run.read_results(), value_of(computed), 0.0, RESULTS)


def _counts_a_review(one: Difference, *, names: bool) -> bool:
    return one.path.startswith(REVIEWED) and (names or not _names_somebody(one))


def _names_somebody(one: Difference) -> bool:
    """Whether a place in results.json holds names: of people, or of reviewers."""
    places: Iterator[str] = (
        f"{RESULTS}.{place}" for place in ("names.", "labels.decided", "labels.exclusions")
    )
    return one.path.startswith(tuple(places))


def _check_out(out: Path) -> None:
    if is_there(out):
        raise BadInput(
            f"{out} is there already",
            expected="a new file",
            got="one that would be overwritten",
            remedy="choose another name with --out",
        )
