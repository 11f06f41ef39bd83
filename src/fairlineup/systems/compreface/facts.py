"""The wire of CompreFace 1.2 in one table, what its makers say of it, and what a plan may say of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fairlineup.options import between
from fairlineup.records import Outcome, Scale, Threshold
from fairlineup.systems.stated import Address, AtOnce, Line, Seconds

NAME = "compreface"
KEY = "COMPREFACE_API_KEY"
CONFIG = "/api/v1/config"
FACES = "/api/v1/recognition/faces"
FACES_DELETE = "/api/v1/recognition/faces/delete"
RECOGNIZE = "/api/v1/recognition/recognize"
SUBJECTS = "/api/v1/recognition/subjects"

UNDEFINED = 0  # "Something went wrong, please try again": of a file too large, and of anything unforeseen
NO_SUCH_KEY, NO_KEY, INVALID = 10, 20, 26  # 26 is also said of a key that is no UUID
WRITING_NOT_ALLOWED = 32  # while faces are migrated
SUBJECT_NOT_FOUND = 42
OUTCOMES = {21: Outcome.REFUSED, 28: Outcome.NO_FACE, 31: Outcome.SEVERAL_FACES}
"""By code of an error's body: ending of the file's name not accepted, no face, more than one face."""

LARGEST_BYTES = 5 * 1024 * 1024
EVERYBODY = 2**31 - 1  # prediction_count is a 32-bit whole number
PAGE, BATCH = 1000, 100
AT_ONCE_DEFAULT = 2
NOT_TOLD = "not told by its interface"
SCALE = Scale("similarity", 0.0, 1.0, "similarity, a curve over the distance of two templates; 5 decimals")
DEFAULT = Threshold(
    0.0,
    "REST API description (docs/Rest-API-description.md): recognition takes no threshold and names the "
    "nearest subject at any similarity; the makers' own demo (docs/demos/webcam_demo.html) shows that name",
)
RECOMMENDED = Threshold(
    0.5,
    "Face Recognition Similarity Threshold (docs/Face-Recognition-Similarity-Threshold.md): most correct "
    "guesses above 0.5, most incorrect ones below; for high-security systems more than 0.5, without a figure",
)
TERMS = (
    "The interface has no threshold: a program that sets none of its own gets a name for every face, also "
    "where that person was never enrolled. One name unless prediction_count asks for more.",
    "Similarity is not a probability and is tied to no false match rate; builds with other models have other "
    "similarities under the same name. The version is not told: name it, and the model, in [system.options].",
    "Photographs stay in the database when a subject or a service is deleted, although the answer says "
    "deleted (exadel-inc/CompreFace issue 1300, pull request 1321). An audit deletes each example by its id "
    "first, which is said to remove its photograph; only the database itself can show that it did.",
    "A search looks at the largest face of a photograph only; enrolment refuses a photograph of several.",
    "A file that cannot be read as a picture is answered like a photograph without a face (code 28).",
    "A service holds one collection: the audit has to have a recognition service of its own.",
)


@dataclass(frozen=True, slots=True)
class CompreFaceOptions:
    """How a CompreFace recognition service is asked."""

    url: Address  #: of the server.
    #: least confidence that something is a face; None for the server's own.
    det_prob_threshold: Annotated[float, between(0, 1)] | None = None
    prediction_count: Annotated[int, between(1, 1_000_000)] = 0  #: longest list asked for; 0 for everybody.
    version: Line = NOT_TOLD  #: of the server, which does not tell it.
    #: what its answers call the model, as "facenet.Calculator"; each answer is held to it.
    calculator: Line = ""
    at_once: AtOnce = AT_ONCE_DEFAULT  #: questions asked at the same time.
    timeout_s: Seconds = 60.0  #: until an answer is given up.
