from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fairlineup.records import BadInput, FairlineupError, SystemFailed
from fairlineup.systems import open_system

from .contracts import run_contract

OURS = """
from fairlineup.records import BadInput
from fairlineup.systems import PlantedRates, SimulatedOptions, SimulatedSystem

NUMBER = 3


def make(seed=1, *, rate=0.05):
    if seed < 0:
        raise BadInput("the seed", expected="0 or more", got=str(seed), remedy="correct it")
    return SimulatedSystem(SimulatedOptions(PlantedRates({"": rate}), seed=seed))


class Half:
    def __init__(self): pass
    def information(self): ...
    def enrol(self, gallery, photos): ...
    close = "not a function"


def fails():
    return {}["a key"]


def nothing():
    return None
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A current directory with modules that are forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [path for path in sys.path if path])
    (tmp_path / "our_recogniser.py").write_text(OURS)
    (tmp_path / "our_package").mkdir()
    (tmp_path / "our_package" / "__init__.py").write_text("")
    (tmp_path / "our_package" / "inner.py").write_text(OURS)
    (tmp_path / "our_broken.py").write_text("import no_such_package_of_ours\n")
    (tmp_path / "our_typo.py").write_text("def make(:\n")
    (tmp_path / "our_exit.py").write_text("raise SystemExit('no model here')\n")
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith("our_"):
            del sys.modules[name]


@pytest.mark.parametrize("name", ["our_recogniser:make", "our_package.inner:make"])
def test_a_factory_in_the_current_directory(name: str) -> None:
    run_contract(lambda: open_system(f"python:{name}", {}))


def test_options_reach_the_factory() -> None:
    with closing(open_system("python:our_recogniser:make", {"seed": 7, "rate": 0.25})) as system:
        settings = system.information().settings
    assert settings["seed"] == 7
    assert "0.25" in str(settings["planted"])


@pytest.mark.parametrize(
    ("name", "options", "kind", "said"),
    [
        ("python", {}, BadInput, "expected python:module:factory, got 'python'"),
        ("python:our_recogniser", {}, BadInput, "expected python:module:factory"),
        ("python:our_recogniser:", {}, BadInput, "expected python:module:factory"),
        ("python:our_recogniser:a b", {}, BadInput, "expected python:module:factory"),
        ("python:our_absent:make", {}, BadInput, r"a module our_absent, got none of that name"),
        ("python:our_package.absent:make", {}, BadInput, r"none of that name \(our_package.absent\)"),
        ("python:our_absent.inner:make", {}, BadInput, r"none of that name \(our_absent\)"),
        ("python:..:make", {}, BadInput, "expected python:module:factory"),
        ("python:our_recogniser:absent", {}, BadInput, "absent in our_recogniser, got none of that name"),
        ("python:our_recogniser:NUMBER", {}, BadInput, "a function or class NUMBER.*one that is a int"),
        ("python:our_recogniser:make", {"sead": 1}, BadInput, "options that make takes, got .*'sead'"),
        ("python:our_recogniser:make", {"api_key": "geheim"}, BadInput, "come from the environment"),
        ("python:our_recogniser:make", {"seed": -1}, BadInput, "the seed: expected 0 or more, got -1"),
        ("python:our_recogniser:make", {"seed": "x"}, SystemFailed, "no exception, got TypeError"),
        ("python:our_recogniser:fails", {}, SystemFailed, "cannot make a system.*KeyError: 'a key'"),
        ("python:our_recogniser:nothing", {}, SystemFailed, "NoneType without information, enrol, search"),
        ("python:our_recogniser:Half", {}, SystemFailed, "Half without search, delete_gallery, close"),
        (
            "python:our_broken:make",
            {},
            SystemFailed,
            "our_broken cannot be imported.*no_such_package_of_ours.* at .*our_broken.py, line",
        ),
        (
            "python:our_typo:make",
            {},
            SystemFailed,
            "our_typo cannot be imported.*SyntaxError.* at .*our_typo.py, line 1",
        ),
        ("python:our_exit:make", {}, SystemFailed, "our_exit cannot be imported.*no model here"),
    ],
)
def test_what_is_wrong_is_said(
    name: str, options: dict[str, Any], kind: type[FairlineupError], said: str
) -> None:
    with pytest.raises(kind, match=said) as caught:
        open_system(name, options)
    assert "geheim" not in str(caught.value)
    assert "\n" not in str(caught.value)
