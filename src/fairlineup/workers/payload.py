"""What travels to a worker process: pickled by itself, so that a fault in it is that job's alone.

A worker doesn't run the script that started it: one without a main guard would start everything anew, and
standard input can't be read twice. Only if what it is given is made by a class of that script is it imported.
"""

from __future__ import annotations

import pickle
from multiprocessing import spawn
from typing import Any

from fairlineup.records import FairlineupError, SystemFailed, kind_of

MainModule = dict[str, str]
"""Where the main module of a process is, as `multiprocessing` says it; empty if it is in no file."""

_MAIN = ("init_main_from_name", "init_main_from_path")
_importing: list[bool] = []


def main_module() -> MainModule:
    """The main module of this process."""
    return {key: value for key, value in spawn.get_preparation_data("").items() if key in _MAIN}


def packed(value: Any) -> bytes:
    """The value as it travels."""
    return pickle.dumps(value, protocol=5)


def unpacked(content: bytes, main: MainModule) -> Any:
    """The value as it was; the sender's main module is imported if the value is made by a class of that.

    Raises: SystemFailed: that module can't be imported here.
    """
    try:
        return pickle.loads(content)  # noqa: S301 - our own process wrote it
    except AttributeError as error:
        _import_main(main, str(error))
    return pickle.loads(content)  # noqa: S301


def check_not_importing() -> None:
    """Raises: SystemFailed: this is a worker that imports a script without a main guard."""
    if _importing:
        raise SystemFailed(
            "the script starts processes whenever it is imported",
            expected='what it does to stand under `if __name__ == "__main__":`',
            got="a script without it, whose own class reads photographs in other processes",
            remedy="put it there, move that class to a module, or use one worker",
            code="worker-failed",
        )


def _import_main(main: MainModule, missing: str) -> None:
    if not main:
        raise _not_importable(missing)
    _importing.append(True)
    try:
        spawn.prepare(dict(main))
    except FairlineupError:
        raise
    except BaseException as error:
        raise _not_importable(kind_of(error)) from error
    finally:
        _importing.clear()


def _not_importable(got: str) -> SystemFailed:
    return SystemFailed(
        "a class of the main module can't be had in another process",
        expected="a script that can be imported, where a class of it reads photographs",
        got=got,
        remedy="move that class to a module of its own, or use one worker",
        code="worker-failed",
    )
