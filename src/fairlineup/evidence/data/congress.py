"""The photographs of the Congress test: listed, sized, fetched, looked at, written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from fairlineup.evidence.data.crowd import shared_out
from fairlineup.evidence.data.disk import check_room
from fairlineup.evidence.data.faults import source_changed
from fairlineup.evidence.data.manifest import manifest, repository_of
from fairlineup.evidence.data.members import (
    NO_PORTRAIT,
    Chosen,
    gallery,
    legislators,
    member_ids,
    portraits,
    probes,
)
from fairlineup.evidence.data.record import Snapshots, remember, remembered
from fairlineup.evidence.data.repositories import (
    CURRENT,
    HISTORICAL,
    IMAGES,
    MEMBER_IDS,
    MEMBER_PHOTOS,
    MEMBERS,
    REPOSITORIES,
    Listed,
    Repository,
    Snapshot,
)
from fairlineup.evidence.data.ties import Ties
from fairlineup.files import content_of, write_atomic
from fairlineup.records import LARGEST_PHOTOGRAPH, BadInput, Progress, no_progress, read_regular

MANIFEST = "people.csv"
UNREADABLE = "photographs that cannot be decoded"


class Source(Protocol):
    """Where the repositories' files are taken from."""

    @property
    def kind(self) -> str:
        """What the folder's record calls it."""
        ...

    @property
    def threads(self) -> int:
        """How many files may be asked for at once."""
        ...

    def snapshot(self, repository: Repository) -> Snapshot:
        """One commit of a repository and the files there that are read."""
        ...

    def content(self, snapshot: Snapshot, path: str) -> bytes:
        """A file at that commit, checked against what is listed."""
        ...

    def stop(self) -> None:
        """End what is under way."""
        ...


@dataclass(frozen=True, slots=True)
class Gathering:
    """What there is to fetch, before it is fetched."""

    folder: Path  #: the data set to be.
    snapshots: Snapshots  #: the commits, by repository.
    chosen: tuple[Chosen, ...]  #: every photograph of the data set, probes first.
    absent: tuple[Chosen, ...]  #: those that aren't in the folder yet.
    left_out: Mapping[str, int]  #: how many were left out for which reason.

    @property
    def people(self) -> int:
        """How many people are on the photographs."""
        return len({one.person for one in self.chosen})

    @property
    def bytes_total(self) -> int:
        """Size of all photographs."""
        return sum(self.listed(one).size for one in self.chosen)

    @property
    def bytes_absent(self) -> int:
        """Size of the photographs still to be fetched."""
        return sum(self.listed(one).size for one in self.absent)

    def listed(self, one: Chosen) -> Listed:
        """Size and blob id of a photograph."""
        return self.snapshots[repository_of(one)].files[one.image]


@dataclass(frozen=True, slots=True)
class CongressSet:
    """The data set, once it is there."""

    manifest: Path  #: path of people.csv.
    probes: int  #: photographs searched with, one a person.
    gallery: int  #: photographs searched among.
    people: int  #: people on any of them.
    mates: int  #: people who are on both.
    unreadable: tuple[str, ...]  #: photographs left out because they can't be decoded.


def prepare(
    folder: Path, source: Source, progress: Progress = no_progress, *, update: bool = False
) -> Gathering:
    """Read the sources' lists and decide on every photograph; fetches no photograph.

    Args:
        folder: the data set; one begun earlier goes on at the same commits.
        source: where the repositories are.
        progress: told of each list.
        update: take the newest commits instead; photographs that are still the same are kept.
    Raises: BadInput, SourceFailed, SourceChanged, OSError.
    """
    snapshots = remembered(folder, source.kind)
    if snapshots is None or update:
        snapshots = {repository.name: source.snapshot(repository) for repository in REPOSITORIES}
        remember(folder, source.kind, snapshots)
    lists = _lists(folder, source, snapshots, progress)
    chosen, left_out = _choose(lists, snapshots)
    if not chosen:
        raise source_changed("who is who", "members with photographs", "none")
    gathering = Gathering(folder, snapshots, chosen, (), left_out)
    absent = tuple(one for one in chosen if not _is_here(gathering, one))
    return replace(gathering, absent=absent)


def fetch(gathering: Gathering, source: Source, progress: Progress = no_progress) -> None:
    """Put the photographs that aren't there yet into the folder, each only once it is what git lists.

    Raises: SourceFailed; SystemFailed: the disk has no room; OSError. What was fetched until then stays.
    """

    def one(chosen: Chosen) -> None:
        content = source.content(gathering.snapshots[repository_of(chosen)], chosen.image)
        write_atomic(gathering.folder / chosen.photo, content, flushed=False)

    check_room(gathering.folder, gathering.bytes_absent, len(gathering.absent))
    total = len(gathering.absent)
    progress("photographs", 0, total)
    for done, _ in enumerate(shared_out(one, gathering.absent, source.threads, source.stop), 1):
        progress("photographs", done, total)


