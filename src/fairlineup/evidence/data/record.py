"""What a folder remembers of its sources, so that a run that goes on takes the same commits."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fairlineup.evidence.data.repositories import REPOSITORIES, Listed, Snapshot
from fairlineup.files import content_of, is_there, write_atomic
from fairlineup.foreign import MisfitError, decode_json
from fairlineup.records import BadInput

RECORD = "sources.json"
LISTINGS = "sources/listings.json"
_SCHEMA = "fairlineup-sources/1"

Snapshots = Mapping[str, Snapshot]


@dataclass(frozen=True, slots=True)
class _Commit:
    commit: str


@dataclass(frozen=True, slots=True)
class _Record:
    """What is read of RECORD."""

    schema: str
    taken: str
    repositories: dict[str, _Commit]


def remembered(folder: Path, kind: str) -> Snapshots | None:
    """The snapshots a folder was begun with; None if it wasn't, or from another kind of source.

    Raises: BadInput: the record is there and can't be read, or the folder is somebody else's data set.
    """
    record, listings = content_of(folder / RECORD), content_of(folder / LISTINGS)
    if record is None:
        _refuse_a_stranger(folder)
        return None
    try:
        said = decode_json(record, _Record)
        if said.taken != kind or said.schema != _SCHEMA or listings is None:
            return None
        return _snapshots(said.repositories, decode_json(listings, dict[str, dict[str, tuple[int, str]]]))
    except (MisfitError, KeyError) as error:
        raise BadInput(
            f"cannot read {folder / RECORD}",
            code="file-malformed",
            expected="what an earlier run wrote there",
            got=f"{type(error).__name__}: {error}",
            remedy="remove it and people.csv: the newest commits are taken, and what is the same is kept",
        ) from error


def remember(
    folder: Path,
    kind: str,
    snapshots: Snapshots,
    left_out: Mapping[str, int] | None = None,
    unreadable: Sequence[str] = (),
) -> None:
    """Write down where everything in a folder comes from, and how much was left out for which reason."""
    listings = {
        name: {path: [listed.size, listed.blob] for path, listed in snapshot.files.items()}
        for name, snapshot in snapshots.items()
    }
    record = {
        "schema": _SCHEMA,
        "taken": kind,
        "repositories": {
            name: {"ref": snapshot.repository.ref, "commit": snapshot.commit}
            for name, snapshot in snapshots.items()
        },
        "left_out": dict(left_out or {}),
        "left_out_unreadable": list(unreadable),
    }
    write_atomic(folder / LISTINGS, _text(listings), flushed=False)
    write_atomic(folder / RECORD, _text(record), flushed=False)  # last: with it the folder counts as begun


def _snapshots(
    commits: Mapping[str, _Commit], listings: Mapping[str, Mapping[str, tuple[int, str]]]
) -> Snapshots:
    return {
        repository.name: Snapshot(
            repository,
            commits[repository.name].commit,
            {path: Listed(*listed) for path, listed in listings[repository.name].items()},
        )
        for repository in REPOSITORIES
    }


def _refuse_a_stranger(folder: Path) -> None:
    if is_there(folder / "people.csv"):
        raise BadInput(
            f"{folder} holds another data set",
            code="file-exists",
            expected=f"a new folder, or one with the {RECORD} of an earlier run",
            got="a people.csv alone",
            remedy="choose another folder",
            facts={"taken": str(folder)},
        )


def _text(value: Any) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()
