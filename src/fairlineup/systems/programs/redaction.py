"""Secrets of the environment, taken out of whatever a program says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from fairlineup.systems.stated import SECRET

SHORTEST = 6
"""Characters: a shorter value is more likely a word than a secret."""

HIDDEN = "…"
_IN_ADDRESS = re.compile(r"://[^/\s:@]*:([^/\s@]+)@")


@dataclass(frozen=True, slots=True)
class Redaction:
    """Hides the values of variables whose names look like a secret's, and passwords in addresses."""

    pattern: re.Pattern[str] | None
    longest: int

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Redaction:
        """For programs that inherit this environment."""
        found = {one for one in _secrets(environment) if len(one) >= SHORTEST}
        ordered = sorted(found, key=lambda one: (-len(one), one))
        pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None
        return cls(pattern, max(map(len, ordered), default=0))

    def text(self, said: str) -> str:
        """A text without secrets."""
        return self.pattern.sub(HIDDEN, said) if self.pattern else said

    def end_of(self, said: bytes, *, cut: bool) -> str:
        """The end of what was said, without the rest of a secret that was cut."""
        return self.text(said.decode(errors="replace"))[self.longest if cut else 0 :]

    def of_answer(self, answer: dict[str, Any], line: bytes) -> dict[str, Any]:
        """An answer without secrets, in whatever field; the line it came as spares a look at each."""
        if self.pattern and (b"\\" in line or self.pattern.search(line.decode(errors="replace"))):
            return {self.text(name): self._value(value) for name, value in answer.items()}
        return answer

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._value(one) for one in value]
        if isinstance(value, dict):
            return {self.text(name): self._value(one) for name, one in value.items()}
        return value


def _secrets(environment: Mapping[str, str]) -> Iterator[str]:
    for name, value in environment.items():
        named = [value.strip(), *map(str.strip, value.splitlines())] if SECRET.search(name) else []
        for secret in (*named, *_IN_ADDRESS.findall(value)):
            yield from (secret, quote(secret, safe=""), unquote(secret), json.dumps(secret)[1:-1])
