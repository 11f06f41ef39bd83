"""What adapters of self-hosted servers share: options of a plan, kinds of pictures, words without the key."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from fairlineup.records import BadInput, Photograph, SystemFailed

SECRETS = ("key", "token", "secret", "password", "credential")
LONGEST_WORDS = 200
PICTURES = (
    (b"\xff\xd8\xff", "jpg", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png", "image/png"),
    (b"GIF8", "gif", "image/gif"),
    (b"BM", "bmp", "image/bmp"),
    (b"II*\0", "tif", "image/tiff"),
    (b"MM\0*", "tif", "image/tiff"),
)
Option = tuple[Callable[[Any], bool], str]
"""Whether a value is allowed, and what is, in words."""


def text(value: Any) -> bool:
    """A line of text."""
    return isinstance(value, str) and bool(value.strip())


def whole(least: int, most: int) -> Option:
    """A whole number between the two."""
    return lambda value: type(value) is int and least <= value <= most, f"a whole number, {least} to {most}"


def number(least: float, most: float) -> Option:
    """A number between the two."""
    return (
        lambda value: type(value) in (int, float) and least <= value <= most,
        f"a number, {least:g} to {most:g}",
    )


def one_of(*names: str) -> Option:
    """One of some names."""
    return lambda value: value in names, f"one of {', '.join(names)}"


WORDS: Option = (text, "text")
ADDRESS: Option = (text, "the address of the server, as http://localhost:8000")
SECONDS = number(0.01, 3600.0)
AT_ONCE = whole(1, 64)


def checked(system: str, variable: str, table: Mapping[str, Any], options: Mapping[str, Option]) -> None:
    """Raises: BadInput: no url, an unknown option, a wrong kind, or a credential among the options."""
    for name, value in table.items():
        if name not in options and any(word in name.lower() for word in SECRETS):
            raise BadInput(
                f"the plan says {name} of {system}",
                expected=f"no credentials: they come from the environment variable {variable}",
                got="an option that looks like one",
                remedy="remove it from [system.options]; if it was real, replace it: plans are published",
            )
        if name not in options:
            raise _wrong(system, name, f"one of {', '.join(options)}", repr(name))
        allowed, expected = options[name]
        if not allowed(value):
            raise _wrong(system, name, expected, repr(value))
    if "url" not in table:
        raise _wrong(system, "url", options["url"][1], "none")


def _wrong(system: str, name: str, expected: str, got: str) -> BadInput:
    return BadInput(
        f"the option {name} of {system}",
        expected=expected,
        got=got,
        remedy="correct [system.options] in the plan",
    )


def credential(variable: str) -> str:
    """The value of an environment variable, blank where there is none."""
    return os.environ.get(variable, "").strip()


def spoken(words: object, hidden: str) -> str:
    """A server's own words, on one line, shortened, without the credential."""
    said = " ".join(str(words).split())
    if hidden:
        said = said.replace(hidden, "[credential]")
    return said[:LONGEST_WORDS]


def held_back(headers: Mapping[str, str]) -> bool:
    """Whether a server, or a gate before it, says that it keeps candidates for people to decide on."""
    return headers.get("x-fairlineup-withheld", "0").strip() not in ("", "0")


def gallery_gone(system: str, got: str) -> SystemFailed:
    """The error of a search in a gallery that is not there."""
    return SystemFailed(
        f"{system} does not hold the gallery",
        expected="a gallery with those who were enrolled in it",
        got=got,
        remedy="begin the audit anew: somebody deleted the gallery, or nobody could be enrolled",
    )


@dataclass(slots=True)
class Question:
    """One photograph about to be asked about, and the time since.

    Attributes:
        photo: its id.
        content: its bytes, None where they cannot be read.
        trouble: why they cannot.
    """

    photo: str
    content: bytes | None
    trouble: str = ""
    _began: float = field(default_factory=time.perf_counter)

    @classmethod
    def of(cls, photo: Photograph) -> Question:
        """Read the photograph."""
        try:
            return cls(photo.id, photo.read())
        except OSError as error:
            return cls(photo.id, None, f"cannot be read: {error.strerror or type(error).__name__}")

    @property
    def seconds(self) -> float:
        """Since the photograph was read."""
        return time.perf_counter() - self._began

    @property
    def file(self) -> tuple[str, bytes, str]:
        """Name, bytes and kind for a form. The name says only the kind of picture, by its first bytes."""
        content = self.content or b""
        for signature, ending, kind in PICTURES:
            if content.startswith(signature):
                return f"photograph.{ending}", content, kind
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return "photograph.webp", content, "image/webp"
        ending = PurePath(self.photo).suffix.lower() or ".jpg"
        return f"photograph{ending}", content, "application/octet-stream"
