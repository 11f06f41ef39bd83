"""Which detector stands behind a name, and what it takes to open it."""

from __future__ import annotations

from fairlineup.faces.engine.descriptions import DETECTOR_FILES
from fairlineup.faces.engine.detection import DetectionOptions, DetectorName, Finder
from fairlineup.faces.engine.hog import HogFinder, provide_for_hog
from fairlineup.faces.engine.preparation import prepared_detector
from fairlineup.faces.engine.yunet import YunetFinder

DETECTOR_PACKAGES: dict[DetectorName, tuple[str, ...]] = {"yunet": ("pillow",), "dlib": ("dlib-bin",)}
"""By the name of a detector, the packages whose versions may move what it finds."""


def finder(name: DetectorName, options: DetectionOptions, rival_share: float) -> Finder:
    """A detector, ready to look at photographs.

    Args:
        name: which.
        options: how far it searches.
        rival_share: a second face this share as wide as the widest competes, so must not be overlooked.

    Raises: EngineNotInstalled, DigestMismatch, CacheUnusable.
    """
    if name == "dlib":
        return HogFinder(options, rival_share)
    return YunetFinder(options, rival_share, prepared_detector(DETECTOR_FILES["yunet"][0]))


def provide_for(name: DetectorName) -> None:
    """See to what workers will need of a detector, before they start. Raises: as `finder`."""
    if name == "dlib":
        provide_for_hog()
    else:
        prepared_detector(DETECTOR_FILES["yunet"][0])


def detector_settings(name: DetectorName) -> dict[str, str | int | float | bool]:
    """The detector as plain values for the record of a run."""
    file = DETECTOR_FILES[name][0]
    if name == "dlib":
        return {"detector": "dlib frontal HOG", "landmarks": f"dlib 5 points, sha256:{file.sha256}"}
    return {"detector": f"YuNet 2023mar, sha256:{file.sha256}", "landmarks": "its own 5 points"}
