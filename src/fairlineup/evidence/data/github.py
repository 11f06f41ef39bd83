"""Repositories on GitHub: the newest commit, what it lists, and files at that commit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import quote

from msgspec import Meta, Struct

from fairlineup.evidence.data.faults import SourceChanged, source_changed
from fairlineup.evidence.data.fetching import Fetcher, check_base
from fairlineup.evidence.data.repositories import Listed, Repository, Snapshot
from fairlineup.foreign import MisfitError, decode_json

GITHUB_API = "https://api.github.com"
_COMMIT = re.compile(r"[0-9a-f]{40}")
_NAME = r"^(?!\.{1,2}$)[^/\x00]+$"


class Entry(Struct, frozen=True):
    """What a folder holds under a name."""

    path: Annotated[str, Meta(pattern=_NAME)]
    type: str
    sha: Annotated[str, Meta(pattern="^[0-9a-f]{40}$")]
    size: Annotated[int, Meta(ge=0)] = 0


class Tree(Struct, frozen=True):
    """A folder as GitHub lists it."""

    truncated: bool
    tree: list[Entry]


Entries = Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class Hosts:
    """Where GitHub, or a mirror of it, is."""

    api: str = GITHUB_API  #: base URL of the REST API.
    raw: str = "https://raw.githubusercontent.com"  #: base URL of files, followed by owner/name/commit/path.
    #: raises the API's rate limit; sent to GitHub's own API and nowhere else.
    token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Raises: BadInput: a base URL that is neither https nor of this machine."""
        for url in (self.api, self.raw):
            check_base(url)


class GitHub:
    """Takes files from GitHub; a folder's own record decides at which commit."""

    kind = "download"

    def __init__(self, fetcher: Fetcher, hosts: Hosts | None = None) -> None:
        self.fetcher = fetcher
        self._hosts = hosts or Hosts()

    def snapshot(self, repository: Repository) -> Snapshot:
        """The newest commit of a repository and the files there that are read.

        Raises: SourceFailed; SourceChanged: a file or folder that is read is not there any more.
        """
        commit = self._commit(repository)
        files = dict(self._listed(repository, commit))
        missing = [path for path in repository.files if path not in files]
        if missing:
            raise _changed(repository, commit, f"a file {missing[0]}", "none")
        return Snapshot(repository, commit, files)

    def content(self, snapshot: Snapshot, path: str) -> bytes:
        """A file, to the last byte what git lists. Raises: SourceFailed."""
        url = f"{self._hosts.raw}/{snapshot.repository.name}/{snapshot.commit}/{quote(path)}"
        return self.fetcher.fetch(url, check=snapshot.files[path].fault)

    def stop(self) -> None:
        """Fetch no more."""
        self.fetcher.stop()

    @property
    def threads(self) -> int:
        """How many files may be asked for at once."""
        return self.fetcher.politeness.connections

    def _commit(self, repository: Repository) -> str:
        path = f"commits/{repository.ref}"
        commit = self._ask(repository, path, "application/vnd.github.sha").decode("ascii", "replace").strip()
        if not _COMMIT.fullmatch(commit):
            raise _changed(repository, repository.ref, "a commit of 40 hex digits", repr(commit[:60]))
        return commit

    def _listed(self, repository: Repository, commit: str) -> Iterator[tuple[str, Listed]]:
        """Files that are read; folder by folder, since a listing of everything at once may be cut short."""
        read = {*repository.files, *repository.optional}
        trees: dict[str, Entries] = {}
        for folder in sorted({*repository.folders, *(path.rpartition("/")[0] for path in read)}):
            entries = self._tree(repository, commit, folder, trees)
            if entries is None and folder in repository.folders:
                raise _changed(repository, commit, f"a folder {folder}", "none")
            for name, entry in (entries or {}).items():
                path = f"{folder}/{name}" if folder else name
                if entry.type == "blob" and (path in read or folder in repository.folders):
                    yield path, Listed(entry.size, entry.sha)

    def _tree(
        self, repository: Repository, commit: str, folder: str, trees: dict[str, Entries]
    ) -> Entries | None:
        """Entries of a folder by name, None if there is none; `trees` are those asked for before."""
        if folder in trees:
            return trees[folder]
        if not folder:
            id_ = commit
        else:
            parent, _, name = folder.rpartition("/")
            entry = (self._tree(repository, commit, parent, trees) or {}).get(name)
            if entry is None or entry.type != "tree":
                return None
            id_ = entry.sha
        trees[folder] = self._entries(repository, commit, id_)
        return trees[folder]

    def _entries(self, repository: Repository, commit: str, tree: str) -> Entries:
        body = self._ask(repository, f"git/trees/{tree}", "application/vnd.github+json")
        try:
            answer = decode_json(body, Tree)
        except MisfitError as error:
            raise _changed(repository, commit, "a list of files", str(error)) from error
        if answer.truncated:
            raise _changed(repository, commit, "a whole list of files", "one cut short")
        return {entry.path: entry for entry in answer.tree}

    def _ask(self, repository: Repository, path: str, accept: str) -> bytes:
        headers = {"Accept": accept, "X-GitHub-Api-Version": "2022-11-28"}
        if self._hosts.token and self._hosts.api == GITHUB_API:
            headers["Authorization"] = f"Bearer {self._hosts.token}"
        return self.fetcher.fetch(f"{self._hosts.api}/repos/{repository.name}/{path}", headers=headers)


def _changed(repository: Repository, commit: str, expected: str, got: str) -> SourceChanged:
    return source_changed(f"{repository.name}@{commit[:12]}", expected, got)
