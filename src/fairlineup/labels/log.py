"""Decisions in a file that is only ever added to: one JSON object a line, synced to disk."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

from fairlineup.files import append, is_file, read_file
from fairlineup.foreign import MisfitError, decode_json
from fairlineup.labels.decision import Answers, Decision
from fairlineup.records import BadInput
from fairlineup.seals import canonical_json, digest


class DecisionLog:
    """Decisions on pairs, oldest first; whoever adds holds a lock of their own.

    A kill while decisions are added may leave a line without its end. That line is no decision. The next
    addition leaves it where it is and says so in a line of its own, so that no byte is ever taken out of the
    file, and any other line that cannot be read is damage.
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
        if tail and self._decision(tail) is None:
            end += _cut_off(tail) + b"\n"
        content = end + b"".join(canonical_json(asdict(one)) + b"\n" for one in decisions)
        append(self.path, content, flushed=True)

    def _content(self) -> bytes:
        if not is_file(self.path):
            return b""
        expected = "the decisions that were recorded"
        return read_file(self.path, str(self.path), expected=expected, remedy="restore it")

    def _parsed(self, content: bytes) -> Iterator[Decision]:
        *lines, tail = content.split(b"\n")
        for number, (line, after) in enumerate(pairwise((*lines, tail)), start=1):
            found = self._decision(line)
            if found is not None:
                yield found
            elif after != _cut_off(line) and not (number > 1 and line == _cut_off(lines[number - 2])):
                raise BadInput(
                    f"{self.path} is damaged",
                    expected="a decision on every line",
                    got=f"line {number}: {line[:80].decode(errors='replace')!r}",
                    remedy="restore it",
                    code="file-malformed",
                    facts={"file": str(self.path), "line": str(number)},
                )
        last = self._decision(tail)
        if last is not None:
            yield last

    def _decision(self, line: bytes) -> Decision | None:
        try:
            found = decode_json(line, Decision)
        except MisfitError:
            return None
        return found if found.decision in self.answers else None


def _cut_off(line: bytes) -> bytes:
    """What is written after a line that a kill cut off."""
    return canonical_json({"cut_off": digest(line)})
