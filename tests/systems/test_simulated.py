from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fairlineup.records import BadInput, FaceSystem, Outcome, Photograph, SearchRequest
from fairlineup.systems import (
    NAMES,
    Card,
    CardPopulation,
    PlantedRates,
    SimulatedOptions,
    SimulatedSystem,
    draw_card,
    open_system,
    options_from,
    read_card,
    write_population,
)


def _cards(count: int, number: int = 0, group: str = "", name: str = "person") -> list[Photograph]:
    return [
        Photograph(f"{name}{i}-{number}", draw_card(Card(f"{name}{i}", number, group), side_px=8))
        for i in range(count)
    ]


def _scores(
    system: FaceSystem, gallery: list[Photograph], probes: list[Photograph]
) -> dict[str, list[float]]:
    list(system.enrol("g", gallery))
    answers = list(system.search("g", probes, SearchRequest(None, 2.0)))
    system.delete_gallery("g")
    return {answer.photo: [candidate.score for candidate in answer.candidates] for answer in answers}


def test_cards_read_back_and_differ() -> None:
    cards = [Card("ann", 0, "a"), Card("ann", 1, "a"), Card("çetin / \n", 3, ""), Card("bob")]
    drawn = [draw_card(card) for card in cards]
    assert [read_card(content) for content in drawn] == cards
    assert len(set(drawn)) == len(cards)
    assert draw_card(cards[0]) == drawn[0]


@pytest.mark.parametrize("content", [b"", b"text", draw_card(Card("a"))[:60]])
def test_what_is_no_card(content: bytes) -> None:
    assert read_card(content) is None


@pytest.mark.parametrize(("rate", "trials"), [(0.02, 60 * 60), (0.2, 60 * 60)])
def test_false_matches_come_at_the_planted_rate(rate: float, trials: int) -> None:
    options = SimulatedOptions(PlantedRates({"": rate}))
    scores = _scores(SimulatedSystem(options), _cards(60, name="other"), _cards(60))
    found = sum(score <= 0.6 for row in scores.values() for score in row)
    assert abs(found - rate * trials) < 4 * np.sqrt(rate * (1 - rate) * trials)
    tenth = sum(score <= 0.555 for row in scores.values() for score in row)
    assert abs(tenth - rate * trials / 10) < 4 * np.sqrt(rate * trials / 10)


def test_mates_are_missed_at_the_planted_rate() -> None:
    options = SimulatedOptions(PlantedRates({"": 0.0}, {"": 0.3}))
    system = SimulatedSystem(options)
    list(system.enrol("g", _cards(300)))
    answers = list(system.search("g", _cards(300, number=1), SearchRequest(None, 0.6)))
    missed = sum(not answer.candidates for answer in answers)
    assert abs(missed - 90) < 4 * np.sqrt(90 * 0.7)
    assert all(c.photo == a.photo.replace("-1", "-0") for a in answers for c in a.candidates)


def test_failures_come_at_the_planted_share_by_group() -> None:
    options = SimulatedOptions(PlantedRates(failure_rate={"": 0.0, "a": 0.4}))
    system = SimulatedSystem(options)
    a = [e.outcome for e in system.enrol("g", _cards(300, group="a"))]
    b = [e.outcome for e in system.enrol("g", _cards(300, group="b", name="other"))]
    assert abs(sum(outcome is not Outcome.OK for outcome in a) - 120) < 4 * np.sqrt(120 * 0.6)
    assert set(a) == {Outcome.OK, Outcome.NO_FACE, Outcome.LOW_QUALITY, Outcome.SEVERAL_FACES}
    assert set(b) == {Outcome.OK}
    assert [e.outcome for e in system.enrol("h", _cards(300, group="a"))] == a


def test_groups_and_crossing_them_change_the_rate() -> None:
    rates = PlantedRates({"": 0.02, "a": 0.2}, cross_group=0.1)
    system = SimulatedSystem(SimulatedOptions(rates))
    a, b = _cards(60, group="a", name="a"), _cards(60, group="b", name="b")

    def share(probes: list[Photograph], gallery: list[Photograph]) -> float:
        return float(
            np.mean([score <= 0.6 for row in _scores(system, gallery, probes).values() for score in row])
        )

    others_a, others_b = _cards(60, 0, "a", "oa"), _cards(60, 0, "b", "ob")
    assert share(a, others_a) == pytest.approx(0.2, abs=0.03)
    assert share(a, others_b) == pytest.approx(0.02, abs=0.01)
    assert share(b, others_b) == pytest.approx(0.02, abs=0.01)
    assert share(b, others_a) == pytest.approx(0.002, abs=0.004)


