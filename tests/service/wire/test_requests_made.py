"""Whatever is sent is taken as the model says, or refused by name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from fairlineup.records import BadInput
from fairlineup.service.wire import BUILT, decode_request, error_reply, errors_of

from .requests_made import bodies

MODEL = get_session().get_service_model("rekognition")
sent = st.sampled_from(sorted(BUILT)).flatmap(lambda name: st.tuples(st.just(name), bodies(name)))


def _tried(operation: str, body: bytes) -> tuple[Any, BadInput | None]:
    try:
        return decode_request(operation, body), None
    except BadInput as error:
        return None, error


@given(sent)
@settings(max_examples=500)
def test_a_request_is_taken_as_the_model_says_or_refused_by_name(made: tuple[str, bytes]) -> None:
    operation, body = made
    taken, refusal = _tried(operation, body)
    if refusal:
        said = json.loads(error_reply(refusal, operation, "id").body)
        assert refusal.code in {"request-unusable", "photograph-unreadable"}
        assert said["__type"] in errors_of(operation)
        assert len(said["Message"]) < 2_000
        return
    report = ParamValidator().validate(taken, MODEL.operation_model(operation).input_shape)
    assert not report.has_errors(), report.generate_report()


@pytest.mark.parametrize("operation", sorted(BUILT))
def test_some_of_what_is_made_is_taken_and_some_is_not(operation: str) -> None:
    outcomes: set[Any] = set()

    @given(bodies(operation))
    @settings(max_examples=60, database=None)
    def look(body: bytes) -> None:
        outcomes.add(_tried(operation, body)[1] is None)

    look()
    assert outcomes == {True, False}
