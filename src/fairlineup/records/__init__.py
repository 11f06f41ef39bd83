"""Frozen nouns both roads speak, the FaceSystem port and the roots of all errors; imports nothing of ours."""

from fairlineup.records.codes import CODES
from fairlineup.records.engines import MADE_BY, check_one_engine
from fairlineup.records.errors import (
    BadInput,
    FairlineupError,
    Refused,
    SystemFailed,
    Throttled,
    TransportError,
    UnusableAnswer,
    shortened,
)
from fairlineup.records.escaped import escaped, escaped_in_json
from fairlineup.records.estimate import Estimate, Measured, NotMeasured
from fairlineup.records.extras import extra_installed, extra_missing, how_to_import, how_to_install
from fairlineup.records.face import Box, Face, ModelInformation, Quality, Template
from fairlineup.records.formats import READ_BY, older_format
from fairlineup.records.names import (
    by_form,
    differing_in_form,
    form_of,
    form_of_name,
    how_they_differ,
    no_value,
    nobody,
    visible,
)
from fairlineup.records.opening import leads_out, open_regular, read_regular
from fairlineup.records.photograph import (
    LARGEST_PHOTOGRAPH,
    DigestedSource,
    Photograph,
    PhotographChanged,
    PhotographSource,
)
from fairlineup.records.places import kind_of, place_in_ours, place_in_theirs
from fairlineup.records.progress import Progress, no_progress
from fairlineup.records.rounding import decimals, percent, so_many_people
from fairlineup.records.system import (
    GALLERY_PREFIX,
    Candidate,
    ComparingSystem,
    Enrolment,
    FaceSystem,
    KeepingSystem,
    Outcome,
    Price,
    Scale,
    SearchAnswer,
    SearchRequest,
    SystemInformation,
    Threshold,
)

__all__ = [
    "CODES",
    "GALLERY_PREFIX",
    "LARGEST_PHOTOGRAPH",
    "MADE_BY",
    "READ_BY",
    "BadInput",
    "Box",
    "Candidate",
    "ComparingSystem",
    "DigestedSource",
    "Enrolment",
    "Estimate",
    "Face",
    "FaceSystem",
    "FairlineupError",
    "KeepingSystem",
    "Measured",
    "ModelInformation",
    "NotMeasured",
    "Outcome",
    "Photograph",
    "PhotographChanged",
    "PhotographSource",
    "Price",
    "Progress",
    "Quality",
    "Refused",
    "Scale",
    "SearchAnswer",
    "SearchRequest",
    "SystemFailed",
    "SystemInformation",
    "Template",
    "Threshold",
    "Throttled",
    "TransportError",
    "UnusableAnswer",
    "by_form",
    "check_one_engine",
    "decimals",
    "differing_in_form",
    "escaped",
    "escaped_in_json",
    "extra_installed",
    "extra_missing",
    "form_of",
    "form_of_name",
    "how_they_differ",
    "how_to_import",
    "how_to_install",
    "kind_of",
    "leads_out",
    "no_progress",
    "no_value",
    "nobody",
    "older_format",
    "open_regular",
    "percent",
    "place_in_ours",
    "place_in_theirs",
    "read_regular",
    "shortened",
    "so_many_people",
    "visible",
]
