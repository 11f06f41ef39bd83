"""A server that answers programs on this machine unsigned."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.service.server.served import KEY_ID, Served, served
from tests.service.server.test_protocol import asked, failed

from fairlineup.service.server import Answer, Call, Context

boto3 = pytest.importorskip("boto3")
botocore = pytest.importorskip("botocore")

HEAD = "Content-Type: application/x-amz-json-1.1\r\nX-Amz-Target: RekognitionService.DescribeCollection"
BODY = '{"CollectionId":"c"}'


def describe(_: Call, __: Context) -> Answer:
    return Answer({"FaceCount": 3})


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with served({"DescribeCollection": describe}, anonymous=True) as one:
        yield one


def test_unsigned_and_made_up_keys_are_answered(server: Served) -> None:
    from botocore import UNSIGNED

    for client in (server.boto3(signature_version=UNSIGNED), server.boto3(key=("test", "test"))):
        assert client.describe_collection(CollectionId="c")["FaceCount"] == 3
        assert server.service.calls[-1].client.key_id == ""


def test_a_key_of_ours_is_still_verified(server: Served) -> None:
    server.boto3().describe_collection(CollectionId="c")
    assert server.service.calls[-1].client.key_id == KEY_ID
    error = failed(server.boto3(key=(KEY_ID, "another")).describe_collection, CollectionId="c")
    assert error["Error"]["Code"] == "InvalidSignatureException"


@pytest.mark.parametrize(
    "headers",
    [
        "Host: example.com",
        "Host: localhost\r\nOrigin: http://localhost",
        "Host: localhost\r\nX-Forwarded-For: ::1",
    ],
)
def test_a_page_in_a_browser_and_a_proxy_are_not(server: Served, headers: str) -> None:
    before = len(server.service.calls)
    request = f"POST / HTTP/1.1\r\n{headers}\r\n{HEAD}\r\nContent-Length: {len(BODY)}\r\n\r\n{BODY}"
    status, said, body = asked(server, request)
    assert (status, body["__type"]) == (400, "AccessDeniedException")
    assert said["x-fairlineup-code"] == "caller-not-local"
    assert len(server.service.calls) == before
