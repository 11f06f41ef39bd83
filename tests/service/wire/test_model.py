"""The pinned model against botocore's, which real clients are made from."""

from __future__ import annotations

import json
import warnings
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import botocore
import botocore.session
import pytest

from fairlineup.service.wire import BUILT, NOT_BUILT, OPERATIONS, errors_of

TOOL = Path(__file__).parents[3] / "tools" / "service_model.py"


@pytest.fixture(scope="module")
def tool() -> Any:
    spec = spec_from_file_location("service_model", TOOL)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_operation_is_built_or_said_not_to_be() -> None:
    model = botocore.session.get_session().get_service_model("rekognition")
    assert set(model.operation_names) >= OPERATIONS
    assert len(OPERATIONS) == len(BUILT) + sum(len(group.operations) for group in NOT_BUILT) == 75
    page = (TOOL.parents[1] / "docs" / "not-built.md").read_text("utf-8")
    assert [name for name in sorted(OPERATIONS - BUILT) if f"`{name}`" not in page] == []
    assert [name for name in sorted(BUILT) if f"`{name}`" not in page] == []


def test_the_model_is_that_of_its_botocore(tool: Any) -> None:
    """Another version is no failure here: what it changes is told, and `make upstream` shows it."""
    pinned = json.loads(tool.PINNED.read_text("utf-8"))["source"]["version"]
    if drift := tool.drift():
        assert botocore.__version__ != pinned
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            warnings.warn("\n".join(["Rekognition's model has changed", *drift]), stacklevel=1)


def test_a_change_of_the_model_would_be_told(tool: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tool.installed()
    changed["shapes"]["MaxFaces"]["max"] = 8192
    monkeypatch.setattr(tool, "installed", lambda: changed)
    assert any("8192" in line for line in tool.drift())


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_every_operation_may_deny_throttle_and_fail(operation: str) -> None:
    common = {
        "AccessDeniedException",
        "InternalServerError",
        "InvalidParameterException",
        "ThrottlingException",
    }
    assert common <= errors_of(operation)