def test_uneven_people_keep_the_mean_rate_but_not_its_evenness() -> None:
    even, uneven = (
        _scores(
            SimulatedSystem(SimulatedOptions(PlantedRates({"": 0.03}, unevenness=sigma))),
            _cards(150, name="other"),
            _cards(150),
        )
        for sigma in (0.0, 1.0)
    )
    counts = [np.array([sum(s <= 0.6 for s in row) for row in some.values()]) for some in (even, uneven)]
    assert counts[1].mean() == pytest.approx(counts[0].mean(), rel=0.35)
    assert counts[1].var() > 2 * counts[0].var()


def test_another_seed_is_another_system_of_the_same_rates() -> None:
    gallery, probes = _cards(30, name="other"), _cards(30)
    one, other = (_scores(SimulatedSystem(SimulatedOptions(seed=seed)), gallery, probes) for seed in (1, 2))
    assert one != other


def test_a_cap_cuts_the_list_and_says_so() -> None:
    system = SimulatedSystem(SimulatedOptions(PlantedRates({"": 0.5}), max_candidates=3))
    assert system.information().max_candidates == 3
    list(system.enrol("g", _cards(40, name="other")))
    for answer in system.search("g", _cards(10), SearchRequest(None, 0.6)):
        assert len(answer.candidates) == 3
        assert answer.capped


def test_latency_is_announced_and_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    system = SimulatedSystem(SimulatedOptions(latency_s=0.25))
    assert system.information().seconds_per_photograph == 0.25
    list(system.enrol("g", _cards(3)))
    assert slept == [0.25] * 3


# --- options -------------------------------------------------------------------------------------


def test_options_from_a_plan() -> None:
    assert options_from({}) == SimulatedOptions()
    options = options_from(
        {"false_match_rate": {"a": 0.1}, "failure_rate": 0, "kind": "similarity", "seed": 3}
    )
    assert (options.rates.false_match_rate, options.rates.failure_rate) == ({"a": 0.1}, 0)
    assert (options.kind, options.seed) == ("similarity", 3)
    assert open_system("simulated", {"kind": "similarity"}).information().scale.kind == "similarity"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"fasle_match_rate": 0.1}, "did you mean 'false_match_rate'?"),
        ({"false_match_rate": 1.5}, "false_match_rate of simulated"),
        ({"false_match_rate": {"a": -0.1}}, "false_match_rate.a of simulated: expected a number from 0 to 1"),
        ({"failure_rate": "often"}, "got 'often'"),
        ({"failure_rate": True}, "got True"),
        ({"failure_rate": float("nan")}, "got nan"),
        ({"kind": "angle"}, "expected 'distance' or 'similarity', got 'angle'"),
        ({"seed": 1.5}, "to 9,007,199,254,740,991, got 1.5"),
        ({"max_candidates": -1}, "max_candidates"),
        ({"latency_s": "slow"}, "latency_s"),
        ({"unevenness": -1}, "unevenness"),
        ({"cross_group": float("inf")}, "cross_group"),
        ({"rates": {}}, "'rates', which is unknown"),
    ],
)
def test_impossible_options_are_named(table: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as caught:
        options_from(table)
    assert said in str(caught.value)


def test_systems_by_name() -> None:
    assert {"local", "simulated"} <= set(NAMES)
    with pytest.raises(BadInput, match=r"expected one of .*local, .*simulated.*, got 'recognition'"):
        open_system("recognition", {})


# --- populations ---------------------------------------------------------------------------------


def test_a_population_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    population = CardPopulation({"a": 4, "b": 2}, {"a": 3, "b": 5}, mates=0.5)
    contents = []
    for name in ("one", "other"):
        folder = tmp_path / name
        folder.mkdir()
        write_population(folder, population)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        contents.append([(path.relative_to(folder), path.read_bytes()) for path in files])
    assert contents[0] == contents[1]
    assert len(contents[0]) == 1 + 6 + 8 + 3
    lines = (tmp_path / "one" / "people.csv").read_text().splitlines()
    assert lines[0] == "person,photo,role,name,source,group,group_source"
    assert sum(",probe," in line for line in lines) == 6


def test_a_card_is_read_without_its_pixels() -> None:
    card = Card("ann", 1)
    drawn = draw_card(card)
    huge = bytearray(drawn)
    huge[16:24] = (20_000).to_bytes(4, "big") * 2
    huge[29:33] = zlib.crc32(huge[12:29]).to_bytes(4, "big")
    assert read_card(bytes(huge)) == read_card(drawn) == card
