"""The face_recognition package, run by the interpreter of an environment of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from fairlineup.records import BadInput
from fairlineup.systems.facts import Adapter, Facts
from fairlineup.systems.process import ProcessSystem, Program, open_process
from fairlineup.systems.programs import ProcessOptions

PYTHON_VARIABLE = "FAIRLINEUP_FACE_RECOGNITION_PYTHON"
WORKER = Path(__file__).with_name("workers") / "face_recognition_worker.py"


@dataclass(frozen=True, slots=True)
class FaceRecognitionOptions:
    """What changes its answers, and who gives them.

    Attributes:
        python: interpreter of the environment that has it; blank for the one that the environment variable
            FAIRLINEUP_FACE_RECOGNITION_PYTHON names, or else this one.
        several: of several faces the "first" one the detector reports, as its users do, or "refuse".
        workers: processes; 0 is one a core.
        timeout_s: until a photograph is given up.
    """

    python: str = ""
    several: Literal["first", "refuse"] = "first"
    workers: int = 0
    timeout_s: float = 60.0


def open_face_recognition(options: FaceRecognitionOptions) -> ProcessSystem:
    """The package behind the port. Raises: BadInput, SystemFailed (it is not in that environment)."""
    python = options.python or os.environ.get(PYTHON_VARIABLE) or sys.executable
    workers = options.workers or _cores()
    command = (python, str(WORKER), "--several", options.several, "--workers", str(workers))
    return open_process(Program(command, ProcessOptions(timeout_s=options.timeout_s), "face_recognition"))


def face_recognition_options(table: Mapping[str, Any]) -> FaceRecognitionOptions:
    """Options from a plan's [system.options]. Raises: BadInput (an unknown name or a wrong kind)."""
    for name, value in table.items():
        if name not in CHECKS:
            expected, got = f"one of {', '.join(CHECKS)}", repr(name)
        else:
            expected, right = CHECKS[name]
            if right(value):
                continue
            got = repr(value)
        raise BadInput(
            f"face_recognition's option {name}",
            expected=expected,
            got=got,
            remedy="correct [system.options] in the plan",
        )
    return FaceRecognitionOptions(**table)


CHECKS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "python": ("the path of a Python interpreter", lambda value: isinstance(value, str)),
    "several": ("'first' or 'refuse'", lambda value: value in ("first", "refuse")),
    "workers": ("a whole number of 0 or more", lambda value: type(value) is int and value >= 0),
    "timeout_s": ("seconds above 0", lambda value: type(value) in (int, float) and 0 < value < 1e6),
}


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


ADAPTER = Adapter(
    Facts(
        name="face_recognition",
        title="the face_recognition package, in an environment of its own",
        page="docs/systems/face_recognition.md",
        tried="with real photographs",
    ),
    lambda _, options: open_face_recognition(face_recognition_options(options)),
)
