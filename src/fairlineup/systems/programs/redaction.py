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
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|([\"\\/]))")
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
        """A text without secrets, as they are or spelt with escapes of JSON."""
        if self.pattern is None:
            return said
        plain = _ESCAPE.sub(_unescaped, said) if "\\" in said else said
        return self.pattern.sub(HIDDEN, plain if self.pattern.search(plain) else said)

    def end_of(self, said: bytes, *, cut: bool) -> str:
        """The end of what was said, without the rest of a secret that was cut."""
        return self.text(said.decode(errors="replace"))[self.longest if cut else 0 :]

    def line(self, said: bytes) -> bytes:
        """A line without secrets, as far as they stand there as they are."""
        if self.pattern is None:
            return said
        return self.pattern.sub(HIDDEN, said.decode(errors="surrogateescape")).encode(
            errors="surrogateescape"
        )

    def answer(self, answer: dict[str, Any], line: bytes) -> dict[str, Any]:
        """What such a line says, without secrets that were spelt with escapes in it."""
        if self.pattern and b"\\" in line:
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
            yield from (secret, quote(secret, safe=""), unquote(secret))
            yield from (json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False))


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else found[2]
