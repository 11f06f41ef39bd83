"""A bundle from somebody else: every byte checked, then every number computed again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from fairlineup.evidence.bundles.archive import Archive, damaged, listed, opened, unsafe
from fairlineup.evidence.bundles.computing import RESULTS, TIMING, compute, digests_of, value_of
from fairlineup.evidence.bundles.contents import is_paper
from fairlineup.evidence.bundles.description import FORMAT, KEPT, NAME, README, describe, readme, software
from fairlineup.evidence.bundles.differences import TOLERANCE, Difference, differences, numbers_in
from fairlineup.evidence.bundles.making import Draw
from fairlineup.evidence.bundles.manifest import NAME as MANIFEST
from fairlineup.evidence.bundles.manifest import Listed, parse_manifest
from fairlineup.evidence.bundles.parquet import check_parquet
from fairlineup.evidence.bundles.signature import SIGNATURE, SIGNER, Signature, check_signature
from fairlineup.evidence.runs import FrozenRun, RunDirectory, load_run
from fairlineup.records import FairlineupError
from fairlineup.seals import Plain, PublicKey

REPORT, FIGURES = "report.html", "figures/"
MOVING = ("numpy", "scipy")  # the libraries that may move the last digits of a number


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of it.

    Attributes:
        path: the bundle.
        described: its bundle.json.
        files: how many files its manifest lists.
        signature: whose.
        numbers: how many numbers were computed again.
        tolerance: relative difference that was let pass; 0: none, the software is the same.
        versions: what differs between the software that made it and this one: name, theirs, ours.
        report_drawn: whether the report was drawn again and compared too.
        differences: every place that differs.
    """

    path: Path
    described: Mapping[str, Any]
    files: int
    signature: Signature
    numbers: int
    tolerance: float
    versions: tuple[tuple[str, str, str], ...]
    report_drawn: bool
    differences: tuple[Difference, ...]


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
    with TemporaryDirectory() as spare:
        folder = Path(spare) / "bundle"
        folder.mkdir()
        with opened(path, Path(spare)) as archive:
            files = _checked_files(archive)
            signature = _signature(archive, public)
            described = _described(archive, signature)
            check_parquet(_unpack(archive, files, folder))
        try:
            return _computed(path, folder, files, described, signature, draw)
        except FairlineupError as error:
            raise damaged(path, f"what cannot be computed again ({error})") from error
        except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError) as error:
            told = f"what cannot be computed again ({type(error).__name__}: {error})"
            raise damaged(path, told) from error


def verification_json(found: Verification) -> dict[str, Plain]:
    """The outcome for a machine."""
    return {
        "bundle": str(found.path),
        "outcome": "differs" if found.differences else "same",
        "title": found.described["title"],
        "population": found.described["population"],
        "names": found.described["names"],
        "files": found.files,
        "photographs": found.described["photographs"],
        "signature": {
            "standing": found.signature.standing,
            "fingerprint": found.signature.fingerprint,
            "meaning": found.signature.sentence,
        },
        "numbers": found.numbers,
        "tolerance": found.tolerance,
        "versions": [{"name": name, "bundle": one, "here": here} for name, one, here in found.versions],
        "report": "drawn again and compared" if found.report_drawn else "not compared: other software",
        "differences": [{"path": d.path, "told": d.told, "found": d.found} for d in found.differences],
    }


def _checked_files(archive: Archive) -> tuple[Listed, ...]:
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
        if unsafe(one.name) or archive.listed(one.name) != one:
            raise damaged(archive.path, f"{one.name} other than {MANIFEST} says")
    return files


def _signature(archive: Archive, public: PublicKey | None) -> Signature:
    there = {SIGNATURE, SIGNER} & set(archive.sizes)
    if not there:
        if public is not None:
            raise damaged(archive.path, "no signature, where the key that was named should have signed")
        return Signature("unsigned")
    contents = [archive.read(name) for name in (MANIFEST, SIGNATURE, SIGNER)]
    try:
        return check_signature(contents[0], contents[1], contents[2], public)
    except ValueError as error:
        raise damaged(archive.path, str(error)) from error


