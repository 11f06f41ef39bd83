"""Azure AI Face, written from its REST reference, on planted truth: large person groups, slow training.

Pages have two entries, so that reading one page is not reading them all. A training takes three looks.
"""

from __future__ import annotations

import io
import re
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from fairlineup.records import Outcome

from .plain import Accident, Answer, Planted, Request, serving

KEY = "planted-subscription-key-of-nobody"
ID = re.compile(r"^[a-z0-9_-]{1,64}$")
MOST_BYTES, PAGE, LOOKS = 6 * 1024 * 1024, 2, 3
INTERNAL = 0.6  # the threshold nobody publishes
Body = dict[str, Any]
__all__ = ["KEY", "Accident", "Azure", "serving", "wrong"]


def wrong(status: int, code: str, message: str) -> Answer:
    return Answer(status, {"error": {"code": code, "message": message}})


NO_FACE = wrong(400, "InvalidImage", "No face detected in the image.")
NO_SUCH_FACE = wrong(400, "FaceNotFound", "Face is not found.")
NO_GROUP = wrong(404, "LargePersonGroupNotFound", "Large person group is not found.")


@dataclass
class Group:
    name: str
    model: str
    people: dict[str, Body] = field(default_factory=dict)
    status: str = ""
    looks: int = 0
    learnt: set[str] = field(default_factory=set)


