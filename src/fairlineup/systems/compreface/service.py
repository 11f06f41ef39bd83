"""One recognition service, asked over the wire: its answers read, its errors told apart."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from fairlineup.records import Candidate, Outcome, SystemFailed
from fairlineup.systems.compreface.facts import (
    BATCH,
    CONFIG,
    FACES,
    FACES_DELETE,
    INVALID,
    KEY,
    LARGEST_BYTES,
    NAME,
    NO_KEY,
    NO_SUCH_KEY,
    OUTCOMES,
    PAGE,
    RECOGNIZE,
    SCALE,
    SUBJECT_NOT_FOUND,
    SUBJECTS,
    UNDEFINED,
    WRITING_NOT_ALLOWED,
    CompreFaceOptions,
)
from fairlineup.systems.compreface.replies import Added, Config, Example, ExamplePage, Recognized, Subjects
from fairlineup.systems.faults import (
    NotProcessed,
    accepted,
    not_admitted,
    unanswered,
    unusable_answer,
    wrong_answer,
)
from fairlineup.systems.remote import PhotoQuestion, Reply, Wire, is_withheld, paged


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was answered of the largest face of a photograph."""

    #: subjects of examples with their similarity, best first; a subject once for each example.
    nearest: list[Candidate]
    calculator: str  #: what the service calls its model.
    withheld: bool  #: it says that it holds candidates back.


class RecognitionService:
    """The questions an audit asks. All raise TransportError, Refused and SystemFailed."""

    def __init__(self, options: CompreFaceOptions, key: str) -> None:
        self._options = options
        self._wire = Wire(
            NAME,
            options.url,
            {"x-api-key": key},
            secret=key,
            at_once=options.at_once,
            timeout_s=options.timeout_s,
        )
        self._largest: int | None = None

    @property
    def largest_bytes(self) -> int:
        """The largest photograph it takes, as it says; 5 MiB, as documented, where it does not."""
        if self._largest is None:
            said = LARGEST_BYTES
            reply = self._ask("GET", CONFIG)
            with suppress(SystemFailed):
                said = self._wire.read("its limits", reply, Config).client_max_file_size
            self._largest = said if said > 0 else LARGEST_BYTES
        return self._largest

    def faces(self, subject: str = "") -> dict[str, list[str]]:
        """Ids of the examples of each subject, or of one, page by page."""
        asked, total = "a list of faces", 0
        subject_of: dict[str, str] = {}

        def page(number: str) -> tuple[list[Example], str]:
            nonlocal total
            query: dict[str, str | int | float] = {"page": int(number or 0), "size": PAGE}
            reply = self._ask("GET", FACES, query={**query, "subject": subject} if subject else query)
            found = self._wire.read(asked, reply, ExamplePage, wrong_answer)
            total, after = found.total_elements, int(number or 0) + 1
            more = after < found.total_pages
            if more and all(face.image_id in subject_of for face in found.faces):
                raise wrong_answer(NAME, asked, "a page with others", "one that was given before")
            return found.faces, str(after) if more else ""

        for face in paged(NAME, asked, page):
            subject_of[face.image_id] = face.subject
        if len(subject_of) != total:
            raise unanswered(NAME, f"{len(subject_of)} of {total} faces: the list changed while it was read")
        found: dict[str, list[str]] = {}
        for image, owner in subject_of.items():
            found.setdefault(owner, []).append(image)
        return found

    def subjects(self) -> list[str]:
        """Names of all subjects, those without examples too."""
        reply = self._ask("GET", SUBJECTS)
        return self._wire.read("a list of subjects", reply, Subjects, wrong_answer).subjects

    def add(self, subject: str, question: PhotoQuestion) -> str:
        """Add an example; its id. Raises: NotProcessed."""
        query = {"subject": subject, **self._detection}
        reply = self._ask("POST", FACES, query=query, fields={"file": question.file})
        if reply.status not in (200, 201):
            raise self._fault("an enrolment", reply, question)
        return self._wire.read("an enrolment", reply, Added).image_id

    def recognize(self, question: PhotoQuestion, longest: int) -> Recognition:
        """The examples nearest to the largest face. Raises: NotProcessed."""
        query = {"limit": 1, "prediction_count": longest, "status": "true", **self._detection}
        reply = self._ask("POST", RECOGNIZE, query=query, fields={"file": question.file})
        if reply.status != 200:
            raise self._fault("a search", reply, question)
        said = self._wire.read("a search", reply, Recognized)
        if len(said.result) != 1:
            raise unusable_answer(NAME, "a search", "one face, as asked", f"{len(said.result)}")
        found = [Candidate(one.subject, one.similarity) for one in said.result[0].subjects]
        calculator = (said.plugins_versions and said.plugins_versions.calculator) or ""
        return Recognition(accepted(NAME, found, SCALE, None), calculator, is_withheld(reply.headers))

    def remove(self, ids: list[str]) -> None:
        """Delete examples by id, and with them, it is said, their photographs."""
        for start in range(0, len(ids), BATCH):
            reply = self._ask("POST", FACES_DELETE, json_body=ids[start : start + BATCH])
            if reply.status != 200:
                raise self._wire.unexpected("a deletion of examples", reply, "those deleted")

    def remove_subject(self, subject: str) -> None:
        """Delete a subject; one that is not there is no error."""
        reply = self._ask("DELETE", f"{SUBJECTS}/{subject}")
        if reply.status != 200 and reply.code != SUBJECT_NOT_FOUND:
            raise self._wire.unexpected("a deletion of a subject", reply, "the subject deleted")

    def close(self) -> None:
        """Let go of connections."""
        self._wire.close()

    @property
    def _detection(self) -> dict[str, str | int | float]:
        least = self._options.det_prob_threshold
        return {} if least is None else {"det_prob_threshold": least}

    def _ask(self, method: str, path: str, **sent: Any) -> Reply:
        reply = self._wire.ask(method, path, **sent)
        if reply.code in (NO_SUCH_KEY, NO_KEY) or (reply.code == INVALID and "API key" in reply.message):
            raise not_admitted(
                NAME,
                f"HTTP {reply.status}, code {reply.code}",  # its words repeat the key
                "the key of a recognition service",
                f"set {KEY} to the key shown beside the service in its list of services",
            )
        if reply.code == WRITING_NOT_ALLOWED:
            raise unanswered(NAME, self._wire.words(reply.message))
        return reply

    def _fault(self, asked: str, reply: Reply, question: PhotoQuestion) -> Exception:
        words = self._wire.words(reply.message)
        if reply.code in OUTCOMES:
            return NotProcessed(OUTCOMES[reply.code], words)
        too_large = len(question.content) > self.largest_bytes
        if reply.status == 413 or (reply.code == UNDEFINED and too_large):
            return NotProcessed(
                Outcome.REFUSED, f"larger than {self.largest_bytes} bytes: {words}".rstrip(": ")
            )
        if reply.code == UNDEFINED:
            return unanswered(NAME, words)
        return self._wire.unexpected(asked, reply, "an answer, or an error about the photograph")
