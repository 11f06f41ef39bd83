"""Where in the code an exception was raised, in a few words."""

from __future__ import annotations

import sysconfig
import traceback
from collections.abc import Callable
from pathlib import Path

OURS = Path(__file__).resolve().parents[1]
_PACKAGES = tuple({Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib")})
_PYTHON = Path(sysconfig.get_path("stdlib")).resolve()


def kind_of(error: BaseException) -> str:
    """The kind of an exception and what it says, in one line: "KeyError: 'a key'"."""
    return " ".join(f"{type(error).__name__}: {error}".split()).removesuffix(":")


def place_in_ours(error: BaseException) -> str:
    """The innermost place of this package an exception passed: "measures/order.py, line 12"."""
    found = _innermost(error, lambda path: path.is_relative_to(OURS))
    return (
        f"{found[0].relative_to(OURS).as_posix()}, line {found[1]}" if found else "no place of this package"
    )


def place_in_theirs(error: BaseException) -> str:
    """The innermost place of somebody else's code an exception passed; blank if it passed none.

    Their own code comes before that of an installed package; Python's own library is nobody's fault. What
    Python cannot read at all has its place in the file.
    """
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        return f"{error.filename}, line {error.lineno}"
    found = _innermost(error, lambda path: not (_is_installed(path) or _is_python(path))) or _innermost(
        error, _is_installed
    )
    return f"{found[0]}, line {found[1]}" if found else ""


def _is_installed(path: Path) -> bool:
    return any(path.is_relative_to(one) for one in _PACKAGES) and not path.is_relative_to(OURS)


def _is_python(path: Path) -> bool:
    return path.is_relative_to(OURS) or (path.is_relative_to(_PYTHON) and not _is_installed(path))


def _innermost(error: BaseException, wanted: Callable[[Path], bool]) -> tuple[Path, int] | None:
    found = None
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if not frame.filename.startswith("<") and wanted(path.resolve()):
            found = (path.resolve(), frame.lineno or 0)
    return found
