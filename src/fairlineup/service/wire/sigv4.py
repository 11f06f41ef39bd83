"""Signature Version 4: who signed a request, and whether it is what they signed.

Source: AWS, Signature Version 4 signing process; its test suite is in the tests, and botocore's signer.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote_to_bytes

from fairlineup.records import Refused
from fairlineup.service.wire.operations import Headers, values

ALGORITHM = "AWS4-HMAC-SHA256"
SKEW = timedelta(minutes=5)
LONGEST_LIFE = timedelta(days=7)
LONGEST_ID = 128
UNSIGNED = "UNSIGNED-PAYLOAD"

_TIME = re.compile(r"\d{8}T\d{6}Z")
_HEX = re.compile(r"[0-9a-f]{64}")
_PARAMETERS = ("Credential", "SignedHeaders", "Signature")
_MUST_BE_SIGNED = ("x-amz-content-sha256", "x-amz-date", "x-amz-security-token", "x-amz-target")


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it came, of which nothing was decoded or put in order."""

    method: str
    path: bytes
    query: bytes
    headers: Headers
    body_sha256: str  #: of the body, in lower-case hexadecimal digits.


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose key signed a request."""

    access_key_id: str
    region: str
    session_token: str | None  #: as it was sent; signed like everything else.
    signed_at: datetime
    presigned: bool  #: the signature came in the query, and may be sent again until it expires.
    covers_body: bool  #: the body is signed too.


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a request says of its own signature."""

    access_key_id: str
    date: str
    region: str
    service: str
    signature: str
    time: str
    signed_headers: tuple[str, ...]
    life: timedelta | None  #: of a presigned request.
    session_token: str | None


def verify(
    sent: Sent, secret_of: Callable[[str], str | None], now: datetime, service: str = "rekognition"
) -> Caller:
    """Whose request it is, if all that was signed is as it was signed.

    Args:
        sent: the request.
        secret_of: the secret of an access key; None for one that is unknown or no longer good.
        now: of this server, with a time zone.
        service: the one that signatures have to be for; they may be for any region.
    Raises: Refused: there is no signature, a part of it is missing, the key is unknown, its time has passed,
        or it is not the signature of this request.
    """
    claim = _from_query(sent) if b"X-Amz-Signature=" in sent.query else _from_header(sent)
    _check_scope(claim, service)
    _check_signed_headers(claim, sent)
    signed_at = _check_time(claim, now)
    payload = _payload(sent)
    secret = secret_of(claim.access_key_id)
    if secret is None:
        raise _refused("access-key-unusable", "the access key", "one that is good here", claim.access_key_id)
    if not hmac.compare_digest(_signature(claim, sent, payload, secret), claim.signature):
        raise _wrong("the signature", "that of this request, made with the key's secret", "another")
    presigned, covers = claim.life is not None, payload != UNSIGNED
    return Caller(claim.access_key_id, claim.region, claim.session_token, signed_at, presigned, covers)


def invocation_of(headers: Headers) -> str | None:
    """The id that an SDK gives a call and each of its retries; None where there is not exactly one."""
    ids = values(headers, b"amz-sdk-invocation-id")
    if len(ids) != 1 or not 0 < len(ids[0]) <= LONGEST_ID or not ids[0].isascii():
        return None
    return ids[0].decode()


def _from_header(sent: Sent) -> _Claim:
    said = [value.decode("latin-1") for value in values(sent.headers, b"authorization")]
    if not said:
        raise _refused("signature-missing", "the request", "a signature", "none")
    algorithm, _, rest = said[0].partition(" ")
    pairs = [part.strip().partition("=") for part in rest.split(",")]
    parameters = {name: value for name, _, value in pairs}
    if len(said) > 1 or algorithm != ALGORITHM or sorted(name for name, _, _ in pairs) != sorted(_PARAMETERS):
        expected = f"{ALGORITHM} with {', '.join(_PARAMETERS)}, each once"
        raise _incomplete("the header Authorization", expected, algorithm)
    time, token = (_one(sent.headers, name) for name in ("x-amz-date", "x-amz-security-token"))
    return _claim(parameters, time, token, None)


def _from_query(sent: Sent) -> _Claim:
    if values(sent.headers, b"authorization"):
        raise _incomplete(
            "the request", "one signature", "one in the query and one in the header Authorization"
        )
    pairs = [(unquote_to_bytes(name).decode("latin-1"), value) for name, value in _pairs(sent.query)]
    found = {name: unquote_to_bytes(value).decode("latin-1") for name, value in pairs}
    named = [name for name, _ in pairs if name.startswith("X-Amz-")]
    wanted = ["X-Amz-Algorithm", "X-Amz-Date", "X-Amz-Expires", *(f"X-Amz-{name}" for name in _PARAMETERS)]
    if sorted(set(named) & set(wanted)) != sorted(wanted) or len(set(named)) < len(named):
        raise _incomplete("the query", f"{', '.join(wanted)}, each once", ", ".join(named))
    if found["X-Amz-Algorithm"] != ALGORITHM:
        raise _incomplete("X-Amz-Algorithm", ALGORITHM, found["X-Amz-Algorithm"])
    seconds = found["X-Amz-Expires"]
    if not re.fullmatch(r"[1-9]\d{0,5}", seconds) or timedelta(seconds=int(seconds)) > LONGEST_LIFE:
        raise _incomplete("X-Amz-Expires", f"1 to {LONGEST_LIFE.total_seconds():.0f} seconds", seconds)
    parameters = {name: found[f"X-Amz-{name}"] for name in _PARAMETERS}
    token = found.get("X-Amz-Security-Token")
    return _claim(parameters, found["X-Amz-Date"], token, timedelta(seconds=int(seconds)))


