"""The distance of one pair."""

from __future__ import annotations

import numpy as np
import pytest

from fairlineup.faces.vectors import MixedModelsError, distance, nearest, prepare, tail
from fairlineup.records import ModelInformation, Template


def _template(values: list[float], metric: str = "euclidean", digest: str = "sha256:aa") -> Template:
    model = ModelInformation("test", digest, "made in the test", "none", len(values), metric)
    return Template(np.array(values, dtype=np.float32), model)


def test_euclidean() -> None:
    assert distance(_template([0, 3]), _template([4, 0])) == 5.0


def test_cosine_does_not_depend_on_length() -> None:
    one, other = _template([1, 0], "cosine"), _template([7, 7], "cosine")
    assert distance(one, other) == pytest.approx(1 - 2**-0.5)


def test_templates_of_different_models_are_refused() -> None:
    one, other = _template([1, 0]), _template([1, 0], digest="sha256:bb")
    with pytest.raises(MixedModelsError) as caught:
        distance(one, other)
    assert caught.value.code == "models-mixed"
    first, second = (prepare(side.vector[None], model=side.model.digest) for side in (one, other))
    with pytest.raises(MixedModelsError):
        nearest(first, second, 1)
    with pytest.raises(MixedModelsError):
        tail(first, second, 1.0)
