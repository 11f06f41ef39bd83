"""A run packed into one file, and such a file checked: both with the report they hold drawn here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fairlineup.evidence.bundles import Bundle, BundleContents, Verification, make_bundle, verify_bundle
from fairlineup.evidence.pages import write_report
from fairlineup.evidence.pipeline.reporting import finished_run, photographs_of
from fairlineup.evidence.runs import RunDirectory


@dataclass(frozen=True, slots=True)
class BundleOptions:
    """What goes into a bundle."""

    names: bool = True  #: whether people's names stand in it, or ids in their place.
    photographs: bool = False  #: whether photographs go in, where their test use is declared.
    folder: Path | None = None  #: where they are now; None is where they were when the run was begun.
    key: Path | None = None  #: file of the private key that signs it; None leaves it unsigned.


def bundle(path: Path, out: Path | None, options: BundleOptions) -> Bundle:
    """Pack a finished run so that others can compute every number again.

    Args:
        path: the run directory.
        out: a new file; None is RUN.zip beside the run.
        options: what goes in, and who signs it.
    Raises: BadInput, SystemFailed.
    """
    run = finished_run(path)
    run.directory.read_results()  # before a folder that is no finished run is locked
    named = out or path.resolve().with_name(f"{path.resolve().name}.zip")
    with run.directory.read_alone():
        place = photographs_of(run, options.folder) if options.photographs else None
        return make_bundle(run.directory, named, BundleContents(options.names, place), _draw, options.key)


def verify(path: Path, public_key: Path | None = None) -> Verification:
    """Check every byte of a bundle and compute its numbers again. Raises: BadInput (damaged)."""
    return verify_bundle(path, _draw, public_key)


def _draw(directory: RunDirectory) -> object:
    return write_report(directory.audit_results(), directory, None)
