"""A system that a function in a Python module makes: python:module:factory."""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

from fairlineup.records import BadInput, FaceSystem, FairlineupError, SystemFailed, kind_of, place_in_theirs
from fairlineup.systems.facts import Adapter, Facts

METHODS = ("information", "enrol", "search", "delete_gallery", "close")
SECRET = re.compile(r"key|token|secret|password", re.IGNORECASE)


def open_python(argument: str, options: Mapping[str, Any]) -> FaceSystem:
    """What `factory(**options)` of a module gives; the current directory is looked in first.

    Args:
        argument: "module:factory", e.g. "our.recogniser:make".
        options: the plan's [system.options].
    Raises:
        BadInput: no such module or factory, or options that it does not take.
        SystemFailed: the module or the factory fails, or what it gives is no FaceSystem.
    """
    for name in options:
        if SECRET.search(name):
            raise _bad("options that may be published", repr(name), "give credentials in the environment")
    module, _, name = argument.partition(":")
    if not all(part.isidentifier() for part in (*module.split("."), name)):
        raise _bad(
            "python:module:factory", repr(f"python:{argument}"), "correct the system's name in the plan"
        )
    factory = _factory(module, name)
    try:
        inspect.signature(factory).bind(**options)
    except TypeError as error:
        raise _bad(f"options that {name} takes", str(error), "correct [system.options] in the plan") from None
    except ValueError:
        pass  # a factory that has no signature says itself what it does not take
    try:
        system = factory(**options)
    except (FairlineupError, MemoryError, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise _failed(f"{argument} cannot make a system", "no exception", _said(error)) from error
    missing = [method for method in METHODS if not callable(getattr(system, method, None))]
    if missing or not isinstance(system, FaceSystem):
        got = f"{type(system).__name__} without {', '.join(missing)}"
        raise _failed(f"what {argument} makes is no FaceSystem", f"methods {', '.join(METHODS)}", got)
    return system


def _factory(module: str, name: str) -> Callable[..., Any]:
    if "" not in sys.path:
        sys.path.insert(0, "")  # the current directory, as with python -m
    try:
        imported = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name and (module == error.name or module.startswith(f"{error.name}.")):
            remedy = "go to the directory it is in, or correct the system's name in the plan"
            raise _bad(f"a module {module}", f"none of that name ({error.name})", remedy) from None
        raise _failed(f"the module {module} cannot be imported", "no exception", _said(error)) from error
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise _failed(f"the module {module} cannot be imported", "no exception", _said(error)) from error
    factory = getattr(imported, name, None)
    if not callable(factory):
        got = "none of that name" if factory is None else f"one that is a {type(factory).__name__}"
        raise _bad(f"a function or class {name} in {module}", got, "correct the system's name in the plan")
    return factory  # type: ignore[no-any-return]


def _said(error: BaseException) -> str:
    return f"{kind_of(error)} at {place_in_theirs(error)}"


def _bad(expected: str, got: str, remedy: str) -> BadInput:
    return BadInput("the system python:module:factory", expected=expected, got=got, remedy=remedy)


def _failed(what: str, expected: str, got: str) -> SystemFailed:
    return SystemFailed(
        what, expected=expected, got=got, remedy="mend it; `fairlineup help systems/python` shows one"
    )


ADAPTER = Adapter(
    Facts(
        name="python",
        title="what a function in a Python module of yours makes",
        argument="module:factory",
        credentials=("the module's own, from its environment",),
        page="docs/systems/python.md",
        tried="with modules written for the tests",
    ),
    open_python,
)
