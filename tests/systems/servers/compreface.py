"""A CompreFace recognition service, written from its REST description and its sources, on planted truth.

What it does that a reader may not expect, because CompreFace does it: names are compared without regard to
case; a search answers one example after the other, whosever they are, at any similarity; similarities have
five decimals; a file that is no picture has no face; one too large is told as "something went wrong"; a key
that is not known is told in the error; deleting a subject leaves its photographs in the database.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from fairlineup.records import Outcome

from .plain import Answer, Planted, Request, serving

KEY = "9916f5d1-216f-4049-9e06-51c140bfa898"
MOST_BYTES = 5 * 1024 * 1024
ENDINGS = ("jpeg", "jpg", "ico", "png", "bmp", "gif", "tif", "tiff", "webp")
API = "/api/v1"
__all__ = ["KEY", "CompreFace", "serving"]


def wrong(code: int, message: str, status: int = 400) -> Answer:
    return Answer(status, {"code": code, "message": message})


NO_FACE = wrong(28, "No face is found in the given image")
TOO_MANY = wrong(31, "More than one face in the source image")
UNDEFINED = wrong(0, "Something went wrong, please try again")


@dataclass
class CompreFace(Planted):
    """The service's state and how it behaves.

    Attributes:
        calculator: what it calls its model.
        configured: whether it tells the largest file (later versions do).
        left_out: candidates dropped from every list, as by a node whose cache lags behind.
        subjects: by lower-case name, the name itself and ids of its examples.
        database: photographs that stand in it, deleted examples' too if they were deleted with the subject.
    """

    calculator: str = "facenet.Calculator"
    configured: bool = True
    left_out: int = 0
    subjects: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    database: dict[str, bytes] = field(default_factory=dict)

    def names(self) -> list[str]:
        return [name for name, _ in self.subjects.values()]

    def put(self, subject: str, content: bytes) -> str:
        """An example, as somebody else would enrol it."""
        image = str(uuid.uuid4())
        assert self.look(image, content) is Outcome.OK
        self.subjects.setdefault(subject.lower(), (subject, []))[1].append(image)
        self.photos[image] = self.database[image] = content
        return image

    def answer(self, request: Request) -> Answer:
        if request.path == f"{API}/config":
            told = {"clientMaxFileSize": MOST_BYTES, "clientMaxBodySize": 2 * MOST_BYTES}
            return Answer(200, told) if self.configured else Answer(404, b"<html>not found</html>")
        refusal = self._admitted(request)
        if refusal:
            return refusal
        routes: dict[tuple[str, str], Callable[[Request], Answer]] = {
            ("POST", f"{API}/recognition/faces"): self._add,
            ("GET", f"{API}/recognition/faces"): self._list,
            ("POST", f"{API}/recognition/faces/delete"): self._delete_faces,
            ("POST", f"{API}/recognition/recognize"): self._recognize,
            ("GET", f"{API}/recognition/subjects"): lambda _: Answer(200, {"subjects": self.names()}),
        }
        if request.method == "DELETE" and request.path.startswith(f"{API}/recognition/subjects/"):
            return self._delete_subject(unquote(request.path.rsplit("/", 1)[1]))
        known = routes.get((request.method, request.path))
        return known(request) if known else wrong(0, "Request method not supported", 404)

    def _admitted(self, request: Request) -> Answer | None:
        key = request.headers.get("x-api-key")
        if key is None:
            return wrong(20, "Missing header: x-api-key")
        try:
            uuid.UUID(key)
        except ValueError:
            return wrong(26, "Service API key should be UUID")
        return None if key == KEY else wrong(10, f"Recognition service with API Key {key} not found", 404)

    def _file(self, request: Request) -> tuple[bytes, Answer | None]:
        name, content = request.form.get("file", ("", b""))
        if len(content) > MOST_BYTES:
            return content, UNDEFINED
        if name.rpartition(".")[2].lower() not in ENDINGS:
            return content, wrong(21, f"File [{name}] has an unavailable extension")
        return content, None

    def _add(self, request: Request) -> Answer:
        content, refusal = self._file(request)
        if refusal:
            return refusal
        if content in self.several:
            return TOO_MANY
        image, subject = str(uuid.uuid4()), request.query["subject"]
        if self.look(image, content) is not Outcome.OK:
            return NO_FACE
        self.subjects.setdefault(subject.lower(), (subject, []))[1].append(image)
        self.photos[image] = self.database[image] = content
        return Answer(201, {"image_id": image, "subject": subject})

    def _list(self, request: Request) -> Answer:
        wanted = request.query.get("subject", "").lower()
        faces = [
            {"image_id": image, "subject": name}
            for key, (name, images) in self.subjects.items()
            for image in images
            if wanted in ("", key)
        ]
        page, size = int(request.query.get("page", 0)), int(request.query.get("size", 20))
        body = {
            "faces": faces[page * size : (page + 1) * size],
            "page_number": page,
            "page_size": size,
            "total_pages": -(-len(faces) // size),
            "total_elements": len(faces),
        }
        return Answer(200, body)

    def _recognize(self, request: Request) -> Answer:
        content, refusal = self._file(request)
        if refusal:
            return refusal
        count = int(request.query.get("prediction_count", 1))
        if not 1 <= count < 2**31:
            return wrong(26, "prediction_count should be equal or greater than 1; ")
        outcome, near = self.nearest(content)
        if outcome is not Outcome.OK:
            return NO_FACE
        owner = {image: name for name, images in self.subjects.values() for image in images}
        shown = near[: max(min(count, len(near)) - self.left_out, 0)]
        found = [{"subject": owner[image], "similarity": round(score, 5)} for image, score in shown]
        box = {"probability": 0.99987, "x_max": 80, "y_max": 80, "x_min": 10, "y_min": 10}
        body: dict[str, Any] = {"result": [{"box": box, "subjects": found}]}
        if request.query.get("status") == "true":
            body["plugins_versions"] = {"calculator": self.calculator, "detector": "facenet.FaceDetector"}
        return Answer(200, body)

    def _delete_faces(self, request: Request) -> Answer:
        gone = []
        for key, (name, images) in list(self.subjects.items()):
            for image in [one for one in images if one in request.json]:
                images.remove(image)
                self.forget(image)
                self.database.pop(image)
                gone.append({"image_id": image, "subject": name})
            if not images:
                del self.subjects[key]
        return Answer(200, gone)

    def _delete_subject(self, subject: str) -> Answer:
        if subject.lower() not in self.subjects:
            return wrong(42, f"Subject {subject} not found", 404)
        name, images = self.subjects.pop(subject.lower())
        for image in images:  # its photograph stays in the database: exadel-inc/CompreFace issue 1300
            self.forget(image)
        return Answer(200, {"subject": name})
