"""What Azure AI Face says of itself, error codes that are answers about a photograph, options of a plan."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Annotated, Literal

from fairlineup.options import INLINE
from fairlineup.records import Outcome, Scale, SystemInformation, Threshold
from fairlineup.systems.stated import Address, AtOnce, CallPrice, Seconds

NAME = "azure"
KEY = "AZURE_FACE_KEY"
LONGEST_LIST = 100
MOST_BYTES = 6 * 1024 * 1024
PAGE = 1000
ID = re.compile(r"[a-z0-9_-]{1,64}")
SCALE = Scale("similarity", 0.0, 1.0, "confidence")
VERIFY = Threshold(0.5, "Face REST reference, Verify: isIdentical is true from a confidence of 0.5")
OUTCOMES = {  # of error.code
    "InvalidImage": Outcome.ERROR,
    "InvalidImageSize": Outcome.REFUSED,
    "UnsupportedMediaType": Outcome.REFUSED,
    "FaceNotFound": Outcome.NO_FACE,
}
NO_FACE = "no face detected"  # words of InvalidImage, which is also the code of files that are no picture
SEVERAL = "more than 1 face"
TERMS = (
    "Limited Access: Microsoft admits customers by application, and asks that no police department in the "
    "United States uses it; its code of conduct asks for meaningful human oversight.",
    "A caller of Identify who names no confidenceThreshold gets an internal one that Microsoft does not "
    "publish; Verify calls two faces identical from 0.5.",
    "Only the largest face of a probe is searched for; a reference with two faces is not enrolled.",
    "Identify names at most 100 people, and takes ten faces a call; here each probe is a call of its own.",
    "Faces that were only searched with are kept by the service for a minute (faceIdTimeToLive = 60).",
    "Training is a call too: one before the first search, and one after each enrolment that searches follow.",
)


@dataclass(frozen=True, slots=True)
class AzureOptions:
    """How Azure AI Face is asked."""

    url: Address  #: of the resource.
    api: Literal["v1.0", "v1.1-preview.1", "v1.2"] = "v1.2"  #: version of the interface.
    #: of templates.
    recognition_model: Literal["recognition_01", "recognition_02", "recognition_03", "recognition_04"] = (
        "recognition_04"
    )
    detection_model: Literal["detection_01", "detection_02", "detection_03"] = "detection_03"  #: of faces.
    poll_s: Seconds = 2.0  #: seconds between looks at a training.
    training_s: Seconds = 3600.0  #: seconds a training may take.
    at_once: AtOnce = 4  #: questions at the same time.
    timeout_s: Seconds = 60.0  #: until an answer is given up.
    price: Annotated[CallPrice, INLINE] = field(default_factory=CallPrice)  #: of a call, where the plan says.


def information_of(options: AzureOptions) -> SystemInformation:
    """What is known of the service; it tells of no version beyond its models."""
    return SystemInformation(
        name=NAME,
        vendor="Microsoft",
        version=f"face {options.api}, {options.recognition_model}",
        scale=SCALE,
        default_threshold=None,
        recommended_threshold=None,
        sample_thresholds=(VERIFY,),
        max_candidates=LONGEST_LIST,
        max_photo_bytes=MOST_BYTES,
        keeps_galleries=True,
        wire=True,
        at_once=options.at_once,
        price=options.price.price,
        calls_per_enrolment=2,
        calls_per_search=2,
        settings={"recognition_model": options.recognition_model, "detection_model": options.detection_model},
        terms=TERMS,
    )
