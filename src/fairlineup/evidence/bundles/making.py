"""A finished run made into a bundle."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fairlineup.evidence.bundles.archive import Source, listed, pack, pieces
from fairlineup.evidence.bundles.contents import RESULTS, TIMING, BundleContents, files_in, photographs, stage
from fairlineup.evidence.bundles.credentials import check_options, check_texts
from fairlineup.evidence.bundles.description import NAME, README, describe
from fairlineup.evidence.bundles.differences import differences
from fairlineup.evidence.bundles.manifest import NAME as MANIFEST
from fairlineup.evidence.bundles.manifest import manifest_bytes
from fairlineup.evidence.bundles.names import check_no_name, names_in
from fairlineup.evidence.bundles.signature import signed_files
from fairlineup.evidence.evaluation import measure, observations_of
from fairlineup.evidence.runs import FrozenRun, RunDirectory, load_run
from fairlineup.files import is_there, temporary_folder
from fairlineup.records import BadInput
from fairlineup.results import encode, to_json
from fairlineup.seals import PrivateKey

REVIEWED = f"{RESULTS}.labels"
NAMING = tuple(f"{RESULTS}.{place}" for place in ("names.", "labels.decided", "labels.exclusions"))
"""Places in results.json that hold names: of people, or of reviewers."""

Draw = Callable[[RunDirectory], object]
"""Draws report.html and figures/ of a run directory, without faces."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was made."""

    path: Path  #: the archive.
    files: int  #: how many files its manifest lists.
    size: int  #: its bytes.
    photographs: int  #: how many of the files are photographs.
    signed_by: str  #: fingerprint of the key; blank where nobody signed.
    reviewed_since: bool  #: whether labels were reviewed since the run was measured: the bundle counts that.


def make_bundle(
    run: RunDirectory, out: Path, choice: BundleContents, draw: Draw, key: Path | None = None
) -> Bundle:
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
    original = load_run(run.path)
    check_options(original.plan.system.options)
    signed_by = private.public.fingerprint if private else ""
    with temporary_folder() as spare:
        folder = spare / "bundle"
        folder.mkdir()
        pictures = photographs(original, choice.photographs)
        copy = stage(original, folder, choice)
        since = _check_follows(run, to_json(measure(copy)), copy, names=choice.names)
        draw(copy.directory)
        described = describe(copy, names=choice.names, photographs=len(pictures), signed_by=signed_by)
        (folder / NAME).write_bytes(encode(described))
        (folder / README).write_bytes(described.readme())
        _check_words(original, copy, choice)
        files: dict[str, Source] = {**files_in(folder), **pictures}
        manifest = manifest_bytes(listed(name, pieces(source)) for name, source in files.items())
        signed = signed_files(manifest, private) if private else {}
        pack(out, {MANIFEST: manifest, **signed, **dict(sorted(files.items()))})
    return Bundle(out, len(files), out.stat().st_size, len(pictures), signed_by, since)


def _check_words(original: FrozenRun, copy: FrozenRun, choice: BundleContents) -> None:
    """Raise BadInput for a credential, or a name that is left out, in any text of a staged run."""
    observations, folder = observations_of(copy), copy.directory.path
    said = "\n".join(sorted({a.detail for a in (*observations.enrolments, *observations.searches)}))
    check_texts(folder, said, os.environ)
    if not choice.names:
        check_no_name(folder, names_in(original.directory.path), said)


def _check_follows(run: RunDirectory, results: Any, copy: FrozenRun, *, names: bool) -> bool:
    """Raise BadInput for results that are not what the answers give: nobody could verify them.

    What two people decided since then is counted anew: the review goes into the bundle, and the results
    follow from it. Returns whether there was any.
    """
    found = [*differences(run.read_results(), results, 0.0, RESULTS)]
    timed = run.read_timing()
    if timed is not None:
        found += differences(timed, copy.directory.read_timing(), 0.0, TIMING)
    apart = [one for one in found if names or not one.path.startswith(NAMING)]
    for one in apart:
        if not one.path.startswith(REVIEWED):
            raise BadInput(
                f"the results in {run.path} are not what its answers give now",
                expected=f"at {one.path}: {one.found}",
                got=one.stated,
                remedy="measure it again first",
                code="run-changed",
                facts={"unmeasured_run": str(run.path)},
            )
    return bool(apart)


def _check_out(out: Path) -> None:
    if is_there(out):
        raise BadInput(
            f"{out} is there already",
            expected="a new file",
            got="one that would be overwritten",
            remedy="choose another name",
            code="file-exists",
            facts={"folder": str(out)},
        )
