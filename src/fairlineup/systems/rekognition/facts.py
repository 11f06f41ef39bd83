"""What Amazon says of Rekognition, each with where it says so, and what an auditor should know."""

from __future__ import annotations

from fairlineup.records import Scale, Threshold
from fairlineup.systems.facts import Facts

SCALE = Scale("similarity", 0.0, 100.0, "Similarity, 0 to 100")
DEFAULT = Threshold(
    80.0,
    "Amazon Rekognition API Reference, SearchFacesByImage: 'The default value is 80%' (botocore 1.44.5)",
)
RECOMMENDED = Threshold(
    99.0,
    "Amazon Rekognition Developer Guide, Use cases that involve public safety: "
    "'confidence thresholds of 99% or higher' (2023)",
)
SAMPLES = (
    Threshold(
        70.0,
        "Amazon Rekognition Developer Guide, sample code: python-search-faces-by-image-collection.py, "
        "python-compare-faces.py (2018)",
    ),
    Threshold(
        50.0,
        "Amazon Rekognition Developer Guide, sample code: python-search-faces-collection.py (2018)",
    ),
)
MOST_FACES = 4096
MOST_BYTES = 5_242_880
SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")  # JPEG, PNG

TERMS = (
    "A caller who names no threshold gets 80, without being told; Amazon's guide asks for 99 or more where "
    "public safety is concerned, and the interface does not enforce it.",
    "Only the largest face of a probe is searched for, and only one face of a photograph is enrolled: a "
    "photograph of several people is never answered as such.",
    "IndexFaces filters by quality unless told otherwise (QualityFilter AUTO), searches do not (NONE): a "
    "photograph can be refused as a reference and accepted as a probe.",
    "A collection stays with the face model it was made with; a newer one gives other scores. A run is held "
    "to the model it was begun with.",
    "Similarity is not a probability and is tied to no false match rate.",
)
AMAZONS_TERMS = (
    "Face vectors of everybody enrolled lie in your AWS account until their collection is deleted; Amazon "
    "says it does not keep the photographs with them (API Reference, IndexFaces).",
    "Photographs sent may be stored and used to improve Amazon's services unless the account has opted out "
    "(AWS Organizations User Guide, AI services opt-out policies): opt out before any are sent.",
    "Amazon charges by call. Whether it charges one that finds no face was not found in its documentation: "
    "the cost announced counts every call, and does not count the storage of face vectors.",
)

FACTS = Facts(
    name="rekognition",
    title="Amazon Rekognition, or a server that speaks its protocol",
    extra="rekognition",
    credentials=("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"),
    page="docs/systems/rekognition.md",
    tried="against a server written for the tests; never against Amazon",
)
