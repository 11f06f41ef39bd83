from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fairlineup.records import BadInput
from fairlineup.systems import open_system
from fairlineup.systems.local import LocalOptions, local_options


def test_nothing_said_is_the_default() -> None:
    assert local_options({}) == LocalOptions()


def test_options_reach_the_engine() -> None:
    options = local_options({"workers": 1, "model": "some/model.toml", "rival_share": 0.9})
    assert (options.workers, options.model) == (1, Path("some/model.toml"))
    assert options.engine.selection.rival_share == 0.9
    assert local_options({"rival_share": 1}).engine.selection.rival_share == 1


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"treshold": 1}, "one of model, workers, "),
        ({"workers": -1}, "a whole number of 0 or more, got -1"),
        ({"workers": 1.5}, "a whole number of 0 or more, got 1.5"),
        ({"workers": True}, "got True"),
        ({"workers": "2"}, "got '2'"),
        ({"model": 3}, "the path of a model description, got 3"),
        ({"rival_share": "big"}, "a number of 0 or more, got 'big'"),
        ({"rival_share": float("nan")}, "got nan"),
        ({"rival_share": float("inf")}, "got inf"),
        ({"rival_share": -0.5}, "a number of 0 or more"),
    ],
)
def test_impossible_options_are_named(table: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as caught:
        local_options(table)
    assert f"the local system's option {next(iter(table))}" in str(caught.value)
    assert said in str(caught.value)
    assert str(caught.value).endswith("correct [system.options] in the plan")


def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"none\.toml cannot be read"):
        open_system("local", {"model": str(tmp_path / "none.toml")})
