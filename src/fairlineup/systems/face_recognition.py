"""The face_recognition package, run by the interpreter of an environment of its own."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from fairlineup.options import at_least
from fairlineup.systems.facts import Adapter, Entrusted, Facts, Options
from fairlineup.systems.process import ProcessSystem, Program, open_process
from fairlineup.systems.programs import ProcessOptions
from fairlineup.systems.stated import Seconds, read_stated

PYTHON_VARIABLE = "FAIRLINEUP_FACE_RECOGNITION_PYTHON"
WORKER = Path(__file__).with_name("workers") / "face_recognition_worker.py"


@dataclass(frozen=True, slots=True)
class FaceRecognitionOptions:
    """What changes its answers, and who gives them."""

    #: interpreter of the environment that has it; blank for the one that the environment variable
    #: FAIRLINEUP_FACE_RECOGNITION_PYTHON names, or else this one.
    python: str = ""
    #: of several faces the "first" one the detector reports, as its users do, or "refuse".
    several: Literal["first", "refuse"] = "first"
    workers: Annotated[int, at_least(0)] = 0  #: processes; 0 is one a core.
    timeout_s: Seconds = 60.0  #: until a photograph is given up.


def open_face_recognition(options: FaceRecognitionOptions) -> ProcessSystem:
    """The package behind the port. Raises: BadInput, SystemFailed (it is not in that environment)."""
    python = options.python or os.environ.get(PYTHON_VARIABLE) or sys.executable
    workers = options.workers or _cores()
    command = (python, str(WORKER), "--several", options.several, "--workers", str(workers))
    return open_process(Program(command, ProcessOptions(timeout_s=options.timeout_s), "face_recognition"))


def entrusted(options: FaceRecognitionOptions) -> Entrusted | None:
    """The interpreter a plan names; the one the environment names is its owner's choice."""
    return Entrusted("program", (options.python, str(WORKER))) if options.python else None


def _options(table: Options) -> FaceRecognitionOptions:
    return read_stated(FaceRecognitionOptions, "face_recognition", table)


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
    lambda _, table: open_face_recognition(_options(table)),
    lambda _, table: entrusted(_options(table)),
)
