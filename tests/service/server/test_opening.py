"""A data directory served from its first start to its end, on an engine that sees nobody."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.service.server.served import FakeEngine, rekognition
from tests.service.server.test_protocol import failed

from fairlineup.faces.engine import Analysis
from fairlineup.records import BadInput, FairlineupError
from fairlineup.service.access import AccessKeys
from fairlineup.service.server import Answer, Begun, Call, Context, ServeOptions, serve
from fairlineup.service.store import Store

boto3 = pytest.importorskip("boto3")


class Pool(FakeEngine):
    """In place of EnginePool."""

    def __init__(self, **_: Any) -> None:
        self.workers, self.process_ids = 1, (1,)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to end."""

    def submit(self, photo: Any, **_: Any) -> Any:
        from concurrent.futures import Future

        future: Future[Analysis] = Future()
        future.set_result(self.analyse(b""))
        return future


acts: list[Call] = []


def describe(call: Call, _: Context) -> Answer:
    acts.append(call)
    return Answer({"FaceCount": len(acts)})


def create(call: Call, _: Context) -> Answer:
    acts.append(call)
    return Answer({}, {"x-fairlineup-model": "m"})


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No engine, and two operations that are made up."""
    monkeypatch.setattr("fairlineup.service.server.opening.EnginePool", Pool)
    made_up = {"DescribeCollection": describe, "CreateUser": create}
    monkeypatch.setattr("fairlineup.service.server.opening.OPERATIONS", made_up)
    acts.clear()


@contextmanager
def serving(data: Path, **said: Any) -> Iterator[Begun]:
    begun, told = list[Begun](), threading.Event()
    raised: list[BaseException] = []

    def tell(one: Begun) -> None:
        begun.append(one)
        told.set()

    def work() -> None:
        try:
            serve(ServeOptions(data, port=0, **said), tell)
        except FairlineupError as error:
            raised.append(error)
            told.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert told.wait(60)
    if raised:
        raise raised[0]
    try:
        yield begun[0]
    finally:
        begun[0].end()
        thread.join(60)


def client_of(begun: Begun, **said: Any) -> Any:
    assert begun.first_key
    return rekognition(begun.address, (begun.first_key.key.id, begun.first_key.secret), **said)


def test_a_new_data_directory_is_served_with_a_key_of_its_own(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data) as begun:
        assert data.stat().st_mode & 0o777 == 0o700
        assert begun.store.new_key
        assert data not in begun.store.new_key.parents
        assert not begun.exported
        client = client_of(begun)
        assert client.describe_collection(CollectionId="c")["FaceCount"] == 1
        wrong = rekognition(begun.address, ("FLKAWRONG", "x"))
        assert (
            failed(wrong.describe_collection, CollectionId="c")["Error"]["Code"]
            == "UnrecognizedClientException"
        )
    with serving(data) as again:
        assert again.first_key is None
        assert again.store.new_key is None
        client = rekognition(again.address, (begun.first_key.key.id, begun.first_key.secret))  # type: ignore[union-attr]
        client.describe_collection(CollectionId="c")


def test_a_retry_gets_the_same_answer_and_does_nothing_again(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as begun:
        client = client_of(begun)
        first = client.create_user(CollectionId="c", UserId="u", ClientRequestToken="t")
        again = client.create_user(CollectionId="c", UserId="u", ClientRequestToken="t")
        assert len(acts) == 1
        for answer in (first, again):
            assert answer["ResponseMetadata"]["HTTPHeaders"]["x-fairlineup-model"] == "m"
        assert first["ResponseMetadata"]["RequestId"] != again["ResponseMetadata"]["RequestId"]
        other = failed(client.create_user, CollectionId="c", UserId="v", ClientRequestToken="t")
        assert other["Error"]["Code"] == "IdempotentParameterMismatchException"


def test_a_second_server_of_a_data_directory_is_refused_by_name(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as begun:
        with pytest.raises(BadInput, match=begun.address) as refused, serving(tmp_path / "data"):
            pass
        assert refused.value.code == "folder-in-use"
    with serving(tmp_path / "data"):
        pass


def test_keys_are_made_and_revoked_while_it_serves(tmp_path: Path) -> None:
    from fairlineup.service.access import NewAccessKey

    with serving(tmp_path / "data", first_key=False) as begun:
        assert begun.first_key is None
        store = Store(tmp_path / "data")
        keys = AccessKeys(store)
        made = keys.make(NewAccessKey("testing", ("DescribeCollection",), ("c",)), by="test")
        client = rekognition(begun.address, (made.key.id, made.secret))
        client.describe_collection(CollectionId="c")
        outside = failed(client.describe_collection, CollectionId="other")
        assert outside["Error"]["Code"] == "AccessDeniedException"
        keys.revoke(made.key.id, by="test")
        error = failed(client.describe_collection, CollectionId="c")
        assert error["Error"]["Code"] == "UnrecognizedClientException"
        store.close()


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with serving(tmp_path / "one") as begun:
        port = int(begun.address.rpartition(":")[2])
        with pytest.raises(BadInput, match="no other program listens"):
            serve(ServeOptions(tmp_path / "two", port=port), _never)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"host": "192.0.2.1"}, "serving-refused"),
        ({"host": "::"}, "serving-refused"),
        ({"host": "192.0.2.1", "beyond": True, "anonymous": True}, "serving-refused"),
        ({"port": -1}, "option-unusable"),
        ({"port": 65_536}, "option-unusable"),
    ],
)
def test_what_would_be_open_is_refused_before_anything_is_made(tmp_path: Path, said: Any, code: str) -> None:
    with pytest.raises(FairlineupError) as raised:
        serve(ServeOptions(tmp_path / "data", **said), _never)
    assert raised.value.code == code
    assert not (tmp_path / "data").exists()


def _never(_: Begun) -> None:
    raise AssertionError("it serves")


def test_programs_on_this_machine_need_no_key_where_that_is_said(tmp_path: Path) -> None:
    with serving(tmp_path / "data", anonymous=True, first_key=False) as begun:
        assert (
            rekognition(begun.address, ("any", "any")).describe_collection(CollectionId="c")["FaceCount"] == 1
        )
        assert acts[0].client.key_id == ""
