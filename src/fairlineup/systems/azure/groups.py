"""Large person groups: made, filled, trained before they are searched, listed and deleted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Event, Lock, RLock
from typing import TypeVar
from urllib.parse import quote

from fairlineup.records import GALLERY_PREFIX, SystemFailed
from fairlineup.systems.azure.facts import ID, NAME, PAGE, AzureOptions
from fairlineup.systems.azure.replies import GroupName, NewPerson, Person, Training
from fairlineup.systems.faults import gallery_gone, wrong_answer
from fairlineup.systems.remote import Reply, Wire, paged
from fairlineup.systems.spelling import id_of

T = TypeVar("T")
ROOT = "/largepersongroups"
NO_GROUP, NOT_TRAINED = "LargePersonGroupNotFound", "LargePersonGroupNotTrained"


@dataclass(slots=True, eq=False)
class Group:
    """One group as this process knows it."""

    persons: dict[str, str] = field(default_factory=dict)  #: photograph to the person it is.
    photos: dict[str, str] = field(default_factory=dict)  #: the other way about.
    trained: bool = False  #: whether the service learnt everybody in it.
    lock: RLock = field(default_factory=RLock)  #: held while it is trained.

    def add(self, photo: str, person: str) -> None:
        """A photograph is a person now."""
        self.persons[photo], self.photos[person] = person, photo

    def remove(self, photo: str) -> None:
        """It is none any more."""
        self.photos.pop(self.persons.pop(photo, ""), None)


class Groups:
    """All groups of one service."""

    def __init__(self, wire: Wire, options: AzureOptions) -> None:
        self._wire, self._options = wire, options
        self._lock, self._known = Lock(), dict[str, Group]()

    def made(self, gallery: str) -> Group:
        """The group of a gallery, made if it is not there; who is in it is read once."""
        with self._lock:
            if gallery not in self._known:
                body = {"name": gallery, "recognitionModel": self._options.recognition_model}
                reply = self._wire.ask("PUT", f"{path_of(gallery)}", json_body=body)
                if reply.status != 200 and reply.code != "LargePersonGroupExists":
                    raise self._wire.unexpected("a new group", reply, "it made, or there before")
                self._known[gallery] = self._read(gallery)
            return self._known[gallery]

    def ready(self, gallery: str) -> Group:
        """The group of a gallery, trained. Raises: SystemFailed: it is not there, or cannot be trained."""
        with self._lock:
            if gallery not in self._known:
                self._known[gallery] = self._read(gallery)
            group = self._known[gallery]
        with group.lock:
            if not group.trained and group.persons:
                self._train(gallery)
                group.trained = True
        return group

    def create(self, gallery: str, group: Group, photo: str) -> str:
        """A person for a photograph; one that was there under its name is replaced."""
        if photo in group.persons:
            self.drop(gallery, group, photo)
        body = {"name": "photograph", "userData": photo}
        reply = self._wire.ask("POST", f"{path_of(gallery)}/persons", json_body=body)
        self.check_there(gallery, reply)
        if reply.status != 200:
            raise self._wire.unexpected("a new person", reply, "a personId")
        person = self._wire.read("a new person", reply, NewPerson, wrong_answer).person_id
        with group.lock:
            group.add(photo, person)
        return person

    def drop(self, gallery: str, group: Group, photo: str) -> None:
        """Remove the person of a photograph."""
        reply = self._wire.ask("DELETE", f"{path_of(gallery)}/persons/{quote(group.persons[photo], safe='')}")
        if reply.status not in (200, 404):
            raise self._wire.unexpected("the removal of a person", reply, "that it is done")
        with group.lock:
            group.remove(photo)
            group.trained = False

    def delete(self, gallery: str) -> None:
        """Delete a group with all in it; one that is not there is no error."""
        reply = self._wire.ask("DELETE", f"{path_of(gallery)}")
        if reply.status not in (200, 202, 204, 404):
            raise self._wire.unexpected("a deletion", reply, "that it is done, or no such group")
        with self._lock:
            self._known.pop(gallery, None)

    def names(self) -> tuple[str, ...]:
        """Names of an audit's groups."""
        found = {one.name for one in self._pages(ROOT, GroupName, lambda one: one.large_person_group_id)}
        return tuple(sorted(name for name in found if name.startswith(GALLERY_PREFIX)))

    def check_there(self, gallery: str, reply: Reply) -> None:
        """Raises: SystemFailed: the answer says that there is no such group."""
        if reply.code == NO_GROUP:
            raise gallery_gone(NAME, gallery, self._wire.words(reply.message))

    def _read(self, gallery: str) -> Group:
        group, path = Group(), f"{path_of(gallery)}/persons"
        for person in self._pages(path, Person, lambda one: one.person_id, gallery):
            if person.persisted_face_ids:
                group.add(person.user_data or "", person.person_id)
            else:  # made by a process that was killed before it gave the face
                self._wire.ask("DELETE", f"{path}/{quote(person.person_id, safe='')}")
        return group

    def _pages(self, path: str, kind: type[T], id_in: Callable[[T], str], gallery: str = "") -> Iterator[T]:
        def page(start: str) -> tuple[list[T], str]:
            query: dict[str, str | int | float] = {"top": PAGE, **({"start": start} if start else {})}
            reply = self._wire.ask("GET", path, query=query)
            if reply.status == 404 and gallery:
                raise gallery_gone(NAME, gallery, self._wire.words(reply.message))
            if reply.status != 200:
                raise self._wire.unexpected("a list", reply, "a page of it")
            found = self._wire.read("a list", reply, list[kind], wrong_answer)  # type: ignore[valid-type]
            return found, id_in(found[-1]) if len(found) >= PAGE else ""

        return paged(NAME, "a list", page)

    def _train(self, gallery: str) -> None:
        """Train, and wait until it is done; one that the service forgot is begun again."""
        path, until = path_of(gallery), time.monotonic() + self._options.training_s
        begun = False
        while time.monotonic() < until:
            if not begun:
                reply = self._wire.ask("POST", f"{path}/train")
                self.check_there(gallery, reply)
                begun = reply.status == 202
                if not begun and reply.status != 409:  # 409: another training is under way
                    raise self._wire.unexpected("a training", reply, "that it began")
            reply = self._wire.ask("GET", f"{path}/training")
            self.check_there(gallery, reply)
            status = ""
            if reply.status == 200:
                status = self._wire.read("a training", reply, Training, wrong_answer).status
            if begun and status == "succeeded":
                return
            if begun and status == "failed":
                raise self._wire.unexpected("a training", reply, "that it succeeds")
            begun = begun and reply.code != NOT_TRAINED
            Event().wait(self._options.poll_s)
        raise SystemFailed(
            f"a training of {NAME} does not end",
            code="system-failed",
            expected=f"an end within {self._options.training_s:g} s (training_s)",
            got="running",
            remedy="try again later, or with a longer training_s",
        )


def path_of(gallery: str) -> str:
    """Of the group of a gallery."""
    return f"{ROOT}/{id_of(gallery, ID)}"
