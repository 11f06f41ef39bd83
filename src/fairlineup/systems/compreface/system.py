"""CompreFace behind the port: a gallery is the subjects named after it, a photograph one subject."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from fairlineup.records import (
    GALLERY_PREFIX,
    Candidate,
    Refused,
    SearchAnswer,
    SearchRequest,
    SystemInformation,
    TransportError,
    UnusableAnswer,
)
from fairlineup.systems.compreface.facts import (
    DEFAULT,
    EVERYBODY,
    KEY,
    NAME,
    RECOMMENDED,
    SCALE,
    TERMS,
    CompreFaceOptions,
)
from fairlineup.systems.compreface.names import read_subject, subject_name
from fairlineup.systems.compreface.service import Recognition, RecognitionService
from fairlineup.systems.faults import accepted, gallery_gone, other_model, unanswered
from fairlineup.systems.remote import OneByOne, PhotoQuestion, capped_answer


class CompreFaceSystem(OneByOne):
    """One recognition service, which must hold nobody but those whom audits enrolled.

    Its list is of everybody in the service: those of other galleries are asked for as well and left out, so
    that they crowd nobody out. What the service holds is read once and kept up from then on.
    """

    def __init__(self, options: CompreFaceOptions, key: str = "") -> None:
        self._options = options
        self._service = RecognitionService(options, key)
        self._lock = Lock()
        self._held: dict[str, list[str]] | None = None  # ids of the examples of each subject
        self._doubtful: set[str] = set()  # subjects of a question that got no answer
        self._mine: set[str] = set()
        self._calculator = options.calculator

    def information(self) -> SystemInformation:
        """What its documents say; what the plan says of version and model. Raises: TransportError."""
        options = self._options
        settings: dict[str, str | int | float | bool] = {}
        if options.det_prob_threshold is not None:
            settings["det_prob_threshold"] = options.det_prob_threshold
        if options.calculator:
            settings["calculator"] = options.calculator
        return SystemInformation(
            name=NAME,
            vendor="Exadel",
            version=options.version,
            scale=SCALE,
            default_threshold=DEFAULT,
            recommended_threshold=RECOMMENDED,
            max_candidates=options.prediction_count or None,
            max_photo_bytes=self._service.largest_bytes,
            keeps_galleries=True,
            wire=True,
            at_once=options.at_once,
            settings=settings,
            terms=TERMS,
        )

    def delete_gallery(self, gallery: str) -> None:
        """Delete its examples by id, then its subjects: a subject deleted first leaves its photographs."""
        found = self._service.faces()
        self._service.remove([one for name in _of(gallery, found) for one in found[name]])
        for subject in _of(gallery, self._service.subjects()):
            self._service.remove_subject(subject)
        with self._lock:
            self._held = None

    def galleries(self) -> tuple[str, ...]:
        """Galleries of audits, by the names of subjects. Raises: TransportError."""
        read = (read_subject(name) for name in self._service.subjects())
        return tuple(sorted({one[0] for one in read if one and one[0].startswith(GALLERY_PREFIX)}))

    def close(self) -> None:
        """Let go of connections."""
        self._service.close()

    def _add(self, gallery: str, question: PhotoQuestion) -> str:
        """Add a photograph as a subject of its own. Raises: Refused: the service holds other people."""
        subject = subject_name(gallery, question.photo)
        self._enter(gallery)
        try:
            self._clear(subject)
            image = self._service.add(subject, question)
        except (TransportError, UnusableAnswer):
            with self._lock:
                self._doubtful.add(subject)
            raise
        with self._lock:
            (self._held if self._held is not None else {})[subject] = [image]
        return ""

    def _clear(self, subject: str) -> None:
        """Delete what stands under the name, so that a photograph enrolled again stands once."""
        with self._lock:
            held = list((self._held or {}).get(subject, ()))
            doubtful = subject in self._doubtful
        ids = self._service.faces(subject).get(subject, []) if doubtful else held
        if ids:
            self._service.remove(ids)
        with self._lock:
            (self._held or {}).pop(subject, None)
            self._doubtful.discard(subject)

    def _enter(self, gallery: str) -> tuple[int, int]:
        """Examples in the service, and those of other galleries. Raises: Refused: of other people."""
        with self._lock:
            self._mine.add(gallery)
            if self._held is None:
                self._held = self._service.faces()
            strangers = others = total = 0
            for name, ids in self._held.items():
                read = read_subject(name)
                total += len(ids)
                if read is None or not (read[0].startswith(GALLERY_PREFIX) or read[0] in self._mine):
                    strangers += 1
                elif read[0] != gallery:
                    others += len(ids)
        if strangers:
            raise _other_people(f"{strangers} subjects that no audit enrolled")
        return total, others

    def _search(self, gallery: str, question: PhotoQuestion, request: SearchRequest) -> SearchAnswer:
        """Search for the largest face. Raises: Refused: the service holds other people."""
        total, others = self._enter(gallery)
        if others == total:  # not read as nobody found
            raise gallery_gone(NAME, gallery, f"{total} examples of other galleries, none of this one")
        limits = [most for most in (request.max_candidates, self._options.prediction_count) if most]
        asked = min(min(limits) + others + 1, EVERYBODY) if limits else EVERYBODY
        found = self._service.recognize(question, asked)
        self._check_model(found.calculator)
        if len(found.nearest) < min(asked, total) and not found.withheld:
            self._look_again(gallery)
            expected = f"{min(asked, total)} of the {total} examples it holds"
            raise unanswered(NAME, f"{len(found.nearest)}: it left candidates out", expected)
        candidates = _candidates(gallery, found)
        if request.threshold is not None:
            candidates = accepted(NAME, candidates, SCALE, request.threshold)
        most = min(limits) if limits else len(candidates)
        return capped_answer(question, candidates, most, withheld=found.withheld)

    def _look_again(self, gallery: str) -> None:
        """See what the service holds by now. Raises: SystemFailed: less of the gallery than was enrolled."""
        now = self._service.faces()
        with self._lock:
            gone = [name for name in _of(gallery, self._held or ()) if name not in now]
            if not gone:
                self._held = now
        if gone:
            raise gallery_gone(NAME, gallery, f"one without {len(gone)} of those who were enrolled in it")

    def _check_model(self, calculator: str) -> None:
        """Hold every answer to the model of the plan, or of the first answer."""
        with self._lock:
            expected = self._calculator = self._calculator or calculator
        if calculator != expected:
            raise other_model(NAME, expected, calculator[:80] or "none named")


def _of(gallery: str, subjects: Iterable[str]) -> list[str]:
    return [name for name in subjects if (read_subject(name) or ("",))[0] == gallery]


def _candidates(gallery: str, found: Recognition) -> list[Candidate]:
    """Those of the gallery, each once at its best. Raises: Refused: there is somebody else in the service."""
    best: dict[str, float] = {}
    for name, similarity in found.nearest:
        read = read_subject(name)
        if read is None:
            raise _other_people("a candidate whom no audit enrolled")
        if read[0] == gallery:
            best.setdefault(read[1], similarity)
    return [Candidate(photo, similarity) for photo, similarity in best.items()]


def _other_people(got: str) -> Refused:
    return Refused(
        f"the {NAME} service holds other people",
        code="gallery-shared",
        expected="a recognition service for audits alone: it has one list for everybody in it",
        got=got,
        remedy=f"make a new recognition service for the audit, and set {KEY} to its key",
    )
