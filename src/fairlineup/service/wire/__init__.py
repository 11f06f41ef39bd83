"""The Rekognition protocol as pure functions: what was asked, who signed it, what goes back.

    operation = operation_of(headers)
    caller = verify(Sent("POST", b"/", b"", headers, digest), secret_of, now)
    request = decode_request(operation, body)
    body = encode_reply(operation, reply)

All that is refused is raised, and `error_reply` makes a reply of whatever was raised.
"""

from fairlineup.service.wire.built import BUILT, NOT_BUILT, OPERATIONS, NotBuilt
from fairlineup.service.wire.errors import Reply, error_reply
from fairlineup.service.wire.faces import (
    Picture,
    bounding_box,
    compared_face,
    confidence,
    face_detail,
)
from fairlineup.service.wire.model import errors_of
from fairlineup.service.wire.operations import CONTENT_TYPE, Headers, operation_of
from fairlineup.service.wire.pagetokens import page_token, read_page_token
from fairlineup.service.wire.replies import check_reply, encode_reply
from fairlineup.service.wire.requests import Request, body_too_large, decode_request, largest_body
from fairlineup.service.wire.sigv4 import Caller, Sent, invocation_of, verify

__all__ = [
    "BUILT",
    "CONTENT_TYPE",
    "NOT_BUILT",
    "OPERATIONS",
    "Caller",
    "Headers",
    "NotBuilt",
    "Picture",
    "Reply",
    "Request",
    "Sent",
    "body_too_large",
    "bounding_box",
    "check_reply",
    "compared_face",
    "confidence",
    "decode_request",
    "encode_reply",
    "error_reply",
    "errors_of",
    "face_detail",
    "invocation_of",
    "largest_body",
    "operation_of",
    "page_token",
    "read_page_token",
    "verify",
]
