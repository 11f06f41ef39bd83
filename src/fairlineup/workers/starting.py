"""How a process of ours begins: it doesn't run the script that started it, and never sees Ctrl-C first.

A spawned process would import the caller's main module again. A script without a main guard would then start
everything anew, and a script on standard input can't be read twice. Our workers need nothing of it, unless
what they are given is made by a class of that module: then, and only then, it is imported.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import current_process, parent_process, spawn
from typing import Any

from fairlineup.records import FairlineupError, SystemFailed, kind_of
from fairlineup.workers.interrupts import interrupts_held

Origin = tuple[tuple[str, str], ...]
"""Where the main module of a process is, as `multiprocessing` says it."""

_MAIN = ("init_main_from_name", "init_main_from_path")
_preparation = spawn.get_preparation_data
_importing: list[bool] = []


@contextmanager
def starting() -> Iterator[None]:
    """Processes started within begin without the caller's main module, and without Ctrl-C.

    Raises: SystemFailed: this is such a process itself, importing a script that has no main guard, or one
        that may start none.
    """
    if _importing:
        raise SystemFailed(
            "the script starts processes whenever it is imported",
            expected='what it does to stand under `if __name__ == "__main__":`',
            got="a script without it, whose own class reads photographs in other processes",
            remedy="put it there, move that class to a module, or use workers=1",
        )
    if current_process().daemon:
        raise SystemFailed(
            "processes can't be started here",
            expected="a process that may start others",
            got="a daemonic one, as the workers of multiprocessing.Pool are",
            remedy="use workers=1",
        )
    with interrupts_held():
        spawn.get_preparation_data = _without_main
        try:
            yield
        finally:
            spawn.get_preparation_data = _preparation


@dataclass(frozen=True, slots=True)
class Sealed:
    """What travelled to another process, pickled apart so that a fault in it is that work's alone."""

    content: bytes
    origin: Origin

    def opened(self) -> Any:
        """The content; the sender's main module is imported if it is made by a class of that.

        Raises: SystemFailed: that module can't be imported here.
        """
        try:
            return pickle.loads(self.content)  # noqa: S301 - our own process wrote it
        except AttributeError as error:
            if parent_process() is None:
                raise
            missing = str(error)
        _import_main(self.origin, missing)
        return pickle.loads(self.content)  # noqa: S301


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to travel; it is pickled no sooner than it is sent."""

    content: Any

    def __reduce__(self) -> tuple[Any, ...]:
        return Sealed, (pickle.dumps(self.content), _origin())

    def opened(self) -> Any:
        """The content, where it didn't travel."""
        return self.content


def _import_main(origin: Origin, missing: str) -> None:
    """Raises: SystemFailed: there is no such module, or it fails."""
    _importing.append(True)
    try:
        spawn.prepare(dict(origin))
    except (FairlineupError, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise _not_importable(kind_of(error)) from error
    finally:
        _importing.clear()
    if not origin:
        raise _not_importable(missing)


def _not_importable(got: str) -> SystemFailed:
    return SystemFailed(
        "a class of the main module can't be had in another process",
        expected="a script that can be imported, where a class of it reads photographs",
        got=got,
        remedy="move that class to a module of its own, or use workers=1",
    )


def _without_main(name: str) -> dict[str, Any]:
    return {key: value for key, value in _preparation(name).items() if key not in _MAIN}


def _origin() -> Origin:
    return tuple((key, value) for key, value in _preparation("").items() if key in _MAIN)
