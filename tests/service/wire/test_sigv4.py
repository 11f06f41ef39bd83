"""Signatures: AWS's own test suite, botocore's signer, and everything that may be changed on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

from fairlineup.records import Refused
from fairlineup.service.wire import Sent, invocation_of, verify

KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
SESSION = "a/token+of=one"
NOW = datetime(2026, 12, 1, 6, 30, 15, tzinfo=UTC)
BODY = b'{"CollectionId": "a"}'
TARGET = {"content-type": "application/x-amz-json-1.1", "x-amz-target": "RekognitionService.ListFaces"}

SUITE_DATE = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
SUITE: dict[
    str, Any
] = {  # method, path, query, headers beside host and date, body, signature; by AWS's test suite
    "get-vanilla": (
        ("GET", b"/", b"", [], b""),
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    ),
    "post-vanilla": (
        ("POST", b"/", b"", [], b""),
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    ),
    "get-vanilla-query-order-key-case": (
        ("GET", b"/", b"Param2=value2&Param1=value1", [], b""),
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ),
    "get-vanilla-empty-query-key": (
        ("GET", b"/", b"Param1=value1", [], b""),
        "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
    ),
    "get-vanilla-utf8-query": (
        ("GET", b"/", b"%E1%88%B4=bar", [], b""),
        "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
    ),
    "get-unreserved": (
        ("GET", b"/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", b"", [], b""),
        "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
    ),
    "get-utf8": (
        ("GET", "/ሴ".encode(), b"", [], b""),
        "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
    ),
    "get-space": (
        ("GET", b"/example space/", b"", [], b""),
        "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
    ),
    "get-relative-relative": (
        ("GET", b"/example1/example2/../..", b"", [], b""),
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    ),
    "get-header-key-duplicate": (
        ("GET", b"/", b"", [(b"my-header1", value) for value in (b"value2", b"value2", b"value1")], b""),
        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
    ),
    "get-header-value-trim": (
        ("GET", b"/", b"", [(b"my-header1", b" value1"), (b"my-header2", b' "a   b   c"')], b""),
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
    ),
    "post-x-www-form-urlencoded": (
        ("POST", b"/", b"", [(b"content-type", b"application/x-www-form-urlencoded")], b"Param1=value1"),
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    ),
}


def _secret(key: str) -> str | None:
    return SECRET if key == KEY else None


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize("name", SUITE)
def test_the_suite_of_aws(name: str) -> None:
    (method, path, query, headers, body), signature = SUITE[name]
    named = [(b"host", b"example.amazonaws.com"), (b"x-amz-date", b"20150830T123600Z"), *headers]
    signed = ";".join(sorted({header.decode() for header, _ in named}))
    value = (
        f"AWS4-HMAC-SHA256 Credential={KEY}/20150830/us-east-1/service/aws4_request, "
        f"SignedHeaders={signed}, Signature={signature}"
    )
    sent = Sent(method, path, query, [*named, (b"authorization", value.encode())], _digest(body))
    assert verify(sent, _secret, SUITE_DATE, "service").region == "us-east-1"


def signed(
    headers: Mapping[str, str] = TARGET,
    *,
    url: str = "http://127.0.0.1:8080/",
    body: bytes = BODY,
    token: str | None = None,
    at: datetime = NOW,
    signer: Callable[[Credentials], botocore.auth.SigV4Auth] | None = None,
) -> Sent:
    """A request as botocore signs it."""
    request = AWSRequest("POST", url, headers=dict(headers), data=body)
    made = signer or (lambda of: botocore.auth.SigV4Auth(of, "rekognition", "eu-central-1"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(botocore.auth, "get_current_datetime", lambda: at.replace(tzinfo=None))
        made(Credentials(KEY, SECRET, token)).add_auth(request)
    return _sent(request, body)


def _sent(request: AWSRequest, body: bytes) -> Sent:
    parts = urlsplit(request.url)
    pairs = [(name.lower().encode(), str(value).encode()) for name, value in request.headers.items()]
    headers = [*pairs, (b"host", parts.netloc.encode())]
    return Sent("POST", parts.path.encode(), parts.query.encode(), headers, _digest(body))


def refused(sent: Sent, code: str = "signature-wrong", now: datetime = NOW) -> Refused:
    with pytest.raises(Refused) as error:
        verify(sent, _secret, now)
    assert error.value.code == code
    return error.value


def test_who_signed_it_and_with_what() -> None:
    caller = verify(signed(token=SESSION), _secret, NOW)
    assert (caller.access_key_id, caller.region) == (KEY, "eu-central-1")
    assert (caller.session_token, caller.signed_at) == (SESSION, NOW)
    assert (caller.presigned, caller.covers_body) == (False, True)
    assert verify(signed(), _secret, NOW).session_token is None


names = st.from_regex(r"x-[a-z][a-z0-9-]{0,12}", fullmatch=True).filter(
    lambda name: not name.startswith("x-amz")
)
lines = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)
parts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(
    headers=st.dictionaries(names, lines, max_size=5),
    query=st.lists(st.tuples(parts, parts), max_size=4),
    path=st.lists(st.sampled_from(["", ".", "..", "a", "a b", "%", "~é+", "*"]), max_size=4),
    body=st.binary(max_size=30),
    token=st.none() | st.text("abc/+=", min_size=1),
)
@settings(max_examples=150)
def test_what_botocore_signs_is_good(
    headers: dict[str, str], query: list[tuple[str, str]], path: list[str], body: bytes, token: str | None
) -> None:
    text = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query)
    url = f"http://127.0.0.1:8080/{'/'.join(quote(part) for part in path)}?{text}"
    sent = signed({**TARGET, **headers}, url=url, body=body, token=token)
    assert verify(sent, _secret, NOW).session_token == token


def _presigner(of: Credentials) -> botocore.auth.SigV4QueryAuth:
    return botocore.auth.SigV4QueryAuth(of, "rekognition", "eu-central-1", expires=60)


def test_a_presigned_request_is_good_until_it_expires() -> None:
    sent = signed(body=b"", token=SESSION, signer=_presigner)
    caller = verify(sent, _secret, NOW + timedelta(seconds=60))
    assert (caller.presigned, caller.session_token) == (True, SESSION)
    refused(sent, "signature-expired", NOW + timedelta(seconds=61))
    refused(sent, "signature-expired", NOW - timedelta(seconds=301))


@pytest.mark.parametrize("signer", [None, _presigner])
def test_no_byte_of_what_was_signed_may_change(signer: Callable[..., botocore.auth.SigV4Auth] | None) -> None:
    sent = signed({**TARGET, "x-more": "b c"}, url="http://127.0.0.1:8080/a?b=c", body=b"", signer=signer)
    verify(sent, _secret, NOW)
    for name in ("path", "query"):
        content = getattr(sent, name)
        for place in range(len(content)):
            flipped = bytes([content[place] ^ 1])
            changed = content[:place] + flipped + content[place + 1 :]
            with pytest.raises(Refused):
                verify(replace(sent, **{name: changed}), _secret, NOW)
    for number, (key, value) in enumerate(sent.headers):
        for place in range(len(value)):
            changed = value[:place] + bytes([value[place] ^ 1]) + value[place + 1 :]
            headers = [*sent.headers[:number], (key, changed), *sent.headers[number + 1 :]]
            with pytest.raises(Refused):
                verify(replace(sent, headers=headers), _secret, NOW)
        with pytest.raises(Refused):
            verify(replace(sent, headers=[*sent.headers, (key, value)]), _secret, NOW)
        with pytest.raises(Refused):
            verify(replace(sent, headers=[pair for pair in sent.headers if pair[0] != key]), _secret, NOW)
    refused(replace(sent, method="GET"))
    refused(replace(sent, body_sha256=_digest(b"another")))


def test_what_is_not_signed_may_be_there() -> None:
    """The invocation ids of boto3, and what a proxy adds."""
    sent = signed()
    more = [(b"amz-sdk-invocation-id", b"an-id"), (b"user-agent", b"Boto3"), (b"x-amzn-trace-id", b"Root=1")]
    headers = [*sent.headers, *more]
    verify(replace(sent, headers=headers), _secret, NOW)
    assert invocation_of(headers) == "an-id"
    assert invocation_of(sent.headers) is None
    assert invocation_of([*headers, *more]) is None


def test_the_invocation_id_of_other_sdks_is_signed() -> None:
    sent = signed({**TARGET, "amz-sdk-invocation-id": "an-id", "x-amz-user-agent": "aws-sdk-js"})
    verify(sent, _secret, NOW)
    changed = [
        (name, b"other" if name == b"amz-sdk-invocation-id" else value) for name, value in sent.headers
    ]
    refused(replace(sent, headers=changed))


def test_a_digest_in_a_header_is_that_of_the_body() -> None:
    sent = signed({**TARGET, "X-Amz-Content-SHA256": _digest(BODY)})
    assert verify(sent, _secret, NOW).covers_body
    assert "the body" in str(refused(replace(sent, body_sha256=_digest(b"other"))))
    assert not verify(
        signed({**TARGET, "X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}), _secret, NOW
    ).covers_body
    streamed = signed({**TARGET, "X-Amz-Content-SHA256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"})
    assert "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" in str(refused(streamed, "signature-incomplete"))


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_clocks_may_differ_by_five_minutes(seconds: int) -> None:
    verify(signed(), _secret, NOW + timedelta(seconds=seconds))
    beyond = timedelta(seconds=1 if seconds > 0 else -1) if seconds else timedelta(days=1)
    assert "20261201T063015Z" in str(
        refused(signed(), "signature-expired", NOW + timedelta(seconds=seconds) + beyond)
    )


def _with(sent: Sent, before: str, after: str) -> Sent:
    headers = [
        (name, value.replace(before.encode(), after.encode()) if name == b"authorization" else value)
        for name, value in sent.headers
    ]
    assert headers != sent.headers
    return replace(sent, headers=headers)


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (KEY, "AKIDOTHER", "access-key-unusable"),
        ("/rekognition/", "/s3/", "signature-wrong"),
        ("/20261201/", "/20261130/", "signature-wrong"),
        ("/eu-central-1/", "/us-east-1/", "signature-wrong"),
        ("/aws4_request", "/aws4", "signature-incomplete"),
        ("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256", "signature-incomplete"),
        ("AWS4-HMAC-SHA256", "Bearer", "signature-incomplete"),
        ("Signature=", "Signature=A", "signature-incomplete"),
        ("Signature=", "Signatur=", "signature-incomplete"),
        ("Signature=", "Signature=a, Signature=", "signature-incomplete"),
        ("host;", "", "signature-incomplete"),
        ("x-amz-target", "", "signature-incomplete"),
        ("host;", "host;host;", "signature-incomplete"),
        ("host;", "host;nothing;", "signature-incomplete"),
        (f"Credential={KEY}/", "Credential=/", "signature-incomplete"),
        ("Credential=", "Credential=a/b/", "signature-incomplete"),
    ],
)
def test_what_the_header_must_say(before: str, after: str, code: str) -> None:
    refused(_with(signed(), before, after), code)


def test_a_request_without_a_signature_or_with_two() -> None:
    sent = signed()
    bare = [pair for pair in sent.headers if pair[0] != b"authorization"]
    refused(replace(sent, headers=bare), "signature-missing")
    refused(replace(sent, query=b"X-Amz-Signature=a"), "signature-incomplete")
    refused(replace(sent, headers=[*bare, (b"x-amz-security-token", b"t")]), "signature-missing")
    refused(replace(sent, headers=[*sent.headers, (b"x-amz-security-token", b"t")]), "signature-incomplete")


@pytest.mark.parametrize(
    "time", [b"20261301T063015Z", b"2026-12-01", b"", b"00000101T000000Z", b"00010101T000000Z"]
)
def test_a_time_that_is_none(time: bytes) -> None:
    sent = _with(signed(), "/20261201/", f"/{time[:8].decode()}/")
    headers = [(name, time if name == b"x-amz-date" else value) for name, value in sent.headers]
    with pytest.raises(Refused):
        verify(replace(sent, headers=headers), _secret, NOW)


@given(
    st.binary(max_size=80),
    st.sampled_from([b"authorization", b"x-amz-date", b"host"]),
    st.binary(max_size=60),
)
def test_whatever_is_sent_is_refused_by_name(value: bytes, name: bytes, query: bytes) -> None:
    sent = signed()
    headers = [(key, value if key == name else said) for key, said in sent.headers]
    for changed in (
        replace(sent, headers=headers),
        replace(sent, query=query + b"&X-Amz-Signature=" + value),
    ):
        if changed != sent:
            with pytest.raises(Refused):
                verify(changed, _secret, NOW)
