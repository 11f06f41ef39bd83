"""`fairlineup keys seal`: the keys that a data directory is sealed with."""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click

from fairlineup.cli.console import notice, say, show_json, watching
from fairlineup.cli.errors import check_absent
from fairlineup.cli.options import PATH, data_option, json_option, quiet_option
from fairlineup.files import read_file, read_text
from fairlineup.records import visible
from fairlineup.service.access import export_seal_keys, restore_seal_keys, rotate_seal_keys
from fairlineup.service.sealing import LARGEST_EXPORT
from fairlineup.service.store import Store, export_state, stale_blobs

BY = "command line"

passphrase_option = click.option(
    "--passphrase-file",
    type=PATH,
    metavar="FILE",
    help="Read the passphrase from the first line of FILE.  [default: ask for it]",
)


@click.command()
@data_option
@json_option
def new(data: Path, *, as_json: bool) -> None:
    """Make a data directory, and its key file where FAIRLINEUP_SEAL_KEY says.

    Needed once where that variable is set, as in a container: nothing else makes a key there, so that no key
    is made in a place that goes with the container.
    """
    with closing(Store(data, make=True, new_key=True)) as store:
        path, identity, made = store.keyring.file.path, store.id, store.new_key is not None
    if as_json:
        show_json({"data": str(data), "store": identity, "key_file": str(path), "made": made})
        return
    say(f"{'made' if made else 'there already'}: {path}, the key file of {data}")
    say(f"next: fairlineup keys seal export FILE --data {data}")


@click.command()
@data_option
@json_option
def show(data: Path, *, as_json: bool) -> None:
    """Show where the key file is, which keys are in it, and when they were last exported."""
    with closing(Store(data)) as store:
        with store.reading() as reading:
            state, stale = export_state(reading), stale_blobs(reading)
        file = store.keyring.file
    keys = [{"id": one.id, "created": one.created, "used": one.id in state.masters} for one in file.masters]
    exported = when(state.at)
    if as_json:
        said = {"store": file.store, "key_file": str(file.path), "keys": keys}
        show_json({**said, "exported": exported, "export_covers": state.covers, "to_seal_again": stale})
        return
    say(f"key file: {file.path}", f"of the store: {file.store}")
    for one in keys:
        say(f"key {one['id']}, made {one['created']}{'' if one['used'] else ', which seals nothing'}")
    say(f"last exported: {exported or 'never'}")
    if stale:
        say(f"a rotation is not finished: {stale:,} to be sealed again; next: fairlineup keys seal rotate")
    warn_of_export(store, covers=state.covers)


def tell_of_new_key(store: Store) -> None:
    """Name the key file where it was made just now."""
    if store.new_key is not None:
        notice(
            f"made the key file {store.new_key}: whoever loses it loses all that is in {store.folder}",
            f"next: fairlineup keys seal export FILE --data {store.folder}",
        )


def warn_of_export(store: Store, *, covers: bool) -> None:
    """Say that a lost key file would lose everything, as long as no export has all keys that are used."""
    if not covers:
        notice(
            f"warning: no export holds the keys that {store.folder} is sealed with now: if "
            f"{store.keyring.file.path} is lost, so is every template",
            f"next: fairlineup keys seal export FILE --data {store.folder}",
        )


@click.command()
@data_option
@json_option
@quiet_option
def rotate(data: Path, *, as_json: bool, quiet: bool) -> None:
    """Seal everything in the data directory again with new keys, and remove the old ones.

    Servers go on meanwhile. Given again, a command that was stopped goes on. Backups made before open with
    an export made before: keep both, or neither.
    """
    with closing(Store(data)) as store:
        with store.reading() as reading:
            if not export_state(reading).covers:
                notice("no export holds the keys that go now: backups made before will open for nobody")
        with watching(quiet=quiet) as progress:
            done = rotate_seal_keys(store, BY, progress)
        if as_json:
            resumed = {"resumed": done.resumed, "sealed_again": done.resealed}
            show_json({**resumed, "key": done.master, "removed": list(done.removed)})
        else:
            say(f"{done.resealed:,} sealed again with the key {done.master}")
            say(*(f"removed from {store.keyring.file.path}: {one}" for one in done.removed))
        with store.reading() as reading:
            warn_of_export(store, covers=export_state(reading).covers)


@click.command()
@click.argument("file", type=PATH)
@data_option
@passphrase_option
@json_option
def export(file: Path, data: Path, passphrase_file: Path | None, *, as_json: bool) -> None:
    """Write the keys to FILE, wrapped by a passphrase of 12 characters or more.

    Keep FILE elsewhere than the backups: with it, the passphrase and a backup anybody has all there is.
    """
    check_absent(file, "FILE")
    with closing(Store(data)) as store:
        passphrase = _passphrase(passphrase_file, again=True)
        keys = export_seal_keys(store, file, passphrase, BY)
        if as_json:
            show_json({"file": str(file), "store": store.id, "keys": list(keys)})
            return
    say(f"{len(keys)} key{'s' * (len(keys) > 1)} in {file}, wrapped by the passphrase")
    say("without the passphrase nobody can open it: keep both, and not in one place")


@click.command()
@click.argument("file", type=PATH)
@data_option
@passphrase_option
@json_option
def restore(file: Path, data: Path, passphrase_file: Path | None, *, as_json: bool) -> None:
    """Bring the keys in FILE back to where they belong, on this machine or another.

    Keys that are there already stay.
    """
    remedy = "name the file that `fairlineup keys seal export` wrote"
    content = read_file(
        file, f"the export {visible(str(file))}", expected="a file", remedy=remedy, largest=LARGEST_EXPORT
    )
    done = restore_seal_keys(data, content, _passphrase(passphrase_file, again=False))
    if as_json:
        show_json({"key_file": str(done.path), "exported": done.made, "added": done.added})
        return
    say(f"{done.added} key{'s' * (done.added != 1)} added to {done.path}, as exported on {done.made}")


def _passphrase(file: Path | None, *, again: bool) -> str:
    if file is not None:
        text = read_text(file, f"the passphrase in {file}", expected="a line", remedy="name another file")
        return text.split("\n", 1)[0].rstrip("\r")
    if not (sys.stdin is not None and sys.stdin.isatty()):
        raise click.UsageError("nobody is there to ask: name a file with --passphrase-file")
    return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=again, err=True))


def when(at: float | None) -> str | None:
    """A time of the store as it is shown."""
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
