"""Photographs of people who do not exist, made from a seed; imports records, photos, workers."""

from fairlineup.evidence.samples.capture import CAPTURES
from fairlineup.evidence.samples.dataset import (
    BYTES,
    SamplesRequest,
    manifest,
    model_digest,
    sample_rows,
    write_samples,
)
from fairlineup.evidence.samples.people import SamplePerson, accepted_seeds, people
from fairlineup.evidence.samples.photographs import Shot, photograph, photographs
from fairlineup.evidence.samples.sheet import sheet

__all__ = [
    "BYTES",
    "CAPTURES",
    "SamplePerson",
    "SamplesRequest",
    "Shot",
    "accepted_seeds",
    "manifest",
    "model_digest",
    "people",
    "photograph",
    "photographs",
    "sample_rows",
    "sheet",
    "write_samples",
]
