"""One photograph after another put to a system, and what became of each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from fairlineup.records import Candidate, Enrolment, Outcome, Photograph, SearchAnswer
from fairlineup.systems.faults import NotProcessed

WITHHELD = "x-fairlineup-withheld"
PICTURES = (
    (b"\xff\xd8\xff", "jpg", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png", "image/png"),
    (b"GIF8", "gif", "image/gif"),
    (b"BM", "bmp", "image/bmp"),
    (b"II*\0", "tif", "image/tiff"),
    (b"MM\0*", "tif", "image/tiff"),
)


@dataclass(frozen=True, slots=True)
class PhotoQuestion:
    """A photograph about to be asked about."""

    photo: str  #: its id.
    content: bytes  #: its bytes.
    _began: float = field(default_factory=time.perf_counter)

    @classmethod
    def read(cls, photo: Photograph) -> PhotoQuestion:
        """Read the photograph. Raises: NotProcessed: it cannot be."""
        try:
            return cls(photo.id, photo.read())
        except OSError as error:
            words = f"cannot be read: {error.strerror or type(error).__name__}"
            raise NotProcessed(Outcome.ERROR, words, sent=False) from None

    @property
    def seconds(self) -> float:
        """Since the photograph was read."""
        return time.perf_counter() - self._began

    @property
    def file(self) -> tuple[str, bytes, str]:
        """Name, bytes and kind for a form. The name says only the kind of picture, by its first bytes."""
        for signature, ending, kind in PICTURES:
            if self.content.startswith(signature):
                return f"photograph.{ending}", self.content, kind
        if self.content[:4] == b"RIFF" and self.content[8:12] == b"WEBP":
            return "photograph.webp", self.content, "image/webp"
        ending = PurePath(self.photo).suffix.lower() or ".jpg"
        return f"photograph{ending}", self.content, "application/octet-stream"


def enrolments(photos: Iterable[Photograph], add: Callable[[PhotoQuestion], str]) -> Iterator[Enrolment]:
    """Enrol photograph by photograph; `add` gives the detail of one enrolled, or raises NotProcessed."""
    for photo in photos:
        question = None
        try:
            question = PhotoQuestion.read(photo)
            detail = add(question)
            yield Enrolment(photo.id, Outcome.OK, detail, question.seconds)
        except NotProcessed as why:
            yield Enrolment(photo.id, why.outcome, why.words, _seconds(question, why))


def answers(
    photos: Iterable[Photograph], search: Callable[[PhotoQuestion], SearchAnswer]
) -> Iterator[SearchAnswer]:
    """Search with photograph by photograph; `search` may raise NotProcessed."""
    for photo in photos:
        question = None
        try:
            question = PhotoQuestion.read(photo)
            yield search(question)
        except NotProcessed as why:
            yield _not_processed(photo.id, question, why)


def comparison(
    one: Photograph, other: Photograph, compare: Callable[[PhotoQuestion, PhotoQuestion], SearchAnswer]
) -> SearchAnswer:
    """Compare a pair; `compare` may raise NotProcessed."""
    question = None
    try:
        question = PhotoQuestion.read(one)
        return compare(question, PhotoQuestion.read(other))
    except NotProcessed as why:
        return _not_processed(one.id, question, why)


def capped_answer(
    question: PhotoQuestion,
    found: Sequence[Candidate],
    most: int,
    *,
    cut: bool = False,
    detail: str = "",
    withheld: bool = False,
) -> SearchAnswer:
    """A list of at most so many candidates; `cut` where the system itself may have left some out."""
    capped = cut or len(found) > most
    shown, seconds = tuple(found[:most]), question.seconds
    return SearchAnswer(question.photo, Outcome.OK, shown, capped, detail, seconds, withheld)


def is_withheld(headers: Mapping[str, str]) -> bool:
    """Whether a server, or a gate before it, says that it keeps candidates for people to decide on."""
    return headers.get(WITHHELD, "0").strip() not in ("", "0")


def _not_processed(photo: str, question: PhotoQuestion | None, why: NotProcessed) -> SearchAnswer:
    return SearchAnswer(photo, why.outcome, detail=why.words, seconds=_seconds(question, why))


def _seconds(question: PhotoQuestion | None, why: NotProcessed) -> float | None:
    return question.seconds if question is not None and why.sent else None