def _claim(parameters: dict[str, str], time: str | None, token: str | None, life: timedelta | None) -> _Claim:
    scope = parameters["Credential"].split("/")
    signed = tuple(parameters["SignedHeaders"].split(";"))
    if len(scope) != 5 or not all(scope) or scope[4] != "aws4_request":
        expected = "access key, date, region, service and aws4_request, with / between them"
        raise _incomplete("Credential", expected, parameters["Credential"])
    if list(signed) != sorted({name.lower() for name in signed if name}):
        raise _incomplete("SignedHeaders", "names in lower case, in order, each once", ";".join(signed))
    if not _HEX.fullmatch(parameters["Signature"]):
        raise _incomplete("Signature", "64 hexadecimal digits in lower case", parameters["Signature"])
    if time is None or not _TIME.fullmatch(time):
        raise _incomplete("X-Amz-Date", "a time such as 20261231T235959Z", time or "none")
    key, date, region, service, _ = scope
    return _Claim(key, date, region, service, parameters["Signature"], time, signed, life, token)


def _check_scope(claim: _Claim, service: str) -> None:
    if claim.service != service:
        raise _wrong("Credential", f"the service {service}", claim.service)
    if claim.date != claim.time[:8]:
        raise _wrong("Credential", f"the date of X-Amz-Date, {claim.time[:8]}", claim.date)


def _check_signed_headers(claim: _Claim, sent: Sent) -> None:
    there = {name.decode("latin-1").lower() for name, _ in sent.headers}
    if missing := [name for name in claim.signed_headers if name not in there]:
        raise _incomplete("SignedHeaders", "headers that were sent", f"{missing[0]}, which was not")
    needed = ["host", *(name for name in _MUST_BE_SIGNED if name in there)]
    if unsigned := [name for name in needed if name not in claim.signed_headers]:
        raise _incomplete("SignedHeaders", ", ".join(needed), f"none of {', '.join(unsigned)}")


def _check_time(claim: _Claim, now: datetime) -> datetime:
    try:
        signed = datetime.strptime(claim.time, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise _incomplete("X-Amz-Date", "a time that there is", claim.time) from None
    life = SKEW if claim.life is None else claim.life
    if not -SKEW <= now - signed <= life:
        raise _refused(
            "signature-expired",
            "the time of the signature",
            f"one at most {life.total_seconds():.0f} seconds before this server's, "
            f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}, and 300 after it",
            claim.time,
            "set the clock right, and sign the request again",
        )
    return signed


def _payload(sent: Sent) -> str:
    """The last line of what is signed."""
    said = _one(sent.headers, "x-amz-content-sha256")
    if said is None or said == sent.body_sha256:
        return sent.body_sha256
    if said == UNSIGNED:
        return UNSIGNED
    if said.startswith("STREAMING-"):
        raise _incomplete("the header X-Amz-Content-SHA256", "the digest of a body that is sent whole", said)
    raise _wrong("the body", f"one of the SHA-256 {said[:64]}, as its header says", sent.body_sha256)


def _signature(claim: _Claim, sent: Sent, payload: str, secret: str) -> str:
    scope = (claim.date, claim.region, claim.service, "aws4_request")
    request = canonical_request(sent, claim.signed_headers, payload)
    text = "\n".join((ALGORITHM, claim.time, "/".join(scope), hashlib.sha256(request).hexdigest()))
    key = b"AWS4" + secret.encode()
    for part in scope:
        key = hmac.digest(key, part.encode("latin-1"), "sha256")
    return hmac.digest(key, text.encode("latin-1"), "sha256").hex()


def canonical_request(sent: Sent, signed_headers: Sequence[str], payload: str) -> bytes:
    """A request in the one form in which it is signed."""
    lines = []
    for name in signed_headers:
        said = (b" ".join(value.split()) for value in values(sent.headers, name.encode("latin-1")))
        lines.append(name.encode("latin-1") + b":" + b",".join(said) + b"\n")
    return b"\n".join(
        (
            sent.method.encode(),
            _canonical_path(sent.path),
            _canonical_query(sent.query),
            b"".join(lines),
            ";".join(signed_headers).encode("latin-1"),
            payload.encode(),
        )
    )


def _canonical_path(path: bytes) -> bytes:
    kept: list[bytes] = []
    for part in path.split(b"/"):
        if part == b"..":
            kept = kept[:-1]
        elif part not in (b"", b"."):
            kept.append(part)
    last = b"/" if kept and path.endswith(b"/") else b""
    return quote(b"/" + b"/".join(kept) + last, safe="/~").encode()


def _canonical_query(query: bytes) -> bytes:
    found = [(_again(name), _again(value)) for name, value in _pairs(query) if name != b"X-Amz-Signature"]
    return b"&".join(name + b"=" + value for name, value in sorted(found))


def _again(part: bytes) -> bytes:
    return quote(unquote_to_bytes(part), safe="~").encode()


def _pairs(query: bytes) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, _, value in (part.partition(b"=") for part in query.split(b"&") if part)]


def _one(headers: Headers, name: str) -> str | None:
    found = values(headers, name.encode())
    if len(found) > 1:
        raise _incomplete(f"the header {name}", "one of it", f"{len(found)}")
    return found[0].strip().decode("latin-1") if found else None


def _incomplete(what: str, expected: str, got: str) -> Refused:
    return _refused("signature-incomplete", what, expected, got)


def _wrong(what: str, expected: str, got: str) -> Refused:
    return _refused("signature-wrong", what, expected, got)


def _refused(code: str, what: str, expected: str, got: str, remedy: str = "") -> Refused:
    said = remedy or "sign the request with Signature Version 4 and a key of this server, as AWS SDKs do"
    return Refused(what, expected=expected, got=got[:200] or "none", remedy=said, code=code)
