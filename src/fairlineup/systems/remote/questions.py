"""One photograph after another put to a system, and what became of each."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from fairlineup.records import Candidate, Enrolment, Outcome, Photograph, SearchAnswer, SearchRequest
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


class OneByOne(ABC):
    """The port's questions, one photograph after another; what becomes of one is the adapter's to say.

    Its methods for one photograph may raise NotProcessed.
    """

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        """Enrol photograph by photograph."""
        for photo in photos:
            question = None
            try:
                question = PhotoQuestion.read(photo)
                detail = self._add(gallery, question)
                yield Enrolment(photo.id, Outcome.OK, detail, question.seconds)
            except NotProcessed as why:
                yield Enrolment(photo.id, why.outcome, why.words, _seconds(question, why))

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        """Search with photograph by photograph."""
        for photo in photos:
            question = None
            try:
                question = PhotoQuestion.read(photo)
                yield self._search(gallery, question, request)
            except NotProcessed as why:
                yield _not_processed(photo.id, question, why)

    @abstractmethod
    def _add(self, gallery: str, question: PhotoQuestion) -> str:
        """Enrol one; the detail of it."""

    @abstractmethod
    def _search(self, gallery: str, question: PhotoQuestion, request: SearchRequest) -> SearchAnswer:
        """Search with one."""


class OneByOneOrTwo(OneByOne):
    """The same of a system that compares pairs, too."""

    def compare(self, one: Photograph, other: Photograph) -> SearchAnswer:
        """Compare a pair. Raises: TransportError."""
        question = None
        try:
            question = PhotoQuestion.read(one)
            return self._compare(question, PhotoQuestion.read(other))
        except NotProcessed as why:
            return _not_processed(one.id, question, why)

    @abstractmethod
    def _compare(self, question: PhotoQuestion, target: PhotoQuestion) -> SearchAnswer:
        """Compare two."""


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
