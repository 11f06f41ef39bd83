"""InsightFace Server behind the port: a gallery is a collection, a photograph a person of one face sample."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from threading import Lock
from typing import Any
from urllib.parse import quote

from fairlineup.records import (
    GALLERY_PREFIX,
    Candidate,
    Enrolment,
    Outcome,
    Photograph,
    SearchAnswer,
    SearchRequest,
    SystemFailed,
    SystemInformation,
)
from fairlineup.systems.insightface_server.facts import (
    LONGEST_LIST,
    MOST_AT_ONCE,
    NAME,
    OUTCOMES,
    PAGE,
    PATHS,
    PHOTO,
    InsightFaceOptions,
    collection_id,
    information_of,
)
from fairlineup.systems.selfhosted import Question, gallery_gone, held_back, spoken
from fairlineup.systems.wire import Reply, Wire, unexpected


class InsightFaceServer:
    """One server; a gallery is a collection, a photograph is a person of one face sample.

    Raises: BadInput: the address is none.
    """

    def __init__(self, options: InsightFaceOptions, key: str = "") -> None:
        self._options, self._key = options, key
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._wire = Wire(
            NAME, options.url, headers, at_once=options.at_once or MOST_AT_ONCE, timeout_s=options.timeout_s
        )
        self._lock = Lock()
        self._made: set[str] = set()
        self._told: SystemInformation | None = None

    def information(self) -> SystemInformation:
        """What the server says of itself, asked once. Raises: TransportError, Refused, SystemFailed."""
        if self._told is None:
            reply = self._ask("GET", "system")
            if reply.status != 200:
                raise self._unexpected("what it is", reply, "its system page")
            try:
                self._told = information_of(reply.body, self._options)
            except (KeyError, TypeError, ValueError):
                raise self._unexpected("what it is", reply, "version, model and safe_config") from None
        return self._told

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        """Add each photograph as a person of its own."""
        for photo in photos:
            question = Question.of(photo)
            if question.content is None:
                yield Enrolment(photo.id, Outcome.ERROR, question.trouble)
                continue
            self._make(gallery)
            outcome, detail = self._add(gallery, question)
            yield Enrolment(photo.id, outcome, detail, question.seconds)

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        """Search for the face the server chooses, at most 100 people, none below 0."""
        for photo in photos:
            question = Question.of(photo)
            if question.content is None:
                yield SearchAnswer(photo.id, Outcome.ERROR, detail=question.trouble)
            else:
                yield self._search(gallery, question, request)

    def compare(self, one: Photograph, other: Photograph) -> SearchAnswer:
        """The cosine of one pair, whatever it is. Raises: TransportError."""
        question, target = Question.of(one), Question.of(other)
        if question.content is None or target.content is None:
            return SearchAnswer(one.id, Outcome.ERROR, detail=question.trouble or target.trouble)
        fields = {"source": question.file, "target": target.file, "threshold": "0.0"}
        reply = self._ask("POST", "compare", fields=fields)
        if reply.status != 200:
            outcome, detail = self._failure("a comparison", reply)
            return SearchAnswer(one.id, outcome, detail=detail, seconds=question.seconds)
        try:
            candidates = (Candidate(other.id, float(reply.body["similarity"])),)
        except (KeyError, TypeError, ValueError):
            raise self._unexpected("a comparison", reply, "a similarity") from None
        return SearchAnswer(one.id, Outcome.OK, candidates, seconds=question.seconds)

    def delete_gallery(self, gallery: str) -> None:
        """Delete the collection with all people in it."""
        reply = self._ask("DELETE", "collection", gallery, query={"force": "true"})
        if reply.status not in (204, 200, 404):
            raise self._unexpected("a deletion", reply, "no content, or no such collection")
        with self._lock:
            self._made.discard(gallery)

    def galleries(self) -> tuple[str, ...]:
        """Names of an audit's collections, page by page. Raises: TransportError."""
        names, query = set(), {"limit": str(PAGE)}
        while True:
            reply = self._ask("GET", "collections", query=query)
            try:
                found, cursor = reply.body["collections"], reply.body.get("next_cursor")
                names |= {str(one["name"]) for one in found if one["id"] == collection_id(str(one["name"]))}
            except (KeyError, TypeError, AttributeError):
                raise self._unexpected("a list of collections", reply, "collections") from None
            if not cursor:
                return tuple(sorted(name for name in names if name.startswith(GALLERY_PREFIX)))
            query["cursor"] = str(cursor)

    def close(self) -> None:
        """Let go of connections."""
        self._wire.close()

    def _make(self, gallery: str) -> None:
        """Make the collection, unless this process did, or somebody did before."""
        with self._lock:
            if gallery in self._made:
                return
            body: dict[str, Any] = {"id": collection_id(gallery), "name": gallery, "save_face_crops": False}
            wanted = {"profile": self._options.search_profile, "capacity_rows": self._options.capacity_rows}
            if any(wanted.values()):
                body["search"] = {name: value for name, value in wanted.items() if value}
            reply = self._ask("POST", "collections", json_body=body)
            if reply.status != 201 and _code(reply) != "collection_exists":
                raise self._unexpected("a new collection", reply, "it made, or there before")
            self._made.add(gallery)

    def _add(self, gallery: str, question: Question) -> tuple[Outcome, str]:
        person = hashlib.sha256(question.photo.encode()).hexdigest()[:40]
        fields = {
            "id": person,
            "metadata": json.dumps({PHOTO: question.photo}),
            "review_mode": self._options.review_mode,
            "images": question.file,
        }
        reply = self._ask("POST", "persons", gallery, fields=fields)
        if _code(reply) == "person_exists":  # enrolled before, by this process or one that was killed
            self._ask("DELETE", "person", gallery, person=person)
            reply = self._ask("POST", "persons", gallery, fields=fields)
        if reply.status == 201 and isinstance(reply.body, dict) and reply.body.get("faces"):
            return Outcome.OK, ""
        return self._failure("an enrolment", reply)

    def _search(self, gallery: str, question: Question, request: SearchRequest) -> SearchAnswer:
        most = min(request.max_candidates or LONGEST_LIST, LONGEST_LIST)
        fields: dict[str, Any] = {"image": question.file, "limit": str(min(most + 1, LONGEST_LIST))}
        if request.threshold is not None:
            fields["threshold"] = repr(min(max(float(request.threshold), 0.0), 1.0))
        reply = self._ask("POST", "search", gallery, fields=fields)
        if reply.status == 404:  # not read as nobody found: somebody may have deleted it meanwhile
            raise gallery_gone(NAME, spoken(reply.body, self._key))
        if reply.status != 200:
            outcome, detail = self._failure("a search", reply)
            return SearchAnswer(question.photo, outcome, detail=detail, seconds=question.seconds)
        try:
            found = tuple(
                Candidate(str(match["person"]["metadata"][PHOTO]), float(match["similarity"]))
                for match in reply.body["matches"]
            )
        except (KeyError, TypeError, ValueError):
            raise self._unexpected("a search", reply, "matches of people that were enrolled here") from None
        capped = len(found) > most or len(found) == LONGEST_LIST
        return SearchAnswer(
            question.photo,
            Outcome.OK,
            found[:most],
            capped,
            seconds=question.seconds,
            withheld=held_back(reply.headers),
        )

    def _failure(self, asked: str, reply: Reply) -> tuple[Outcome, str]:
        """The outcome of a photograph that was not processed. Raises: SystemFailed: it is none of those."""
        code, error = _code(reply), reply.body.get("error", {}) if isinstance(reply.body, dict) else {}
        words = spoken(error.get("message", "") if isinstance(error, dict) else "", self._key)
        if code == "collection_capacity_exceeded":
            raise SystemFailed(
                f"a collection of {NAME} is full",
                expected="room for every reference",
                got=words,
                remedy="set capacity_rows under [system.options] and begin anew",
            )
        if code == "registration_failed" or reply.status == 201:
            code = _rejection(reply.body)
        if code in OUTCOMES:
            return OUTCOMES[code], f"{code}: {words}" if words else code
        if reply.status == 413:
            return Outcome.REFUSED, words or "HTTP 413"
        raise self._unexpected(asked, reply, "an answer, or an error about the photograph")

    def _ask(self, method: str, path: str, gallery: str = "", *, person: str = "", **sent: Any) -> Reply:
        where = PATHS[path].format(collection=quote(collection_id(gallery), safe=""), person=person)
        return self._wire.ask(method, where, **sent)

    def _unexpected(self, asked: str, reply: Reply, expected: str) -> SystemFailed:
        return unexpected(NAME, asked, Reply(reply.status, spoken(reply.body, self._key)), expected)


def _code(reply: Reply) -> str:
    error = reply.body.get("error") if isinstance(reply.body, dict) else None
    return str(error.get("code", "")) if isinstance(error, dict) else ""


def _rejection(body: Any) -> str:
    """Why the one photograph sent was rejected."""
    details = body.get("error", {}).get("details", {}) if "error" in body else body
    rejected = details.get("rejected_images") or [{}]
    return str(rejected[0].get("reason", ""))
