"""The wire of InsightFace Server 0.2.0 in one table, what it says of itself, and options of a plan."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from fairlineup.options import between
from fairlineup.records import Outcome, Scale, SystemInformation, Threshold
from fairlineup.systems.insightface_server.replies import SystemPage
from fairlineup.systems.stated import Address, AtOnce, Seconds

NAME = "insightface-server"
KEY = "INSIGHTFACE_API_KEY"
PATHS = {  # every path of 0.2.0 that is asked
    "system": "/v1/system",
    "collections": "/v1/collections",
    "collection": "/v1/collections/{collection}",
    "persons": "/v1/collections/{collection}/persons",
    "person": "/v1/collections/{collection}/persons/{person}",
    "search": "/v1/collections/{collection}/search",
    "compare": "/v1/compare",
}
OUTCOMES = {  # of error.code, and of rejected_images[].reason
    "face_not_found": Outcome.NO_FACE,
    "multiple_faces": Outcome.SEVERAL_FACES,
    "face_too_small": Outcome.LOW_QUALITY,
    "low_detection_score": Outcome.LOW_QUALITY,
    "low_quality": Outcome.LOW_QUALITY,
    "extreme_pose": Outcome.LOW_QUALITY,
    "identity_similarity_conflict": Outcome.REFUSED,
    "image_too_large": Outcome.REFUSED,
    "request_too_large": Outcome.REFUSED,
    "invalid_image": Outcome.ERROR,
    "invalid_embedding": Outcome.ERROR,
}
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
LONGEST_LIST = 100
PAGE = 100
MOST_AT_ONCE = 8
DEFAULT = "default_similarity_threshold of this deployment (GET /v1/system); the server's documents say 0.4"
SCALE = Scale("similarity", -1.0, 1.0, "cosine of two templates")
SAMPLE = Threshold(0.45, "REST API guide 0.2.0 (server/docs/api.md), PATCH of a collection")
TERMS = (
    "The published models (buffalo_l, buffalo_m, buffalo_sc, antelopev2) are for non-commercial research.",
    "A caller who names no threshold gets the collection's, 0.4 unless it was changed. The makers tie one "
    "cosine to a rate: 0.4078 to a false match rate of 1 in 1,000,000 (buffalo_l, MR-ALL, server/README.md).",
    "A search shows at most 100 people and none below 0: the threshold it takes goes from 0 to 1.",
    "Only the largest face of a photograph is searched for, and enrolled where review_mode is off, as it is "
    "by default: a photograph of several people is not told as one.",
    "The supplied Compose files switch authentication off; there are no accounts, and no log of searches.",
    "Galleries of an audit keep no crops of faces (save_face_crops = false).",
)


@dataclass(frozen=True, slots=True)
class InsightFaceOptions:
    """How an InsightFace Server is asked."""

    url: Address  #: of the server.
    #: of enrolment: "off" (the server's default), "standard" or "strict".
    review_mode: Literal["off", "standard", "strict"] = "off"
    #: of the galleries made; blank for the server's default.
    search_profile: Literal["", "fp32_v1", "fp16_v1", "bf16_v1", "int8_x736_v1", "int8_x1000_v1"] = ""
    #: of the galleries made; 0 for the server's default.
    capacity_rows: Annotated[int, between(1, 100_000_000)] = 0
    at_once: AtOnce = 0  #: questions at the same time; 0 for as many as the server works on, 8 at most.
    timeout_s: Seconds = 60.0  #: until an answer is given up.


def information_of(page: SystemPage, options: InsightFaceOptions) -> SystemInformation:
    """What the server says of itself, as the port tells it."""
    model, safe = page.model, page.safe_config
    settings: dict[str, str | int | float | bool] = {
        "model": f"{model.model_id} {model.model_version}",
        "model_digest": model.model_digest,
        "preprocessing": model.preprocessing_version,
        "execution_provider": page.execution_provider,
        "search_profile": options.search_profile or safe.default_search_profile,
        "review_mode": options.review_mode,
    }
    if safe.detection:
        settings["detector_threshold"] = safe.detection.threshold
        settings["single_face_selection"] = safe.detection.single_face_selection
    at_once = options.at_once or min(safe.inference_max_concurrency, MOST_AT_ONCE)
    return SystemInformation(
        name=NAME,
        vendor="InsightFace",
        version=page.server_version,
        scale=SCALE,
        default_threshold=Threshold(safe.default_similarity_threshold, DEFAULT),
        recommended_threshold=None,
        sample_thresholds=(SAMPLE,),
        max_candidates=LONGEST_LIST,
        max_photo_bytes=safe.max_image_bytes,
        keeps_galleries=True,
        wire=True,
        at_once=max(at_once, 1),
        settings=settings,
        terms=TERMS,
    )
