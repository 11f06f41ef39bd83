"""Requests against the pinned model: what is taken, what is refused, and in which words."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from fairlineup.faces.photos import PhotographTooLarge
from fairlineup.records import BadInput
from fairlineup.service.wire import BUILT, body_too_large, decode_request, largest_body

FACE = "11111111-2222-3333-4444-555555555555"
PHOTO = {"Bytes": base64.b64encode(b"a photograph").decode()}


def _decoded(operation: str, **members: Any) -> dict[str, Any]:
    return dict(decode_request(operation, json.dumps(members).encode()))


def test_blobs_are_bytes_and_what_was_left_out_is_its_default() -> None:
    assert _decoded("SearchFacesByImage", CollectionId="a", Image=PHOTO) == {
        "CollectionId": "a",
        "Image": {"Bytes": b"a photograph"},
        "FaceMatchThreshold": 80.0,
        "MaxFaces": 4096,
        "QualityFilter": "NONE",
    }
    assert (
        _decoded("AssociateFaces", CollectionId="a", UserId="u", FaceIds=[FACE])["UserMatchThreshold"] == 75
    )
    assert _decoded("IndexFaces", CollectionId="a", Image=PHOTO)["QualityFilter"] == "AUTO"
    assert "MaxFaces" not in _decoded("IndexFaces", CollectionId="a", Image=PHOTO)


def test_an_empty_token_and_a_page_of_nothing_are_none() -> None:
    assert _decoded("ListUsers", CollectionId="a", NextToken="") == {"CollectionId": "a", "MaxResults": 500}
    assert _decoded("ListFaces", CollectionId="a", MaxResults=0)["MaxResults"] == 4096


def test_null_is_as_left_out_and_an_empty_body_as_an_empty_object() -> None:
    assert _decoded("ListCollections", MaxResults=None) == {"MaxResults": 4096}
    assert decode_request("ListCollections", b"") == {"MaxResults": 4096}
    with pytest.raises(BadInput, match="CollectionId"):
        _decoded("DeleteCollection", CollectionId=None)


def test_numbers_may_be_written_whole_and_tags_in_any_script() -> None:
    face = {"CollectionId": "a", "FaceId": FACE}
    assert _decoded("SearchFaces", **face, FaceMatchThreshold=99)["FaceMatchThreshold"] == 99.0
    tags = {"Zweck Übung": "検証 1½", "team:a/b": ""}
    assert _decoded("CreateCollection", CollectionId="a", Tags=tags)["Tags"] == tags


REFUSED: list[tuple[str, Any, str]] = [
    ("CreateCollection", {"CollectionId": "a b"}, r"CollectionId: .*form \[a-zA-Z0-9_.\\-\]\+, got 'a b'"),
    ("CreateCollection", {"CollectionId": "a\n"}, "CollectionId"),
    ("CreateCollection", {"CollectionId": ""}, "1 to 255 characters"),
    ("CreateCollection", {"CollectionId": "a" * 256}, "1 to 255 characters"),
    ("CreateCollection", {"CollectionId": 1}, "CollectionId: .*got 1"),
    ("CreateCollection", {"CollectionId": "a", "Purpose": "b"}, "'Purpose' too"),
    ("CreateCollection", {"CollectionId": "a", "Tags": {"aws:a": "b"}}, "Tags: "),
    ("CreateCollection", {"CollectionId": "a", "Tags": {"a\n": "b"}}, "Tags: "),
    ("CreateCollection", {"CollectionId": "a", "Tags": {"a": "\t"}}, "Tags: "),
    ("CreateCollection", {"CollectionId": "a", "Tags": {"a": None}}, "Tags: "),
    ("CreateCollection", {"CollectionId": "a", "Tags": {str(n): "" for n in range(201)}}, "0 to 200 pairs"),
    ("CreateCollection", {}, "the key 'CollectionId'"),
    ("CreateCollection", [], "an object, got an array"),
    ("CreateCollection", "text", "an object"),
    ("ListCollections", {"MaxResults": 5000}, "MaxResults: .*0 to 4,096, got 5000"),
    ("ListCollections", {"MaxResults": -1}, "got -1"),
    ("ListCollections", {"MaxResults": 1.5}, "a whole number"),
    ("ListCollections", {"MaxResults": True}, "a whole number, .*got True"),
    ("ListCollections", {"MaxResults": "1"}, "a whole number, .*got '1'"),
    ("ListCollections", {"NextToken": "a" * 256}, "255 characters"),
    ("IndexFaces", {"CollectionId": "a", "Image": PHOTO, "MaxFaces": 0}, "1 or more, got 0"),
    ("IndexFaces", {"CollectionId": "a", "Image": PHOTO, "MaxFaces": 2**31}, "MaxFaces"),
    ("IndexFaces", {"CollectionId": "a", "Image": PHOTO, "ExternalImageId": "ä"}, "ExternalImageId"),
    ("DetectFaces", {"Image": PHOTO, "Attributes": ["RACE"]}, r"Attributes\[0\]: .*one of DEFAULT, .*'RACE'"),
    ("DetectFaces", {"Image": PHOTO, "Attributes": ["ALL"] * 5000}, "Attributes"),
    ("DetectFaces", {"Image": {}}, "either Bytes or S3Object, got neither"),
    ("DetectFaces", {"Image": {**PHOTO, "S3Object": {"Bucket": "abc", "Name": "d"}}}, "got both"),
    ("DetectFaces", {"Image": {"Bytes": ""}}, r"Image\.Bytes: .*a photograph in base64"),
    ("DetectFaces", {"Image": {"Bytes": "QQ"}}, "a photograph in base64"),
    ("DetectFaces", {"Image": {"Bytes": "Q Q=="}}, "a photograph in base64"),
    ("DetectFaces", {"Image": {"Bytes": "-_=="}}, "a photograph in base64"),
    ("DetectFaces", {"Image": {"S3Object": {"Bucket": "abc"}}}, r"Image\.S3Object: .*the member Name"),
    ("DetectFaces", {"Image": {"S3Object": {"Bucket": "../a", "Name": "d"}}}, "Bucket"),
    ("DetectFaces", {"Image": {"Bytes": "QQ==", "Url": "a"}}, r"Image: .*'Url' too"),
    ("SearchFaces", {"CollectionId": "a", "FaceId": FACE.upper().replace("1", "A")}, "FaceId"),
    ("SearchFaces", {"CollectionId": "a", "FaceId": FACE, "FaceMatchThreshold": 150}, "0 to 100, got 150"),
    ("SearchFaces", {"CollectionId": "a", "FaceId": FACE, "FaceMatchThreshold": -1}, "0 to 100, got -1"),
    ("SearchUsers", {"CollectionId": "a"}, "either UserId or FaceId, got neither"),
    ("SearchUsers", {"CollectionId": "a", "UserId": "u", "FaceId": FACE}, "got both"),
    ("DeleteFaces", {"CollectionId": "a", "FaceIds": []}, "1 to 4,096"),
    ("DeleteFaces", {"CollectionId": "a", "FaceIds": [FACE] * 4097}, "1 to 4,096"),
    ("AssociateFaces", {"CollectionId": "a", "UserId": "u", "FaceIds": [FACE] * 101}, "1 to 100"),
    ("CreateUser", {"CollectionId": "a", "UserId": "u", "ClientRequestToken": "a b"}, "ClientRequestToken"),
    ("ListUsers", {"CollectionId": "a", "MaxResults": 0}, "1 to 500"),
    ("TagResource", {"ResourceArn": "arn:aws", "Tags": {}}, "20 to 2,048 characters"),
]


@pytest.mark.parametrize(("operation", "members", "said"), REFUSED)
def test_what_the_model_does_not_allow_is_refused_by_name(operation: str, members: Any, said: str) -> None:
    with pytest.raises(BadInput, match=said) as error:
        decode_request(operation, json.dumps(members).encode())
    assert error.value.code == "request-unusable"
    assert len(str(error.value)) < 1_000


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff",
        b"null",
        b"{} {}",
        b'{"MaxResults": 1, "MaxResults": 2}',
        b'{"MaxResults": 1, "\\u004daxResults": 2}',
        b'{"MaxResults": NaN}',
        b'{"MaxResults": ' + b"1" * 5000 + b"}",
        b'{"MaxResults": 1e999}',
        b'{"MaxResults": {}, "MaxResults": []}',
        b'{"NextToken": "\\ud800"}',
        b'{"a": ' * 100_000,
        b"[" * 100_000,
        b'{"NextToken": ' + b"[" * 20 + b"]" * 20 + b"}",
    ],
)
def test_what_is_no_json_of_one_meaning_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput) as error:
        decode_request("ListCollections", body)
    assert error.value.code == "request-unusable"


@pytest.mark.parametrize(
    ("asked", "meant"), [(0.7, "70"), (0.8, "80"), (0.98, "98"), (1, "100"), (0.995, "99.5")]
)
@pytest.mark.parametrize(
    ("operation", "name", "members"),
    [
        ("SearchFaces", "FaceMatchThreshold", {"CollectionId": "a", "FaceId": FACE}),
        ("SearchFacesByImage", "FaceMatchThreshold", {"CollectionId": "a", "Image": PHOTO}),
        ("SearchUsers", "UserMatchThreshold", {"CollectionId": "a", "UserId": "u"}),
        ("SearchUsersByImage", "UserMatchThreshold", {"CollectionId": "a", "Image": PHOTO}),
        ("AssociateFaces", "UserMatchThreshold", {"CollectionId": "a", "UserId": "u", "FaceIds": [FACE]}),
        ("CompareFaces", "SimilarityThreshold", {"SourceImage": PHOTO, "TargetImage": PHOTO}),
    ],
)
def test_a_threshold_that_is_a_share_is_refused(
    asked: float, meant: str, operation: str, name: str, members: dict[str, Any]
) -> None:
    with pytest.raises(BadInput, match=f"{name}.*{asked:g}: did you mean {meant}"):
        _decoded(operation, **members, **{name: asked})
    for right in (0, 1.5, 70, 100):
        assert _decoded(operation, **members, **{name: right})[name] == right


def test_a_photograph_is_as_large_as_the_model_allows_and_no_larger() -> None:
    most = 5_242_880
    largest = base64.b64encode(bytes(most)).decode()
    body = json.dumps({"SourceImage": {"Bytes": largest}, "TargetImage": {"Bytes": largest}}).encode()
    assert len(decode_request("CompareFaces", body)["TargetImage"]["Bytes"]) == most
    one_more = base64.b64encode(bytes(most + 1)).decode()
    with pytest.raises(PhotographTooLarge, match="5,242,881 bytes"):
        _decoded("DetectFaces", Image={"Bytes": one_more})
    with pytest.raises(PhotographTooLarge, match="the body"):
        decode_request("DetectFaces", b" " * (largest_body("DetectFaces") + 1))
    assert body_too_large("ListFaces", 2**21).code == "request-unusable"


@pytest.mark.parametrize("operation", sorted(BUILT - {"ListCollections"}))
def test_an_empty_request_is_refused(operation: str) -> None:
    with pytest.raises(BadInput) as error:
        decode_request(operation, b"{}")
    assert error.value.code == "request-unusable"
