"""Pixels to faces to templates; models by digest. Judges nothing: it can't see a measure."""

from fairlineup.faces.engine.analysis import Analysis, SelectionOptions
from fairlineup.faces.engine.descriptions import ChipForm, ModelDescription, default_model, load_description
from fairlineup.faces.engine.detection import DetectionOptions
from fairlineup.faces.engine.engine import Engine, EngineOptions, engine_settings
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
from fairlineup.faces.engine.pool import CHUNK, EnginePool
from fairlineup.faces.engine.preparation import prepared_model
from fairlineup.faces.engine.store import cache_folder
from fairlineup.faces.engine.trial import try_model

__all__ = [
    "CHUNK",
    "Analysis",
    "CacheUnusable",
    "ChipForm",
    "DescriptionError",
    "DetectionOptions",
    "DigestMismatch",
    "DownloadFailed",
    "Engine",
    "EngineNotInstalled",
    "EngineOptions",
    "EnginePool",
    "ModelDescription",
    "ModelFileError",
    "ModelUnfit",
    "NoTemplate",
    "OptionError",
    "SelectionOptions",
    "cache_folder",
    "default_model",
    "engine_settings",
    "load_description",
    "prepared_model",
    "try_model",
]
