"""What an error is called on the wire: one table from our codes to Rekognition's exceptions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from fairlineup.faces.photos import PhotographTooLarge
from fairlineup.records import BadInput, FairlineupError, Refused, Throttled
from fairlineup.service.wire.built import OPERATIONS
from fairlineup.service.wire.model import errors_of, exceptions
from fairlineup.service.wire.operations import CONTENT_TYPE


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back: status, headers and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Row(NamedTuple):
    """An exception, and the text that programs compare; with none, the error's own."""

    exception: str
    text: str = ""


_NO_FACE = "There are no faces in the image. Should be at least 1."
TABLE: Mapping[str, Row] = MappingProxyType(
    {
        "access-key-unusable": Row(
            "UnrecognizedClientException", "The security token included in the request is invalid."
        ),
        "collection-exists": Row(
            "ResourceAlreadyExistsException", "The collection id: {collection} already exists."
        ),
        "collection-missing": Row(
            "ResourceNotFoundException", "The collection id: {collection} does not exist"
        ),
        "face-missing": Row("InvalidParameterException", "faceId was not found in the collection."),
        "no-face": Row("InvalidParameterException", _NO_FACE),
        "object-missing": Row(
            "InvalidS3ObjectException",
            "Unable to get object metadata from S3. Check object key, region and/or access permissions.",
        ),
        "operation-not-built": Row("AccessDeniedException", "{operation} is not built: {subject}. {why}"),
        "operation-unknown": Row("UnknownOperationException"),
        "page-token-unusable": Row("InvalidPaginationTokenException", "Invalid Pagination Token"),
        "people-limit": Row("ServiceQuotaExceededException"),
        "photograph-unreadable": Row("InvalidImageFormatException", "Request has invalid image format."),
        "rate-exceeded": Row("ProvisionedThroughputExceededException", "Provisioned Rate exceeded."),
        "request-unusable": Row("InvalidParameterException"),
        "signature-expired": Row("InvalidSignatureException"),
        "signature-incomplete": Row("IncompleteSignatureException"),
        "signature-missing": Row("MissingAuthenticationTokenException", "Missing Authentication Token"),
        "signature-wrong": Row("InvalidSignatureException"),
        "store-busy": Row("ThrottlingException", "Slow down; sudden increase in rate of requests."),
        "throttled": Row("ThrottlingException", "Slow down; sudden increase in rate of requests."),
        "token-reused": Row(
            "IdempotentParameterMismatchException",
            "The ClientRequestToken: {token} you have supplied is already in use.",
        ),
        "user-exists": Row("ConflictException"),
        "user-full": Row("ServiceQuotaExceededException"),
        "user-missing": Row("ResourceNotFoundException"),
        "workers-busy": Row("ThrottlingException", "Slow down; sudden increase in rate of requests."),
    }
)
_BY_OPERATION = MappingProxyType(
    {("CompareFaces", "no-face"): Row("InvalidParameterException", "Request has invalid parameters.")}
)
_TOO_LARGE = Row("ImageTooLargeException", "Image size is too large.")
_OURS = Row("InternalServerError", "Internal server error")


def error_reply(error: Exception, operation: str | None, request_id: str) -> Reply:
    """An error as the reply to a request.

    Of a fault that is ours nothing is said but that there was one: the log has it, under the request's id.

    Args:
        error: what was raised.
        operation: what was asked for, if that is known.
        request_id: a UUID; it stands in the reply and in the log.
    """
    exception, fixed = _row(error, operation)
    own = "" if exception == _OURS.exception else str(error)
    text = _filled(fixed, error) or own
    body = {"__type": exception, "Code": exception, "Logref": request_id, "Message": text}
    if own and own != text:
        body["Reason"] = own
    code = error.code if isinstance(error, FairlineupError) else "unspecified"
    headers = {
        "content-type": CONTENT_TYPE,
        "x-amzn-requestid": request_id,
        "x-amzn-errortype": exception,
        "x-fairlineup-code": code,
    }
    if isinstance(error, Throttled) and error.retry_after_s is not None:
        headers["retry-after"] = f"{math.ceil(error.retry_after_s)}"
    return Reply(500 if exception == _OURS.exception else 400, headers, msgspec.json.encode(body))


def _row(error: Exception, operation: str | None) -> Row:
    """The exception of an error that the operation may answer with."""
    code = error.code if isinstance(error, FairlineupError) else ""
    row = _BY_OPERATION.get((operation or "", code)) or TABLE.get(code) or _root(error)
    if isinstance(error, PhotographTooLarge):
        row = _TOO_LARGE
    modelled = errors_of(operation) if operation in OPERATIONS else exceptions()
    if row.exception in exceptions() - modelled:
        return _root(error)
    return row


def _root(error: Exception) -> Row:
    if isinstance(error, BadInput):
        return Row("InvalidParameterException")
    return Row("AccessDeniedException") if isinstance(error, Refused) else _OURS


def _filled(text: str, error: Exception) -> str:
    """A text with the facts of an error in it; blank where one is not there."""
    try:
        return text.format_map(error.facts if isinstance(error, FairlineupError) else {})
    except KeyError:
        return ""
