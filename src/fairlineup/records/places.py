"""Where in the code an exception was raised, in a few words."""

from __future__ import annotations

import sysconfig
import traceback
from collections.abc import Callable
from pathlib import Path

OURS = Path(__file__).resolve().parents[1]
_LIBRARIES = tuple({Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "purelib", "platlib")})


def kind_of(error: BaseException) -> str:
    """The kind of an exception and what it says, in one line: "KeyError: 'a key'"."""
    try:
        words = str(error)
    except Exception:  # noqa: BLE001 - somebody else's __str__ can raise anything
        words = "its words cannot be read"
    return " ".join(f"{type(error).__name__}: {words}".split()).removesuffix(":")


def place_in_ours(error: BaseException) -> str:
    """The innermost place of this package an exception passed: "measures/order.py, line 12"."""
    found = _innermost(error, lambda path: path.is_relative_to(OURS))
    return (
        f"{found[0].relative_to(OURS).as_posix()}, line {found[1]}" if found else "no place of this package"
    )


def place_in_theirs(error: BaseException) -> str:
    """The innermost place of somebody else's code an exception passed: their own before a library's."""
    found = _innermost(error, lambda path: not _is_library(path)) or _innermost(
        error, lambda path: not path.is_relative_to(OURS)
    )
    return f"{found[0]}, line {found[1]}" if found else "a place that is not known"


def _is_library(path: Path) -> bool:
    return path.is_relative_to(OURS) or any(path.is_relative_to(one) for one in _LIBRARIES)


def _innermost(error: BaseException, wanted: Callable[[Path], bool]) -> tuple[Path, int] | None:
    found = None
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if not frame.filename.startswith("<") and wanted(path.resolve()):
            found = (path.resolve(), frame.lineno or 0)
    return found
