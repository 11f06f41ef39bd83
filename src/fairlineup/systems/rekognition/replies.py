"""What a reply says of a photograph; one that lacks what it must have is no answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fairlineup.records import Candidate, Outcome, SystemFailed
from fairlineup.systems import remote
from fairlineup.systems.faults import NotProcessed, unanswered
from fairlineup.systems.rekognition.faults import NAME
from fairlineup.systems.rekognition.names import PHOTOGRAPHS


def indexed(reply: Mapping[str, Any]) -> str:
    """The detail of a reference that was enrolled. Raises: NotProcessed, with the reasons why it was not."""
    left_out = reply.get("UnindexedFaces") or []
    reasons = ", ".join(sorted({str(reason) for face in left_out for reason in face.get("Reasons", ())}))
    if listed(reply, "FaceRecords"):
        return f"{len(left_out)} more faces not enrolled: {reasons}" if left_out else ""
    if left_out:
        raise NotProcessed(Outcome.LOW_QUALITY, f"{len(left_out)} faces not enrolled: {reasons}")
    raise NotProcessed(Outcome.NO_FACE, "no face detected")


def candidates_of(gallery: str, found: Sequence[Mapping[str, Any]]) -> list[Candidate]:
    """Each photograph once, at its first and highest similarity."""
    best: dict[str, float] = {}
    for match in found:
        written = str(match.get("Face", {}).get("ExternalImageId") or "")
        similarity = similarity_of(match)
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


def listed(reply: Mapping[str, Any], name: str) -> list[Any]:
    """A list of an answer; one that is not there is no empty one. Raises: TransportError."""
    if not isinstance(reply.get(name), list):
        raise unanswered(NAME, f"an answer without {name}")
    found: list[Any] = reply[name]
    return found


def similarity_of(match: Mapping[str, Any]) -> float:
    """The score of a match. Raises: TransportError."""
    if not isinstance(match.get("Similarity"), int | float):
        raise unanswered(NAME, "a match without Similarity")
    return float(match["Similarity"])


def is_withheld(reply: Mapping[str, Any]) -> bool:
    """Whether a server says that it kept candidates back."""
    headers = reply.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return remote.is_withheld({name: str(value) for name, value in headers.items()})
