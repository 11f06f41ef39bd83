"""Functions in a user's own module: found, and their faults named with file and line."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from fairlineup.records import BadInput, SystemFailed, kind_of


def function_of(system: str, module: str, name: str) -> tuple[ModuleType, Callable[..., Any]]:
    """A function in a module; the current directory is looked in first, as with python -m.

    Args:
        system: as messages call it: "embed:ours:describe".
        module: "ours" or "ours.recogniser".
        name: of the function.
    Raises:
        BadInput: no such module or function.
        SystemFailed: the module cannot be imported.
    """
    if "" not in sys.path:
        sys.path.insert(0, "")
    try:
        imported = importlib.import_module(module)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        missing = error.name if isinstance(error, ModuleNotFoundError) else None
        if missing and (module == missing or module.startswith(f"{missing}.")):
            raise BadInput(
                f"the system {system}",
                expected=f"a module {module}",
                got=f"none of that name ({missing})",
                remedy="go to the directory it is in, or correct the system's name in the plan",
            ) from None
        raise SystemFailed(
            f"the module {module} cannot be imported",
            expected="no exception",
            got=said(error, imported_from(module)),
            remedy="mend it",
        ) from error
    found = getattr(imported, name, None)
    if not callable(found):
        got = "none of that name" if found is None else f"one that is a {type(found).__name__}"
        raise BadInput(
            f"the system {system}",
            expected=f"a function {name} in {module}",
            got=got,
            remedy="correct the system's name in the plan",
        )
    return imported, found


def said(error: BaseException, file: str = "") -> str:
    """An exception on one line, with the place in a file it came through, or where it was raised.

    Args:
        error: as it was caught.
        file: whose line is wanted; that of the last frame where it went through none.
    """
    words, place = kind_of(error), _place(error, file)
    return f"{words} ({place})" if place else words


def imported_from(module: str) -> str:
    """The file of a module that was imported, or is about to be; blank where it has none."""
    known = getattr(sys.modules.get(module), "__file__", None)
    if known:
        return str(known)
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError, AttributeError):
        return ""
    return str(spec.origin) if spec and spec.origin else ""


def _place(error: BaseException, file: str) -> str:
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        return f"{Path(error.filename).name}, line {error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if file and _same(frame.filename, file)]
    chosen = (own or frames)[-1:]
    return "".join(f"{Path(frame.filename).name}, line {frame.lineno}" for frame in chosen)


def _same(one: str, other: str) -> bool:
    return Path(one).resolve() == Path(other).resolve()
