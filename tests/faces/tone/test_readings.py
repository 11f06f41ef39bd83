"""ITA of whole photographs: people who do not exist, whose cheeks were drawn for a tone that is known."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fairlineup.evidence.samples import SamplePerson, Shot, people
from fairlineup.faces.tone import Reading, Tone, one_of_each_picture, read_tones
from fairlineup.measures import Reliability, intraclass_correlation
from fairlineup.records import NotMeasured, Photograph


def taken(shots: list[Shot]) -> list[Photograph]:
    return [Photograph(shot.id, shot) for shot in shots]


def angles(readings: list[Reading]) -> np.ndarray:
    return np.array([one.tone.ita_degrees if isinstance(one.tone, Tone) else np.nan for one in readings])


@pytest.fixture(scope="module")
def crowd() -> tuple[SamplePerson, ...]:
    return people(30, start=2000)


@pytest.fixture(scope="module")
def studio(crowd: tuple[SamplePerson, ...]) -> np.ndarray:
    """Shape (people, 2): two studio photographs of each."""
    shots = [Shot(person, number) for person in crowd for number in range(2)]
    return angles(read_tones(taken(shots), workers=1)).reshape(-1, 2)


def test_a_planted_tone_is_recovered(crowd: tuple[SamplePerson, ...], studio: np.ndarray) -> None:
    from scipy.stats import spearmanr

    tones = np.array([person.tone for person in crowd])
    seen = ~np.isnan(studio[:, 0])
    assert seen.mean() > 0.9
    assert spearmanr(tones[seen], studio[seen, 0]).statistic < -0.8
    assert np.nanmean(studio[tones <= 2]) > np.nanmean(studio[tones >= 9]) + 40


def test_one_light_agrees_and_other_lights_do_less(
    crowd: tuple[SamplePerson, ...], studio: np.ndarray
) -> None:
    """Between studio and doorbell the same person moves; within the studio hardly."""
    doorbell = angles(read_tones(taken([Shot(person, 0, "doorbell") for person in crowd]), workers=1))
    whom = np.arange(len(crowd))

    def agreement(one: np.ndarray, other: np.ndarray) -> Reliability:
        both = ~np.isnan(one + other)
        found = intraclass_correlation(np.concatenate([one[both], other[both]]), np.tile(whom[both], 2))
        assert isinstance(found, Reliability)
        return found

    same, across = agreement(*studio.T), agreement(studio[:, 0], doorbell)
    assert same.icc > 0.9
    assert across.within_sd > 1.5 * same.within_sd
    assert across.icc < same.icc


def test_a_bad_file_is_an_answer(tmp_path: Path, crowd: tuple[SamplePerson, ...]) -> None:
    good = Shot(crowd[0])
    blank = io.BytesIO()
    Image.new("RGB", (240, 300), (90, 120, 90)).save(blank, "PNG")
    grey = io.BytesIO()
    Image.open(io.BytesIO(good.read())).convert("L").save(grey, "JPEG")
    photos = [
        Photograph("good", good),
        Photograph("missing", tmp_path / "missing.jpg"),
        Photograph("blank", blank.getvalue()),
        Photograph("grey", grey.getvalue()),
        Photograph("cut", good.read()[:900]),
    ]
    told: list[tuple[str, int, int]] = []
    found = read_tones(photos, workers=1, progress=lambda *words: told.append(words))
    assert [one.photo for one in found] == ["good", "missing", "blank", "grey", "cut"]
    reasons = [one.tone.reason if isinstance(one.tone, NotMeasured) else "" for one in found]
    unreadable = "not readable as a photograph"
    assert reasons == ["", unreadable, "no face found", "a grey or toned photograph", unreadable]
    assert "No such file" in found[1].detail
    assert ("faces", 5, 5) in told
    assert ("tones", 2, 2) in told


def test_a_photograph_that_goes_while_it_is_read_is_an_answer(crowd: tuple[SamplePerson, ...]) -> None:
    content = Shot(crowd[0]).read()

    class Going:
        reads = 0

        def read(self) -> bytes:
            self.reads += 1
            if self.reads > 1:
                raise OSError("gone")
            return content

    (found,) = read_tones([Photograph("going", Going())], workers=1)
    assert isinstance(found.tone, NotMeasured)
    assert found.detail == "gone"


def test_a_picture_counts_once_for_its_person(crowd: tuple[SamplePerson, ...]) -> None:
    first, second, other = Shot(crowd[0], 0).read(), Shot(crowd[0], 1).read(), Shot(crowd[1]).read()
    smaller = io.BytesIO()
    picture = Image.open(io.BytesIO(first))
    picture.crop((8, 8, picture.width - 8, picture.height - 8)).save(smaller, "JPEG")
    photos = [
        Photograph(str(number), content)
        for number, content in enumerate((first, second, smaller.getvalue(), other, first))
    ]
    assert one_of_each_picture(photos, ["a", "a", "a", "b", "c"]) == [0, 1, 3, 4]
    assert one_of_each_picture(photos[:1], ["a"]) == [0]
    assert one_of_each_picture([], []) == []
