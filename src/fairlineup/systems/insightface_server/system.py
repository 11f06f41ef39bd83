"""InsightFace Server behind the port: a gallery is a collection, a photograph a person of one face sample."""

from __future__ import annotations

import hashlib
import json
from threading import Lock
from typing import Any
from urllib.parse import quote

from fairlineup.records import (
    GALLERY_PREFIX,
    Candidate,
    Outcome,
    SearchAnswer,
    SearchRequest,
    SystemFailed,
    SystemInformation,
)
from fairlineup.systems.faults import NotProcessed, accepted, gallery_gone, wrong_answer
from fairlineup.systems.insightface_server.facts import (
    ID,
    LONGEST_LIST,
    MOST_AT_ONCE,
    NAME,
    OUTCOMES,
    PAGE,
    PATHS,
    SCALE,
    InsightFaceOptions,
    information_of,
)
from fairlineup.systems.insightface_server.replies import (
    Collection,
    CollectionPage,
    Enrolled,
    Failed,
    Matches,
    Similarity,
    SystemPage,
)
from fairlineup.systems.remote import (
    OneByOneOrTwo,
    PhotoQuestion,
    Reply,
    Wire,
    capped_answer,
    is_withheld,
    paged,
)
from fairlineup.systems.spelling import id_of


class InsightFaceServer(OneByOneOrTwo):
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
            page = self._wire.read("what it is", reply, SystemPage, wrong_answer)
            self._information = information_of(page, self._options)
        return self._information

    def delete_gallery(self, gallery: str) -> None:
        """Delete the collection with all people in it."""
        reply = self._ask("DELETE", "collection", gallery, query={"force": "true"})
        if reply.status not in (204, 200, 404):
            raise self._wire.unexpected("a deletion", reply, "no content, or no such collection")
        with self._lock:
            self._made.discard(gallery)

    def galleries(self) -> tuple[str, ...]:
        """Names of an audit's collections, page by page. Raises: TransportError."""
        asked = "a list of collections"

        def page(cursor: str) -> tuple[list[Collection], str]:
            query = {"limit": str(PAGE), **({"cursor": cursor} if cursor else {})}
            found = self._wire.read(
                asked, self._ask("GET", "collections", query=query), CollectionPage, wrong_answer
            )
            return found.collections, str(found.next_cursor or "")

        ours = {one.name for one in paged(NAME, asked, page) if one.id == id_of(one.name, ID)}
        return tuple(sorted(name for name in ours if name.startswith(GALLERY_PREFIX)))

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
        """The cosine of one pair, whatever it is."""
        fields = {"source": question.file, "target": target.file, "threshold": "0.0"}
        reply = self._ask("POST", "compare", fields=fields)
        if reply.status != 200:
            raise self._refusal("a comparison", reply)
        said = self._wire.read("a comparison", reply, Similarity)
        found = accepted(NAME, [Candidate(target.photo, _cosine(said.similarity))], SCALE, None)
        return capped_answer(question, found, 1)

    def _add(self, gallery: str, question: PhotoQuestion) -> str:
        """Add the photograph as a person of its own."""
        self._make(gallery)
        person = hashlib.sha256(question.photo.encode()).hexdigest()[:40]
        fields = {
            "id": person,
            "metadata": json.dumps({"fairlineup_photo": question.photo}),
            "review_mode": self._options.review_mode,
            "images": question.file,
        }
        reply = self._ask("POST", "persons", gallery, fields=fields)
        if reply.code == "person_exists":  # enrolled before, by this process or one that was killed
            self._ask("DELETE", "person", gallery, person=person)
            reply = self._ask("POST", "persons", gallery, fields=fields)
        self._check_there(gallery, reply)
        if reply.status == 201 and self._wire.read("an enrolment", reply, Enrolled).faces:
            return ""
        raise self._refusal("an enrolment", reply)

    def _search(self, gallery: str, question: PhotoQuestion, request: SearchRequest) -> SearchAnswer:
        """Search for the face the server chooses, at most 100 people, none below 0."""
        most = min(request.max_candidates or LONGEST_LIST, LONGEST_LIST)
        fields: dict[str, Any] = {"image": question.file, "limit": str(min(most + 1, LONGEST_LIST))}
        if request.threshold is not None:
            fields["threshold"] = repr(min(max(float(request.threshold), 0.0), 1.0))
        reply = self._ask("POST", "search", gallery, fields=fields)
        self._check_there(gallery, reply)
        if reply.status != 200:
            raise self._refusal("a search", reply)
        matches = self._wire.read("a search", reply, Matches).matches
        named = [Candidate(one.person.metadata.fairlineup_photo, _cosine(one.similarity)) for one in matches]
        found = accepted(NAME, named, SCALE, None)
        cut = len(found) == LONGEST_LIST
        return capped_answer(question, found, most, cut=cut, withheld=is_withheld(reply.headers))

    def _check_there(self, gallery: str, reply: Reply) -> None:
        """Raises: SystemFailed: there is no such collection, which is not to be read as nobody found."""
        if reply.status == 404:
            raise gallery_gone(NAME, gallery, self._wire.words(reply.message))

    def _refusal(self, asked: str, reply: Reply) -> NotProcessed:
        """Why a photograph was not processed. Raises: SystemFailed: the answer says no such thing."""
        code, words = reply.code, self._wire.words(reply.message)
        if code == "collection_capacity_exceeded":
            raise SystemFailed(
                f"a collection of {NAME} is full",
                code="system-failed",
                expected="room for every reference",
                got=words,
                remedy="set capacity_rows under [system.options] and begin anew",
            )
        if code == "registration_failed":
            code = _reason(self._wire.read(asked, reply, Failed).error.details)
        elif reply.status == 201:
            code = _reason(self._wire.read(asked, reply, Enrolled))
        if code in OUTCOMES:
            return NotProcessed(OUTCOMES[code], f"{code}: {words}" if words else code)
        if reply.status == 413:
            return NotProcessed(Outcome.REFUSED, words or "HTTP 413")
        raise self._wire.unexpected(asked, reply, "an answer, or an error about the photograph")

    def _ask(self, method: str, path: str, gallery: str = "", *, person: str = "", **sent: Any) -> Reply:
        where = PATHS[path].format(collection=quote(id_of(gallery, ID), safe=""), person=person)
        return self._wire.ask(method, where, **sent)


def _cosine(said: float) -> float:
    """A cosine without what rounding in single precision puts beyond 1."""
    return min(max(said, -1.0), 1.0) if abs(said) < 1 + 1e-5 else said


def _reason(said: Enrolled) -> str:
    """Why the one photograph sent was rejected."""
    return said.rejected_images[0].reason if said.rejected_images else ""
