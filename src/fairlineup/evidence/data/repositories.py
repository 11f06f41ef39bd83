"""The public repositories that the Congress photographs come from, and one commit of one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha1


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository and the part of it that is read."""

    name: str  #: owner/name on GitHub.
    ref: str = "HEAD"  #: branch whose newest commit is taken; "HEAD" is whatever branch is its main one.
    files: tuple[str, ...] = ()  #: files that are read first: who is who.
    folders: tuple[str, ...] = ()  #: folders whose photographs may be taken.
    optional: tuple[str, ...] = ()  #: files that are read if they are there.

    @property
    def folder(self) -> str:
        """Name of its checkout."""
        return self.name.partition("/")[2]


CURRENT = "legislators-current.csv"
HISTORICAL = "legislators-historical.csv"
MEMBERS = "members.csv"
MEMBER_IDS = "config/database-raw.json"

LEGISLATORS = Repository("unitedstates/congress-legislators", "gh-pages", files=(CURRENT, HISTORICAL))
IMAGES = Repository("unitedstates/images", folders=("congress/450x550",))
MEMBER_PHOTOS = Repository(
    "voteview/member_photos",
    files=(MEMBERS,),
    folders=("images/bio_guide", "images/wiki", "images/manual"),
    optional=(MEMBER_IDS,),
)
REPOSITORIES = (LEGISLATORS, IMAGES, MEMBER_PHOTOS)


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as its repository lists it."""

    size: int  #: bytes.
    blob: str = ""  #: git's id of its content; "" where nothing lists it (a checkout).

    def fault(self, content: bytes) -> tuple[str, str] | None:
        """What was expected and got, if this is not the listed content."""
        if len(content) != self.size:
            return f"{self.size:,} bytes", f"{len(content):,}"
        got = blob_id(content)
        if self.blob and got != self.blob:
            return f"git blob {self.blob}", f"{got} at the right length"
        return None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One commit of a repository: nothing in it can change while it is fetched."""

    repository: Repository  #: which.
    commit: str  #: 40 hex digits; "" for a checkout that does not say.
    files: Mapping[str, Listed]  #: path to size and blob id, of the files and folders that are read.

    def cite(self, path: str) -> str:
        """The name of a file that anybody can look up."""
        return f"{self.repository.name}@{self.commit or 'unknown-commit'}:{path}"


def blob_id(content: bytes) -> str:
    """Git's id of a file's content.

    Not: a defence against somebody who can make SHA-1 collide; that rests on HTTPS to the source.
    """
    return sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
