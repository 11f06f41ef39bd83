"""Bodies of requests, checked against the model and against what the model leaves to words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from fairlineup.faces.photos import PhotographTooLarge
from fairlineup.foreign import MisfitError, decode_json
from fairlineup.records import FairlineupError
from fairlineup.service.wire.misfits import unusable, worded
from fairlineup.service.wire.model import input_of, kind, shape_of

Request = Mapping[str, Any]
"""The members that were sent, and the defaults of those that were not; blobs are bytes."""

IMAGES = ("Image", "SourceImage", "TargetImage")
THRESHOLDS = ("FaceMatchThreshold", "SimilarityThreshold", "UserMatchThreshold")
LARGEST_PLAIN = 2**20  # bytes of a body without photographs; 4,096 ids of faces are a sixth of it
DEEPEST = 8

DEFAULTS: Mapping[str, Request] = MappingProxyType(
    {
        "AssociateFaces": {"UserMatchThreshold": 75.0},
        "CompareFaces": {"SimilarityThreshold": 80.0, "QualityFilter": "NONE"},
        "DetectFaces": {"Attributes": ["DEFAULT"]},
        "IndexFaces": {"DetectionAttributes": ["DEFAULT"], "QualityFilter": "AUTO"},
        "ListCollections": {"MaxResults": 4096},
        "ListFaces": {"MaxResults": 4096},
        "ListUsers": {"MaxResults": 500},
        "SearchFaces": {"FaceMatchThreshold": 80.0, "MaxFaces": 4096},
        "SearchFacesByImage": {"FaceMatchThreshold": 80.0, "MaxFaces": 4096, "QualityFilter": "NONE"},
        "SearchUsers": {"UserMatchThreshold": 80.0, "MaxUsers": 500},
        "SearchUsersByImage": {"UserMatchThreshold": 80.0, "MaxUsers": 500, "QualityFilter": "NONE"},
    }
)
"""What a member means that was left out, by the words of Amazon's guide."""


def largest_body(operation: str) -> int:
    """Bytes that a request may have; a photograph takes four thirds of its own."""
    images = _images_of(operation)
    return LARGEST_PLAIN + images * (largest_image() * 4 // 3 + 4)


def largest_image() -> int:
    """Bytes of a photograph that is sent in a request."""
    return int(shape_of("ImageBlob")["max"])


def body_too_large(operation: str, size: int) -> FairlineupError:
    """What is said of a body of so many bytes, before it is read."""
    if _images_of(operation):
        return _image_too_large("the body of the request", largest_body(operation), size)
    return unusable("the body of the request", f"at most {LARGEST_PLAIN:,} bytes", f"{size:,}")


def decode_request(operation: str, body: bytes) -> Request:
    """What a body asks for; an empty one asks as `{}` does.

    Raises: BadInput: it is not what the model of the operation says, holds a member that the model does not
        know, or holds members that do not go together.
    """
    if len(body) > largest_body(operation):
        raise body_too_large(operation, len(body))
    try:
        found = decode_json(
            body or b"{}", kind(input_of(operation)), largest=largest_body(operation), deepest=DEEPEST
        )
    except MisfitError as error:
        raise worded(operation, body, error) from None
    sent = _members(found)
    for name in set(sent) & set(_RULES):
        _RULES[name](name, sent)
    if operation == "SearchUsers":
        _one_of("the body of the request", sent, "UserId", "FaceId")
    return {**DEFAULTS.get(operation, {}), **sent}


def _members(found: msgspec.Struct) -> dict[str, Any]:
    members = {}
    for name in found.__struct_fields__:
        value = getattr(found, name)
        if value is not None:
            members[name] = _members(value) if isinstance(value, msgspec.Struct) else value
    return members


def _image(name: str, request: Request) -> None:
    image = request[name]
    _one_of(name, image, "Bytes", "S3Object")
    if len(image.get("Bytes", b"")) > largest_image():
        raise _image_too_large(name, largest_image(), len(image["Bytes"]))
    for member in ("Bucket", "Name"):
        if member not in image.get("S3Object", ("Bucket", "Name")):
            raise unusable(f"{name}.S3Object", f"the member {member}", "none of that name")


def _one_of(name: str, members: Request, one: str, other: str) -> None:
    if (one in members) == (other in members):
        got = "both" if one in members else "neither"
        raise unusable(name, f"either {one} or {other}", got, "give one of the two")


def _threshold(name: str, request: Request) -> None:
    asked = request[name]
    if 0 < asked <= 1:
        remedy = f"{asked:g}: did you mean {100 * asked:g}? For every candidate, ask for 0"
        raise unusable(name, "a similarity in per cent, 0 or above 1", f"{asked:g}", remedy)


def _page_size(name: str, request: dict[str, Any]) -> None:
    if request[name] == 0:  # which the model allows: a page of nothing would be asked for without end
        del request[name]


def _page_token(name: str, request: dict[str, Any]) -> None:
    if not request[name]:  # as samples of AWS send on the first page
        del request[name]


_RULES: Mapping[str, Callable[[str, dict[str, Any]], None]] = MappingProxyType(
    {
        **dict.fromkeys(IMAGES, _image),
        **dict.fromkeys(THRESHOLDS, _threshold),
        "MaxResults": _page_size,
        "NextToken": _page_token,
    }
)


def _images_of(operation: str) -> int:
    return sum(name in IMAGES for name in shape_of(input_of(operation))["members"])


def _image_too_large(what: str, most: int, size: int) -> FairlineupError:
    return PhotographTooLarge(
        what,
        expected=f"at most {most:,} bytes",
        got=f"{size:,} bytes",
        remedy="send a smaller one, or name it as an S3Object",
    )
