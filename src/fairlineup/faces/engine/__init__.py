"""Pixels to faces to templates; models by digest. Judges nothing: it can't see a measure."""

from fairlineup.faces.engine.analysis import Analysis, SelectionOptions, quality_fault
from fairlineup.faces.engine.descriptionfile import described_engine
from fairlineup.faces.engine.descriptions import ChipForm, EngineDescription, ModelDescription
from fairlineup.faces.engine.detection import DetectionOptions
from fairlineup.faces.engine.engine import Engine, EngineOptions, engine_settings
from fairlineup.faces.engine.engines import DEFAULT_ENGINE, ENGINES, engine_with, named_engine
from fairlineup.faces.engine.faults import (
    CacheUnusable,
    DescriptionError,
    DigestMismatch,
    DownloadFailed,
    EngineNotInstalled,
    ModelFileError,
    ModelUnfit,
    NoTemplate,
    OptionError,
)
from fairlineup.faces.engine.fetching import fetched
from fairlineup.faces.engine.installed import WeightsFile, published
from fairlineup.faces.engine.pool import CHUNK, EnginePool
from fairlineup.faces.engine.preparation import prepared_model
from fairlineup.faces.engine.store import cache_folder
from fairlineup.faces.engine.trial import try_model

__all__ = [
    "CHUNK",
    "DEFAULT_ENGINE",
    "ENGINES",
    "Analysis",
    "CacheUnusable",
    "ChipForm",
    "DescriptionError",
    "DetectionOptions",
    "DigestMismatch",
    "DownloadFailed",
    "Engine",
    "EngineDescription",
    "EngineNotInstalled",
    "EngineOptions",
    "EnginePool",
    "ModelDescription",
    "ModelFileError",
    "ModelUnfit",
    "NoTemplate",
    "OptionError",
    "SelectionOptions",
    "WeightsFile",
    "cache_folder",
    "described_engine",
    "engine_settings",
    "engine_with",
    "fetched",
    "named_engine",
    "prepared_model",
    "published",
    "quality_fault",
    "try_model",
]
