"""Which operation a request asks for, and what an error is called on the wire."""

from __future__ import annotations

import json
from typing import Any

import botocore.parsers
import botocore.session
import pytest

from fairlineup.faces.photos import NotAPhotograph, PhotographTooLarge
from fairlineup.records import CODES, BadInput, FairlineupError, Refused, SystemFailed, Throttled
from fairlineup.service.wire import BUILT, CONTENT_TYPE, OPERATIONS, error_reply, errors_of, operation_of
from fairlineup.service.wire.errors import TABLE

SAID: dict[str, Any] = {"expected": "one thing", "got": "another", "remedy": "mend it"}
MODEL = botocore.session.get_session().get_service_model("rekognition")
ID = "5022229e-7e48-11e9-9ad1-854a4567eb71"
AWS = (  # of any service of AWS, before it knows the operation
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "UnknownOperationException",
    "UnrecognizedClientException",
)


def _asked(target: str | None, kind: str | None = CONTENT_TYPE) -> list[tuple[bytes, bytes]]:
    said = {b"x-amz-target": target, b"content-type": kind}
    return [(name, value.encode()) for name, value in said.items() if value is not None]


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_every_operation_is_known_by_its_target(operation: str) -> None:
    headers = _asked(f"RekognitionService.{operation}")
    if operation in BUILT:
        assert operation_of(headers) == operation
        return
    with pytest.raises(Refused) as error:
        operation_of(headers)
    said = json.loads(error_reply(error.value, operation, ID).body)
    assert said["__type"] == "AccessDeniedException"
    assert said["Message"].startswith(f"{operation} is not built: ")


@pytest.mark.parametrize(
    "headers",
    [
        [],
        _asked(None),
        _asked("RekognitionService"),
        _asked("RekognitionService."),
        _asked("RekognitionService.DetectFaces "),
        _asked("RekognitionService.RekognitionService.DetectFaces"),
        _asked("DetectFaces"),
        _asked("DynamoDB_20120810.ListTables"),
        _asked("RekognitionService.detectfaces"),
        _asked("RekognitionService.DetectFaces") * 2,
        _asked("RekognitionService.DetectFaces", None),
        _asked("RekognitionService.DetectFaces", "text/plain"),
        _asked("RekognitionService.DetectFacesé"),
    ],
)
def test_what_names_no_operation(headers: list[tuple[bytes, bytes]]) -> None:
    with pytest.raises(BadInput) as error:
        operation_of(headers)
    assert json.loads(error_reply(error.value, None, ID).body)["__type"] == "UnknownOperationException"


def _parsed(error: Exception, operation: str | None) -> dict[str, Any]:
    """As boto3 reads it."""
    reply = error_reply(error, operation, ID)
    shape = MODEL.operation_model(operation or "DetectFaces").output_shape
    parser = botocore.parsers.create_parser("json")
    said: dict[str, Any] = parser.parse(
        {"status_code": reply.status, "headers": dict(reply.headers), "body": reply.body}, shape
    )
    return said


@pytest.mark.parametrize("code", sorted({*TABLE, *CODES}))
@pytest.mark.parametrize("root", [BadInput, Refused, SystemFailed])
def test_whatever_goes_wrong_is_something_that_the_operation_models(
    code: str, root: type[FairlineupError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fairlineup.records.errors.CODES", {code: ""})
    for operation in ("DetectFaces", "CreateUser", "StartSegmentDetection"):
        said = _parsed(root("a thing", **SAID, code=code), operation)
        assert said["Error"]["Code"] in {*errors_of(operation), *AWS}
        assert said["Error"]["Message"]
        assert said["ResponseMetadata"]["RequestId"] == ID


FACTS = {"collection": "faces", "token": "t"}
FIXED = [
    (
        "SearchFacesByImage",
        "no-face",
        "InvalidParameterException",
        "There are no faces in the image. Should be at least 1.",
    ),
    ("CompareFaces", "no-face", "InvalidParameterException", "Request has invalid parameters."),
    (
        "CreateCollection",
        "collection-exists",
        "ResourceAlreadyExistsException",
        "The collection id: faces already exists.",
    ),
    (
        "DeleteCollection",
        "collection-missing",
        "ResourceNotFoundException",
        "The collection id: faces does not exist",
    ),
    (
        "DetectFaces",
        "photograph-unreadable",
        "InvalidImageFormatException",
        "Request has invalid image format.",
    ),
    (
        "DetectFaces",
        "object-missing",
        "InvalidS3ObjectException",
        "Unable to get object metadata from S3. Check object key, region and/or access permissions.",
    ),
    ("ListFaces", "page-token-unusable", "InvalidPaginationTokenException", "Invalid Pagination Token"),
]


@pytest.mark.parametrize(("operation", "code", "exception", "text"), FIXED)
def test_texts_that_programs_compare(
    operation: str, code: str, exception: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fairlineup.records.errors.CODES", {code: ""})
    error = BadInput("a thing", **SAID, code=code, facts=FACTS)
    said = _parsed(error, operation)["Error"]
    assert (said["Code"], said["Message"]) == (exception, text)
    assert json.loads(error_reply(error, operation, ID).body)["Reason"] == str(error)


def test_the_form_of_an_error() -> None:
    reply = error_reply(PhotographTooLarge("a.jpg", **SAID), "DetectFaces", ID)
    assert reply.status == 400
    assert json.loads(reply.body) == {
        "__type": "ImageTooLargeException",
        "Code": "ImageTooLargeException",
        "Logref": ID,
        "Message": "Image size is too large.",
        "Reason": "a.jpg: expected one thing, got another; mend it",
    }
    assert reply.headers == {
        "content-type": "application/x-amz-json-1.1",
        "x-amzn-requestid": ID,
        "x-amzn-errortype": "ImageTooLargeException",
        "x-fairlineup-code": "photograph-unreadable",
    }


@pytest.mark.parametrize("error", [KeyError("/secret/path"), SystemFailed("/secret/path", **SAID)])
def test_of_our_own_faults_nothing_is_told(error: Exception) -> None:
    reply = error_reply(error, "DetectFaces", ID)
    assert reply.status == 500
    assert b"secret" not in reply.body
    assert _parsed(error, "DetectFaces")["Error"] == {
        "Code": "InternalServerError",
        "Message": "Internal server error",
    }


def test_an_error_that_an_operation_does_not_know_keeps_its_own_text() -> None:
    error = NotAPhotograph("a.jpg", **SAID)
    said = json.loads(error_reply(error, "CreateUser", ID).body)
    assert (said["__type"], said["Message"]) == ("InvalidParameterException", str(error))


def test_who_asks_too_often_is_told_how_long_to_wait() -> None:
    error = Throttled("requests", **SAID)
    error.retry_after_s = 2.4
    reply = error_reply(error, "DetectFaces", ID)
    assert (reply.status, reply.headers["retry-after"]) == (400, "3")
    assert json.loads(reply.body)["__type"] == "ThrottlingException"
