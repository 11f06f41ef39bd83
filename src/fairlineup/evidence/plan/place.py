"""Where a data set is: in a folder, or in memory."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from fairlineup.files import LARGEST_LIST, is_file, is_folder
from fairlineup.records import (
    BadInput,
    Photograph,
    PhotographSource,
    by_form,
    form_of_name,
    leads_out,
    read_regular,
)


class Place(Protocol):
    """A manifest and the photographs it names: the one door through which an audit reads either."""

    @property
    def name(self) -> str:
        """What messages call it."""
        ...

    @property
    def manifest_name(self) -> str:
        """What messages call its manifest."""
        ...

    def manifest(self) -> bytes:
        """The manifest: CSV in UTF-8, as docs/dataset.md describes. Raises: OSError."""
        ...

    def holds(self, photo: str) -> bool:
        """Whether the photograph is there."""
        ...

    def alike(self, photos: Sequence[str]) -> Mapping[str, str]:
        """Photographs that are not there to one that is, where its name differs in form only."""
        ...

    def photograph(self, photo: str) -> Photograph:
        """A photograph, to be read when it is needed, in whatever process."""
        ...


@dataclass(frozen=True, slots=True)
class Folder:
    """Files."""

    path: Path  #: the folder.
    file: str = "people.csv"  #: its manifest.

    @property
    def name(self) -> str:
        """The folder's path."""
        return str(self.path)

    @property
    def manifest_name(self) -> str:
        """The manifest's path."""
        return str(self.path / self.file)

    def manifest(self) -> bytes:
        """The manifest's bytes. Raises: OSError."""
        file = self.path / self.file
        return read_regular(file, LARGEST_LIST, within=file.parent)

    def holds(self, photo: str) -> bool:
        """Whether there is such a file. Raises: BadInput: a link leads out of the folder."""
        at = self.path
        for part in PurePosixPath(photo).parts:
            at /= part
            link = os.path.islink(at)  # noqa: PTH114 - Path.is_symlink raises for names too long
            if link and (real := leads_out(at, self.path)) is not None:
                raise _leads_out(at, self.path, real)
        return is_file(at)

    def alike(self, photos: Sequence[str]) -> Mapping[str, str]:
        """Files whose names differ in form only, folder by folder."""
        folders: dict[PurePosixPath, Mapping[str, tuple[str, ...]]] = {}
        found = {}
        for photo in photos:
            there = PurePosixPath()
            for part in PurePosixPath(photo).parts:
                if there not in folders:
                    folders[there] = by_form(_names_in(self.path / there), form_of_name)
                same = folders[there].get(form_of_name(part), ())
                there /= part if part in same else next(iter(same), part)
            if self.holds(str(there)):
                found[photo] = str(there)
        return found

    def photograph(self, photo: str) -> Photograph:
        """The photograph in that file."""
        return Photograph(photo, self.path / photo, self.path)


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """Photographs that lie in no file: their bytes, or what makes them when they are read."""

    name: str  #: what messages call it.
    text: bytes  #: the manifest.
    #: photograph to its bytes, or to what gives the same bytes each time it is asked; the latter travels to
    #: the process that needs it.
    sources: Mapping[str, bytes | PhotographSource]

    @property
    def manifest_name(self) -> str:
        """What messages call the manifest."""
        return f"of {self.name}"

    def manifest(self) -> bytes:
        """The manifest."""
        return self.text

    def holds(self, photo: str) -> bool:
        """Whether there is a source of that name."""
        return photo in self.sources

    def alike(self, photos: Sequence[str]) -> Mapping[str, str]:
        """Sources whose names differ in form only."""
        there = by_form(self.sources, form_of_name)
        return {one: there[form_of_name(one)][0] for one in photos if form_of_name(one) in there}

    def photograph(self, photo: str) -> Photograph:
        """The photograph with its source."""
        return Photograph(photo, self.sources[photo])


def _leads_out(link: Path, folder: Path, real: Path) -> BadInput:
    there = real if is_folder(real) else real.parent
    return BadInput(
        f"{link} is a link that leads out of the data set",
        code="file-malformed",
        expected=f"photographs that lie in {folder}, or links to such",
        got=f"a link to {real}",
        remedy=f"name {there} as the data set's folder (it may be a link), or copy or hard-link the "
        "photographs into this one",
        facts={"path": str(link)},
    )


def _names_in(folder: Path) -> list[str]:
    try:
        return sorted(one.name for one in folder.iterdir())
    except OSError:
        return []
