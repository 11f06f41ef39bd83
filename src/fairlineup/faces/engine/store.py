"""Where converted and fetched models are kept: whole files or none, named by what is in them."""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from fairlineup.faces.engine.faults import CacheUnusable, EngineNotInstalled, ModelFileError
from fairlineup.files import own_folder, write_atomic
from fairlineup.seals import digest, digest_file

CACHE_VARIABLE = "FAIRLINEUP_CACHE"
SHA256 = "sha256:"
FOR_ALL = 0o644  # permissions of models, which hold nobody

_log = logging.getLogger("fairlineup.faces.engine")
_spare: list[Path] = []  # the temporary folder of this process, where the cache folder can't be written


def cache_folder() -> Path:
    """The user's cache folder, or the one that FAIRLINEUP_CACHE names.

    Raises: EngineNotInstalled, CacheUnusable.
    """
    if named := os.environ.get(CACHE_VARIABLE):
        try:
            return Path(named).expanduser().absolute()
        except RuntimeError as error:  # ~ of a user who has no home
            raise _unusable(named, str(error)) from None
    try:
        import platformdirs
    except ImportError:
        raise EngineNotInstalled("the cache folder", expected="platformdirs", got="no such package") from None
    return Path(platformdirs.user_cache_dir("fairlineup", appauthor=False))


def models_folder() -> Path:
    """A folder for models that can be written: within the cache, or else a temporary one, which is said once.

    Raises: CacheUnusable: the folder that FAIRLINEUP_CACHE names can't be written, or no folder can.
    """
    folder = cache_folder() / "models"
    try:
        if not folder.is_absolute():
            raise FileNotFoundError(2, "No home directory")
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        if os.environ.get(CACHE_VARIABLE):
            raise _unusable(str(folder), _reason(error)) from error
        return spare_folder() or _made_spare(folder, error)


def spare_folder() -> Path | None:
    """The temporary folder that stands in for the cache, where there is one."""
    return _spare[0] if _spare else None


def share_spare_folder(folder: Path | None) -> None:
    """Use the temporary folder of the process that started this one."""
    _spare[:] = [folder] if folder else []


def look_up(pattern: str) -> Iterator[Path]:
    """Files in the cache by name, whether or not it can be written."""
    for folder in (cache_folder() / "models", *_spare):
        try:
            found = sorted(folder.glob(pattern))
        except OSError:
            continue
        yield from found


def sha256_of(path: Path) -> str:
    """Lower-case hex SHA-256 of a file, as descriptions of models say it. Raises: OSError."""
    return digest_file(path).removeprefix(SHA256)


def is_sound(path: Path, sha256: str) -> bool:
    """Whether a file can be read and has this digest."""
    try:
        return sha256_of(path) == sha256
    except OSError:
        return False


def kept(stem: str, suffix: str, make: Callable[[], bytes], known: str = "") -> Path:
    """A file that is made on first use, by its SHA-256, which its name ends in.

    Whoever can write the cache can name a file by its own digest, so only one that was known before it was
    made is believed; anything else is made anew each time.

    Args:
        stem: what it is made from and by which version of what.
        suffix: with the dot.
        make: gives its content; called only if no copy is there that is known.
        known: the SHA-256 it had when it was made for this package; blank for none.
    Raises: CacheUnusable, as `write_atomic`, and whatever `make` raises.
    """
    for path in look_up(f"{stem}-{known}{suffix}"):
        if is_sound(path, known):
            return path
    content = make()
    sha256 = digest(content).removeprefix(SHA256)
    path = models_folder() / f"{stem}-{sha256}{suffix}"
    if not is_sound(path, sha256):
        write_atomic(path, content, mode=FOR_ALL)
    return path


def kept_content(path: Path) -> bytes:
    """The bytes of a file that `kept` gave, in this process or its parent. Raises: ModelFileError: others."""
    try:
        content = path.read_bytes()
        got = f"SHA-256 {digest(content).removeprefix(SHA256)}"
    except OSError as error:
        content, got = b"", _reason(error)
    if not got.endswith(path.stem[-64:]):
        raise ModelFileError(
            f"the prepared file {path}",
            expected="what it was when it was prepared, by the digest in its name",
            got=got,
            remedy="begin again, when it is prepared anew; find out who changed it",
        )
    return content


def _made_spare(folder: Path, why: OSError) -> Path:
    """A temporary folder that goes with this process. Raises: CacheUnusable."""
    try:
        made, _ = own_folder()
    except OSError as error:
        raise _unusable(str(folder), f"{_reason(why)}; nor a temporary folder: {_reason(error)}") from error
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    share_spare_folder(made)
    _log.warning(
        "the cache folder %s can't be written (%s): models are prepared in a temporary folder, and again the "
        "next time; the environment variable %s names another folder",
        folder,
        _reason(why),
        CACHE_VARIABLE,
    )
    return made


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def _unusable(folder: str, got: str) -> CacheUnusable:
    return CacheUnusable(
        f"the folder {folder}, where models are kept",
        expected="a folder that can be made and written, with room for a model",
        got=got,
        remedy=f"name another folder in the environment variable {CACHE_VARIABLE}",
    )
