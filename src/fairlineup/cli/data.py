"""`fairlineup data`: real photographs with a manifest, from public sources or a folder of yours."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from fairlineup.cli.console import notice, say, show_json, watching
from fairlineup.cli.options import PATH, json_option, quiet_option
from fairlineup.evidence.data import (
    Checkouts,
    CongressSet,
    Fetcher,
    Gathering,
    GitHub,
    Hosts,
    Source,
    fetch,
    finish,
    prepare,
)
from fairlineup.files import writing


@click.command()
@click.argument("folder", metavar="DIR", type=PATH)
@click.option(
    "--from",
    "checkouts",
    metavar="DIR",
    type=PATH,
    help="Folder with checkouts of the three repositories side by side: nothing is downloaded.",
)
@click.option(
    "--update",
    is_flag=True,
    help="Take the newest commits instead of those DIR was begun with; what is still the same is kept.",
)
@click.option("--dry-run", is_flag=True, help="Say how many people, photographs and bytes, and stop.")
@json_option
@quiet_option
def congress(
    folder: Path, checkouts: Path | None, *, update: bool, dry_run: bool, as_json: bool, quiet: bool
) -> None:
    """Put the photographs of the Congress test into DIR: members, and who they are searched among.

    They come from unitedstates/images and voteview/member_photos, names and labels from
    unitedstates/congress-legislators, each at one commit that sources.json names. Every file is checked
    against git's digest of it. Given again, a command that was stopped goes on.

    GITHUB_TOKEN, if set, goes to GitHub's API alone. FAIRLINEUP_GITHUB_API and FAIRLINEUP_GITHUB_RAW name a
    mirror.
    """
    source = _source(checkouts)
    with writing(folder), watching(quiet=quiet) as progress:
        gathering = prepare(folder, source, progress, update=update)
        if dry_run:
            _tell_plan(gathering, as_json=as_json)
            return
        if not quiet:
            notice(_size(gathering))
        fetch(gathering, source, progress)
        made = finish(gathering, source, progress)
    _tell(gathering, made, as_json=as_json)


def _source(checkouts: Path | None) -> Source:
    if checkouts is not None:
        return Checkouts(checkouts)
    hosts = Hosts(
        api=os.environ.get("FAIRLINEUP_GITHUB_API", Hosts().api).rstrip("/"),
        raw=os.environ.get("FAIRLINEUP_GITHUB_RAW", Hosts().raw).rstrip("/"),
        token=os.environ.get("GITHUB_TOKEN", "").strip(),
    )
    return GitHub(Fetcher(notice=notice), hosts)


def _size(gathering: Gathering) -> str:
    here = len(gathering.chosen) - len(gathering.absent)
    already = f"; {here:,} are here already" if here else ""
    return (
        f"{len(gathering.chosen):,} photographs of {gathering.people:,} people, "
        f"{gathering.bytes_total / 1e6:,.1f} MB; to fetch: {len(gathering.absent):,}, "
        f"{gathering.bytes_absent / 1e6:,.1f} MB{already}"
    )


def _plan(gathering: Gathering) -> dict[str, Any]:
    return {
        "folder": str(gathering.folder),
        "people": gathering.people,
        "photographs": len(gathering.chosen),
        "bytes": gathering.bytes_total,
        "photographs_to_fetch": len(gathering.absent),
        "bytes_to_fetch": gathering.bytes_absent,
        "left_out": dict(gathering.left_out),
        "commits": {name: snapshot.commit for name, snapshot in gathering.snapshots.items()},
    }


def _tell_plan(gathering: Gathering, *, as_json: bool) -> None:
    if as_json:
        show_json(_plan(gathering))
        return
    say(_size(gathering))
    _tell_left_out(gathering)
    for name, snapshot in gathering.snapshots.items():
        say(f"    {name} at {snapshot.commit or 'a commit its checkout does not name'}")


def _tell_left_out(gathering: Gathering) -> None:
    for reason, count in gathering.left_out.items():
        say(f"left out: {count:,} {reason}")


def _tell(gathering: Gathering, made: CongressSet, *, as_json: bool) -> None:
    if as_json:
        show_json(
            {
                "folder": str(gathering.folder),
                "manifest": str(made.manifest),
                "people": made.people,
                "probes": made.probes,
                "gallery": made.gallery,
                "mates": made.mates,
                "fetched_now": len(gathering.absent),
                "bytes_fetched_now": gathering.bytes_absent,
                "left_out": dict(gathering.left_out),
                "left_out_unreadable": list(made.unreadable),
                "commits": _plan(gathering)["commits"],
            }
        )
        return
    say(
        f"{made.probes:,} members to search with, {made.gallery:,} photographs to search among, "
        f"{made.mates:,} people in both: {made.manifest}"
    )
    _tell_left_out(gathering)
    if made.unreadable:
        say(f"left out, cannot be decoded: {len(made.unreadable):,} ({', '.join(made.unreadable[:5])})")
    say(f"next: fairlineup congress {gathering.folder}")