@dataclass
class Azure(Planted):
    """The service's state and how it behaves.

    Attributes:
        page: entries of a page at most.
        groups: by id.
        faces: of detection, by id.
        trainings: how each next training ends, "succeeded" if nothing stands here.
        forgets: of how many next faces the ids are gone at once.
    """

    page: int = PAGE
    groups: dict[str, Group] = field(default_factory=dict)
    faces: dict[str, bytes] = field(default_factory=dict)
    trainings: deque[str] = field(default_factory=deque)
    trained: int = 0
    forgets: int = 0

    def answer(self, request: Request) -> Answer:  # noqa: PLR0911 - one route a line
        if request.headers.get("ocp-apim-subscription-key") != KEY:
            return wrong(401, "Unspecified", "Access denied due to invalid subscription key.")
        parts = request.path.strip("/").split("/")
        if parts[:2] != ["face", "v1.2"]:
            return wrong(404, "ResourceNotFound", "The resource is not found.")
        match request.method, parts[2:]:
            case "POST", ["detect"]:
                return self._detect(request)
            case "POST", ["identify"]:
                return self._identify(request.json)
            case "POST", ["verify"]:
                return self._verify(request.json)
            case "GET", ["largepersongroups"]:
                listed = {g: {"largePersonGroupId": g, "name": one.name} for g, one in self.groups.items()}
                return self._page(listed, request)
            case "PUT", ["largepersongroups", name]:
                return self._create(name, request.json)
            case method, ["largepersongroups", name, *rest]:
                return self._in(method, name, rest, request) if name in self.groups else NO_GROUP
        return wrong(404, "ResourceNotFound", "The resource is not found.")

    def _in(self, method: str, name: str, rest: list[str], request: Request) -> Answer:  # noqa: PLR0911
        group = self.groups[name]
        match method, rest:
            case "DELETE", []:
                for person in list(group.people):
                    self._remove(group, person)
                del self.groups[name]
                return Answer(200)
            case "POST", ["train"]:
                return self._train(group)
            case "GET", ["training"]:
                return self._training(group)
            case "GET", ["persons"]:
                return self._page(group.people, request)
            case "POST", ["persons"]:
                person = str(uuid.uuid4())
                group.people[person] = {**request.json, "personId": person, "persistedFaceIds": []}
                return Answer(200, {"personId": person})
            case "DELETE", ["persons", person]:
                return self._remove(group, person)
            case "POST", ["persons", person, "persistedfaces"]:
                return self._face(group, person, request)
        return wrong(404, "ResourceNotFound", "The resource is not found.")

    def _page(self, entries: dict[str, Body], request: Request) -> Answer:
        top = int(request.query.get("top", "1000"))
        assert 1 <= top <= 1000
        names = sorted(name for name in entries if name > request.query.get("start", ""))
        return Answer(200, [entries[name] for name in names[: min(top, self.page)]])

    def _create(self, name: str, body: Body) -> Answer:
        if not ID.match(name) or not 1 <= len(body["name"]) <= 128:
            return wrong(400, "BadArgument", "Invalid largePersonGroupId.")
        if name in self.groups:
            return wrong(409, "LargePersonGroupExists", "Large person group already exists.")
        self.groups[name] = Group(body["name"], body["recognitionModel"])
        return Answer(200)

    def _image(self, content: bytes) -> Answer | None:
        if len(content) > MOST_BYTES:
            return wrong(400, "InvalidImageSize", "Image size is too large.")
        try:
            with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "BMP", "GIF")) as picture:
                picture.load()
        except (OSError, SyntaxError):
            return wrong(400, "InvalidImage", "Decoding error, image format unsupported.")
        return None

    def _face(self, group: Group, person: str, request: Request) -> Answer:
        if person not in group.people:
            return wrong(404, "PersonNotFound", "Person is not found.")
        assert request.headers["content-type"] == "application/octet-stream"
        refusal = self._image(request.body)
        if refusal:
            return refusal
        if request.body in self.several:
            return wrong(400, "InvalidImage", "There is more than 1 face in the image.")
        if self.look(person, request.body) is not Outcome.OK:
            return NO_FACE
        face = str(uuid.uuid4())
        group.people[person]["persistedFaceIds"].append(face)
        return Answer(200, {"persistedFaceId": face})

    def _remove(self, group: Group, person: str) -> Answer:
        if group.people.pop(person, None) is None:
            return wrong(404, "PersonNotFound", "Person is not found.")
        self.forget(person)
        return Answer(200)

    def _train(self, group: Group) -> Answer:
        if group.status == "running":
            return wrong(409, "LargePersonGroupTrainingNotFinished", "The training is still running.")
        group.status, group.looks = "running", 0
        self.trained += 1
        return Answer(202)

    def _training(self, group: Group) -> Answer:
        if not group.status:
            return wrong(404, "LargePersonGroupNotTrained", "Large person group is not trained.")
        group.looks += 1
        if group.status == "running" and group.looks >= LOOKS:
            group.status = self.trainings.popleft() if self.trainings else "succeeded"
            if group.status == "succeeded":
                group.learnt = set(group.people)
        return Answer(200, {"status": group.status, "message": "planted" * (group.status == "failed")})

    def _detect(self, request: Request) -> Answer:
        assert request.query["returnFaceId"] == "true"
        refusal = self._image(request.body)
        if refusal:
            return refusal
        if self.nearest(request.body)[0] is not Outcome.OK:
            return Answer(200, [])
        face = str(uuid.uuid4())
        if self.forgets:
            self.forgets -= 1
        else:
            self.faces[face] = request.body
        smaller = [{"faceId": str(uuid.uuid4())}] if request.body in self.several else []
        return Answer(200, [{"faceId": face}, *smaller])

    def _identify(self, body: Body) -> Answer:
        most, group = body.get("maxNumOfCandidatesReturned", 10), self.groups.get(body["largePersonGroupId"])
        threshold = body.get("confidenceThreshold", INTERNAL)
        if not 1 <= most <= 100 or not 0 <= threshold <= 1:
            return wrong(400, "BadArgument", "maxNumOfCandidatesReturned or confidenceThreshold")
        if group is None:
            return NO_GROUP
        if not group.learnt:
            return wrong(400, "LargePersonGroupNotTrained", "Large person group is not trained.")
        if not set(body["faceIds"]) <= self.faces.keys():
            return NO_SUCH_FACE
        answers = []
        for face in body["faceIds"]:
            _, near = self.nearest(self.faces[face])
            found = [
                {"personId": key, "confidence": score}
                for key, score in near
                if key in group.learnt and key in group.people and score >= threshold
            ]
            answers.append({"faceId": face, "candidates": found[:most]})
        return Answer(200, answers)

    def _verify(self, body: Body) -> Answer:
        if not {body["faceId1"], body["faceId2"]} <= self.faces.keys():
            return NO_SUCH_FACE
        self.look("target", self.faces[body["faceId2"]])
        _, near = self.nearest(self.faces[body["faceId1"]])
        self.forget("target")
        confidence = dict(near)["target"]
        return Answer(200, {"isIdentical": confidence >= 0.5, "confidence": confidence})