def _described(archive: Archive, signature: Signature) -> dict[str, Any]:
    described = value_of(archive.read(NAME))
    if not isinstance(described, dict) or described.get("fairlineup_bundle") != FORMAT:
        raise damaged(archive.path, f"a {NAME} of another format")
    if described.get("signed_by") != signature.fingerprint:
        raise damaged(archive.path, "another signature than its maker says, or one that was taken out")
    return cast("dict[str, Any]", described)


def _unpack(archive: Archive, files: tuple[Listed, ...], folder: Path) -> Path:
    """The papers, which are all that is needed; photographs and drawings stay where they are."""
    for one in files:
        if is_paper(one.name) or one.name in (RESULTS, TIMING, NAME, README):
            target = folder / one.name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                for piece in archive.pieces(one.name):
                    file.write(piece)
    return folder


def _computed(
    path: Path,
    folder: Path,
    files: tuple[Listed, ...],
    described: dict[str, Any],
    signature: Signature,
    draw: Draw,
) -> Verification:
    versions = tuple(_versions(described["computed_with"], software()))
    tolerance = TOLERANCE if any(_moves(name) for name, _, _ in versions) else 0.0
    told = {name: (folder / name).read_bytes() for name in (RESULTS, TIMING, README)}
    papers = load_run(folder)
    found = compute(papers)
    apart = [*_about(papers, described, told[README], same=not tolerance)]
    for name, content in found.items():
        values = [*differences(value_of(told[name]), value_of(content), tolerance, name)]
        if not (values or tolerance or told[name] == content):
            values = [Difference(name, "the same values", "in other bytes")]
        apart += values
    if not tolerance:
        draw(papers.directory)
        apart += _drawn_otherwise(papers.directory, files)
    return Verification(
        path=path,
        described=described,
        files=len(files),
        signature=signature,
        numbers=sum(numbers_in(value_of(told[name])) for name in found),
        tolerance=tolerance,
        versions=versions,
        report_drawn=not tolerance,
        differences=tuple(apart),
    )


def _about(papers: FrozenRun, described: dict[str, Any], text: bytes, *, same: bool) -> Iterator[Difference]:
    """Whether bundle.json, README.txt and run.json say what the papers are."""
    names = described["names"] == KEPT
    again = describe(
        papers,
        names=names,
        photographs=described["photographs"],
        signed_by=described["signed_by"],
    )
    yield from differences(described, {**again, "computed_with": described["computed_with"]}, 0.0, NAME)
    if same and readme(described) != text:
        yield Difference(README, "other words", "those this version writes")
    frozen = papers.identity.digests
    for what, digest in digests_of(papers).items():
        moves = not names if what == "photographs" else not same
        if not moves and getattr(frozen, what) != digest:
            yield Difference(f"run.json.digests.{what}", getattr(frozen, what), digest)


def _drawn_otherwise(directory: RunDirectory, files: tuple[Listed, ...]) -> Iterator[Difference]:
    told = {one.name: one.sha256 for one in files if one.name == REPORT or one.name.startswith(FIGURES)}
    paths = [directory.path / REPORT, *(directory.path / FIGURES).glob("*")]
    found = {p.relative_to(directory.path).as_posix(): listed("", p).sha256 for p in paths}
    for name in sorted({*told, *found}):
        if told.get(name) != found.get(name):
            yield Difference(name, told.get(name, "nothing"), found.get(name, "nothing"))


def _versions(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name in ("fairlineup", "python", "platform"):
        if theirs[name] != ours[name]:
            yield name, str(theirs[name]), str(ours[name])
    libraries = theirs["libraries"], ours["libraries"]
    for name in sorted({*libraries[0], *libraries[1]}):
        one, other = (str(side.get(name, "none")) for side in libraries)
        if one != other:
            yield name, one, other


def _moves(name: str) -> bool:
    return name in ("fairlineup", "python", "platform", *MOVING)
