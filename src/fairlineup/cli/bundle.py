"""`fairlineup audit bundle` and `verify`: a run as one file, and such a file checked and computed again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from fairlineup.cli.console import notice, say, show_json
from fairlineup.cli.options import PATH, json_option
from fairlineup.evidence.bundles import CheckedFile, Verification
from fairlineup.evidence.pipeline import BundleOptions
from fairlineup.evidence.pipeline import bundle as pack
from fairlineup.evidence.pipeline import verify as verify_bundle
from fairlineup.results import to_json
from fairlineup.seals import PrivateKey

EXIT_DIFFERS = 1
SHOWN = 20


@click.command()
@click.argument("run_directory", metavar="[RUN]", type=PATH, required=False)
@click.option("--out", type=PATH, help="The bundle, a new file.  [default: RUN.zip beside the run]")
@click.option("--key", type=PATH, help="Sign with this private key.")
@click.option("--without-names", is_flag=True, help="Ids instead of people's and reviewers' names.")
@click.option("--photographs", is_flag=True, help="Put the photographs in, where test use is declared.")
@click.option("--from", "folder", type=PATH, help="Where the photographs are now, if they were moved.")
@click.option(
    "--new-key", type=PATH, help="Make a key pair instead: this file, and its public key beside it."
)
def bundle(  # noqa: PLR0913 - a command's options
    run_directory: Path | None,
    out: Path | None,
    key: Path | None,
    folder: Path | None,
    new_key: Path | None,
    *,
    without_names: bool,
    photographs: bool,
) -> None:
    """Pack a finished RUN into one file from which others can compute every number again.

    It holds plan, seeds, digests, answers with their scores, label sources, versions, results and a report
    without faces, under a manifest that --key signs. The same run gives the same bytes.
    """
    if new_key is not None:
        if run_directory or key or out:
            raise click.UsageError("--new-key stands alone: make the key first, then name it with --key")
        _make_key(new_key)
        return
    if run_directory is None:
        raise click.UsageError("which run? name its folder, or make a key with --new-key")
    if folder and not photographs:
        raise click.UsageError("--from goes with --photographs")
    made = pack(run_directory, out, BundleOptions(not without_names, photographs, folder, key))
    signed = f"signed by {made.signed_by}" if made.signed_by else "not signed: --key KEYFILE signs it"
    inside = f", {made.photographs:,} of them photographs" if made.photographs else ", no photographs"
    say(f"{made.path}: {made.files:,} files{inside}, {made.size:,} bytes", signed)
    if made.reviewed_since:
        notice(
            "the label review has changed since the run was measured: the bundle counts it as it is now; "
            f"fairlineup audit measure {shlex.quote(str(run_directory))} counts it in the run too"
        )
    notice(f"next: fairlineup audit verify {shlex.quote(str(made.path))}")


@click.command()
@click.argument("bundle_file", metavar="BUNDLE", type=PATH)
@click.option("--public-key", type=PATH, help="Whose signature it must carry.")
@json_option
def verify(bundle_file: Path, public_key: Path | None, *, as_json: bool) -> int:
    """Check every byte of BUNDLE, and compute every number in it again from the answers in it.

    Every file is listed with what it was held against; what nobody can check is said not to be.

    Exit status 0: all is the same; 1: something differs; 2: it is damaged, or not signed by --public-key.
    """
    found = verify_bundle(bundle_file, public_key)
    if as_json:
        show_json(to_json(found))
    else:
        _show(found)
    return EXIT_DIFFERS if found.differences else 0


def _make_key(path: Path) -> None:
    public = PrivateKey.new().write(path)
    say(f"private key, for you alone: {path}", f"public key, for everybody: {public}")
    notice("publish the public key where people know it is yours; who has the private one signs in your name")
    notice(f"next: fairlineup audit bundle RUN --key {shlex.quote(str(path))}")


def _show(found: Verification) -> None:
    say(
        f"{found.bundle}: {found.files:,} files, each as the manifest says, and nothing beside them",
        found.signature.meaning,
    )
    if found.population != "real":
        say(f"its people are {found.population}: nothing in it is about real people")
    say(f"people's names: {found.names}; photographs: {found.photographs:,}")
    say(*(f"  {other.name}: {other.bundle} there, {other.here} here" for other in found.versions))
    say(*map(" ".join, _checks(found.checks)))
    if found.tolerance:
        how = f"within {found.tolerance:g} relative, since other versions computed them"
        how += "; the report was not compared"
    else:
        how = "byte for byte, the report with them"
    if not found.differences:
        say(f"{found.numbers:,} numbers computed again from the answers: all the same, {how}")
        return
    places = f"{len(found.differences):,} place{'' if len(found.differences) == 1 else 's'}"
    say(f"{found.numbers:,} numbers computed again from the answers: the bundle differs in {places}")
    say(*(f"  {one.path}: {one.stated} there, {one.found} computed" for one in found.differences[:SHOWN]))
    if len(found.differences) > SHOWN:
        say(f"  and {len(found.differences) - SHOWN:,} more: --json lists them all")


def _checks(checks: Sequence[CheckedFile]) -> Iterator[tuple[str, ...]]:
    """Every file with its check; files of one folder that came out alike are counted."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for one in checks:
        folder, parted, _ = one.name.rpartition("/")
        place = f"{folder}/" if parted and one.outcome != "differs" else one.name
        alike.setdefault((place, one.outcome, one.check), []).append(one.name)
    for (place, outcome, check), names in alike.items():
        who = names[0] if len(names) == 1 else f"{place} ({len(names):,} files)"
        yield f"  {outcome:<11}", f"{who}:", check