def finish(gathering: Gathering, source: Source, progress: Progress = no_progress) -> CongressSet:
    """Look at every photograph and write the manifest of those that can be decoded.

    Raises: BadInput: none of them can be; OSError.
    """
    unreadable = _unreadable(gathering, progress)
    kept = [one for one in gathering.chosen if one.photo not in unreadable]
    if not kept:
        raise BadInput(
            f"the photographs in {gathering.folder}",
            code="photograph-unreadable",
            expected="JPEG pictures",
            got=f"{len(unreadable):,} files that cannot be decoded",
            remedy="if they come from checkouts: get the files themselves, not pointers to them",
        )
    left_out = {**gathering.left_out, **({UNREADABLE: len(unreadable)} if unreadable else {})}
    remember(gathering.folder, source.kind, gathering.snapshots, left_out, unreadable)
    path = gathering.folder / MANIFEST
    write_atomic(path, manifest(kept, gathering.snapshots).encode(), flushed=False)
    return _summary(path, kept, unreadable)


def _lists(folder: Path, source: Source, snapshots: Snapshots, progress: Progress) -> dict[str, str]:
    """The text of every file that says who is who; kept in the folder."""
    wanted = [
        (snapshot, path)
        for snapshot in snapshots.values()
        for path in (*snapshot.repository.files, *snapshot.repository.optional)
        if path in snapshot.files
    ]
    texts = {}
    progress("lists", 0, len(wanted))
    for done, (snapshot, path) in enumerate(wanted, 1):
        place = folder / "sources" / snapshot.repository.folder / path
        content = content_of(place)
        if content is None or not _is_listed(snapshot.files[path], content):
            content = source.content(snapshot, path)
            write_atomic(place, content, flushed=False)
        texts[path] = _decoded(content, snapshot.cite(path))
        progress("lists", done, len(wanted))
    return texts


def _choose(lists: dict[str, str], snapshots: Snapshots) -> tuple[tuple[Chosen, ...], Mapping[str, int]]:
    """Every photograph, and how many were left out for which reason."""
    current = legislators(lists[CURRENT], CURRENT)
    everybody = (*legislators(lists[HISTORICAL], HISTORICAL), *current)
    ids = member_ids(lists[MEMBER_IDS], MEMBER_IDS) if MEMBER_IDS in lists else {}
    images, photos = snapshots[IMAGES.name].files, snapshots[MEMBER_PHOTOS.name].files
    listed = portraits(lists[MEMBERS], MEMBERS)
    ties = Ties(current, everybody, ids, max((one.last_congress for one in listed), default=0))
    searched = probes(current, images, IMAGES.folders[0])
    among, left_out = gallery(listed, ties.person, photos, MEMBER_PHOTOS.folders)
    left_out[NO_PORTRAIT] = len({member.bioguide for member in current}) - len(searched)
    return (*searched, *among), {reason: count for reason, count in left_out.items() if count}


def _is_here(gathering: Gathering, one: Chosen) -> bool:
    content = content_of(gathering.folder / one.photo)
    return content is not None and _is_listed(gathering.listed(one), content)


def _is_listed(listed: Listed, content: bytes) -> bool:
    """Whether this is surely the listed content: never, where nothing lists its digest."""
    return bool(listed.blob) and listed.fault(content) is None


def _unreadable(gathering: Gathering, progress: Progress) -> tuple[str, ...]:
    found = []
    progress("pictures", 0, len(gathering.chosen))
    for done, one in enumerate(gathering.chosen, 1):
        if not _can_be_decoded(gathering.folder / one.photo):
            found.append(one.photo)
        progress("pictures", done, len(gathering.chosen))
    return tuple(found)


def _can_be_decoded(path: Path) -> bool:
    from fairlineup.faces.photos import UnreadablePhotograph, decode_small

    try:
        decode_small(read_regular(path, LARGEST_PHOTOGRAPH), side_px=64, name=str(path))
    except UnreadablePhotograph:
        return False
    return True


def _summary(path: Path, kept: Sequence[Chosen], unreadable: tuple[str, ...]) -> CongressSet:
    searched = {one.person for one in kept if one.role == "probe"}
    among = {one.person for one in kept if one.role == "gallery"}
    rows = len([one for one in kept if one.role == "probe"])
    return CongressSet(path, rows, len(kept) - rows, len(searched | among), len(searched & among), unreadable)


def _decoded(content: bytes, cited: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise source_changed(cited, "UTF-8", f"other bytes at {error.start}") from error
