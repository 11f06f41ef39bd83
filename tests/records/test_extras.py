from __future__ import annotations

import importlib.util
import sys
from importlib import metadata
from pathlib import Path

import pytest

from fairlineup.records import extra_installed, how_to_import, how_to_install

REQUIRED = [
    "numpy>=2.0",
    'here>=1.0; extra == "engine"',
    "there>=3; extra == 'engine'",
    'pillow>=11 ; extra == "data"',
    "fairlineup[data,engine]; extra == 'default'",
    "un_usual.name>=2; extra == 'rare'",
]


@pytest.fixture(autouse=True)
def installation(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation that has the package `here` and none of the others."""

    def version(name: str) -> str:
        if name != "here":
            raise metadata.PackageNotFoundError(name)
        return "1.0"

    monkeypatch.setattr(metadata, "requires", lambda _name: REQUIRED)
    monkeypatch.setattr(metadata, "version", version)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object() if name == "pip" else None)
    monkeypatch.setattr(sys, "executable", "/env/bin/python")


def test_only_what_is_missing_is_named() -> None:
    assert (
        how_to_install("engine")
        == 'install what the extra engine needs: /env/bin/python -m pip install "there>=3"'
    )


def test_an_extra_of_extras_is_all_of_theirs() -> None:
    assert how_to_install("default").endswith('install "pillow>=11" "there>=3"')
    assert extra_installed("default") is False
    assert extra_installed("unheard of") is None


def test_what_is_there_and_does_not_work_is_named_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", lambda _name: "1.0")
    assert extra_installed("engine") is True
    assert how_to_install("engine").endswith('install "here>=1.0" "there>=3"')


def test_a_module_is_brought_by_a_package_of_another_name() -> None:
    assert '"pillow>=11"' in how_to_import("PIL.Image")


def test_a_module_of_nobody_we_know_is_not_made_a_package() -> None:
    assert "pip install" not in how_to_import("somebody_elses")
    assert sys.prefix in how_to_import("somebody_elses")


def test_an_environment_without_pip_is_installed_into_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(sys, "executable", "/my env/bin/python")
    said = how_to_install("engine")
    assert said.endswith('uv pip install --python "/my env/bin/python" "there>=3"')


def test_what_pipx_installed_is_installed_into_by_pipx(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fairlineup").mkdir()
    (tmp_path / "fairlineup" / "pipx_metadata.json").touch()
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "fairlineup"))
    assert how_to_install("engine").endswith(': pipx inject fairlineup "there>=3"')


def test_nothing_is_made_up_where_nothing_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    def requires(name: str) -> list[str]:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", requires)
    assert how_to_install("engine") == "install the packages that pyproject.toml lists under the extra engine"
    assert "pip install" not in how_to_import("dlib")
