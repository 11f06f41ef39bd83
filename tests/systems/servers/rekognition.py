"""A server that speaks Rekognition's wire protocol, written from its documentation, on planted truth.

Requests and replies are held against botocore's own model of the service, so that it cannot drift from what
real clients send and read. Signatures are checked. What Amazon's documentation leaves open is marked "open".
"""

from __future__ import annotations

import base64
import json
import re
import struct
import threading
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.validate import ParamValidator

from fairlineup.records import Outcome, Photograph, SearchRequest
from fairlineup.systems import SimulatedOptions, SimulatedSystem

ACCESS_KEY, SECRET_KEY, TOKEN = (
    "AKIAPLANTEDPLANTED00",
    "planted/secret/key+of+nobody",
    "planted-session-token",
)
REGION = "us-east-1"
MOST_BYTES = 5_242_880
NO_FACES = "There are no faces in the image. Should be at least 1."
MODEL = botocore.session.get_session().get_service_model("rekognition")
Body = dict[str, Any]
BOX = {"Width": 0.5, "Height": 0.5, "Left": 0.25, "Top": 0.25}


class Wrong(Exception):
    """An error as the service answers it."""

    def __init__(self, code: str, message: str, status: int = 400, headers: Body | None = None) -> None:
        self.code, self.message, self.status, self.headers = code, message, status, headers or {}
        super().__init__(code)


@dataclass(frozen=True)
class Accident:
    """What becomes of one request instead of an answer: "drop", "cut" (half an answer), "page", or bytes."""

    kind: str
    status: int = 502
    body: bytes = b"<html>Bad Gateway</html>"


@dataclass
class Collection:
    """Faces by FaceId, in the order they were indexed."""

    version: str
    faces: dict[str, Body] = field(default_factory=dict)


