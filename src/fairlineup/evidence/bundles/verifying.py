"""A bundle from somebody else: every byte checked, then every number computed again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fairlineup.evidence.bundles import comparing
from fairlineup.evidence.bundles.archive import Archive, damaged, listed, opened
from fairlineup.evidence.bundles.checks import CheckedFile, checked_files, purpose
from fairlineup.evidence.bundles.contents import RESULTS, TIMING, is_paper
from fairlineup.evidence.bundles.description import KEPT, NAME, README, BundleDescription, software
from fairlineup.evidence.bundles.differences import TOLERANCE, Difference, differences, numbers_in
from fairlineup.evidence.bundles.making import Draw
from fairlineup.evidence.bundles.manifest import NAME as MANIFEST
from fairlineup.evidence.bundles.manifest import ListedFile, parse_manifest
from fairlineup.evidence.bundles.signature import SIGNATURE, SIGNER, UNSIGNED, Signature, check_signature
from fairlineup.evidence.evaluation import measure
from fairlineup.evidence.runs import SUMS, load_run, sum_anew
from fairlineup.files import temporary_folder
from fairlineup.foreign import decode_json
from fairlineup.records import BadInput, FairlineupError
from fairlineup.results import decode
from fairlineup.seals import PublicKey

MOVING = ("fairlineup", "python", "platform", "numpy", "scipy")  # what may move the last digits of a number
OLDER = "run-of-an-older-format"


@dataclass(frozen=True, slots=True)
class OtherVersion:
    """Software of which the bundle was made with another version than is here."""

    name: str
    bundle: str
    here: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of it, as a machine is told."""

    bundle: str  #: its path.
    outcome: Literal["same", "differs"]  #: whether all is the same.
    title: str  #: of the plan.
    population: str  #: whom it is about.
    names: str  #: whether people's names stand in it, in words.
    files: int  #: how many files its manifest lists.
    photographs: int  #: how many of them are photographs.
    checks: tuple[CheckedFile, ...]  #: every file, what it was held against, and what came of it.
    signature: Signature  #: whose.
    numbers: int  #: how many numbers were computed again.
    tolerance: float  #: relative difference that was let pass; 0: none, the software is the same.
    versions: tuple[OtherVersion, ...]  #: what differs between the software that made it and this one.
    #: whether the report was drawn again and compared too.
    report: Literal["drawn again and compared", "not compared: other software"]
    differences: tuple[Difference, ...]  #: every place that differs.


def verify_bundle(path: Path, draw: Draw, known: Path | None = None) -> Verification:
    """Check every byte of a bundle and compute every number in it again, on a copy that is thrown away.

    Args:
        path: the bundle.
        draw: draws the report as the bundle's maker did.
        known: public key file of the one whose signature is wanted; None takes any, or none.
    Raises:
        BadInput: it is damaged, unreadable, or not signed by the key that is wanted.
    Not: proof that the system gave these answers; only that the numbers follow from them.
    """
    public = PublicKey.read(known) if known else None
    with temporary_folder() as spare:
        folder = spare / "bundle"
        folder.mkdir()
        with opened(path, spare) as archive:
            files = _checked_files(archive)
            signature = _signature(archive, public)
            described = _described(archive, signature)
            _unpack(archive, files, folder)
        given = _Stated(path, folder, files, described, signature)
        try:
            return _computed(given, draw)
        except FairlineupError as error:
            if error.code == OLDER:
                raise
            told = str(error).replace(str(folder), path.name)
            raise damaged(path, f"what cannot be computed again ({told})") from error
        except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError) as error:
            got = f"what cannot be computed again ({type(error).__name__}: {error})"
            raise damaged(path, got) from error


@dataclass(frozen=True, slots=True)
class _Stated:
    """A bundle unpacked."""

    path: Path
    folder: Path
    files: tuple[ListedFile, ...]
    described: BundleDescription
    signature: Signature


