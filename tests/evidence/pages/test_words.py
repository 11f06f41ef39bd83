from __future__ import annotations

import pytest

from fairlineup.evidence.pages import words


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (0, "0 %"),
        (1, "100 %"),
        (0.9135338346, "91.4 %"),
        (0.06666666667, "6.7 %"),
        (0.0056920, "0.57 %"),
        (2.440970755e-05, "0.0024 %"),
        (0.99999, "99.999 %"),
        (0.999999999999, "over 99.9999 %"),
        (0.9996, "99.96 %"),
        (6.6e-9, "6.6 × 10⁻⁷ %"),
        (7.7e-21, "under 10⁻¹⁰ %"),
    ],
)
def test_percent(rate: float, text: str) -> None:
    assert words.percent(rate) == text.replace(" %", "\u00a0%")


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (0.9135, ("91", "100")),
        (0.0667, ("67", "1,000")),
        (0.0054, ("54", "10,000")),
        (1.2e-05, ("12", "1,000,000")),
        (1, ("100", "100")),
        (0.9999, ("over 99", "100")),
        (0, ("0", "10,000,000,000")),
    ],
)
def test_of_every(rate: float, said: tuple[str, str]) -> None:
    assert words.of_every(rate) == said


@pytest.mark.parametrize(
    ("rate", "text"),
    [(2.4e-5, "1 in 42,000"), (0.0057, "1 in 180"), (0.5, ""), (0, ""), (2.15e-6, "1 in 470,000")],
)
def test_one_in(rate: float, text: str) -> None:
    assert words.one_in(rate) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.57e-14, "under 0.0001"),
        (0.001202, "= 0.0012"),
        (1, "= 1"),
        (0.9999999, "over 0.99"),
        (0.24, "= 0.24"),
    ],
)
def test_p_value(value: float, text: str) -> None:
    assert words.p_value(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.41234, "0.4123"),
        (81.0, "81"),
        (0.0, "0"),
        (0.9999995, "0.9999995"),
        (-0.9999995, "-0.9999995"),
        (99.9996, "99.9996"),
        (1.00004, "1"),
    ],
)
def test_a_score_is_not_rounded_up_to_the_end_of_its_scale(value: float, text: str) -> None:
    assert words.score(value) == text


def test_ticks_of_a_fine_scale_are_told_apart() -> None:
    ticks = (0.9999990, 0.9999995, 1.0)
    assert [words.tick_of(ticks)(one) for one in ticks] == ["0.999999", "0.9999995", "1"]
    assert words.tick_of((0.0, 0.25))(0.25) == "0.25"


def test_dates() -> None:
    assert words.date("2026-11-22T21:17:53+00:00") == "22 November 2026"
    assert words.date("some day") == "some day"


def test_other_numbers() -> None:
    assert words.thousand_number(913.5338346) == "914"
    assert words.thousand_number(5.639) == "5.6"
    assert words.thousand_number(0.2812694139) == "0.28"
    assert words.mean_number(10.43796992) == "10.4"
    assert words.mean_number(0.05) == "0.050"
    assert words.ratio_number(1081.2) == "1,080"
    assert words.declared_percent(0.003) == "0.3\u00a0%"
    assert words.declared_percent(0.95) == "95\u00a0%"
    assert words.plural(1, "person", "people") == "1 person"
    assert words.plural(1200, "search", "searches") == "1,200 searches"
    assert words.shortened("a long name", 6) == "a lon…"


def test_a_page_shows_what_would_hide_words() -> None:
    page = words.as_page("<p>gpj.\u202eexe \x1b[31m\u2028</p>\n<p>Zoë\u00a0</p>\n")
    assert page.decode() == "<p>gpj.\\u202eexe \\u001b[31m\\u2028</p>\n<p>Zoë\u00a0</p>\n"
