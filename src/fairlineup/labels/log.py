"""Decisions in a file that is only ever added to: one JSON object a line, synced to disk."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from fairlineup.files import append, is_file, read_file
from fairlineup.foreign import MisfitError, decode_json
from fairlineup.labels.decision import Answers, Decision
from fairlineup.records import BadInput
from fairlineup.seals import canonical_json, digest

if TYPE_CHECKING:
    from hashlib import _Hash as Digest


class DecisionLog:
    """Decisions on pairs, oldest first; whoever adds holds a lock of their own.

    A kill while decisions are added may leave a line without its end. That line is no decision. The next
    addition leaves it where it is and says so in a line of its own, so that no byte is ever taken out of the
    file, and any other line that cannot be read is damage. Each decision carries the digest of all that
    stands before it and of itself, so that a line that was changed, moved or taken out before it is found.
    """

    def __init__(self, path: Path, answers: Answers) -> None:
        self.path, self.answers = path, answers

    def read(self) -> tuple[Decision, ...]:
        """Every decision, oldest first; none where there is no file. Raises: BadInput: damaged."""
        return tuple(self._parsed(self._content()))

    def add(self, decisions: Collection[Decision]) -> None:
        """Add decisions at the end, and return when they are on the disk.

        Raises: BadInput, SystemFailed: the place is unwritable, the disk is full, the file is damaged.
        """
        content = self._content()
        list(self._parsed(content))
        tail = content.rpartition(b"\n")[2]
        end = b"\n" if tail else b""
        before = sha256(content.removesuffix(tail))
        if tail and self._decision(tail, before) is None:
            end += _cut_off(tail) + b"\n"
        before.update(tail + end)
        for row in map(asdict, decisions):
            line = canonical_json({**row, "sha256": _sum(before, row)}) + b"\n"
            before.update(line)
            end += line
        append(self.path, end, flushed=True)

    def _content(self) -> bytes:
        if not is_file(self.path):
            return b""
        expected = "the decisions that were recorded"
        return read_file(self.path, str(self.path), expected=expected, remedy="restore it")

    def _parsed(self, content: bytes) -> Iterator[Decision]:
        *lines, tail = content.split(b"\n")
        before = sha256()
        for number, (line, after) in enumerate(pairwise((*lines, tail)), start=1):
            found = self._decision(line, before)
            before.update(line + b"\n")
            if found is not None:
                yield found
            elif after != _cut_off(line) and not (number > 1 and line == _cut_off(lines[number - 2])):
                raise self._damaged(number, line)
        last = self._decision(tail, before)
        if last is not None:
            yield last
        elif self._decision(tail[:-1], before) is not None:  # nothing is cut off: its end was changed
            raise self._damaged(len(lines) + 1, tail)

    def _decision(self, line: bytes, before: Digest) -> Decision | None:
        """The decision on a line, None where it is none, or not the one that was put there."""
        try:
            row = decode_json(line, dict[str, str])
            stated = row.pop("sha256")
            found = Decision(**row)
        except (MisfitError, KeyError, TypeError):
            return None
        return found if found.decision in self.answers and stated == _sum(before, row) else None

    def _damaged(self, number: int, line: bytes) -> BadInput:
        return BadInput(
            f"{self.path} is damaged",
            expected="on every line a decision as it was recorded",
            got=f"line {number}: {line[:80].decode(errors='replace')!r}",
            remedy="restore it",
            code="file-malformed",
            facts={"file": str(self.path), "line": str(number)},
        )


def _cut_off(line: bytes) -> bytes:
    """What is written after a line that a kill cut off."""
    return canonical_json({"cut_off": digest(line)})


def _sum(before: Digest, row: Mapping[str, str]) -> str:
    """Of all that stands before a decision, and of it."""
    summed = before.copy()
    summed.update(canonical_json({**row}))
    return summed.hexdigest()
