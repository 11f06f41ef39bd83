"""An InsightFace Server 0.2.0, written from its REST guide, on planted truth.

Pages of collections have two entries, so that reading one page is not reading them all.
"""

from __future__ import annotations

import io
import json
import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from fairlineup.records import Outcome

from .plain import Answer, Planted, Request, serving

KEY = "planted-bearer-key-of-nobody"
ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
MOST_BYTES, PAGE, LONGEST = 10 * 1024 * 1024, 2, 100
THRESHOLD = 0.4
REASONS = {
    Outcome.NO_FACE: "face_not_found",
    Outcome.LOW_QUALITY: "low_quality",
    Outcome.SEVERAL_FACES: "multiple_faces",
}
__all__ = ["KEY", "InsightFace", "serving"]
Body = dict[str, Any]


def wrong(status: int, code: str, message: str, **details: Any) -> Answer:
    error = {"code": code, "message": message, "details": details}
    return Answer(status, {"error": error, "request_id": str(uuid.uuid4())})


def is_picture(content: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as picture:
            picture.load()
    except (OSError, SyntaxError):
        return False
    return True


NO_FACE = wrong(422, "face_not_found", "No usable face was detected.")


@dataclass
class InsightFace(Planted):
    """The server's state and how it behaves.

    Attributes:
        guarded: whether a Bearer key is asked for.
        system: what else /v1/system says, or says otherwise.
        collections: by id, with their people by id.
    """

    guarded: bool = True
    system: Body = field(default_factory=dict)
    collections: dict[str, Body] = field(default_factory=dict)

    def answer(self, request: Request) -> Answer:  # noqa: PLR0911 - one route a line
        if self.guarded and request.headers.get("authorization") != f"Bearer {KEY}":
            return wrong(401, "unauthorized", "A valid Bearer API key is required.")
        match request.method, request.path.strip("/").split("/"):
            case "GET", ["v1", "system"]:
                return Answer(200, self._system())
            case "POST", ["v1", "compare"]:
                return self._compare(request)
            case "GET", ["v1", "collections"]:
                return self._list(request)
            case "POST", ["v1", "collections"]:
                return self._create(request.json)
            case "DELETE", ["v1", "collections", name]:
                return self._delete(name, request)
            case "POST", ["v1", "collections", name, "persons"]:
                return self._in(name) or self._enrol(name, request)
            case "DELETE", ["v1", "collections", name, "persons", person]:
                return self._in(name) or self._remove(name, person)
            case "POST", ["v1", "collections", name, "search"]:
                return self._in(name) or self._search(name, request)
        return wrong(404, "route_not_found", "Not Found")

    def _system(self) -> Body:
        model = {
            "model_id": "buffalo_l",
            "model_version": "1.0.0",
            "model_digest": "sha256:planted",
            "embedding_dimension": 512,
            "preprocessing_version": "arcface-112-v1",
            "provider": "CPUExecutionProvider",
            "models": [],
            "license": {"scope": "non-commercial"},
        }
        detection = {"input_sizes": [[96, 96], [512, 512]], "threshold": 0.5, "nms_threshold": 0.4}
        safe = {
            "max_image_bytes": MOST_BYTES,
            "inference_max_concurrency": 4,
            "default_similarity_threshold": THRESHOLD,
            "default_search_profile": "fp32_v1",
            "detection": {**detection, "single_face_selection": "largest"},
        }
        plain = {"server_version": "0.2.0", "execution_provider": "CPUExecutionProvider"}
        return {**plain, "model": model, "safe_config": safe, **self.system}

    def _in(self, name: str) -> Answer | None:
        missing = wrong(404, "collection_not_found", f"Collection '{name}' was not found.")
        return None if name in self.collections else missing

    def _create(self, body: Body) -> Answer:
        if not ID.match(body["id"]) or not 1 <= len(body["name"]) <= 200:
            return wrong(400, "invalid_request", "Request validation failed: id")
        if body["id"] in self.collections:
            return wrong(409, "collection_exists", "The collection already exists.")
        self.collections[body["id"]] = {
            "capacity_rows": 100_000,
            **body.get("search", {}),
            **body,
            "people": {},
        }
        return Answer(201, {"collection": {"id": body["id"], "name": body["name"]}})

    def _list(self, request: Request) -> Answer:
        names = sorted(self.collections)
        start = int(request.query.get("cursor", "0"))
        assert 1 <= int(request.query.get("limit", "50")) <= LONGEST
        shown = [{"id": one, "name": self.collections[one]["name"]} for one in names[start : start + PAGE]]
        more = str(start + PAGE) if start + PAGE < len(names) else None
        return Answer(200, {"collections": shown, "next_cursor": more})

    def _delete(self, name: str, request: Request) -> Answer:
        refusal = self._in(name)
        if refusal:
            return refusal
        if self.collections[name]["people"] and request.query.get("force") != "true":
            return wrong(409, "collection_not_empty", "The collection is not empty.")
        for person in list(self.collections[name]["people"]):
            self._remove(name, person)
        del self.collections[name]
        return Answer(204)

    def _image(self, request: Request, name: str) -> tuple[bytes, Answer | None]:
        content = request.form[name][1]
        if len(content) > MOST_BYTES:
            return content, wrong(413, "image_too_large", "The image exceeds the configured byte limit.")
        if not is_picture(content):
            return content, wrong(422, "invalid_image", "The image could not be decoded.")
        return content, None

    def _enrol(self, name: str, request: Request) -> Answer:  # noqa: PLR0911 - one refusal a line
        content, refusal = self._image(request, "images")
        mode = request.form["review_mode"][1].decode()
        collection = self.collections[name]
        if refusal:
            return self._rejected(refusal.body["error"]["code"], "None of the uploaded images were valid.")
        person = request.form["id"][1].decode()
        if not ID.match(person):
            return wrong(400, "invalid_person_id", "must be 1-64 characters")
        key = f"{name}/{person}"
        if content in self.several and mode != "off":
            return self._rejected("multiple_faces")
        if person in collection["people"]:
            return wrong(409, "person_exists", "The person ID or external ID already exists.")
        if len(collection["people"]) >= collection["capacity_rows"]:
            words = "The Collection has reached its configured search capacity."
            return wrong(409, "collection_capacity_exceeded", words, capacity_rows=len(collection["people"]))
        seen = self.look(key, content)
        if seen is not Outcome.OK:
            return self._rejected(REASONS[seen])
        metadata = json.loads(request.form["metadata"][1])
        collection["people"][person] = {"id": person, "name": None, "external_id": None, "metadata": metadata}
        made = {**collection["people"][person], "face_count": 1}
        return Answer(201, {"person": made, "faces": [{"id": str(uuid.uuid4())}], "rejected_images": []})

    def _rejected(
        self, reason: str, words: str = "None of the uploaded images contained one registrable face."
    ) -> Answer:
        rejected = [{"index": 0, "filename": "photograph.png", "reason": reason}]
        return wrong(422, "registration_failed", words, rejected_images=rejected)

    def _remove(self, name: str, person: str) -> Answer:
        if self.collections[name]["people"].pop(person, None) is None:
            return wrong(404, "person_not_found", f"Person '{person}' was not found.")
        self.forget(f"{name}/{person}")
        return Answer(204)

    def _search(self, name: str, request: Request) -> Answer:
        limit = int(request.form.get("limit", ("", b"5"))[1])
        threshold = float(request.form.get("threshold", ("", str(THRESHOLD).encode()))[1])
        if not (1 <= limit <= LONGEST and 0.0 <= threshold <= 1.0):
            return wrong(400, "invalid_request", "Request validation failed: limit or threshold")
        content, refusal = self._image(request, "image")
        if refusal:
            return refusal
        outcome, near = self.nearest(content)
        if outcome is not Outcome.OK:
            return NO_FACE
        people = self.collections[name]["people"]
        mine = [(people[key.partition("/")[2]], score) for key, score in near if key.startswith(f"{name}/")]
        matches = [
            {"person": person, "similarity": score, "matched_face_id": str(uuid.uuid4())}
            for person, score in mine
            if score >= threshold
        ][:limit]
        return Answer(200, {"searched_face": {}, "matches": matches, "threshold": threshold})

    def _compare(self, request: Request) -> Answer:
        for name in ("source", "target"):
            refusal = self._image(request, name)[1]
            if refusal:
                return refusal
        if self.look("target", request.form["target"][1]) is not Outcome.OK:
            return NO_FACE
        outcome, near = self.nearest(request.form["source"][1])
        self.forget("target")
        if outcome is not Outcome.OK:
            return NO_FACE
        return Answer(200, {"matched": True, "similarity": dict(near)["target"], "threshold": THRESHOLD})
