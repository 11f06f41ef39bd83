"""Photographs of known people, with a picture of nobody and files that are broken or too large."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from fairlineup.records import Photograph, PhotographSource
from fairlineup.systems.simulated import Card, draw_card

REFERENCES, PROBES = 4, 2  # fewest photographs that every check can be made with
LARGEST_TRIED_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class KnownPhotographs:
    """What a system is tried with: a few people, each known."""

    references: tuple[Photograph, ...]  #: to be enrolled, one of each person, three people at least.
    #: to be searched with; other photographs, the first of the people on the first references.
    probes: tuple[Photograph, ...]
    #: the system answers from a record, and is asked only for what stands in it: no picture of nobody, no
    #: broken file, no photograph against itself.
    recorded_only: bool = False

    @property
    def faceless(self) -> Photograph:
        """A grey picture of nobody."""
        return Photograph("contract/nobody.png", grey_png())

    @property
    def broken(self) -> Photograph:
        """The beginning of a JPEG, then text."""
        return Photograph(
            "contract/broken.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"this is no picture" * 30
        )

    @property
    def gone(self) -> Photograph:
        """A file that can no longer be read."""
        return Photograph("contract/gone.jpg", _Gone())

    def too_large(self, max_photo_bytes: int | None) -> Photograph | None:
        """A photograph one byte larger than allowed; None if nothing is, or it would be too much to send."""
        if self.recorded_only or max_photo_bytes is None or max_photo_bytes >= LARGEST_TRIED_BYTES:
            return None
        content = self.references[0].read()
        return Photograph("contract/too-large.jpg", content.ljust(max_photo_bytes + 1, b"\0"))

    def again(self, number: int) -> Photograph:
        """A reference under another name, to be searched with."""
        return Photograph(f"contract/again-{number}.jpg", self.references[number].source)


@dataclass(frozen=True, slots=True)
class _Gone(PhotographSource):
    def read(self) -> bytes:
        """Raises: OSError: always."""
        raise FileNotFoundError(2, "No such file or directory")


def known_cards() -> KnownPhotographs:
    """Cards of simulated people."""

    def card(person: int, number: int) -> Photograph:
        return Photograph(f"card-{person}-{number}.png", draw_card(Card(f"person {person}", number)))

    return KnownPhotographs(
        tuple(card(person, 0) for person in range(REFERENCES)),
        tuple(card(person, 1) for person in range(PROBES)),
    )


def grey_png(width: int = 240, height: int = 280) -> bytes:
    """A grey picture, as a PNG."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\x80" * width) * height)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