@dataclass
class Rekognition:
    """The service's state and how it behaves.

    Attributes:
        engine: whose planted rates it has.
        version: face model of collections made from now on.
        page: longest page of a list.
        bystanders: more faces found in every photograph that is indexed.
        withheld: said of every search, if not blank.
        next: what becomes of the next requests, first to last.
        asked: operations and their parameters, without photographs.
        admitted: access keys.
    """

    engine: SimulatedSystem
    version: str = "7.0"
    page: int = 4096
    bystanders: int = 0
    withheld: str = ""
    next: deque[Wrong | Accident] = field(default_factory=deque)
    asked: list[tuple[str, Body]] = field(default_factory=list)
    admitted: set[str] = field(default_factory=lambda: {ACCESS_KEY})
    collections: dict[str, Collection] = field(default_factory=dict)
    address: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, operation: str) -> int:
        return sum(name == operation for name, _ in self.asked)

    def last(self, operation: str) -> Body:
        return next(body for name, body in reversed(self.asked) if name == operation)

    def answer(self, operation: str, body: Body) -> Body:
        """Raises: Wrong."""
        known: dict[str, Callable[[Body], Body]] = {
            "CreateCollection": self._create,
            "DeleteCollection": self._delete,
            "ListCollections": self._list,
            "IndexFaces": self._index,
            "SearchFacesByImage": self._search,
            "CompareFaces": self._compare,
        }
        if operation not in known:
            raise Wrong("UnknownOperationException", operation)
        check_request(operation, body)
        reply = known[operation](body)
        check_reply(operation, reply)
        return reply

    def _create(self, body: Body) -> Body:
        name = body["CollectionId"]
        if name in self.collections:
            raise Wrong("ResourceAlreadyExistsException", f"The collection id: {name} already exists.")
        self.collections[name] = Collection(self.version)
        arn = f"aws:rekognition:{REGION}:000000000000:collection/{name}"
        return {"StatusCode": 200, "CollectionArn": arn, "FaceModelVersion": self.version}

    def _delete(self, body: Body) -> Body:
        self._collection(body)
        del self.collections[body["CollectionId"]]
        self.engine.delete_gallery(body["CollectionId"])
        return {"StatusCode": 200}

    def _list(self, body: Body) -> Body:
        names = sorted(self.collections)
        try:
            start = int(base64.b64decode(body.get("NextToken") or base64.b64encode(b"0")))
        except ValueError:
            raise Wrong("InvalidPaginationTokenException", "Invalid pagination token.") from None
        end = start + min(body.get("MaxResults") or self.page, self.page)
        shown = names[start:end]
        reply = {
            "CollectionIds": shown,
            "FaceModelVersions": [self.collections[name].version for name in shown],
        }
        more = {"NextToken": base64.b64encode(str(end).encode()).decode()} if end < len(names) else {}
        return {**reply, **more}  # the last page has no token at all

    def _index(self, body: Body) -> Body:
        collection, image = self._collection(body), self._image(body["Image"])
        named = body.get("ExternalImageId", "")
        key = uuid.uuid5(uuid.NAMESPACE_OID, f"{body['CollectionId']} {named} {image.hex()}")
        (seen,) = self.engine.enrol(body["CollectionId"], [Photograph(str(key), image)])
        others = [{"Reasons": ["EXCEEDS_MAX_FACES"], "FaceDetail": detail()}] * self.bystanders
        reply: Body = {"FaceRecords": [], "UnindexedFaces": [], "FaceModelVersion": collection.version}
        if seen.outcome in (Outcome.LOW_QUALITY, Outcome.SEVERAL_FACES):  # it knows no "several faces"
            poor = ["LOW_SHARPNESS"] if seen.outcome is Outcome.LOW_QUALITY else ["EXTREME_POSE"]
            reply["UnindexedFaces"] = [{"Reasons": [*poor, "LOW_FACE_QUALITY"], "FaceDetail": detail()}]
        elif seen.outcome is Outcome.OK:
            face = {
                "FaceId": str(key),
                "ImageId": str(uuid.uuid5(key, "image")),
                "BoundingBox": BOX,
                "Confidence": 99.99,
                "IndexFacesModelVersion": collection.version,
                **({"ExternalImageId": named} if named else {}),
            }
            collection.faces[str(key)] = face  # the same image under the same name stands once
            reply["FaceRecords"] = [{"Face": face, "FaceDetail": detail()}]
            reply["UnindexedFaces"] = others
        return reply

    def _search(self, body: Body) -> Body:
        collection, image = self._collection(body), self._image(body["Image"])
        everything = SearchRequest(None, 0.0)
        (seen,) = self.engine.search(body["CollectionId"], [Photograph("probe", image)], everything)
        if seen.outcome is not Outcome.OK:
            raise Wrong("InvalidParameterException", NO_FACES)
        alike = [(single(candidate.score), candidate.photo) for candidate in seen.candidates]
        found = [
            {"Similarity": similarity, "Face": collection.faces[face]}
            for similarity, face in alike
            if similarity >= body.get("FaceMatchThreshold", 80.0)
        ][: body.get("MaxFaces", 4096)]
        return {
            "SearchedFaceBoundingBox": BOX,
            "SearchedFaceConfidence": 99.99,
            "FaceMatches": found,
            "FaceModelVersion": collection.version,
        }

    def _compare(self, body: Body) -> Body:
        source, target = (self._image(body[name]) for name in ("SourceImage", "TargetImage"))
        (enrolled,) = self.engine.enrol("of two", [Photograph("target", target)])
        request = SearchRequest(None, 0.0)
        (seen,) = self.engine.search("of two", [Photograph("source", source)], request)
        self.engine.delete_gallery("of two")
        if Outcome.OK not in (seen.outcome,) or enrolled.outcome is not Outcome.OK:
            raise Wrong("InvalidParameterException", "Request has invalid parameters.")
        similarity = single(seen.candidates[0].score)
        face = {"BoundingBox": BOX, "Confidence": 99.99}
        matched = similarity >= body.get("SimilarityThreshold", 80.0)
        return {
            "SourceImageFace": face,
            "FaceMatches": [{"Similarity": similarity, "Face": face}] if matched else [],
            "UnmatchedFaces": [] if matched else [face],
        }

    def _collection(self, body: Body) -> Collection:
        name = body["CollectionId"]
        if name not in self.collections:
            raise Wrong("ResourceNotFoundException", f"The collection id: {name} does not exist")
        return self.collections[name]

    def _image(self, image: Body) -> bytes:
        content: bytes = image["Bytes"]
        if len(content) > MOST_BYTES:
            raise Wrong("ImageTooLargeException", "Image size is too large.")
        if not content.startswith((b"\xff\xd8\xff", b"\x89PNG")):
            raise Wrong("InvalidImageFormatException", "Request has invalid image format.")
        return content


def detail() -> Body:
    """FaceDetail with what is always given."""
    landmarks = [
        {"Type": kind, "X": 0.5, "Y": 0.5}
        for kind in ("eyeLeft", "eyeRight", "mouthLeft", "mouthRight", "nose")
    ]
    pose = {"Roll": 0.0, "Yaw": 0.0, "Pitch": 0.0}
    quality = {"Brightness": 80.0, "Sharpness": 80.0}
    box = {"BoundingBox": BOX, "Confidence": 99.99}
    return {**box, "Landmarks": landmarks, "Pose": pose, "Quality": quality}


def single(score: float) -> float:
    """As single-precision numbers come out of JSON: 99.9764175415039."""
    return float(struct.unpack("f", struct.pack("f", score))[0])


# --- held against botocore's model ---------------------------------------------------------------


def check_request(operation: str, body: Body) -> None:
    """Types, names, patterns and ranges; blobs of the body are decoded. Raises: Wrong."""
    shape = MODEL.operation_model(operation).input_shape
    decode(shape, body)
    report = ParamValidator().validate(body, shape)
    wrong = [report.generate_report()] if report.has_errors() else list(out_of_bounds(shape, body))
    if wrong:
        raise Wrong("ValidationException", f"1 validation error detected: {wrong[0]}")  # open


