"""What a plan may say about how Rekognition is asked; never who asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from fairlineup.options import INLINE
from fairlineup.systems.stated import Address, AtOnce, CallPrice, Line, Seconds

Filter = Literal["NONE", "AUTO", "LOW", "MEDIUM", "HIGH"]


@dataclass(frozen=True, slots=True)
class RekognitionOptions:
    """How Rekognition is asked.

    Attributes:
        region: e.g. "us-east-1"; blank for boto3's own choice.
        profile: of the AWS configuration files; blank for boto3's own choice.
        endpoint_url: another server that speaks the protocol; blank for boto3's own choice.
        quality_filter: of IndexFaces; AUTO is what a caller gets who names none.
        search_quality_filter: of SearchFacesByImage and CompareFaces, where NONE is.
        at_once: questions asked at the same time.
        timeout_s: until an answer is given up.
        price: of a call, where the plan says.
    """

    region: Line = ""
    profile: Line = ""
    endpoint_url: Address = ""
    quality_filter: Filter = "AUTO"
    search_quality_filter: Filter = "NONE"
    at_once: AtOnce = 4
    timeout_s: Seconds = 60.0
    price: Annotated[CallPrice, INLINE] = field(default_factory=CallPrice)
