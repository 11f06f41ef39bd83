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
    SystemFailed,
    SystemInformation,
)
from fairlineup.systems.azure.facts import (
    LONGEST_LIST,
    MOST_BYTES,
    NAME,
    NO_FACE,
    OUTCOMES,
    SEVERAL,
    AzureOptions,
    group_id,
    information_of,
)
from fairlineup.systems.azure.groups import ROOT, Groups, code_of
from fairlineup.systems.selfhosted import Question, gallery_gone, held_back, spoken
from fairlineup.systems.wire import Reply, Wire, unexpected

TOO_LARGE = "InvalidImageSize: over 6 MB; not sent"


class AzureFace:
    """One resource; a gallery is a large person group, a photograph a person of one face.

    Raises: BadInput: the address is none.
    """

    def __init__(self, options: AzureOptions, key: str = "") -> None:
        self._options, self._key = options, key
        address = f"{options.url.rstrip('/')}/face/{options.api}"
        headers = {"Ocp-Apim-Subscription-Key": key} if key else {}
        self._wire = Wire(NAME, address, headers, at_once=options.at_once, timeout_s=options.timeout_s)
        self._groups = Groups(self._wire.ask, options, key)

    def information(self) -> SystemInformation:
        """What is known of it; nothing is asked."""
        return information_of(self._options)

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        """Make each photograph a person with its one face."""
        for photo in photos:
            question = Question.of(photo)
            outcome, detail = self._unfit(question)
            if outcome is None:
                outcome, detail = self._add(gallery, question)
            yield Enrolment(photo.id, outcome, detail, question.seconds)

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        """Search for the largest face of each photograph, at most 100 people."""
        for photo in photos:
            question = Question.of(photo)
            outcome, detail = self._unfit(question)
            face = ""
            if outcome is None:
                outcome, detail, face = self._detected(question)
            if outcome is not Outcome.OK:
                yield SearchAnswer(photo.id, outcome, detail=detail, seconds=question.seconds)
            else:
                yield self._identified(gallery, question, face, request)

    def compare(self, one: Photograph, other: Photograph) -> SearchAnswer:
        """The confidence of one pair. Raises: TransportError."""
        question, faces = Question.of(one), []
        for photo in (one, other):
            asked = Question.of(photo)
            outcome, detail = self._unfit(asked)
            face = ""
            if outcome is None:
                outcome, detail, face = self._detected(asked)
            if outcome is not Outcome.OK:
                return SearchAnswer(one.id, outcome, detail=detail, seconds=question.seconds)
            faces.append(face)
        body = {"faceId1": faces[0], "faceId2": faces[1]}
        reply = self._wire.ask("POST", "/verify", json_body=body)
        try:
            candidates = (Candidate(other.id, float(reply.body["confidence"])),)
        except (KeyError, TypeError, ValueError):
            raise self._unexpected("a comparison", reply, "a confidence") from None
        return SearchAnswer(one.id, Outcome.OK, candidates, seconds=question.seconds)

    def delete_gallery(self, gallery: str) -> None:
        """Delete the group with everybody in it."""
        self._groups.delete(gallery)

    def galleries(self) -> tuple[str, ...]:
        """Names of an audit's groups, page by page. Raises: TransportError."""
        return self._groups.names()

    def close(self) -> None:
        """Let go of connections."""
        self._wire.close()

    @staticmethod
    def _unfit(question: Question) -> tuple[Outcome | None, str]:
        """Why a photograph is not sent at all; None where it is."""
        if question.content is None:
            return Outcome.ERROR, question.trouble
        return (Outcome.REFUSED, TOO_LARGE) if len(question.content) > MOST_BYTES else (None, "")

    def _add(self, gallery: str, question: Question) -> tuple[Outcome, str]:
        group = self._groups.made(gallery)
        person = self._groups.create(gallery, group, question.photo)
        reply = self._wire.ask(
            "POST",
            f"{ROOT}/{group_id(gallery)}/persons/{person}/persistedfaces",
            query={"detectionModel": self._options.detection_model},
            content=question.content,
        )
        if reply.status == 200 and isinstance(reply.body, dict) and reply.body.get("persistedFaceId"):
            with group.lock:
                group.trained = False
            return Outcome.OK, ""
        outcome, detail = self._failure("an enrolment", reply)
        self._groups.drop(gallery, group, question.photo)
        return outcome, detail

    def _detected(self, question: Question) -> tuple[Outcome, str, str]:
        """Outcome, words, and the id of the largest face."""
        options = self._options
        query: dict[str, str | int | float] = {
            "returnFaceId": "true",
            "recognitionModel": options.recognition_model,
            "detectionModel": options.detection_model,
            "faceIdTimeToLive": 60,
        }
        reply = self._wire.ask("POST", "/detect", query=query, content=question.content)
        if reply.status != 200:
            return (*self._failure("a detection", reply), "")
        if not isinstance(reply.body, list):
            raise self._unexpected("a detection", reply, "a list of faces")
        if not reply.body:
            return Outcome.NO_FACE, "no face among those detected", ""
        try:
            return Outcome.OK, "", str(reply.body[0]["faceId"])
        except (KeyError, TypeError):
            raise self._unexpected("a detection", reply, "faces with an id") from None

    def _identified(
        self, gallery: str, question: Question, face: str, request: SearchRequest
    ) -> SearchAnswer:
        group = self._groups.ready(gallery)
        if not group.persons:
            return SearchAnswer(question.photo, Outcome.OK, seconds=question.seconds)
        most = min(request.max_candidates or LONGEST_LIST, LONGEST_LIST)
        body: dict[str, Any] = {
            "faceIds": [face],
            "largePersonGroupId": group_id(gallery),
            "maxNumOfCandidatesReturned": min(most + 1, LONGEST_LIST),
        }
        if request.threshold is not None:
            body["confidenceThreshold"] = min(max(float(request.threshold), 0.0), 1.0)
        reply = self._wire.ask("POST", "/identify", json_body=body)
        if code_of(reply) == "LargePersonGroupNotFound":
            raise gallery_gone(NAME, spoken(reply.body, self._key))
        try:
            [answer] = reply.body
            found = tuple(
                Candidate(group.photos[str(one["personId"])], float(one["confidence"]))
                for one in answer["candidates"]
            )
        except (KeyError, TypeError, ValueError):
            raise self._unexpected("a search", reply, "candidates that were enrolled here") from None
        capped = len(found) > most or len(found) == LONGEST_LIST
        withheld = held_back(reply.headers)
        shown, seconds = found[:most], question.seconds
        return SearchAnswer(question.photo, Outcome.OK, shown, capped, seconds=seconds, withheld=withheld)

    def _failure(self, asked: str, reply: Reply) -> tuple[Outcome, str]:
        """The outcome of a photograph that was not processed. Raises: SystemFailed: it is none of those."""
        code, error = code_of(reply), reply.body.get("error", {}) if isinstance(reply.body, dict) else {}
        words = spoken(error.get("message", "") if isinstance(error, dict) else "", self._key)
        if NO_FACE in words.lower():
            return Outcome.NO_FACE, f"{code}: {words}"
        if SEVERAL in words.lower():
            return Outcome.SEVERAL_FACES, f"{code}: {words}"
        if code in OUTCOMES:
            return OUTCOMES[code], f"{code}: {words}"
        if reply.status in (413, 415):
            return Outcome.REFUSED, words or f"HTTP {reply.status}"
        raise self._unexpected(asked, reply, "an answer, or an error about the photograph")

    def _unexpected(self, asked: str, reply: Reply, expected: str) -> SystemFailed:
        return unexpected(NAME, asked, Reply(reply.status, spoken(reply.body, self._key)), expected)
