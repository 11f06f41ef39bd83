"""The journal of a run: one part file for so many answers, each whole or not there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from fairlineup.files import content_of, is_file, is_folder, parse_json, write_atomic, writing
from fairlineup.records import BadInput
from fairlineup.seals import Plain, canonical_json

Row = dict[str, Plain]


@dataclass(frozen=True, slots=True)
class Journal:
    """Part files of one run, kept by stage and number.

    Attributes:
        folder: where the parts are.
    """

    folder: Path

    def write(self, stage: str, number: int, rows: Sequence[Row]) -> None:
        """Keep one part. Raises: BadInput, SystemFailed (the place is unwritable, the disk is full)."""
        content = b"".join(canonical_json(row) + b"\n" for row in rows)
        write_atomic(self._part(stage, number), content)

    def parts(self, stage: str) -> int:
        """How many parts of a stage are finished, counted from the first without a gap."""
        count = 0
        while is_file(self._part(stage, count)):
            count += 1
        return count

    def begun(self, stage: str) -> bool:
        """Whether any answer of a stage is kept."""
        return is_file(self._part(stage, 0)) or bool(self.opened(stage))

    def read(self, stage: str) -> Iterator[Row]:
        """Every row of a stage in order. Raises: BadInput (a part was edited or damaged)."""
        for number in range(self.parts(stage)):
            yield from self._read_part(self._part(stage, number))

    @contextmanager
    def appending(self, stage: str, *, flushed: bool) -> Iterator[Callable[[Row], None]]:
        """Keep answers of a part that is not whole yet, one by one: no kill of this process loses one.

        Args:
            stage: of the protocol.
            flushed: whether each is on disk when it is kept, so that no power cut loses it either.
        Raises: BadInput, SystemFailed: as `write`.
        """
        path = self._open(stage)
        with writing(path):
            self.folder.mkdir(parents=True, exist_ok=True)
            file = path.open("ab", buffering=0)
            file.truncate((content_of(path) or b"").rfind(b"\n") + 1)  # a line that a kill cut short

        def keep(row: Row) -> None:
            with writing(path):
                file.write(canonical_json(row) + b"\n")
                if flushed:
                    os.fsync(file.fileno())

        try:
            yield keep
        finally:
            file.close()

    def opened(self, stage: str) -> list[Row]:
        """Answers kept one by one, in the order they came; a last line that a kill cut short is none."""
        content = content_of(self._open(stage)) or b""
        lines = content.split(b"\n")[:-1]
        try:
            return [cast("Row", parse_json(line)) for line in lines]
        except ValueError as error:
            raise _damaged(self._open(stage), str(error)) from error

    def close(self, stage: str) -> None:
        """Let go of the answers kept one by one, once all stand in parts."""
        self._open(stage).unlink(missing_ok=True)

    def discard(self) -> None:
        """Remove all parts, once they stand elsewhere."""
        for part in sorted([*self.folder.glob("*.jsonl"), *self.folder.glob("*.open")]):
            part.unlink()
        if is_folder(self.folder) and not any(self.folder.iterdir()):
            self.folder.rmdir()

    def _open(self, stage: str) -> Path:
        return self.folder / f"{stage}.open"

    def _part(self, stage: str, number: int) -> Path:
        return self.folder / f"{stage}-{number:06d}.jsonl"

    @staticmethod
    def _read_part(path: Path) -> Iterator[Row]:
        try:
            rows = [parse_json(line) for line in path.read_bytes().splitlines()]
        except (OSError, ValueError) as error:
            raise _damaged(path, str(error)) from error
        if not rows or not all(isinstance(row, dict) and "photo" in row for row in rows):
            raise _damaged(path, "something else")
        yield from cast("list[Row]", rows)


def _damaged(path: Path, got: str) -> BadInput:
    return BadInput(
        f"the journal part {path} cannot be read",
        expected="one JSON object a line, as it was written",
        got=got,
        remedy="delete that part and later ones of its stage, then run the same command again",
    )
