"""Whom a reply names."""

from __future__ import annotations

from fairlineup.service.server.naming import faces_in, people_in


def test_faces_and_people_at_every_depth() -> None:
    reply = {
        "SearchedFaceId": "a",
        "FaceMatches": [{"Similarity": 99.0, "Face": {"FaceId": "b", "UserId": "u"}}],
        "UserMatches": ({"User": {"UserId": "v", "UserStatus": "ACTIVE"}}, {"User": {"UserId": "u"}}),
        "FaceModelVersion": "c",
        "OrientationCorrection": None,
    }
    assert faces_in(reply) == ("a", "b")
    assert people_in(reply, "c") == (("c", "u"), ("c", "v"))
    assert not faces_in({})
    assert not people_in({}, "c")
