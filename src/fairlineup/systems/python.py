"""A system that a function in a Python module makes: python:module:factory."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from fairlineup.records import BadInput, FaceSystem, FairlineupError, SystemFailed
from fairlineup.systems.facts import Adapter, Entrusted, Facts
from fairlineup.systems.stated import check_no_secret
from fairlineup.systems.usercode import function_of, said

METHODS = ("information", "enrol", "search", "delete_gallery", "close")


def open_python(argument: str, options: Mapping[str, Any]) -> FaceSystem:
    """What `factory(**options)` of a module gives; the current directory is looked in first.

    Args:
        argument: "module:factory", e.g. "our.recogniser:make".
        options: the plan's [system.options].
    Raises:
        BadInput: no such module or factory, or options that it does not take.
        SystemFailed: the module or the factory fails, or what it gives is no FaceSystem.
    """
    check_no_secret("python", options)
    module, _, name = argument.partition(":")
    if not all(part.isidentifier() for part in (*module.split("."), name)):
        raise _bad(
            "python:module:factory", repr(f"python:{argument}"), "correct the system's name in the plan"
        )
    _, factory = function_of(f"python:{argument}", module, name, "a function or class")
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
        raise _failed(f"{argument} cannot make a system", "no exception", said(error)) from error
    missing = [method for method in METHODS if not callable(getattr(system, method, None))]
    if missing or not isinstance(system, FaceSystem):
        got = f"{type(system).__name__} without {', '.join(missing)}"
        raise _failed(f"what {argument} makes is no FaceSystem", f"methods {', '.join(METHODS)}", got)
    return system


def _bad(expected: str, got: str, remedy: str) -> BadInput:
    return BadInput(
        "the system python:module:factory",
        code="no-such-system" if "name" in remedy else "option-unusable",
        expected=expected,
        got=got,
        remedy=remedy,
    )


def _failed(what: str, expected: str, got: str) -> SystemFailed:
    return SystemFailed(
        what,
        code="system-failed",
        expected=expected,
        got=got,
        remedy="correct it; its page shows one that works",
        facts={"page": "systems/python"},
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
    lambda argument, options: Entrusted("module", (argument,), options),
)
