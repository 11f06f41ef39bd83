"""digests.sha256: what every file of a folder is that is read again, in the form that sha256sum checks.

A file that is about to be put in place stands in it beforehand, in a comment, so that after a kill at any
moment each file is known: as it was, or as it was to be. The last line is the digest of the lines above.
It finds damage and careless edits. Whoever edits on purpose can write it anew: only a signature tells that.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from fairlineup.files import LARGEST_LIST, content_of, why, write_atomic
from fairlineup.records import BadInput, read_regular

SUMS = "digests.sha256"
HEADER = "# fairlineup: the SHA-256 of every file here that is read again"
LARGEST = 1_000_000  # bytes: some thousand files
MEASURED = ("results.json", "timing.json")  # what a run's answers give again
_COMING, _END = "# to come: ", "# of the lines above: "
_LINE = re.compile(r"(# to come: )?([0-9a-f]{64})  (\S+)")


@dataclass(frozen=True, slots=True)
class Sums:
    """The files of one folder by name, each with the SHA-256 of its content in hexadecimal digits."""

    stands: Mapping[str, str] = field(default_factory=dict)  #: what was put in place.
    coming: Mapping[str, str] = field(default_factory=dict)  #: what was about to be.

    @classmethod
    def parsed(cls, content: bytes) -> Sums:
        """The sums in a file. Raises: ValueError: it is not exactly what `written` writes."""
        stands: dict[str, str] = {}
        coming: dict[str, str] = {}
        for line in content.decode().split("\n")[1:-2]:
            found = _LINE.fullmatch(line)
            if found is None:
                raise ValueError(f"a line that is no file: {line[:80]!r}")
            (coming if found[1] else stands)[found[3]] = found[2]
        sums = cls(stands, coming)
        if sums.written() != content:
            raise ValueError("lines that were changed")
        return sums

    def knows(self, name: str, content: bytes) -> bool:
        """Whether a file of this name may hold this."""
        return _sum(content) in (self.stands.get(name), self.coming.get(name))

    def awaiting(self, files: Mapping[str, bytes]) -> Sums:
        """Before these are put in place."""
        return replace(self, coming={**self.coming, **{name: _sum(files[name]) for name in files}})

    def settled(self, names: Iterable[str]) -> Sums:
        """Once these are in place."""
        done = {name: self.coming[name] for name in names}
        left = {name: one for name, one in self.coming.items() if name not in done}
        return Sums({**self.stands, **done}, left)

    def written(self) -> bytes:
        """The file: the same sums give the same bytes."""
        lines = [HEADER]
        lines += [f"{one}  {name}" for name, one in sorted(self.stands.items())]
        lines += [f"{_COMING}{one}  {name}" for name, one in sorted(self.coming.items())]
        text = "".join(f"{line}\n" for line in lines).encode()
        return text + f"{_END}{_sum(text)}\n".encode()


def read_sums(folder: Path) -> Sums:
    """The sums of a folder, none where it has none. Raises: BadInput: they are damaged."""
    path = folder / SUMS
    try:
        content = content_of(path) or Sums().written()
        return Sums.parsed(content)
    except (OSError, ValueError) as error:
        raise damaged(path, why(error)) from error


def put_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put files in place in their order, each whole or not there, and known to `read_sums` at any moment.

    Raises: BadInput, SystemFailed: see `files.writing`.
    """
    sums = read_sums(folder).awaiting(files)
    write_atomic(folder / SUMS, sums.written())
    for name, content in files.items():
        write_atomic(folder / name, content)
    write_atomic(folder / SUMS, sums.settled(files).written())


def sum_anew(folder: Path, names: Iterable[str]) -> tuple[str, ...]:
    """Take files as they are, where something else vouches for their bytes.

    Returns: those that the folder had another digest of.
    """
    sums = read_sums(folder)
    found = {name: unchecked(folder, name) for name in names if name in sums.stands}
    others = tuple(name for name, content in found.items() if not sums.knows(name, content))
    if others:
        write_atomic(folder / SUMS, sums.awaiting(found).settled(found).written())
    return others


def unchecked(folder: Path, name: str) -> bytes:
    """A file's bytes, whatever they are. Raises: BadInput: it cannot be read."""
    try:
        return read_regular(folder / name, LARGEST_LIST)
    except (OSError, ValueError) as error:
        raise damaged(folder / name, why(error)) from error


def checked(folder: Path, name: str) -> bytes:
    """A file's bytes, if they are those that were put in place. Raises: BadInput."""
    content = unchecked(folder, name)
    for _ in range(2):  # it may have been put in place between the two looks
        if read_sums(folder).knows(name, content):
            return content
    raise damaged(folder / name, f"other bytes, SHA-256 {_sum(content)}")


def damaged(path: Path, got: str) -> BadInput:
    """The error for a file of a run that cannot be trusted."""
    measured = path.name in MEASURED
    remedy = "restore it, or measure the run again" if measured else "name the folder of a run, or restore it"
    return BadInput(
        f"{path} cannot be read",
        expected=f"a file that a run wrote, with the digest that {SUMS} has of it",
        got=got,
        remedy=remedy,
        code="run-unreadable",
        facts={
            "folder": str(path.parent),
            "file": path.name,
            **({"unmeasured_run": str(path.parent)} if measured else {}),
        },
    )


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
