"""What runs in each worker process: chunks of photographs in, analyses out."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from fairlineup.faces.engine.analysis import Analysis
from fairlineup.faces.engine.descriptions import ModelDescription
from fairlineup.faces.engine.detection import Which
from fairlineup.faces.engine.engine import Engine, EngineOptions
from fairlineup.faces.engine.store import share_spare_folder
from fairlineup.records import Template
from fairlineup.workers import Parcel, Sealed


@dataclass(frozen=True, slots=True)
class Task:
    """One chunk of photographs, under a number of its own."""

    number: int
    photos: Parcel | Sealed
    which: Which


@dataclass(frozen=True, slots=True)
class Answer:
    """The analyses of one chunk, or what went wrong that isn't one photograph's fault.

    Templates travel as one array: pickling thousands of small ones costs more than making them is worth.
    """

    number: int
    analyses: tuple[Analysis, ...]
    vectors: bytes
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a worker needs to begin.

    Attributes:
        model: which recogniser.
        options: how faces are looked for and chosen.
        prepared: its ONNX file, tried by the parent.
        spare: the parent's temporary folder in place of the cache, where it has one.
    """

    model: ModelDescription
    options: EngineOptions
    prepared: Path
    spare: Path | None


def serve(connection: Connection, setup: Setup) -> None:
    """Answers tasks until the other end closes. Ctrl-C is the parent's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    share_spare_folder(setup.spare)
    engine: Engine | None = None
    try:
        while True:
            task: Task = connection.recv()
            try:
                engine = engine or Engine(setup.model, setup.options, prepared=setup.prepared)
                answer = packed(task.number, engine.analyse_chunk(task.photos.opened(), task.which))
            except Exception as error:  # noqa: BLE001 - told to the parent, which raises it by name
                answer = Answer(task.number, (), b"", f"{type(error).__name__}: {error}")
            connection.send(answer)
    except (EOFError, OSError):
        return


def packed(number: int, analyses: list[Analysis]) -> Answer:
    """Analyses as they travel."""
    vectors = [template.vector for one in analyses for template in one.templates]
    bare = tuple(Analysis(a.photo, a.outcome, a.faces, (), a.detail, a.seconds) for a in analyses)
    return Answer(number, bare, np.stack(vectors).tobytes() if vectors else b"")


def unpacked(answer: Answer, model: ModelDescription) -> list[Analysis]:
    """Analyses as they were before they travelled."""
    information = model.information
    vectors = np.frombuffer(answer.vectors, dtype=np.float32).reshape(-1, information.template_length)
    left = iter(vectors)
    analyses = []
    for one in answer.analyses:
        count = len(one.faces) if one.outcome == "ok" else 0
        templates = tuple(Template(next(left).copy(), information) for _ in range(count))
        analyses.append(Analysis(one.photo, one.outcome, one.faces, templates, one.detail, one.seconds))
    return analyses
