"""What Rekognition answers, as far as it is read, and what that says of a photograph."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from fairlineup.records import Candidate, Outcome, SystemFailed
from fairlineup.systems.faults import NotProcessed, accepted
from fairlineup.systems.rekognition.facts import SCALE
from fairlineup.systems.rekognition.faults import NAME
from fairlineup.systems.rekognition.names import PHOTOGRAPHS


class Said(Struct, frozen=True, rename="pascal"):
    """Any reply; most say which face model they are of."""

    face_model_version: str | None = None


class Face(Struct, frozen=True, rename="pascal"):
    """A face that is enrolled."""

    external_image_id: str | None = None


class Match(Struct, frozen=True, rename="pascal"):
    """A face, and how similar it is."""

    similarity: float
    face: Face = Face()


class Matches(Said, frozen=True, kw_only=True, rename="pascal"):
    """Of a search, or of a comparison."""

    face_matches: list[Match]


class LeftOut(Struct, frozen=True, rename="pascal"):
    """A face that was not enrolled."""

    reasons: list[str] | None = None


class Indexed(Said, frozen=True, kw_only=True, rename="pascal"):
    """Of an enrolment."""

    face_records: list[object]
    unindexed_faces: list[LeftOut] | None = None


class Collections(Said, frozen=True, kw_only=True, rename="pascal"):
    """A page of a list."""

    collection_ids: list[str]
    next_token: str | None = None


def indexed(reply: Indexed) -> str:
    """The detail of a reference that was enrolled. Raises: NotProcessed, with the reasons why it was not."""
    left_out = reply.unindexed_faces or []
    reasons = ", ".join(sorted({reason for face in left_out for reason in face.reasons or ()}))
    if reply.face_records:
        return f"{len(left_out)} more faces not enrolled: {reasons}" if left_out else ""
    if left_out:
        raise NotProcessed(Outcome.LOW_QUALITY, f"{len(left_out)} faces not enrolled: {reasons}")
    raise NotProcessed(Outcome.NO_FACE, "no face detected")


def candidates_of(gallery: str, found: Sequence[Match]) -> list[Candidate]:
    """Each photograph once, at its first and highest similarity."""
    best: dict[str, float] = {}
    scored = [Candidate(one.face.external_image_id or "", one.similarity) for one in found]
    for written, similarity in accepted(NAME, scored, SCALE, None):
        try:
            best.setdefault(PHOTOGRAPHS.read(written), similarity)
        except ValueError:
            raise SystemFailed(
                f"the collection of {gallery} holds a face that no audit enrolled",
                code="answer-unusable",
                expected="faces with the names of the data set's photographs",
                got=repr(written[:60]),
                remedy="see who else writes into it, then begin again: its searches count that face",
            ) from None
    return [Candidate(photo, score) for photo, score in best.items()]
