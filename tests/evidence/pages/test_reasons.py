"""A reason why there is no number stands wherever the number would."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from fairlineup.cli.finding import finding
from fairlineup.evidence.pages.contrasts import comparison
from fairlineup.evidence.pages.finding import flagged, missed
from fairlineup.evidence.pages.likelihood import ratios
from fairlineup.evidence.pages.subject import Report
from fairlineup.evidence.runs import RunIdentity
from fairlineup.records import NotMeasured, Scale, SystemInformation
from fairlineup.results import AuditResults, Likelihood, PublishedRatios, RatioAtThreshold
from fairlineup.results.shape import bare_kind, fields_of, is_record, item_of, members_of, value_of

from .everything import deployed, differentials, everything
from .examples import contrast, digests, results, threshold
from .reading import Run


class Reasons:
    """Takes numbers out of a record and gives each a reason of its own."""

    def __init__(self) -> None:
        self.given: dict[str, str] = {}

    def instead_of(self, value: Any, kind: Any, at: str) -> Any:
        """The value without any number that may be missing, deepest first."""
        bare, _ = bare_kind(kind)
        before = len(self.given)
        without = self._inside(value, bare, at)
        if len(self.given) > before or NotMeasured not in members_of(bare) or isinstance(value, NotMeasured):
            return without
        if value is None or value == ():
            return value
        reason = f"reason number {len(self.given)} of all"
        self.given[reason] = at
        return NotMeasured(reason, getattr(value, "errors", None), getattr(value, "trials", None))

    def _inside(self, value: Any, kind: Any, at: str) -> Any:
        if isinstance(value, NotMeasured) or value is None:
            return value
        if is_record(type(value)):
            changed = {
                one.name: self.instead_of(getattr(value, one.name), one.kind, f"{at}.{one.key}")
                for one in fields_of(type(value))
            }
            return replace(value, **changed)
        inner = next((one for one in members_of(kind) if item_of(one) or value_of(one)), kind)
        if isinstance(value, Mapping) and value_of(inner):
            return {key: self.instead_of(one, value_of(inner), f"{at}.{key}") for key, one in value.items()}
        if type(value) is tuple and item_of(inner):
            return tuple(self.instead_of(one, item_of(inner), f"{at}[{n}]") for n, one in enumerate(value))
        return value


SYSTEM = SystemInformation("a", "b", "1", Scale("distance", 0, 2, "a distance"), None, None)
RUN = RunIdentity(digests(), SYSTEM, {}, "", "")
ELSEWHERE = re.compile(
    r"^\.sweep\."  # the slider's places; at declared thresholds the page shows what was declared
    r"|\.groups\[\d\]\.rates\.(\w+_processed|flagged_per_1000|rank_1|wrong_person_\w+)$"  # no column of it
    r"|\.p_values\.(?!fisher)"  # one sentence with Fisher's, which says why there is no test
    r"|\.held\.worst$"  # in the verdict's reason
    r"|\.tried\[\d\]\.cost$"  # no part of the page
    r"|^\.(false_matches|closest_non_mated|missed|not_processed)$"  # told of as a section that failed
)
"""Numbers without a reason of their own on the page."""


def test_every_reason_stands_on_the_page(tmp_path: Path) -> None:
    reasons = Reasons()
    whole: AuditResults = reasons.instead_of(everything(), AuditResults, "")
    page = Run(tmp_path / "run", whole).written()
    assert len(reasons.given) > 100
    untold = [at for reason, at in reasons.given.items() if reason not in page.html]
    assert [at for at in untold if not ELSEWHERE.search(at)] == []


def test_a_reason_that_several_numbers_share_is_told_once(tmp_path: Path) -> None:
    none = NotMeasured("no value where a group has no errors")
    table = differentials()
    assert not isinstance(table.found, NotMeasured)
    bare = replace(table.found.measures[0], value=none, null_median=none, null_95=none, p=none)
    at = replace(deployed(), differentials=(replace(table, found=replace(table.found, measures=(bare,))),))
    text = Run(tmp_path / "run", replace(everything(), thresholds=(at,))).written().text
    assert text.count(none.reason) == 1


def test_a_test_beside_fishers_keeps_its_reason() -> None:
    declared = contrast(0.5)
    assert declared.p_values
    bare = replace(declared, p_values=replace(declared.p_values, mid_p=NotMeasured("the sum overflowed")))
    subject = Report.of(results(), RUN)
    assert "mid-p not measured, the sum overflowed" in " ".join(comparison(subject, bare).says)


def test_counts_that_are_not_known_say_why() -> None:
    failed = NotMeasured("the measure failed: ZeroDivisionError")
    whole = results()
    rates = replace(whole.thresholds[0].rates, fpir=failed)
    whole = replace(
        whole, processing=failed, thresholds=(*whole.thresholds, replace(threshold("lax", 0.7), rates=rates))
    )
    subject = Report.of(whole, RUN)
    assert f"not measured ({failed.reason}) at “lax”" in " ".join(flagged(subject))
    assert f"an unknown number ({failed.reason}) of gallery photographs" in " ".join(missed(subject))


def test_a_ratio_beyond_the_recording_says_so() -> None:
    whole = everything()
    found = whole.likelihood
    assert isinstance(found, Likelihood)
    assert isinstance(found.ratios, PublishedRatios)
    beyond = RatioAtThreshold("lax", None, None, None, "the threshold lies beyond <the recording>")
    given = replace(found, ratios=replace(found.ratios, at_thresholds=(beyond,)))
    drawn = ratios(Report.of(replace(whole, likelihood=given), RUN))
    assert drawn
    first = drawn.table[0]
    assert first == ("at “lax”", "not measured: the threshold lies beyond &lt;the recording&gt;")


def test_the_terminal_counts_nothing_that_was_not_counted() -> None:
    failed = NotMeasured("the measure failed: ZeroDivisionError")
    whole = results()
    rates = replace(whole.thresholds[0].rates, fpir=failed)
    text = finding(replace(whole, thresholds=(replace(whole.thresholds[0], rates=rates),)))
    assert f"who are not them: FPIR not measured ({failed.reason})" in text
    assert "0 of 0" not in text
