"""What went wrong with a question, told apart by the service's own error codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fairlineup.records import Outcome, Refused, SystemFailed, Throttled, TransportError

NAME = "rekognition"
BUSY = {
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "LimitExceededException",
    "Throttling",
    "ThrottledException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "SlowDown",
}
NOT_ADMITTED = {
    "AccessDeniedException",
    "AccessDenied",
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "IncompleteSignatureException",
    "MissingAuthenticationTokenException",
    "MissingAuthenticationToken",
    "ExpiredTokenException",
    "ExpiredToken",
    "OptInRequired",
    "NotAuthorized",
}
OF_THE_PHOTOGRAPH = {
    "InvalidParameterException",
    "ImageTooLargeException",
    "InvalidImageFormatException",
}
PHOTOGRAPHS_ARE_SENT = {"index_faces", "search_faces_by_image", "compare_faces"}
NO_FACES = "There are no faces in the image"
LONGEST_WORDS = 200


class NoSuchCollection(Exception):
    """ResourceNotFoundException."""


class CollectionExists(Exception):
    """ResourceAlreadyExistsException."""


class Declined(Exception):
    """The service took the question and would not process the photograph."""

    def __init__(self, outcome: Outcome, words: str) -> None:
        self.outcome = outcome
        self.words = words
        super().__init__(outcome, words)


def fault_of(operation: str, response: Mapping[str, Any], hidden: tuple[str, ...] = ()) -> Exception:
    """What to raise for an error the service answered.

    Args:
        operation: "index_faces".
        response: of botocore's ClientError.
        hidden: words that must not be repeated.
    """
    error, meta = response.get("Error", {}), response.get("ResponseMetadata", {})
    code, status = _words(str(error.get("Code", "")), hidden), int(meta.get("HTTPStatusCode", 0))
    words = _words(str(error.get("Message", "")), hidden)
    if code in BUSY or status in (429, 503):
        return _throttled(code, meta.get("HTTPHeaders", {}))
    if code in NOT_ADMITTED or status in (401, 403):  # their words name accounts and keys: not repeated
        return not_admitted(code)
    if status >= 500 or code == "InternalServerError":
        return unanswered(code or f"HTTP {status}")
    return _about_the_question(operation, code, words)


def unanswered(got: str) -> TransportError:
    """The question got no answer."""
    return TransportError(f"{NAME} did not answer", expected="an answer", got=got, remedy="ask again later")


def not_admitted(got: str) -> Refused:
    """The credentials are missing or not accepted."""
    return Refused(
        f"{NAME} does not accept the credentials",
        expected="credentials that boto3 finds, with the right to do this",
        got=got,
        remedy="set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile; "
        "`fairlineup help systems/rekognition` lists the rights",
    )


def _about_the_question(operation: str, code: str, words: str) -> Exception:
    if code == "ResourceNotFoundException":
        return NoSuchCollection()
    if code == "ResourceAlreadyExistsException":
        return CollectionExists()
    if code in OF_THE_PHOTOGRAPH and operation in PHOTOGRAPHS_ARE_SENT:
        return Declined(_outcome(operation, code, words), words or code)
    return SystemFailed(
        f"{NAME} answered {operation} with an error",
        expected="an answer",
        got=f"{code}: {words}",
        remedy="read `fairlineup help systems/rekognition`; finished answers are kept",
    )


def _outcome(operation: str, code: str, words: str) -> Outcome:
    """CompareFaces says "invalid parameters" of a photograph without a face, by its documentation."""
    faceless = NO_FACES in words or operation == "compare_faces"
    return Outcome.NO_FACE if code == "InvalidParameterException" and faceless else Outcome.REFUSED


def _throttled(code: str, headers: Mapping[str, str]) -> Throttled:
    error = Throttled(
        f"{NAME} asks for fewer questions", expected="an answer", got=code, remedy="wait, then ask again"
    )
    after = headers.get("retry-after", "")
    error.retry_after_s = float(after) if after.replace(".", "", 1).isdigit() else None
    return error


def _words(text: str, hidden: tuple[str, ...]) -> str:
    for secret in hidden:
        text = text.replace(secret, "…")
    return " ".join(text.split())[:LONGEST_WORDS]