def _checked_files(archive: Archive) -> tuple[ListedFile, ...]:
    """The files of the manifest, each found as it is listed there, and nothing beside them."""
    try:
        files = parse_manifest(archive.read(MANIFEST))
    except ValueError as error:
        raise damaged(archive.path, f"a {MANIFEST} with {error}") from error
    named = {one.name for one in files}
    beside = sorted(set(archive.sizes) - named - {MANIFEST, SIGNATURE, SIGNER})
    missing = sorted(named - set(archive.sizes))
    if beside or missing or named & {MANIFEST, SIGNATURE, SIGNER}:
        got = f"{beside[0]} beside it" if beside else f"no {missing[0]}" if missing else "itself in it"
        raise damaged(archive.path, f"a {MANIFEST} and {got}")
    for one in files:
        if not purpose(one.name):
            raise damaged(archive.path, f"a file that no bundle has, {one.name}")
        if listed(one.name, archive.pieces(one.name)) != one:
            raise damaged(archive.path, f"{one.name} other than {MANIFEST} says")
    return files


def _signature(archive: Archive, public: PublicKey | None) -> Signature:
    there = {SIGNATURE, SIGNER} & set(archive.sizes)
    if not there:
        if public is not None:
            raise damaged(archive.path, "no signature, where the key that was named should have signed")
        return UNSIGNED
    contents = [archive.read(name) for name in (MANIFEST, SIGNATURE, SIGNER)]
    try:
        return check_signature(contents[0], contents[1], contents[2], public)
    except ValueError as error:
        raise damaged(archive.path, str(error)) from error


def _described(archive: Archive, signature: Signature) -> BundleDescription:
    try:
        described = decode(archive.read(NAME), BundleDescription, NAME)
    except BadInput as error:
        raise damaged(archive.path, f"{error.got} in {error.what}") from error
    if described.signed_by != signature.fingerprint:
        raise damaged(archive.path, "another signature than its maker says, or one that was taken out")
    return described


def _unpack(archive: Archive, files: tuple[ListedFile, ...], folder: Path) -> Path:
    """The files of the run, which are all that is needed; photographs and drawings stay where they are."""
    for one in files:
        if is_paper(one.name) or one.name in (RESULTS, TIMING, NAME, README):
            target = folder / one.name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                for piece in archive.pieces(one.name):
                    file.write(piece)
    return folder


def _computed(given: _Stated, draw: Draw) -> Verification:
    folder, described = given.folder, given.described
    versions = tuple(_versions(described))
    tolerance = TOLERANCE if any(one.name in MOVING for one in versions) else 0.0
    stated = {name: (folder / name).read_bytes() for name in (RESULTS, TIMING, README)}
    others = sum_anew(folder, [one.name for one in given.files])  # the manifest vouches for the bytes
    run = load_run(folder)
    measure(run)
    apart = [
        *comparing.papers(run, given.files, described),
        *comparing.photographs(run, given.files, described),
    ]
    numbers = 0
    for name in (RESULTS, TIMING):
        content = run.directory.read_document(name)
        value = decode_json(stated[name])
        values = [*differences(value, decode_json(content), tolerance, name)]
        if not (values or tolerance or stated[name] == content):
            values = [Difference(name, "the same values", "in other bytes")]
        apart += values
        numbers += numbers_in(value)
    if not tolerance:
        draw(run.directory)
        apart += [*comparing.written(run, described, stated[README]), *comparing.drawn(run, given.files)]
    told = tuple(one.path for one in apart)
    unsaid = [name for name in others if not any(path.startswith(name) for path in told)]
    apart += [Difference(SUMS, f"another digest of {name}", "that of the file") for name in unsaid]
    names = described.names == KEPT
    checks = checked_files(given.files, given.signature, apart, names=names, same=not tolerance)
    return Verification(
        bundle=str(given.path),
        outcome="differs" if apart else "same",
        title=described.title,
        population=described.population,
        names=described.names,
        files=len(given.files),
        photographs=described.photographs,
        checks=tuple(checks),
        signature=given.signature,
        numbers=numbers,
        tolerance=tolerance,
        versions=versions,
        report="not compared: other software" if tolerance else "drawn again and compared",
        differences=tuple(apart),
    )


def _versions(described: BundleDescription) -> Iterator[OtherVersion]:
    theirs, ours = described.computed_with, software()
    for name in ("fairlineup", "python", "platform"):
        if getattr(theirs, name) != getattr(ours, name):
            yield OtherVersion(name, getattr(theirs, name), getattr(ours, name))
    for name in sorted({*theirs.libraries, *ours.libraries}):
        one, other = theirs.libraries.get(name, "none"), ours.libraries.get(name, "none")
        if one != other:
            yield OtherVersion(name, one, other)
