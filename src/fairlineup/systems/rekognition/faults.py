"""What went wrong with a question, told apart by the service's own error codes."""

from __future__ import annotations

from typing import Any

from fairlineup.foreign import MisfitError, decode_json
from fairlineup.records import Outcome, Refused, SystemFailed
from fairlineup.systems import faults
from fairlineup.systems.faults import NotProcessed
from fairlineup.web import HttpAnswer, asked_to_wait

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


def fault_of(operation: str, answer: HttpAnswer, hidden: tuple[str, ...] = ()) -> Exception:
    """What to raise for an error the service answered.

    Args:
        operation: "index_faces".
        answer: of a status other than 200.
        hidden: words that must not be repeated.
    """
    status = answer.status
    code, words = (without(text, hidden) for text in _said(answer))
    if code in BUSY or status in (429, 503):
        return faults.throttled(NAME, code, asked_to_wait(answer.headers))
    if code in NOT_ADMITTED or status in (401, 403):  # their words name accounts and keys: not repeated
        return not_admitted(code)
    if status >= 500 or code == "InternalServerError":
        return faults.unanswered(NAME, code)
    return _about_the_question(operation, code, words)


def not_admitted(got: str) -> Refused:
    """The credentials are missing or not accepted."""
    return faults.not_admitted(
        NAME,
        got,
        "credentials that boto3 finds, with the right to do this",
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile; its page lists the rights",
    )


def _about_the_question(operation: str, code: str, words: str) -> Exception:
    if code == "ResourceNotFoundException":
        return NoSuchCollection()
    if code == "ResourceAlreadyExistsException":
        return CollectionExists()
    if code in OF_THE_PHOTOGRAPH and operation in PHOTOGRAPHS_ARE_SENT:
        return NotProcessed(_outcome(operation, code, words), words or code)
    return SystemFailed(
        f"{NAME} answered {operation} with an error",
        code="answer-unusable",
        expected="an answer",
        got=f"{code}: {words}",
        remedy="look what its page says of it; finished answers are kept",
        facts={"system": NAME, "page": "systems/rekognition"},
    )


def _outcome(operation: str, code: str, words: str) -> Outcome:
    """CompareFaces says "invalid parameters" of a photograph without a face, by its documentation."""
    faceless = NO_FACES in words or operation == "compare_faces"
    return Outcome.NO_FACE if code == "InvalidParameterException" and faceless else Outcome.REFUSED


def _said(answer: HttpAnswer) -> tuple[str, str]:
    """Code and words of an error; its status where there is no code."""
    try:
        body = decode_json(answer.body, dict[str, Any])
    except MisfitError:
        body = {}
    named = (body.get("__type"), answer.headers.get("x-amzn-errortype"), body.get("Code"))
    code = next((one for one in named if isinstance(one, str) and one), f"HTTP {answer.status}")
    words = next((one for one in (body.get("message"), body.get("Message")) if isinstance(one, str)), "")
    return code.rpartition("#")[2].partition(":")[0], words


def without(text: str, hidden: tuple[str, ...]) -> str:
    """Somebody's words on one line, shortened, without what must not be repeated."""
    for secret in hidden:
        text = text.replace(secret, "…")
    return " ".join(text.split())[:LONGEST_WORDS]
