"""boto3 and bare sockets against a server whose operations are made up."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from tests.service.server.served import KEY_ID, FakeService, Served, served

from fairlineup.records import BadInput
from fairlineup.service.server import Answer, Bounds, Call, Context
from fairlineup.service.server.protocol import HEADER_BYTES

boto3 = pytest.importorskip("boto3")
exceptions = pytest.importorskip("botocore.exceptions")

PHOTOGRAPH = b"\xff\xd8 no picture"


def describe(call: Call, _: Context) -> Answer:
    if call.members["CollectionId"] == "fault":
        raise ValueError("a secret in the text")
    if call.members["CollectionId"] == "refused":
        raise BadInput("x", expected="y", got="z", remedy="w", code="argument-unusable")
    return Answer({"FaceCount": 3, "FaceModelVersion": None}, {"x-fairlineup-model": "m"})


def search(call: Call, _: Context) -> Answer:
    return Answer({"FaceMatches": []}, {"x-bytes": str(len(call.members["Image"]["Bytes"]))})


OPERATIONS = {"DescribeCollection": describe, "SearchFacesByImage": search}


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with served(OPERATIONS) as one:
        yield one


def failed(act: Any, **members: Any) -> Any:
    with pytest.raises(exceptions.ClientError) as raised:
        act(**members)
    return raised.value.response


def asked(server: Served, request: str | bytes, wait: float = 30) -> tuple[int, dict[str, str], Any]:
    """Status, headers and JSON of the answer to bytes on a socket."""
    with socket.create_connection(("127.0.0.1", server.port), wait) as connection:
        connection.sendall(request.encode("latin-1") if isinstance(request, str) else request)
        got = b""
        while not (found := re.search(rb"(?is)^(.*?content-length: (\d+).*?)\r\n\r\n(.*)$", got)) or len(
            found[3]
        ) < int(found[2]):
            more = connection.recv(65_536)
            assert more, f"the server hung up: {got!r}"
            got += more
    first, *lines = found[1].decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return int(first.split()[1]), headers, json.loads(found[3]) if found[3][:1] == b"{" else found[3]


def test_boto3_is_answered(server: Served) -> None:
    answer = server.boto3().describe_collection(CollectionId="c")
    assert answer["FaceCount"] == 3
    assert "FaceModelVersion" not in answer
    metadata = answer["ResponseMetadata"]
    assert metadata["HTTPHeaders"]["content-type"] == "application/x-amz-json-1.1"
    assert metadata["HTTPHeaders"]["x-fairlineup-model"] == "m"
    assert "date" in metadata["HTTPHeaders"]
    call = server.service.calls[-1]
    assert metadata["RequestId"] == call.request_id
    assert call.client.key_id == KEY_ID
    assert len(call.digest) == 64
    assert call.invocation_id


def test_a_photograph_of_the_largest_size_comes_whole_and_one_above_is_refused(server: Served) -> None:
    client, most = server.boto3(), 5 * 2**20
    found = client.search_faces_by_image(CollectionId="c", Image={"Bytes": bytes(most)})
    assert found["ResponseMetadata"]["HTTPHeaders"]["x-bytes"] == str(most)
    for size in (most + 1, 2 * most):
        error = failed(client.search_faces_by_image, CollectionId="c", Image={"Bytes": bytes(size)})
        assert error["Error"]["Code"] == "ImageTooLargeException"


def test_errors_are_the_protocols(server: Served) -> None:
    client = server.boto3()
    refused = failed(client.describe_collection, CollectionId="refused")
    assert refused["Error"]["Code"] == "InvalidParameterException"
    assert refused["ResponseMetadata"]["HTTPStatusCode"] == 400
    fault = failed(client.describe_collection, CollectionId="fault")
    assert fault["Error"]["Code"] == "InternalServerError"
    assert fault["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert "secret" not in str(fault)
    not_built = failed(client.detect_labels, Image={"Bytes": PHOTOGRAPH})
    assert not_built["Error"]["Code"] == "AccessDeniedException"
    wrong = failed(server.boto3(key=(KEY_ID, "another")).describe_collection, CollectionId="c")
    assert wrong["Error"]["Code"] == "InvalidSignatureException"


def test_an_operation_that_is_named_and_not_there_is_a_fault_of_ours(server: Served) -> None:
    error = failed(server.boto3().delete_collection, CollectionId="c")
    assert error["Error"]["Code"] == "InternalServerError"


def test_only_a_post_to_the_root_is_read(server: Served) -> None:
    for line, status in {
        "GET / HTTP/1.1": 405,
        "PUT / HTTP/1.1": 405,
        "OPTIONS / HTTP/1.1": 405,
        "POST /elsewhere HTTP/1.1": 404,
        "POST //x HTTP/1.1": 404,
        "GET /health/x HTTP/1.1": 404,
        "GET /%2e%2e/etc HTTP/1.1": 404,
    }.items():
        got, headers, body = asked(server, f"{line}\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        assert got == status, line
        assert headers["content-type"] == "application/x-amz-json-1.1"
        assert body["__type"]
        assert re.fullmatch("[0-9a-f-]{36}", headers["x-amzn-requestid"])
        assert ("allow" in headers) is (status == 405)
        assert not any(name.startswith("access-control") for name in headers)


def test_headers_are_bounded(server: Served) -> None:
    much = "a" * HEADER_BYTES
    assert asked(server, f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nX: {much}\r\n\r\n")[0] == 431
    many = "".join(f"X{n}: a\r\n" for n in range(1000))
    assert asked(server, f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n{many}\r\n")[0] == 431


def test_health_ready_and_metrics(server: Served) -> None:
    server.boto3().describe_collection(CollectionId="c")
    for path in ("/health", "/ready"):
        assert asked(server, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")[0] == 200
    text = asked(server, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")[2].decode()
    assert 'fairlineup_requests_total{operation="DescribeCollection",outcome="ok"}' in text
    assert 'fairlineup_gallery{what="faces"} 3.0' in text
    assert "fairlineup_engine_workers 1.0" in text
    assert "fairlineup_requests_waiting 0.0" in text


def test_a_server_that_cannot_answer_is_not_ready() -> None:
    refusing = FakeService(refuses=BadInput("x", expected="y", got="z", remedy="w", code="file-unreadable"))
    with served(OPERATIONS, service=refusing) as one:
        status, _, body = asked(one, "GET /ready HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (status, body["code"]) == (503, "file-unreadable")
        assert asked(one, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n")[0] == 200


def test_the_log_has_a_line_a_request_and_no_words_of_theirs() -> None:
    with served(OPERATIONS) as one:
        one.boto3().search_faces_by_image(CollectionId="a-name", Image={"Bytes": PHOTOGRAPH})
        failed(one.boto3().describe_collection, CollectionId="fault")
        asked(one, "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: \x9b31m\r\nContent-Length: 0\r\n\r\n")
        text = one.log.getvalue()
    lines = [json.loads(line) for line in text.splitlines()]
    requests = [line for line in lines if line["event"] == "request"]
    assert [(line["operation"], line["outcome"]) for line in requests] == [
        ("SearchFacesByImage", "ok"),
        ("DescribeCollection", "fault"),
        ("none", "operation-unknown"),
    ]
    assert requests[0]["key"] == KEY_ID
    assert requests[0]["ms"] > 0
    fault = next(line for line in lines if line["event"] == "fault")
    assert fault["kind"] == "ValueError"
    assert fault["request"] == requests[1]["request"]
    for never in ("a-name", "a secret", "Signature", "31m", "\x1b"):
        assert never not in text


class Gate:
    """An operation that waits until it is let through."""

    def __init__(self) -> None:
        self.open, self.came = threading.Event(), threading.Semaphore(0)

    def __call__(self, call: Call, _: Context) -> Answer:
        self.came.release()
        assert self.open.wait(60)
        return Answer({"FaceCount": 1})


def test_what_is_too_much_is_throttled_and_the_rest_is_answered() -> None:
    gate = Gate()
    with served({"DescribeCollection": gate}, Bounds(at_once=1, waiting=1)) as one:
        answers: list[Any] = []

        def ask() -> None:
            answers.append(one.boto3().describe_collection(CollectionId="c"))

        threads = [threading.Thread(target=ask) for _ in range(2)]
        threads[0].start()
        assert gate.came.acquire(timeout=60)
        threads[1].start()
        while "fairlineup_requests_waiting 1.0" not in str(
            asked(one, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")[2]
        ):
            pass
        error = failed(one.boto3().describe_collection, CollectionId="c")
        assert error["Error"]["Code"] == "ThrottlingException"
        assert error["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "1"
        unsigned = "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-amz-json-1.1\r\n"
        unsigned += "X-Amz-Target: RekognitionService.ListCollections\r\nContent-Length: 2\r\n\r\n{}"
        assert asked(one, unsigned)[2]["__type"] == "MissingAuthenticationTokenException"
        gate.open.set()
        for thread in threads:
            thread.join()
    assert [answer["FaceCount"] for answer in answers] == [1, 1]


def test_an_end_answers_what_is_under_way_and_takes_nothing_new() -> None:
    gate = Gate()
    with served({"DescribeCollection": gate}) as one:
        answers: list[Any] = []
        thread = threading.Thread(
            target=lambda: answers.append(one.boto3().describe_collection(CollectionId="c"))
        )
        thread.start()
        assert gate.came.acquire(timeout=60)
        one.end()
        while True:
            try:
                socket.create_connection(("127.0.0.1", one.port), 10).close()
            except OSError:
                break
        assert one.ended.is_alive()
        gate.open.set()
        thread.join()
        one.ended.join(60)
        assert [answer["FaceCount"] for answer in answers] == [1]
        events = [json.loads(line)["event"] for line in one.log.getvalue().splitlines()]
        assert events == ["serving", "ending", "request", "ended"]


def test_an_end_is_bounded() -> None:
    gate = Gate()
    with served({"DescribeCollection": gate}, Bounds(ending_s=0.05)) as one:
        thread = threading.Thread(target=failed_or_gone, args=(one,))
        thread.start()
        assert gate.came.acquire(timeout=60)
        one.end()
        one.ended.join(60)
        assert not one.ended.is_alive()
        gate.open.set()
        thread.join()
        assert json.loads(one.log.getvalue().splitlines()[-1])["in_time"] is False


def failed_or_gone(one: Served) -> None:
    with pytest.raises((exceptions.BotoCoreError, exceptions.ClientError)):
        one.boto3().describe_collection(CollectionId="c")
