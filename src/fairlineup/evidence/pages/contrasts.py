"""Declared comparisons of two groups in sentences: ratio, chance, what could have been found."""

from __future__ import annotations

from dataclasses import dataclass

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.figures import Results
from fairlineup.evidence.pages.subject import Subject

UNDECLARED = {"not_measured": "nobody declared this threshold before the test"}


@dataclass(frozen=True, slots=True)
class ContrastView:
    """A declared comparison of two groups in words.

    Attributes:
        heading: whom against whom.
        counts: flagged people of each.
        says: what was found, sentence by sentence.
    """

    heading: str
    counts: str
    says: tuple[str, ...]


def contrast_view(subject: Subject, contrast: Results) -> ContrastView:
    """A declared comparison of results.json in words."""
    one, other = sides(contrast)
    a, b = contrast["one_counts"], contrast["other_counts"]
    return ContrastView(
        heading=f"{one} against {other}",
        counts=(
            f"{words.count(a['errors'])} of {words.count(a['people'])} people flagged in {one}, "
            f"{words.count(b['errors'])} of {words.count(b['people'])} among {other}."
        ),
        says=tuple(_says(subject, contrast, one, other)),
    )


def sides(contrast: Results) -> tuple[str, str]:
    """Both groups as a sentence names them."""
    other = "everyone else with a label" if contrast["other"] == "others" else f"“{contrast['other']}”"
    return f"“{contrast['one']}”", other


def _says(subject: Subject, contrast: Results, one: str, other: str) -> list[str]:
    if "not_measured" in contrast:
        return [f"Not compared: {contrast['not_measured']}."]
    said = [
        _ratio_sentence(subject, contrast["risk_ratio"], one, other),
        *_together(subject, contrast),
        *_per_comparison(subject, contrast, one, other),
    ]
    fisher = contrast.get("fisher_two_sided", UNDECLARED)
    if not isinstance(fisher, int | float):
        return [*said, f"No p-value: {fisher['not_measured']}."]
    said.append(_chance_sentence(contrast, float(fisher), one))
    if fisher > 1 - float(subject.results["statistics"]["level"]):
        said.append(_power_sentence(contrast["detectable_ratio"]))
    return said


def _ratio_sentence(subject: Subject, ratio: Results, one: str, other: str) -> str:
    if "value" not in ratio:
        return f"How many times as likely was not measured: {ratio['not_measured']}."
    value, low, high = (words.ratio_number(float(ratio[key])) for key in ("value", "low", "high"))
    return (
        f"Someone in {one} was {value} times as likely to be flagged as someone among {other} "
        f"({subject.level} interval {low} to {high}; {ratio['method']})."
    )


def _together(subject: Subject, contrast: Results) -> list[str]:
    """The interval that holds for all declared comparisons at once."""
    found = contrast.get("simultaneous")
    if not found or len(subject.deployed["contrasts"]) < 2:
        return []
    if "not_measured" in found:
        return [f"No interval that holds together with the other comparisons: {found['not_measured']}."]
    low, high = (words.ratio_number(float(found[key])) for key in ("low", "high"))
    return [f"With every declared comparison held at once, the {subject.level} interval is {low} to {high}."]


def _per_comparison(subject: Subject, contrast: Results, one: str, other: str) -> list[str]:
    found = contrast.get("fmr_ratio")
    if not found:
        return []
    if "value" not in found:
        return [f"False matches per comparison were not compared: {found['not_measured']}."]
    value, low, high = (words.ratio_number(float(found[key])) for key in ("value", "low", "high"))
    return [
        f"A single comparison was {value} times as likely to be falsely accepted for {one} as for {other} "
        f"({subject.level} interval {low} to {high}; {found['method']})."
    ]


def _chance_sentence(contrast: Results, fisher: float, one: str) -> str:
    one_sided = f"one-sided, that {one} is flagged more, hypergeometric p"
    named = ((one_sided, "hypergeometric_one_sided"), ("mid-p", "mid_p"))
    others = "; ".join(f"{name} {_p(contrast.get(key))}" for name, key in named)
    if fisher < 0.0001:
        often = "fewer than 1 in 10,000"
    elif fisher >= 0.995:
        often = "practically all"
    else:
        many, base = words.of_every(fisher)
        often = f"about {many} in {base}"
    return (
        f"If both had the same true rate, {often} such tests would show a difference at least this large "
        f"(Fisher, two-sided p {words.p_value(fisher)}{_holm(contrast)}; {others})."
    )


def _holm(contrast: Results) -> str:
    adjusted, tests = contrast.get("holm_p"), int(contrast.get("tests") or 1)
    if not isinstance(adjusted, int | float) or tests < 2:
        return ""
    return f"; adjusted for {words.plural(tests, 'comparison')} by Holm, p {words.p_value(float(adjusted))}"


def _p(value: object) -> str:
    if isinstance(value, int | float):
        return words.p_value(float(value))
    return "not measured"


def _power_sentence(detectable: object) -> str:
    if not isinstance(detectable, int | float):
        reason = detectable.get("not_measured") if isinstance(detectable, dict) else None
        return f"That is no finding of equality: {reason or 'what could have been found is not recorded'}."
    least = words.ratio_number(float(detectable))
    return (
        f"That is no finding of equality: with so many people this test could only have detected a ratio of "
        f"{least} or more (four times in five)."
    )
