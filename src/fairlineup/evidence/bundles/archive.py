"""The archive: a plain zip without compression, packed so that the same files give the same bytes anywhere.

Without compression nothing can unfold to more than it is, and every byte of the container is known: an
archive is accepted only if packing its own files again gives it back.
"""

from __future__ import annotations

import hashlib
import os
import struct
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from fairlineup.evidence.bundles.manifest import ListedFile
from fairlineup.files import atomic_file, is_folder, is_there
from fairlineup.records import BadInput, escaped, open_regular


class Readable(Protocol):
    """What gives its bytes when it is asked, such as a photograph."""

    def read(self) -> bytes:
        """All of them. Raises: OSError, BadInput."""
        ...


Source = bytes | Path | Readable
PIECE = 1 << 20
EPOCH = (1980, 1, 1, 0, 0, 0)
MODE = 0o100644 << 16  # a plain file; everything else is refused
LARGE = (1 << 31) - 1


def pack(out: Path, files: Mapping[str, Source]) -> None:
    """Write an archive, whole or not at all. Raises: BadInput, SystemFailed: as `files.writing`."""
    with atomic_file(out) as file:
        _pack(file, ((name, *_measured(source)) for name, source in files.items()))


def pieces(source: Source) -> Iterator[bytes]:
    """A source's bytes, a large file in pieces. Raises: OSError."""
    if isinstance(source, Path):
        with open_regular(source) as file:
            yield from _read(file)
    else:
        yield source if isinstance(source, bytes) else source.read()


def listed(name: str, content: Iterable[bytes]) -> ListedFile:
    """A file as the manifest lists it, by the pieces of its content."""
    size, summed = 0, hashlib.sha256()
    for piece in content:
        size += len(piece)
        summed.update(piece)
    return ListedFile(name, size, summed.hexdigest())


@contextmanager
def opened(path: Path, spare: Path) -> Iterator[Archive]:
    """An archive to read from, once its container is in order.

    Args:
        path: the archive.
        spare: a folder for what is packed again to compare.
    Raises: BadInput: it is no archive that `pack` wrote, or it is damaged.
    """
    _check_file(path)
    try:
        with open_regular(path) as file, zipfile.ZipFile(file) as found:
            archive = Archive(path, found)
            archive.check(file.seek(0, os.SEEK_END))
            archive.check_container(file, spare / "again.zip")
            yield archive
    except (zipfile.BadZipFile, struct.error, EOFError, RuntimeError, ValueError) as error:
        raise damaged(path, str(error) or type(error).__name__) from error
    except OSError as error:
        raise damaged(path, error.strerror or str(error)) from error


class Archive:
    """The files of an opened archive."""

    def __init__(self, path: Path, found: zipfile.ZipFile) -> None:
        self.path = path
        self._zip = found
        self.sizes = {info.filename: info.file_size for info in found.infolist()}

    def check(self, size: int) -> None:
        """Raise BadInput for names and members that no bundle has."""
        infos = self._zip.infolist()
        if again := same_place([info.filename for info in infos]):
            raise damaged(self.path, f"the name {again[:80]!r} twice, or in two forms")
        for info in infos:
            if fault := _fault(info):
                raise damaged(self.path, f"{fault}: {info.filename[:80]!r}")
        if sum(self.sizes.values()) > size:
            raise damaged(self.path, "files that overlap")

    def check_container(self, stored: IO[bytes], again: Path) -> None:
        """Raise BadInput unless packing the same files gives this archive byte for byte."""
        try:
            with again.open("w+b") as file:
                _pack(file, ((name, size, self.pieces(name)) for name, size in self.sizes.items()))
                if not _same(file, stored):
                    got = "a container that was changed after it was written, or packed anew"
                    raise damaged(self.path, got)
        finally:
            again.unlink(missing_ok=True)

    def pieces(self, name: str) -> Iterator[bytes]:
        """A file's bytes in pieces."""
        with self._zip.open(name) as file:
            yield from _read(file)

    def read(self, name: str) -> bytes:
        """A file's bytes. Raises: BadInput: there is no such file."""
        if name not in self.sizes:
            raise damaged(self.path, f"no {name}")
        return b"".join(self.pieces(name))


def _check_file(path: Path) -> None:
    """Raise BadInput for a name that is no file's, or a folder's, such as that of the run itself."""
    if not is_there(path):
        raise BadInput(
            f"there is no bundle {path}",
            expected="a bundle, which is one file",
            got="no file of that name",
            remedy="name the bundle",
            code="file-missing",
            facts={"path": str(path)},
        )
    if is_folder(path):
        raise BadInput(
            f"{path} is a folder",
            expected="a bundle, which is one file",
            got="a folder",
            remedy="name the bundle that was made of it",
            code="bundle-unreadable",
            facts={"folder": str(path)},
        )


def damaged(path: Path, got: str) -> BadInput:
    """The error for an archive that cannot be trusted."""
    return BadInput(
        f"the bundle {path} is damaged or no bundle",
        expected="a file as it was packed",
        got=got,
        remedy="get it again from whoever made it",
        code="bundle-unreadable",
    )


def unsafe(name: str) -> str:
    """Why a name may not stand in an archive; blank if it may."""
    if not name or len(name) > 1000 or escaped(name) != name or any(letter in "\\:" for letter in name):
        return "a name that cannot be used"
    if any(part in ("", ".", "..") for part in name.split("/")):
        return "a path that leads out of its folder"
    return ""


def same_place(names: Sequence[str]) -> str:
    """A name that some disk takes for another of these, or for a folder of theirs; blank if there is none."""
    forms = [unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold()) for name in names]
    folders = {form[:at] for form in forms for at, letter in enumerate(form) if letter == "/"}
    count = Counter(forms)
    return next(
        (name for name, form in zip(names, forms, strict=True) if count[form] > 1 or form in folders), ""
    )


def _fault(info: zipfile.ZipInfo) -> str:
    if info.filename != info.orig_filename or unsafe(info.filename):
        return unsafe(info.orig_filename) or "a name that cannot be used"
    if info.external_attr != MODE:
        return "no plain file"
    if info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size:
        return "a compressed file"
    return "an encrypted file" if info.flag_bits & 1 else ""


def _pack(file: IO[bytes], files: Iterable[tuple[str, int, Iterator[bytes]]]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, strict_timestamps=True) as archive:
        for name, size, content in files:
            info = zipfile.ZipInfo(name, EPOCH)
            info.create_system, info.external_attr = 3, MODE
            with archive.open(info, "w", force_zip64=size > LARGE) as member:
                for piece in content:
                    member.write(piece)


def _measured(source: Source) -> tuple[int, Iterator[bytes]]:
    """Size and content of a source; what is made when it is read is made once."""
    if isinstance(source, Path):
        return source.stat().st_size, pieces(source)
    content = b"".join(pieces(source))
    return len(content), iter([content])


def _read(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def _same(one: IO[bytes], other: IO[bytes]) -> bool:
    if one.seek(0, os.SEEK_END) != other.seek(0, os.SEEK_END):
        return False
    one.seek(0)
    other.seek(0)
    return all(piece == other.read(PIECE) for piece in _read(one))
