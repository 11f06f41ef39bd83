"""Where converted and fetched models are kept: whole files or none, named by what is in them."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from fairlineup.engine.faults import EngineNotInstalled

CACHE_VARIABLE = "FAIRLINEUP_CACHE"


def cache_folder() -> Path:
    """The user's cache folder, or the one that FAIRLINEUP_CACHE names. Raises: EngineNotInstalled."""
    if named := os.environ.get(CACHE_VARIABLE):
        return Path(named).expanduser().absolute()
    try:
        import platformdirs
    except ImportError:
        raise EngineNotInstalled("the cache folder", expected="platformdirs", got="no such package") from None
    return Path(platformdirs.user_cache_dir("fairlineup", appauthor=False))


def models_folder() -> Path:
    """The folder of models within the cache, made where it is missing. Raises: OSError."""
    folder = cache_folder() / "models"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def sha256_of(path: Path) -> str:
    """Lower-case hex SHA-256 of a file, read in pieces. Raises: OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def kept(stem: str, suffix: str, make: Callable[[], bytes]) -> Path:
    """A file that is made on first use; its name ends in its own SHA-256, which is checked at each use.

    Args:
        stem: what it is made from and by which version of what.
        suffix: with the dot.
        make: gives its content; called only if no sound copy is there.
    Raises: OSError, and whatever `make` raises.
    """
    folder = models_folder()
    for path in sorted(folder.glob(f"{stem}-*{suffix}")):
        if path.stem == f"{stem}-{sha256_of(path)}":
            return path
    content = make()
    path = folder / f"{stem}-{hashlib.sha256(content).hexdigest()}{suffix}"
    with written_whole(path) as file:
        file.write(content)
    return path


@contextmanager
def written_whole(target: Path) -> Iterator[BinaryIO]:
    """A file to write to that becomes `target` at once when the block ends well, and vanishes if not.

    Two processes may do so at the same time: the last one wins, and a reader sees one or the other.

    Raises: OSError.
    """
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
