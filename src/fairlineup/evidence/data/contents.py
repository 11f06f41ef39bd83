"""What lies in a folder: pictures, folders of pictures, and what is neither, with the reason."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fairlineup.records import BadInput, open_regular

MOST_FILES = 1_000_000
READ = ((b"\xff\xd8\xff", ""), (b"\x89PNG\r\n\x1a\n", ""))
NOT_READ = (
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
)
LEFT_BY_SYSTEMS = {"thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "@eadir", "$recycle.bin"}


@dataclass(frozen=True, slots=True)
class Passed:
    """Something that was not taken."""

    path: str  #: within the folder.
    reason: str  #: why.


@dataclass(slots=True)
class Contents:
    """What lies in a folder, before anybody is made of it."""

    root: str  #: the folder itself, links followed.
    top: list[str]  #: pictures in the folder itself.
    inside: dict[str, list[str]]  #: pictures in each folder in it, none left out.
    deeper: dict[str, list[str]]  #: folders within each of those.
    passed: list[Passed]  #: what is no picture.
    files: int = 0  #: how many were looked at.

    @classmethod
    def of(cls, folder: Path, ours: Sequence[str]) -> Contents:
        """Look into a folder and the folders in it. Raises: BadInput: one cannot be listed, or too many."""
        found = cls(os.path.realpath(folder), [], {}, {}, [])
        for entry in _entries(folder):
            if entry.name in ours:
                continue
            if found.takes(entry, entry.name, lambda name: found.inside.setdefault(name, [])):
                found.top.append(entry.name)
        for person in found.inside:
            for entry in _entries(folder / person):
                path = f"{person}/{entry.name}"
                if found.takes(entry, path, found.deeper.setdefault(person, []).append):
                    found.inside[person].append(path)
        return found

    def takes(self, entry: os.DirEntry[str], path: str, folder: Callable[[str], object]) -> bool:
        """Whether an entry is a picture; a folder is handed over, all else noted."""
        self.files += 1
        if self.files > MOST_FILES:
            raise BadInput(
                "the folder holds too much",
                code="file-too-large",
                expected=f"at most {MOST_FILES:,} files",
                got="more",
                remedy="divide it, or write the manifest yourself",
            )
        reason = _odd(entry, self.root)
        if not reason and entry.is_dir():
            folder(entry.name)
            return False
        reason = reason or _kind(entry)
        if reason:
            self.passed.append(Passed(path, reason))
        return not reason


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise BadInput(
            f"{folder} cannot be read",
            code="file-unreadable",
            expected="a folder that may be listed",
            got=error.strerror or str(error),
            remedy="see to its permissions",
        ) from error


def _odd(entry: os.DirEntry[str], root: str) -> str:
    """Why an entry is not even looked at; blank where it is."""
    if entry.name.startswith("."):
        return "hidden"
    if entry.name.casefold() in LEFT_BY_SYSTEMS:
        return "left by an operating system"
    if entry.is_symlink():
        target = os.path.realpath(entry.path)
        if not os.path.exists(target):  # noqa: PTH110
            return "a link to nothing"
        if target != root and not target.startswith(root.rstrip(os.sep) + os.sep):
            return "a link that leads out of the folder"
        if os.path.isdir(target):  # noqa: PTH112
            return "a link to a folder"
    return ""


def _kind(entry: os.DirEntry[str]) -> str:
    """Why a file is no picture we read; blank where it is one. Nothing but a regular file is opened."""
    try:
        with open_regular(Path(entry.path)) as file:
            head = file.read(16)
    except OSError as error:
        return f"cannot be opened: {error.strerror or type(error).__name__}"
    if not head:
        return "empty"
    if any(head.startswith(magic) for magic, _ in READ) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return ""
    other = next((name for magic, name in NOT_READ if head.startswith(magic)), "")
    if head[4:8] == b"ftyp":
        other = "AVIF" if head[8:12] == b"avif" else "HEIC or video"
    return f"{other}: JPEG, PNG and WebP are read" if other else "not a picture"
