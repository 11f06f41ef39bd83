"""Functions in a user's own module: found, and their faults named with file and line."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from fairlineup.records import BadInput, SystemFailed, kind_of, place_in_theirs


def function_of(
    system: str, module: str, name: str, what: str = "a function"
) -> tuple[ModuleType, Callable[..., Any]]:
    """A function in a module; the current directory is looked in first, as with python -m.

    Args:
        system: as messages call it: "embed:ours:describe".
        module: "ours" or "ours.recogniser".
        name: of the function.
        what: it may be, as messages call it.
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
                code="no-such-system",
                expected=f"a module {module}",
                got=f"none of that name ({missing})",
                remedy="go to the directory it is in, or correct the system's name in the plan",
            ) from None
        raise SystemFailed(
            f"the module {module} cannot be imported",
            code="system-failed",
            expected="no exception",
            got=said(error),
            remedy="correct it",
        ) from error
    found = getattr(imported, name, None)
    if not callable(found):
        got = "none of that name" if found is None else f"one that is a {type(found).__name__}"
        raise BadInput(
            f"the system {system}",
            code="no-such-system",
            expected=f"{what} {name} in {module}",
            got=got,
            remedy="correct the system's name in the plan",
        )
    return imported, found


def said(error: BaseException) -> str:
    """An exception of somebody else's code on one line, with file and line where it passed their code."""
    place = place_in_theirs(error)
    return f"{kind_of(error)} at {place}" if place else kind_of(error)
