"""What a plan may say about how Rekognition is asked; never who asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from fairlineup.options import INLINE
from fairlineup.systems.stated import Address, AtOnce, CallPrice, Line, Seconds

Filter = Literal["NONE", "AUTO", "LOW", "MEDIUM", "HIGH"]


@dataclass(frozen=True, slots=True)
class RekognitionOptions:
    """How Rekognition is asked."""

    region: Line = ""  #: e.g. "us-east-1"; blank for boto3's own choice.
    profile: Line = ""  #: of the AWS configuration files; blank for boto3's own choice.
    endpoint_url: Address = ""  #: another server that speaks the protocol; blank for boto3's own choice.
    quality_filter: Filter = "AUTO"  #: of IndexFaces; AUTO is what a caller gets who names none.
    search_quality_filter: Filter = "NONE"  #: of SearchFacesByImage and CompareFaces, where NONE is.
    at_once: AtOnce = 4  #: questions asked at the same time.
    timeout_s: Seconds = 60.0  #: until an answer is given up.
    price: Annotated[CallPrice, INLINE] = field(default_factory=CallPrice)  #: of a call, where the plan says.
