from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from fairlineup.faces.engine import DigestMismatch, EngineNotInstalled, default_model
from fairlineup.faces.engine import installed as module
from fairlineup.faces.engine.detection import imported_dlib


def test_the_files_are_found_and_the_package_is_not_imported() -> None:
    assert default_model().form == "dlib"
    assert module.landmarks_file().is_file()
    assert "face_recognition_models" not in sys.modules


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(EngineNotInstalled, match=r'pip install .*"dlib-bin>='):
        default_model()


def test_a_missing_dlib_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dlib", None)
    with pytest.raises(EngineNotInstalled, match=r'pip install .*"dlib-bin>='):
        imported_dlib()


def test_another_predictor_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = tmp_path / "predictor.dat"
    other.write_bytes(b"other")
    monkeypatch.setattr(module, "installed_model", lambda _name: other)
    with pytest.raises(DigestMismatch, match="expected SHA-256 c4b1e9"):
        module.landmarks_file()