def check_reply(operation: str, reply: Body) -> None:
    """A reply that real clients would not read is a fault of this server."""
    shape = MODEL.operation_model(operation).output_shape
    report = ParamValidator().validate(reply, shape)
    assert not report.has_errors(), report.generate_report()
    assert list(out_of_bounds(shape, reply)) == []


def decode(shape: Any, value: Any) -> None:
    """Base64 to bytes, in place."""
    for name, member in shape.members.items() if shape.type_name == "structure" else ():
        if name in value and member.type_name == "blob":
            value[name] = base64.b64decode(value[name], validate=True)
        elif name in value and member.type_name == "structure":
            decode(member, value[name])


def out_of_bounds(shape: Any, value: Any) -> Iterator[str]:
    """What ParamValidator leaves to the service: patterns, enumerations, greatest values."""
    rules = shape.metadata
    if shape.type_name == "structure":
        for name, inner in value.items():
            yield from out_of_bounds(shape.members[name], inner)
    elif shape.type_name == "list":
        for inner in value:
            yield from out_of_bounds(shape.member, inner)
    elif shape.type_name == "string":
        if "pattern" in rules and not re.fullmatch(rules["pattern"], value):
            yield f"{value!r} does not satisfy {rules['pattern']}"
        if "enum" in rules and value not in rules["enum"]:
            yield f"{value!r} is none of {rules['enum']}"
    size = len(value) if hasattr(value, "__len__") else value
    if shape.type_name not in ("structure", "blob", "map") and size > rules.get("max", float("inf")):
        yield f"{size} is more than {rules['max']}"


# --- the wire ------------------------------------------------------------------------------------


class Handler(BaseHTTPRequestHandler):
    """JSON 1.1: one path, the operation in a header, errors by name in the body."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    service: Rekognition

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        target = self.headers.get("X-Amz-Target", "")
        operation = target.removeprefix("RekognitionService.")
        body = json.loads(content)
        with self.service.lock:
            self.service.asked.append((operation, {k: v for k, v in body.items() if "Image" not in k[-5:]}))
            planned = self.service.next.popleft() if self.service.next else None
            try:
                if isinstance(planned, Wrong):
                    raise planned
                self._admit(content)
                if self.path != "/" or self.headers["Content-Type"] != "application/x-amz-json-1.1":
                    raise Wrong("UnknownOperationException", "")
                reply, status, headers = self.service.answer(operation, body), 200, {}
                if operation == "SearchFacesByImage" and self.service.withheld:
                    headers = {"x-fairlineup-withheld": self.service.withheld}
            except Wrong as wrong:
                reply = {
                    "__type": wrong.code,
                    "Code": wrong.code,
                    "Logref": str(uuid.uuid4()),
                    "Message": wrong.message,
                }
                status, headers = wrong.status, wrong.headers
        self._say(status, json.dumps(reply).encode(), headers, planned)

    def _say(self, status: int, content: bytes, headers: Body, planned: Wrong | Accident | None) -> None:
        kind = planned.kind if isinstance(planned, Accident) else ""
        if kind == "drop":
            self.close_connection = True
            return
        if isinstance(planned, Accident) and kind == "page":
            status, content = planned.status, planned.body
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if kind == "page" else "application/x-amz-json-1.1")
        self.send_header("x-amzn-RequestId", str(uuid.uuid4()))
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if kind == "cut" else content)
        self.close_connection = kind == "cut" or self.close_connection

    def _admit(self, content: bytes) -> None:
        """Raises: Wrong: not signed, by nobody known, or with another key."""
        said = self.headers.get("Authorization", "")
        found = re.fullmatch(
            r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/rekognition/aws4_request, "
            r"SignedHeaders=([^,]+), Signature=([0-9a-f]{64})",
            said,
        )
        if not found:
            raise Wrong("MissingAuthenticationTokenException", "Missing Authentication Token")
        who, _, region, names, signature = found.groups()
        if who not in self.service.admitted:
            raise Wrong(
                "UnrecognizedClientException", "The security token included in the request is invalid."
            )
        assert {"host", "x-amz-date", "x-amz-target", "content-type"} <= set(names.split(";"))
        signed = {name: self.headers[name] for name in names.split(";")}
        request = AWSRequest("POST", f"http://{self.headers['Host']}/", headers=signed, data=content)
        request.context["timestamp"] = self.headers["X-Amz-Date"]
        auth = SigV4Auth(Credentials(who, SECRET_KEY), "rekognition", region)
        wanted = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
        if wanted != signature:
            raise Wrong(
                "InvalidSignatureException",
                f"The request signature we calculated does not match. Credential={who}",
            )

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(options: SimulatedOptions) -> Iterator[Rekognition]:
    """The service at `address`, until the block ends."""
    service = Rekognition(SimulatedSystem(options))
    handler = type("Bound", (Handler,), {"service": service})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        service.address = f"http://127.0.0.1:{server.server_port}"
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()
