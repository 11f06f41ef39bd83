"""What Azure AI Face says of itself, error codes that are answers about a photograph, options of a plan."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fairlineup.records import BadInput, Outcome, Price, Scale, SystemInformation, Threshold
from fairlineup.systems.selfhosted import ADDRESS, AT_ONCE, SECONDS, WORDS, Option, checked, number, one_of

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
    """How Azure AI Face is asked.

    Attributes:
        url: of the resource.
        api: version of the interface.
        recognition_model: of templates.
        detection_model: of faces.
        poll_s: seconds between looks at a training.
        training_s: seconds a training may take.
        at_once: questions at the same time.
        timeout_s: until an answer is given up.
        price_per_call: with price_source and price_date, what a call costs in USD.
        price_source: which price list.
        price_date: when it was read, ISO.
    """

    url: str
    api: str = "v1.2"
    recognition_model: str = "recognition_04"
    detection_model: str = "detection_03"
    poll_s: float = 2.0
    training_s: float = 3600.0
    at_once: int = 4
    timeout_s: float = 60.0
    price_per_call: float | None = None
    price_source: str = ""
    price_date: str = ""


OPTIONS: Mapping[str, Option] = {
    "url": (ADDRESS[0], "the address of the resource, as https://NAME.cognitiveservices.azure.com"),
    "api": one_of("v1.0", "v1.1-preview.1", "v1.2"),
    "recognition_model": one_of("recognition_01", "recognition_02", "recognition_03", "recognition_04"),
    "detection_model": one_of("detection_01", "detection_02", "detection_03"),
    "poll_s": SECONDS,
    "training_s": SECONDS,
    "at_once": AT_ONCE,
    "timeout_s": SECONDS,
    "price_per_call": number(0.0, 1000.0),
    "price_source": WORDS,
    "price_date": WORDS,
}
PRICED = ("price_per_call", "price_source", "price_date")


def azure_options(table: Mapping[str, Any]) -> AzureOptions:
    """Options from a plan's [system.options]. Raises: BadInput (an unknown name, a wrong kind, a secret)."""
    checked(NAME, KEY, table, OPTIONS)
    given = [name for name in PRICED if name in table]
    if given and len(given) < len(PRICED):
        raise BadInput(
            f"the price of {NAME}",
            expected=", ".join(PRICED),
            got=f"only {', '.join(given)}",
            remedy="say all three under [system.options], or none",
        )
    return AzureOptions(**table)


def group_id(gallery: str) -> str:
    """A group's id: the gallery's name, or a digest of it where an id may not be that."""
    return (
        gallery if ID.fullmatch(gallery) else f"gallery-{hashlib.sha256(gallery.encode()).hexdigest()[:40]}"
    )


def information_of(options: AzureOptions) -> SystemInformation:
    """What is known of the service; it tells of no version beyond its models."""
    price = None
    if options.price_per_call is not None:
        price = Price(options.price_per_call, "USD", options.price_date, options.price_source)
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
        price=price,
        calls_per_enrolment=2,
        calls_per_search=2,
        settings={"recognition_model": options.recognition_model, "detection_model": options.detection_model},
        terms=TERMS,
    )
