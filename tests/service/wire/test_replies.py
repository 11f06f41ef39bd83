"""Replies are what the model allows, and what botocore reads."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from fairlineup.records import SystemFailed
from fairlineup.service.wire import encode_reply

FACE = {"FaceId": "11111111-2222-3333-4444-555555555555", "Confidence": 99.5, "UserId": None}


def test_none_is_left_out_and_a_moment_is_in_seconds() -> None:
    made = datetime(2026, 12, 1, 6, 30, tzinfo=UTC)
    described = {"FaceCount": 2, "CreationTimestamp": made, "UserCount": None}
    assert json.loads(encode_reply("DescribeCollection", described)) == {
        "FaceCount": 2,
        "CreationTimestamp": made.timestamp(),
    }
    found = {"Faces": [FACE], "NextToken": None, "FaceModelVersion": "1.0"}
    assert json.loads(encode_reply("ListFaces", found)) == {
        "Faces": [{"FaceId": FACE["FaceId"], "Confidence": 99.5}],
        "FaceModelVersion": "1.0",
    }
    assert json.loads(encode_reply("IndexFaces", {"FaceRecords": [], "UnindexedFaces": []})) == {
        "FaceRecords": [],
        "UnindexedFaces": [],
    }
    assert encode_reply("CreateUser", {}) == b"{}"


@pytest.mark.parametrize(
    ("operation", "reply", "said"),
    [
        ("CreateUser", {"UserId": "a"}, "'UserId' too"),
        ("ListFaces", {"Faces": [{"FaceId": "a"}]}, r"ListFaces, at Faces\[0\]\.FaceId"),
        ("ListFaces", {"NextToken": 1}, "NextToken"),
        ("SearchFaces", {"FaceMatches": [{"Similarity": 100.01}]}, "Similarity"),
        ("SearchFaces", {"FaceMatches": [{"Similarity": float("nan")}]}, "Similarity"),
        ("DetectFaces", {"FaceDetails": [{"Pose": {"Yaw": -181.0}}]}, "Yaw"),
        ("DescribeCollection", {"CreationTimestamp": "2026-12-01"}, "CreationTimestamp"),
    ],
)
def test_what_the_model_does_not_allow_never_leaves(operation: str, reply: dict[str, Any], said: str) -> None:
    with pytest.raises(SystemFailed, match=said) as error:
        encode_reply(operation, reply)
    assert error.value.code == "reply-unusable"
