"""A server that answers anything at all: each adapter gives answers, or says what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.systems.servers import azure, compreface, insightface_server, plain, rekognition

from fairlineup.systems import PlantedRates, SimulatedOptions, open_system

from .mutations import edited, in_json
from .test_readers import EXAMPLES, some, survived
from .wire import Tape, converse, played, recorded, with_body

RATES = PlantedRates({"": 0.05}, {"": 0.05}, unevenness=0.5)


@contextmanager
def _rekognition() -> Iterator[str]:
    with rekognition.serving(SimulatedOptions(rates=RATES, kind="similarity")) as service:
        yield service.address


def _plain(server: Callable[..., plain.Planted]) -> Callable[[], Any]:
    @contextmanager
    def serve() -> Iterator[str]:
        with plain.serving(server(RATES)) as served:
            yield served.address

    return serve


SERVERS: dict[str, tuple[Callable[[], Any], str, dict[str, Any]]] = {
    "azure": (_plain(azure.Azure), "url", {"at_once": 1, "timeout_s": 5, "poll_s": 0.01, "training_s": 2}),
    "compreface": (_plain(compreface.CompreFace), "url", {"at_once": 1, "timeout_s": 5}),
    "insightface-server": (_plain(insightface_server.InsightFace), "url", {"at_once": 1, "timeout_s": 5}),
    "rekognition": (
        _rekognition,
        "endpoint_url",
        {"at_once": 1, "timeout_s": 5, "region": rekognition.REGION},
    ),
}


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Those of nobody, and no time lost."""
    for name, value in {
        "AZURE_FACE_KEY": azure.KEY,
        "COMPREFACE_API_KEY": compreface.KEY,
        "INSIGHTFACE_API_KEY": insightface_server.KEY,
        "AWS_ACCESS_KEY_ID": rekognition.ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": rekognition.SECRET_KEY,
        "AWS_SESSION_TOKEN": rekognition.TOKEN,
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, value)


@st.composite
def hostile(draw: st.DrawFn, tape: Tape) -> tuple[int, bytes]:
    """Which answer is made hostile, and how: its head, its body, or the JSON in it."""
    number = draw(st.integers(0, len(tape.answers) - 1))
    answer = tape.answers[number]
    head, _, body = answer.partition(b"\r\n\r\n")
    kinds = ["head", "body", "all"] + (["json"] * 6 if _holds(body) else [])
    match draw(st.sampled_from(kinds)):
        case "json":
            return number, with_body(answer, draw(in_json(body)))
        case "body":
            return number, with_body(answer, draw(edited(body)))
        case "head":
            return number, draw(edited(head)) + b"\r\n\r\n" + body
        case _:
            return number, draw(edited(answer))


def _holds(body: bytes) -> bool:
    """Whether there are values of JSON to be swapped."""
    try:
        return bool(json.loads(body))
    except ValueError:
        return False


@pytest.mark.parametrize("name", SERVERS)
def test_an_answer_or_an_error_of_ours(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    serve, option, options = SERVERS[name]
    monkeypatch.setattr("time.sleep", lambda _: None)
    with (
        serve() as address,
        recorded(address) as (way, tape),
        closing(open_system(name, {option: way, **options})) as system,
    ):
        converse(system)
    assert len(tape.answers) >= 6

    @some(max(3, EXAMPLES // 3))
    @given(hostile(tape))
    def fuzzed(one: tuple[int, bytes]) -> None:
        number, answer = one
        answers = [*tape.answers[:number], answer, *tape.answers[number + 1 :]]
        with (
            survived(),
            played(answers, number) as address,
            closing(open_system(name, {option: address, **options})) as system,
        ):
            converse(system)

    fuzzed()
