"""Azure AI Face behind the port."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fairlineup.records import (
    Candidate,
    Outcome,
    SearchAnswer,
    SearchRequest,
    SystemInformation,
    TransportError,
)
from fairlineup.systems.azure.facts import (
    ID,
    LONGEST_LIST,
    MOST_BYTES,
    NAME,
    NO_FACE,
    OUTCOMES,
    SCALE,
    SEVERAL,
    AzureOptions,
    information_of,
)
from fairlineup.systems.azure.groups import NOT_TRAINED, Group, Groups, path_of
from fairlineup.systems.azure.replies import AddedFace, Confidence, Face, Identified
from fairlineup.systems.faults import NotProcessed, accepted, unanswered, unusable_answer
from fairlineup.systems.remote import (
    OneByOneOrTwo,
    PhotoQuestion,
    Reply,
    Wire,
    capped_answer,
    is_withheld,
)
from fairlineup.systems.spelling import id_of

TOO_LARGE = "InvalidImageSize: over 6 MB; not sent"
NO_SUCH_FACE, NO_SUCH_PERSON = "FaceNotFound", "PersonNotFound"
UNTRAINED = {NOT_TRAINED, "LargePersonGroupTrainingNotFinished"}
TIMES = 3  # that what the service forgot between two calls is asked for


class AzureFace(OneByOneOrTwo):
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
        """Make the photograph a person with its one face."""
        _check_size(question)
        for _ in range(TIMES):
            group = self._groups.made(gallery)
            person = self._groups.create(gallery, group, question.photo)
            reply = self._wire.ask(
                "POST",
                f"{path_of(gallery)}/persons/{quote(person, safe='')}/persistedfaces",
                query={"detectionModel": self._options.detection_model},
                content=question.content,
            )
            self._groups.check_there(gallery, reply)
            if reply.code == NO_SUCH_PERSON:
                continue
            if reply.status != 200:
                refusal = self._refusal("an enrolment", reply)
                self._groups.drop(gallery, group, question.photo)
                raise refusal
            self._wire.read("an enrolment", reply, AddedFace)
            with group.lock:
                group.trained = False
            return ""
        raise _forgotten(reply)

    def _compare(self, question: PhotoQuestion, target: PhotoQuestion) -> SearchAnswer:
        """The confidence of one pair."""
        for _ in range(TIMES):
            body = {"faceId1": self._face(question), "faceId2": self._face(target)}
            reply = self._wire.ask("POST", "/verify", json_body=body)
            if reply.code == NO_SUCH_FACE:
                continue
            if reply.status != 200:
                raise self._wire.unexpected("a comparison", reply, "a confidence")
            said = self._wire.read("a comparison", reply, Confidence)
            return capped_answer(
                question, accepted(NAME, [Candidate(target.photo, said.confidence)], SCALE, None), 1
            )
        raise _forgotten(reply)

    def _face(self, question: PhotoQuestion) -> str:
        """The id of the largest face, which the service keeps for a minute. Raises: NotProcessed."""
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
        faces = self._wire.read("a detection", reply, list[Face])
        if not faces:
            raise NotProcessed(Outcome.NO_FACE, "no face among those detected")
        return faces[0].face_id

    def _search(self, gallery: str, question: PhotoQuestion, request: SearchRequest) -> SearchAnswer:
        """Search for the largest face, at most 100 people; training comes first, it outlives a face's id."""
        _check_size(question)
        most = min(request.max_candidates or LONGEST_LIST, LONGEST_LIST)
        body: dict[str, Any] = {
            "largePersonGroupId": id_of(gallery, ID),
            "maxNumOfCandidatesReturned": min(most + 1, LONGEST_LIST),
        }
        if request.threshold is not None:
            body["confidenceThreshold"] = min(max(float(request.threshold), 0.0), 1.0)
        for _ in range(TIMES):
            group = self._groups.ready(gallery)
            body["faceIds"] = [self._face(question)]
            if not group.persons:
                return capped_answer(question, (), most)
            reply = self._wire.ask("POST", "/identify", json_body=body)
            self._groups.check_there(gallery, reply)
            if reply.status == 200:
                found = self._named(group, reply)
                cut = len(found) == LONGEST_LIST
                return capped_answer(question, found, most, cut=cut, withheld=is_withheld(reply.headers))
            if reply.code in UNTRAINED:
                group.trained = False
            elif reply.code != NO_SUCH_FACE:
                raise self._wire.unexpected("a search", reply, "people, or that the face is not known")
        raise _forgotten(reply)

    def _named(self, group: Group, reply: Reply) -> list[Candidate]:
        """Whom a search named. Raises: UnusableAnswer."""
        answers = self._wire.read("a search", reply, list[Identified])
        named = [one for answer in answers for one in answer.candidates]
        if len(answers) != 1 or any(one.person_id not in group.photos for one in named):
            raise unusable_answer(NAME, "a search", "one list of people who were enrolled here", "another")
        found = [Candidate(group.photos[one.person_id], one.confidence) for one in named]
        return accepted(NAME, found, SCALE, None)

    def _refusal(self, asked: str, reply: Reply) -> NotProcessed:
        """Why a photograph was not processed. Raises: SystemFailed: the answer says no such thing."""
        words = self._wire.words(reply.message)
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


def _forgotten(reply: Reply) -> TransportError:
    return unanswered(NAME, f"{reply.code}, each of the {TIMES} times that it was asked anew")
