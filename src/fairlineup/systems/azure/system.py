"""Azure AI Face behind the port."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from fairlineup.records import (
    Candidate,
    Enrolment,
    Outcome,
    Photograph,
    SearchAnswer,
    SearchRequest,
    SystemInformation,
)
from fairlineup.systems.azure.facts import (
    ID,
    LONGEST_LIST,
    MOST_BYTES,
    NAME,
    NO_FACE,
    OUTCOMES,
    SEVERAL,
    AzureOptions,
    information_of,
)
from fairlineup.systems.azure.groups import Groups, path_of
from fairlineup.systems.faults import NotProcessed, gallery_gone
from fairlineup.systems.remote import (
    PhotoQuestion,
    Reply,
    Wire,
    answers,
    capped_answer,
    comparison,
    enrolments,
    is_withheld,
)
from fairlineup.systems.spelling import id_of

TOO_LARGE = "InvalidImageSize: over 6 MB; not sent"


class AzureFace:
    """One resource; a gallery is a large person group, a photograph a person of one face."""

    def __init__(self, options: AzureOptions, key: str = "") -> None:
        self._options = options
        address = f"{options.url.rstrip('/')}/face/{options.api}"
        headers = {"Ocp-Apim-Subscription-Key": key} if key else {}
        self._wire = Wire(
            NAME, address, headers, secret=key, at_once=options.at_once, timeout_s=options.timeout_s
        )
        self._groups = Groups(self._wire, options)

    def information(self) -> SystemInformation:
        """What is known of it; nothing is asked."""
        return information_of(self._options)

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        """Make each photograph a person with its one face."""
        return enrolments(photos, lambda question: self._add(gallery, question))

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        """Search for the largest face of each photograph, at most 100 people."""
        return answers(photos, lambda question: self._search(gallery, question, request))

    def compare(self, one: Photograph, other: Photograph) -> SearchAnswer:
        """The confidence of one pair. Raises: TransportError."""
        return comparison(one, other, self._compare)

    def delete_gallery(self, gallery: str) -> None:
        """Delete the group with everybody in it."""
        self._groups.delete(gallery)

    def galleries(self) -> tuple[str, ...]:
        """Names of an audit's groups, page by page. Raises: TransportError."""
        return self._groups.names()

    def close(self) -> None:
        """Let go of connections."""
        self._wire.close()

    def _add(self, gallery: str, question: PhotoQuestion) -> str:
        _check_size(question)
        group = self._groups.made(gallery)
        person = self._groups.create(gallery, group, question.photo)
        reply = self._wire.ask(
            "POST",
            f"{path_of(gallery)}/persons/{person}/persistedfaces",
            query={"detectionModel": self._options.detection_model},
            content=question.content,
        )
        if reply.status == 200 and isinstance(reply.body, dict) and reply.body.get("persistedFaceId"):
            with group.lock:
                group.trained = False
            return ""
        refusal = self._refusal("an enrolment", reply)
        self._groups.drop(gallery, group, question.photo)
        raise refusal

    def _compare(self, question: PhotoQuestion, target: PhotoQuestion) -> SearchAnswer:
        body = {"faceId1": self._face(question), "faceId2": self._face(target)}
        reply = self._wire.ask("POST", "/verify", json_body=body)
        try:
            found = [Candidate(target.photo, float(reply.body["confidence"]))]
        except (KeyError, TypeError, ValueError):
            raise self._wire.unexpected("a comparison", reply, "a confidence") from None
        return capped_answer(question, found, 1)

    def _face(self, question: PhotoQuestion) -> str:
        """The id of the largest face. Raises: NotProcessed."""
        _check_size(question)
        query: dict[str, str | int | float] = {
            "returnFaceId": "true",
            "recognitionModel": self._options.recognition_model,
            "detectionModel": self._options.detection_model,
            "faceIdTimeToLive": 60,
        }
        reply = self._wire.ask("POST", "/detect", query=query, content=question.content)
        if reply.status != 200:
            raise self._refusal("a detection", reply)
        if not isinstance(reply.body, list):
            raise self._wire.unexpected("a detection", reply, "a list of faces")
        if not reply.body:
            raise NotProcessed(Outcome.NO_FACE, "no face among those detected")
        try:
            return str(reply.body[0]["faceId"])
        except (KeyError, TypeError):
            raise self._wire.unexpected("a detection", reply, "faces with an id") from None

    def _search(self, gallery: str, question: PhotoQuestion, request: SearchRequest) -> SearchAnswer:
        face = self._face(question)
        group = self._groups.ready(gallery)
        most = min(request.max_candidates or LONGEST_LIST, LONGEST_LIST)
        if not group.persons:
            return capped_answer(question, (), most)
        body: dict[str, Any] = {
            "faceIds": [face],
            "largePersonGroupId": id_of(gallery, ID),
            "maxNumOfCandidatesReturned": min(most + 1, LONGEST_LIST),
        }
        if request.threshold is not None:
            body["confidenceThreshold"] = min(max(float(request.threshold), 0.0), 1.0)
        reply = self._wire.ask("POST", "/identify", json_body=body)
        if reply.code == "LargePersonGroupNotFound":
            raise gallery_gone(NAME, gallery, self._wire.words(reply.body))
        try:
            [answer] = reply.body
            found = [
                Candidate(group.photos[str(one["personId"])], float(one["confidence"]))
                for one in answer["candidates"]
            ]
        except (KeyError, TypeError, ValueError):
            raise self._wire.unexpected("a search", reply, "candidates that were enrolled here") from None
        cut = len(found) == LONGEST_LIST
        return capped_answer(question, found, most, cut=cut, withheld=is_withheld(reply.headers))

    def _refusal(self, asked: str, reply: Reply) -> NotProcessed:
        """Why a photograph was not processed. Raises: SystemFailed: the answer says no such thing."""
        words = self._wire.words(reply.error.get("message", ""))
        if NO_FACE in words.lower():
            return NotProcessed(Outcome.NO_FACE, f"{reply.code}: {words}")
        if SEVERAL in words.lower():
            return NotProcessed(Outcome.SEVERAL_FACES, f"{reply.code}: {words}")
        if reply.code in OUTCOMES:
            return NotProcessed(OUTCOMES[reply.code], f"{reply.code}: {words}")
        if reply.status in (413, 415):
            return NotProcessed(Outcome.REFUSED, words or f"HTTP {reply.status}")
        raise self._wire.unexpected(asked, reply, "an answer, or an error about the photograph")


def _check_size(question: PhotoQuestion) -> None:
    if len(question.content) > MOST_BYTES:
        raise NotProcessed(Outcome.REFUSED, TOO_LARGE, sent=False)
