from __future__ import annotations

import hashlib
import io
import os
import pickle
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from fairlineup.evidence.samples import CAPTURES, SamplePerson, Shot, photograph, photographs, sheet
from fairlineup.evidence.samples.people import person_of
from fairlineup.faces.photos import says_synthetic
from fairlineup.records import BadInput


def pixels(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"), np.float64)


def test_one_at_a_time_or_many_the_bytes_are_the_same(crowd: tuple[SamplePerson, ...]) -> None:
    shots = [Shot(person, 1, capture) for person in crowd[:7] for capture in CAPTURES]
    assert list(photographs(shots)) == [photograph(shot) for shot in shots]


def test_every_photograph_says_that_it_shows_nobody(crowd: tuple[SamplePerson, ...]) -> None:
    assert all(says_synthetic(photograph(Shot(crowd[0], 0, capture))) for capture in CAPTURES)


def test_photographs_of_one_person_differ_and_those_of_two_differ_more(
    crowd: tuple[SamplePerson, ...],
) -> None:
    one, same, other = (
        pixels(photograph(shot)) for shot in (Shot(crowd[0]), Shot(crowd[0], 1), Shot(crowd[1]))
    )
    face = np.s_[90:220, 60:156]
    assert 0 < np.abs(one[face] - same[face]).mean() < np.abs(one[face] - other[face]).mean()


def test_a_doorbell_is_smaller_and_darker_than_a_studio(crowd: tuple[SamplePerson, ...]) -> None:
    studio = [pixels(photograph(Shot(person))) for person in crowd[:8]]
    door = [pixels(photograph(Shot(person, 0, "doorbell"))) for person in crowd[:8]]
    assert door[0].shape[0] == studio[0].shape[0] // 2
    assert np.mean([one.mean() for one in door]) < 0.75 * np.mean([one.mean() for one in studio])


def test_an_unknown_condition_is_refused_by_name(crowd: tuple[SamplePerson, ...]) -> None:
    with pytest.raises(BadInput, match="studio or document or doorbell"):
        photograph(Shot(crowd[0], 0, "passport"))


def test_a_shot_can_be_sent_to_another_process(crowd: tuple[SamplePerson, ...]) -> None:
    shot = Shot(crowd[0], 2, "document")
    assert pickle.loads(pickle.dumps(shot)).read() == shot.read()  # noqa: S301 - our own


DIGESTS = """
import hashlib
from fairlineup.evidence.samples import CAPTURES, Shot, photographs
from fairlineup.evidence.samples.people import person_of
shots = [Shot(person_of(seed), 0, capture) for seed in range(12) for capture in CAPTURES]
print(hashlib.sha256(b"".join(photographs(shots))).hexdigest())
"""


@pytest.mark.parametrize(
    "changed",
    [
        {"OPENBLAS_CORETYPE": "Prescott", "OPENBLAS_NUM_THREADS": "1"},
        {"OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_NUM_THREADS": "2"},
        {"NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F AVX512_SKX"},
    ],
    ids=["another matrix kernel", "a third", "no vector instructions"],
)
def test_other_linear_algebra_gives_the_same_bytes(changed: dict[str, str]) -> None:
    shots = [Shot(person_of(seed), 0, capture) for seed in range(12) for capture in CAPTURES]
    here = hashlib.sha256(b"".join(photographs(shots))).hexdigest()
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", DIGESTS],
        env={**os.environ, **changed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == here


GOLDEN: dict[tuple[int, str], list[list[int]]] = {
    (0, "studio"): [[132, 108, 147], [118, 203, 149], [162, 196, 157], [134, 157, 129]],
    (11, "document"): [[172, 124, 183], [106, 114, 82], [124, 128, 135], [73, 93, 72]],
    (40, "doorbell"): [[24, 36, 24], [33, 49, 32], [35, 47, 26], [39, 42, 27]],
}


@pytest.mark.parametrize("key", GOLDEN, ids=lambda key: f"{key[0]}-{key[1]}")
def test_pixels_are_what_they_were_everywhere(key: tuple[int, str]) -> None:
    """Means of luma over a grid of 4 x 3 fields, with any machine and JPEG library: within 2."""
    seed, capture = key
    grey = np.asarray(
        Image.open(io.BytesIO(photograph(Shot(person_of(seed), 0, capture)))).convert("L"), np.float64
    )
    rows, columns = (
        np.array_split(np.arange(side), parts) for side, parts in zip(grey.shape, (4, 3), strict=True)
    )
    found = [[grey[np.ix_(down, across)].mean() for across in columns] for down in rows]
    assert (
        np.abs(np.array(found) - np.array(GOLDEN[key])).max() <= 2.5
    )  # 2, and the rounding of the means written here


def test_a_sheet_shows_everybody(crowd: tuple[SamplePerson, ...]) -> None:
    whole = sheet([Shot(person) for person in crowd[:7]], columns=3, width_px=40)
    assert whole.size == (3 * 44 - 4, 3 * (round(40 * 276 / 216) + 4) - 4)
