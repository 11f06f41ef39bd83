"""Repositories as checkouts side by side in a folder, for those who have them or have no network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from fairlineup.evidence.data.faults import CheckoutIncomplete
from fairlineup.evidence.data.repositories import REPOSITORIES, Listed, Repository, Snapshot
from fairlineup.files import LARGEST_BY_HAND, LARGEST_LIST, is_file, is_folder
from fairlineup.records import read_regular

_COMMIT = re.compile(r"[0-9a-f]{40}")


class Checkouts:
    """Takes files from checkouts; what has been changed in them since they were made is not noticed."""

    kind = "checkout"
    threads = 1

    def __init__(self, parent: Path) -> None:
        self._parent = parent
        missing = [line for repository in REPOSITORIES for line in self._missing(repository)]
        if missing:
            raise CheckoutIncomplete(
                f"the checkouts in {parent}",
                expected="those of " + ", ".join(r.name for r in REPOSITORIES) + " side by side",
                got="no " + ", no ".join(missing),
                remedy="git clone what is missing there"
                + (" (the branch gh-pages: the main one has no CSV files)" if _csv(missing) else ""),
            )

    def snapshot(self, repository: Repository) -> Snapshot:
        """The files of a checkout that are read, and its commit if it says."""
        root = self._parent / repository.folder
        return Snapshot(repository, head_of(root), dict(_listed(root, repository)))

    def content(self, snapshot: Snapshot, path: str) -> bytes:
        """A file's content. Raises: CheckoutIncomplete: it cannot be read."""
        place = self._parent / snapshot.repository.folder / path
        try:
            return read_regular(place, LARGEST_LIST)
        except OSError as error:
            raise CheckoutIncomplete(
                f"reading {place}",
                expected="a file that can be read",
                got=error.strerror or str(error),
                remedy="check the checkout and its permissions",
            ) from error

    def stop(self) -> None:
        """Nothing to do: copies are short."""

    def _missing(self, repository: Repository) -> Iterator[str]:
        root = self._parent / repository.folder
        if not is_folder(root):
            yield f"{repository.folder}/"
            return
        yield from (f"{repository.folder}/{path}" for path in repository.files if not is_file(root / path))
        yield from (
            f"{repository.folder}/{path}/" for path in repository.folders if not is_folder(root / path)
        )


def head_of(root: Path) -> str:
    """The commit that a checkout says it is at; "" if it doesn't."""
    git = root / ".git"
    try:
        head = _text(git / "HEAD").strip()
        if head.startswith("ref: "):
            head = _resolved(git, head.removeprefix("ref: "))
    except (OSError, UnicodeDecodeError):
        return ""
    return head if _COMMIT.fullmatch(head) else ""


def _resolved(git: Path, ref: str) -> str:
    if is_file(git / ref):
        return _text(git / ref).strip()
    for line in _text(git / "packed-refs").splitlines():
        commit, _, name = line.partition(" ")
        if name == ref:
            return commit
    return ""


def _text(path: Path) -> str:
    return read_regular(path, LARGEST_BY_HAND).decode("ascii")


def _listed(root: Path, repository: Repository) -> Iterator[tuple[str, Listed]]:
    folders = [path for folder in repository.folders for path in (root / folder).iterdir()]
    for path in (*(root / name for name in (*repository.files, *repository.optional)), *sorted(folders)):
        if is_file(path):
            yield path.relative_to(root).as_posix(), Listed(path.stat().st_size)


def _csv(missing: list[str]) -> bool:
    return any(line.startswith("congress-legislators/") for line in missing)
