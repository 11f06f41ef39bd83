"""The galleries of a data directory, for any thread. What touches templates takes a permit and spends it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.vectors import GallerySnapshot, PreparedTemplates, exact_distances, prepare
from fairlineup.records import BadInput
from fairlineup.service.gallery import collections, faces, people
from fairlineup.service.gallery.prepared import PreparedCollection
from fairlineup.service.gallery.records import (
    Candidate,
    Collection,
    Counts,
    Enrolled,
    NewCollection,
    NewImage,
    Person,
    Provenance,
    Search,
    StoredFace,
)
from fairlineup.service.gallery.searching import Near, found
from fairlineup.service.gallery.templates import check_pipeline, opened_templates, scope_of
from fairlineup.service.safeguards import Permit, Use, append, spend
from fairlineup.service.store import Store


class Galleries:
    """Collections, people and faces of a store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._lock = threading.Lock()
        self._prepared: dict[int, PreparedCollection] = {}

    def make(self, wanted: NewCollection, by: str) -> Collection:
        """Make a collection. Raises: BadInput: there is one of this name."""
        with self.store.writing() as work:
            made = collections.made(self.store, work, wanted)
            append(work, "collection-made", {"collection": made.id, "by": by}, self.store.clock())
            return made

    def collection(self, name: str) -> Collection:
        """A collection. Raises: BadInput: there is none of this name."""
        with self.store.reading() as reading:
            return collections.found(reading, name)

    def collections(self, after: str = "", limit: int = 4096) -> list[Collection]:
        """Collections by name, those after a name."""
        with self.store.reading() as reading:
            return collections.listed(reading, after, limit)

    def counts(self, collection: str) -> Counts:
        """How much is in a collection. Raises: BadInput: no such collection."""
        with self.store.reading() as reading:
            return collections.counts(reading, collections.found(reading, collection).id)

    def tags(self, collection: str) -> dict[str, str]:
        """The tags of a collection."""
        with self.store.reading() as reading:
            return collections.tags_of(reading, collections.found(reading, collection).id)

    def change_tags(self, collection: str, tags: Mapping[str, str], removed: Sequence[str] = ()) -> None:
        """Set some tags of a collection and remove others; the rest stay."""
        with self.store.writing() as work:
            there = collections.found(work, collection)
            collections.remove_tags(work, there.id, removed)
            collections.set_tags(work, there.id, tags)

    def enrol(self, permit: Permit, collection: str, images: Sequence[NewImage]) -> list[Enrolled]:
        """Enrol the faces of photographs, all or none.

        Raises: Refused: the permit is not of this use, or not good for so many faces. BadInput: templates of
            another pipeline, or no such collection.
        """
        now = self.store.clock()
        with self.store.writing() as work:
            there = collections.found(work, collection)
            spend(work, permit, "enrol", collection, sum(len(image.faces) for image in images), now)
            for image in images:
                check_pipeline(image, there.pipeline, collection)
            sealer = self.store.sealer(work, scope_of(there.id))
            return [faces.enrolled(work, sealer, there, image, now) for image in images]

    def search(
        self, permit: Permit, collection: str, probes: NDArray[np.float32], search: Search
    ) -> list[tuple[Candidate, ...]]:
        """The candidates of each probe, nearest first, ties in the order the faces came.

        Args:
            permit: of the use "search", good for as many probes.
            collection: its name.
            probes: templates of the collection's pipeline, shape (n, template_length).
            search: how many, and how near.

        Raises: Refused: the permit; BadInput: no such collection, or templates that do not fit it.
        """
        there = self._spent(permit, collection, len(probes))
        ready = prepare(np.ascontiguousarray(probes, np.float32), there.metric, there.pipeline)
        near = found(self._snapshot(there), ready, search)
        return self._candidates(near)

    def search_face(
        self, permit: Permit, collection: str, face: str, search: Search
    ) -> tuple[Candidate, ...]:
        """The candidates of a face that is in the collection, without itself. Raises: as `search`."""
        there = self._spent(permit, collection, 1)
        with self.store.reading() as reading:
            one = _face(reading, there, face)
            probe = self._stored_templates(reading, there, [one.id])
        wider = Search(search.most + 1, search.threshold, search.among)
        near = found(self._snapshot(there), probe, wider)
        return self._candidates([[pair for pair in near[0] if pair[0] != one.id][: search.most]])[0]

    def nearest_of_user(self, permit: Permit, collection: str, face: str, user_id: str) -> float | None:
        """Distance of a face to the nearest face of a user, itself left out; None: the user has no other.

        The permit is of the use "associate". Raises: as `search`.
        """
        there = self._spent(permit, collection, 1, "associate")
        with self.store.reading() as reading:
            one = _face(reading, there, face)
            others = [other.id for other in faces.listed(reading, there, user_id) if other.id != one.id]
            if not others:
                return None
            probe = self._stored_templates(reading, there, [one.id])
            references = self._stored_templates(reading, there, others)
        rows = np.arange(len(others), dtype=np.intp)
        return float(exact_distances(probe, references, np.zeros(len(others), np.intp), rows).min())

    def make_user(self, collection: str, user_id: str, provenance: Provenance) -> None:
        """Add a user without faces. Raises: BadInput: there is one, or no such collection."""
        with self.store.writing() as work:
            there = collections.found(work, collection)
            people.add_user(work, there, user_id, provenance, self.store.clock())

    def user(self, collection: str, user_id: str) -> Person:
        """A user. Raises: BadInput: there is none."""
        with self.store.reading() as reading:
            return people.user(reading, collections.found(reading, collection), user_id)

    def users(self, collection: str, after: str = "", limit: int = 500) -> list[Person]:
        """Users by id, those after an id."""
        with self.store.reading() as reading:
            return people.users(reading, collections.found(reading, collection), after, limit)

    def associate(self, permit: Permit, collection: str, user_id: str, chosen: Sequence[StoredFace]) -> None:
        """Make faces a user's. Raises: Refused: the permit; BadInput: no such user."""
        with self.store.writing() as work:
            there = collections.found(work, collection)
            spend(work, permit, "associate", collection, len(chosen), self.store.clock())
            person = people.user(work, there, user_id)
            for face in chosen:
                people.move_face(work, face.id, person.id)

    def disassociate(self, collection: str, user_id: str, chosen: Sequence[StoredFace]) -> None:
        """Make faces of a user nobody's named; each keeps what is known of where it comes from."""
        now = self.store.clock()
        with self.store.writing() as work:
            there = collections.found(work, collection)
            person = people.user(work, there, user_id)
            for face in chosen:
                alone = people.add_person(work, there.id, None, person.provenance, now)
                people.move_face(work, face.id, alone)

    def faces_of(self, collection: str, uuids: Sequence[str]) -> dict[str, StoredFace]:
        """Faces by FaceId; those that are not in the collection are left out."""
        with self.store.reading() as reading:
            return faces.by_uuid(reading, collections.found(reading, collection), uuids)

    def faces(
        self, collection: str, user_id: str | None = None, after: int = 0, limit: int = 4096
    ) -> list[StoredFace]:
        """Faces in the order they came, those after a number."""
        with self.store.reading() as reading:
            there = collections.found(reading, collection)
            if user_id is not None:
                people.user(reading, there, user_id)
            return faces.listed(reading, there, user_id, after, limit)

    def _spent(self, permit: Permit, collection: str, probes: int, use: Use = "search") -> Collection:
        """The collection, once the permit is spent; its outcome makes that durable before any answer."""
        with self.store.writing(wait=False) as work:
            there = collections.found(work, collection)
            spend(work, permit, use, collection, probes, self.store.clock())
            return there

    def _snapshot(self, there: Collection) -> GallerySnapshot:
        with self._lock:
            prepared = self._prepared.get(there.id)
            if prepared is None:
                prepared = PreparedCollection(there.id, there.metric, there.pipeline, there.template_length)
                self._prepared[there.id] = prepared
        with self.store.reading() as reading:
            return prepared.current(reading, self.store.sealer(reading, scope_of(there.id)))

    def _candidates(self, near: Sequence[Near]) -> list[tuple[Candidate, ...]]:
        """Faces as they stand now: one erased meanwhile is no candidate."""
        with self.store.reading() as reading:
            wanted = sorted({face for one in near for face, _ in one})
            of = {face.id: face for face in faces.by_number(reading, wanted)}
        return [tuple(Candidate(of[face], distance) for face, distance in one if face in of) for one in near]

    def _stored_templates(
        self, reading: sqlite3.Connection, there: Collection, chosen: Sequence[int]
    ) -> PreparedTemplates:
        sealer = self.store.sealer(reading, scope_of(there.id))
        content = b"".join(opened_templates(reading, sealer, there.id, chosen).values())
        rows = np.frombuffer(content, np.float32).reshape(-1, there.template_length)
        return prepare(rows, there.metric, there.pipeline)


def _face(reading: sqlite3.Connection, there: Collection, uuid: str) -> StoredFace:
    one = faces.by_uuid(reading, there, [uuid]).get(uuid)
    if one is None:
        raise BadInput(
            f"the face {uuid}",
            expected=f"a face of the collection {there.name!r}",
            got="none of this id",
            remedy="list the faces",
            code="face-missing",
            facts={"face": uuid},
        )
    return one
