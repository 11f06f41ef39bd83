"""The run directory: written once, resumable, re-readable."""

from fairlineup.evidence.runs.directory import RunDirectory
from fairlineup.evidence.runs.events import EventLog
from fairlineup.evidence.runs.freezing import check_out, freeze_run
from fairlineup.evidence.runs.frozen import FrozenRun, load_run
from fairlineup.evidence.runs.gallerypairs import (
    GalleryPair,
    GalleryPairs,
    read_gallery_pairs,
    write_gallery_pairs,
)
from fairlineup.evidence.runs.identity import RunIdentity, digest_of_system, environment
from fairlineup.evidence.runs.journal import LOST, Journal, KeptAnswer, OpenJournal
from fairlineup.evidence.runs.observations import QUALITY, Attempt, Observations, collect
from fairlineup.evidence.runs.parquet import FILES as PARQUET
from fairlineup.evidence.runs.parquet import population_of
from fairlineup.evidence.runs.sums import SUMS, put_files, read_sums, sum_anew

__all__ = [
    "LOST",
    "PARQUET",
    "QUALITY",
    "SUMS",
    "Attempt",
    "EventLog",
    "FrozenRun",
    "GalleryPair",
    "GalleryPairs",
    "Journal",
    "KeptAnswer",
    "Observations",
    "OpenJournal",
    "RunDirectory",
    "RunIdentity",
    "check_out",
    "collect",
    "digest_of_system",
    "environment",
    "freeze_run",
    "load_run",
    "population_of",
    "put_files",
    "read_gallery_pairs",
    "read_sums",
    "sum_anew",
    "write_gallery_pairs",
]
