"""The engine as a server uses it: workers that were tried before the first request, and bounded patience."""

from __future__ import annotations

import itertools
from io import BytesIO
from typing import Literal

from fairlineup.faces.engine import Analysis, EnginePool
from fairlineup.records import ModelInformation, Outcome, Photograph, SystemFailed
from fairlineup.workers import WorkerFailed

PATIENCE_S = 30.0
"""Seconds an analysis may take, the wait for a worker included."""

WARMING_S = 300.0
"""Seconds a worker may take to begin."""

FATAL_IN_A_ROW = 3
"""So many photographs one after the other at which workers ended: then it isn't the photographs."""


class EngineFront:
    """Photographs to faces and templates, asked from any thread.

    Args:
        pool: whose workers it asks; whoever opened it closes it.
        patience_s: as PATIENCE_S.
    """

    def __init__(self, pool: EnginePool, patience_s: float = PATIENCE_S) -> None:
        self._pool, self._patience_s = pool, patience_s
        self._numbers = itertools.count(1)
        self._fatal = 0

    @property
    def information(self) -> ModelInformation:
        """What travels with every template."""
        return self._pool.information

    @property
    def workers(self) -> int:
        """Processes under way."""
        return len(self._pool.process_ids)

    def warm(self) -> None:
        """Start every worker and have it look at a gray photograph. Raises: what the engine raises."""
        gray = Photograph("gray", _gray())
        for begun in [self._pool.submit(gray, deadline_s=WARMING_S) for _ in range(self._pool.workers)]:
            begun.result()

    def check_sound(self) -> None:
        """Raises: SystemFailed: workers ended at one photograph after the other."""
        if self._fatal >= FATAL_IN_A_ROW:
            raise SystemFailed(
                "the engine's processes",
                expected="an answer about a photograph",
                got=f"their end, at {self._fatal} photographs one after the other",
                remedy="start the server again; if that helps nothing, install the engine anew",
                code="worker-failed",
            )

    def analyse(self, content: bytes, which: Literal["all", "largest"] = "largest") -> Analysis:
        """One photograph; waits for it.

        Args:
            content: the encoded bytes; what can't be read is an answer, and so is what ended its workers.
            which: as Engine.analyse.
        Raises: QueueFull; DeadlinePassed; PoolClosed; SystemFailed: as check_sound.
        """
        photo = Photograph(f"photograph {next(self._numbers)}", content)
        try:
            analysis = self._pool.submit(photo, which=which, deadline_s=self._patience_s).result()
        except WorkerFailed as error:
            self._fatal += 1
            self.check_sound()
            return Analysis(photo.id, Outcome.ERROR, detail=f"its processes ended: {error.got}")
        self._fatal = 0
        return analysis


def _gray() -> bytes:
    from PIL import Image

    out = BytesIO()
    Image.new("L", (96, 96), 128).save(out, "PNG")
    return out.getvalue()
