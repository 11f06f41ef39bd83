from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from fairlineup.faces.engine import (
    DigestMismatch,
    Engine,
    ModelDescription,
    ModelFileError,
    named_engine,
    prepared_model,
)
from fairlineup.faces.engine.conversion import CONVERTED
from fairlineup.faces.engine.preparation import model_content
from fairlineup.faces.engine.store import sha256_of


def test_dlibs_file_is_converted_once(dlib_model: ModelDescription, converted: Path) -> None:
    before = converted.stat().st_mtime_ns
    assert prepared_model(dlib_model) == converted
    assert converted.stat().st_mtime_ns == before
    assert converted.name.startswith(f"{dlib_model.sha256}-c1-")


def test_the_digest_that_is_known_is_that_of_what_is_made_here(
    dlib_model: ModelDescription, converted: Path
) -> None:
    """Or each start would convert it anew: renew CONVERTED if a newer onnx writes other bytes."""
    assert sha256_of(converted) == CONVERTED[dlib_model.sha256]


def test_a_poisoned_cache_is_not_believed_though_it_is_named_by_its_own_digest(
    dlib_model: ModelDescription, converted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAIRLINEUP_CACHE", str(tmp_path))
    poison = bytearray(converted.read_bytes())
    poison[-1000] ^= 1
    sha256 = hashlib.sha256(poison).hexdigest()
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / f"{dlib_model.sha256}-c1-{sha256}.onnx").write_bytes(poison)
    prepared = prepared_model(dlib_model)
    assert model_content(prepared, dlib_model) == converted.read_bytes()
    prepared.write_bytes(poison)
    with pytest.raises(ModelFileError, match="prepared anew"):
        Engine(named_engine("dlib"), prepared=prepared)


def test_other_bytes_than_described_are_refused(
    dlib_model: ModelDescription, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAIRLINEUP_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "weights.dat"
    path.write_bytes(b"other weights")
    for form in ("onnx", "dlib"):
        other = ModelDescription(dlib_model.information, path, form)
        with pytest.raises(
            DigestMismatch, match=f"expected SHA-256 {dlib_model.sha256}, got {sha256_of(path)}"
        ):
            prepared_model(other)
    assert not (tmp_path / "cache").exists()


def test_a_file_that_is_not_there_is_named(dlib_model: ModelDescription, tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="none"):
        prepared_model(replace(dlib_model, weights=tmp_path / "no.onnx", form="onnx"))


def test_a_described_file_that_is_no_such_network_is_refused(
    dlib_model: ModelDescription, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAIRLINEUP_CACHE", str(tmp_path))
    path = tmp_path / "weights.dat"
    path.write_bytes(b"\x01\x01\x01\x09loss_mmod")
    information = replace(dlib_model.information, digest=f"sha256:{sha256_of(path)}")
    with pytest.raises(ModelFileError, match="loss_mmod"):
        prepared_model(ModelDescription(information, path, "dlib"))


@pytest.mark.dlib
def test_two_processes_may_convert_at_once(tmp_path: Path) -> None:
    code = "from fairlineup.faces.engine import *; print(prepared_model(named_engine('dlib').model))"
    environment = {"FAIRLINEUP_CACHE": str(tmp_path), "PATH": ""}
    both = [
        subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    paths = {process.communicate(timeout=1200)[0].strip() for process in both}
    assert [process.returncode for process in both] == [0, 0]
    assert len(paths) == 1
    assert sha256_of(Path(paths.pop())) in [
        path.stem.split("-")[-1] for path in tmp_path.glob("models/*.onnx")
    ]
