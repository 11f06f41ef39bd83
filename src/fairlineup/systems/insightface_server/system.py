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
from fairlineup.systems.faults import NotProcessed, gallery_gone
from fairlineup.systems.insightface_server.facts import (
    ID,
    LONGEST_LIST,
    MOST_AT_ONCE,
    NAME,
    OUTCOMES,
    PAGE,
    PATHS,
    PHOTO,
    InsightFaceOptions,
    information_of,
)
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


class InsightFaceServer:
    """One server; a gallery is a collection, a photograph is a person of one face sample."""

    def __init__(self, options: InsightFaceOptions, key: str = "") -> None:
        self._options = options
        self._wire = Wire(
            NAME,
            options.url,
            {"Authorization": f"Bearer {key}"} if key else {},
            secret=key,
            at_once=options.at_once or MOST_AT_ONCE,
            timeout_s=options.timeout_s,
        )
        self._lock = Lock()
        self._made: set[str] = set()
        self._information: SystemInformation | None = None

    def information(self) -> SystemInformation:
        """What the server says of itself, asked once. Raises: TransportError, Refused, SystemFailed."""
        if self._information is None:
            reply = self._ask("GET", "system")
            if reply.status != 200:
                raise self._wire.unexpected("what it is", reply, "its system page")
            try:
                self._information = information_of(reply.body, self._options)
            except (KeyError, TypeError, ValueError):
                raise self._wire.unexpected("what it is", reply, "version, model and safe_config") from None
        return self._information

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        """Add each photograph as a person of its own."""
        return enrolments(photos, lambda question: self._add(gallery, question))

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        """Search for the face the server chooses, at most 100 people, none below 0."""
        return answers(photos, lambda question: self._search(gallery, question, request))

    def compare(self, one: Photograph, other: Photograph) -> SearchAnswer:
        """The cosine of one pair, whatever it is. Raises: TransportError."""
        return comparison(one, other, self._compare)

    def delete_gallery(self, gallery: str) -> None:
        """Delete the collection with all people in it."""
        reply = self._ask("DELETE", "collection", gallery, query={"force": "true"})
        if reply.status not in (204, 200, 404):
            raise self._wire.unexpected("a deletion", reply, "no content, or no such collection")
        with self._lock:
            self._made.discard(gallery)

    def galleries(self) -> tuple[str, ...]:
        """Names of an audit's collections, page by page. Raises: TransportError."""
        names, query = set(), {"limit": str(PAGE)}
        while True:
            reply = self._ask("GET", "collections", query=query)
            try:
                found, cursor = reply.body["collections"], reply.body.get("next_cursor")
                names |= {str(one["name"]) for one in found if one["id"] == id_of(str(one["name"]), ID)}
            except (KeyError, TypeError, AttributeError):
                raise self._wire.unexpected("a list of collections", reply, "collections") from None
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
            body: dict[str, Any] = {"id": id_of(gallery, ID), "name": gallery, "save_face_crops": False}
            wanted = {"profile": self._options.search_profile, "capacity_rows": self._options.capacity_rows}
            if any(wanted.values()):
                body["search"] = {name: value for name, value in wanted.items() if value}
            reply = self._ask("POST", "collections", json_body=body)
            if reply.status != 201 and reply.code != "collection_exists":
                raise self._wire.unexpected("a new collection", reply, "it made, or there before")
            self._made.add(gallery)

    def _compare(self, question: PhotoQuestion, target: PhotoQuestion) -> SearchAnswer:
        fields = {"source": question.file, "target": target.file, "threshold": "0.0"}
        reply = self._ask("POST", "compare", fields=fields)
        if reply.status != 200:
            raise self._refusal("a comparison", reply)
        try:
            found = [Candidate(target.photo, float(reply.body["similarity"]))]
        except (KeyError, TypeError, ValueError):
            raise self._wire.unexpected("a comparison", reply, "a similarity") from None
        return capped_answer(question, found, 1)

    def _add(self, gallery: str, question: PhotoQuestion) -> str:
        self._make(gallery)
        person = hashlib.sha256(question.photo.encode()).hexdigest()[:40]
        fields = {
            "id": person,
            "metadata": json.dumps({PHOTO: question.photo}),
            "review_mode": self._options.review_mode,
            "images": question.file,
        }
        reply = self._ask("POST", "persons", gallery, fields=fields)
        if reply.code == "person_exists":  # enrolled before, by this process or one that was killed
            self._ask("DELETE", "person", gallery, person=person)
            reply = self._ask("POST", "persons", gallery, fields=fields)
        if reply.status == 201 and isinstance(reply.body, dict) and reply.body.get("faces"):
            return ""
        raise self._refusal("an enrolment", reply)

    def _search(self, gallery: str, question: PhotoQuestion, request: SearchRequest) -> SearchAnswer:
        most = min(request.max_candidates or LONGEST_LIST, LONGEST_LIST)
        fields: dict[str, Any] = {"image": question.file, "limit": str(min(most + 1, LONGEST_LIST))}
        if request.threshold is not None:
            fields["threshold"] = repr(min(max(float(request.threshold), 0.0), 1.0))
        reply = self._ask("POST", "search", gallery, fields=fields)
        if reply.status == 404:  # not read as nobody found: somebody may have deleted it meanwhile
            raise gallery_gone(NAME, gallery, self._wire.words(reply.body))
        if reply.status != 200:
            raise self._refusal("a search", reply)
        try:
            found = [
                Candidate(str(match["person"]["metadata"][PHOTO]), float(match["similarity"]))
                for match in reply.body["matches"]
            ]
        except (KeyError, TypeError, ValueError):
            raise self._wire.unexpected(
                "a search", reply, "matches of people that were enrolled here"
            ) from None
        cut = len(found) == LONGEST_LIST
        return capped_answer(question, found, most, cut=cut, withheld=is_withheld(reply.headers))

    def _refusal(self, asked: str, reply: Reply) -> NotProcessed:
        """Why a photograph was not processed. Raises: SystemFailed: the answer says no such thing."""
        code, words = reply.code, self._wire.words(reply.error.get("message", ""))
        if code == "collection_capacity_exceeded":
            raise SystemFailed(
                f"a collection of {NAME} is full",
                code="system-failed",
                expected="room for every reference",
                got=words,
                remedy="set capacity_rows under [system.options] and begin anew",
            )
        if code == "registration_failed" or reply.status == 201:
            code = _rejection(reply.body)
        if code in OUTCOMES:
            return NotProcessed(OUTCOMES[code], f"{code}: {words}" if words else code)
        if reply.status == 413:
            return NotProcessed(Outcome.REFUSED, words or "HTTP 413")
        raise self._wire.unexpected(asked, reply, "an answer, or an error about the photograph")

    def _ask(self, method: str, path: str, gallery: str = "", *, person: str = "", **sent: Any) -> Reply:
        where = PATHS[path].format(collection=quote(id_of(gallery, ID), safe=""), person=person)
        return self._wire.ask(method, where, **sent)


def _rejection(body: Any) -> str:
    """Why the one photograph sent was rejected."""
    details = body.get("error", {}).get("details", {}) if "error" in body else body
    rejected = details.get("rejected_images") or [{}]
    return str(rejected[0].get("reason", ""))
