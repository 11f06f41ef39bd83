"""A calibration held against the run that uses it: its people, its rates and its kinds of photograph."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fairlineup.evidence.calibration import calibration_overlap, held_against
from fairlineup.evidence.plan import ResolvedThreshold
from fairlineup.evidence.runs import Attempt, FrozenRun, Observations
from fairlineup.faces.kinds import KINDS, Cuts, Kind, KindsSeen, kinds_seen, words
from fairlineup.faces.scale import Calibration
from fairlineup.records import NotMeasured
from fairlineup.results import (
    CalibratedRate,
    CalibrationUsed,
    KindCompared,
    Share,
    ThresholdResults,
    significant,
)

PARTED = ("more", "less")
ANOTHER_SHARE = 0.1  # of the photographs, beyond which a kind is commoner or rarer than in the calibration


def calibrated(
    frozen: FrozenRun, thresholds: Sequence[ThresholdResults], observations: Observations
) -> CalibrationUsed | None:
    """The calibration of a run held against what was measured; None where none was used."""
    table = frozen.calibration
    if table is None:
        return None
    overlap = calibration_overlap(table, frozen.dataset.entries, frozen.digests)
    chosen = zip(frozen.plan.threshold, thresholds, strict=True)
    rates = tuple(_rate(table, choice, held.rates.fmr) for choice, held in chosen)
    kinds = _kinds(table, observations)
    return CalibrationUsed(
        name=table.name,
        part=str(table.about.get("chosen", {}).get("part", "")),
        why=str(table.about.get("chosen", {}).get("why", "")),
        population=table.population,
        capture=table.capture,
        people=table.about.get("people"),
        calibration_overlap=overlap.people,
        overlap_by_photograph=overlap.by_photograph,
        rates=rates,
        kinds=kinds,
        warning=_warning(table, rates, kinds),
    )


def _rate(table: Calibration, at: ResolvedThreshold, measured: Share | NotMeasured) -> CalibratedRate:
    reading = table.read(at.score)
    row = reading.row
    return CalibratedRate(
        threshold=at.name,
        at=at.score,
        similarity=round(reading.similarity, 1),
        fmr=significant(row.fmr),
        low=None if row.low is None else significant(row.low),
        high=None if row.high is None else significant(row.high),
        censored=reading.censored,
        modeled=row.model,
        measured=measured,
        found=held_against(row, measured, censored=reading.censored),
    )


def _kinds(table: Calibration, seen: Observations) -> tuple[KindCompared, ...] | NotMeasured:
    cuts = table.kinds.cuts
    probes, gallery = _seen(seen.searches, cuts), _seen(seen.enrolments, cuts)
    if probes is None or gallery is None:
        return NotMeasured("the system does not tell what kind of photograph each is")
    return tuple(_compared(kind, probes, gallery, table.kinds) for kind in KINDS)


def _seen(attempts: Iterable[Attempt], cuts: Cuts) -> KindsSeen | None:
    """Kinds of the photographs, each once."""
    return kinds_seen({one.photo: one.quality for one in attempts if one.quality}.values(), cuts)


def _compared(kind: Kind, probes: KindsSeen, gallery: KindsSeen, table: KindsSeen) -> KindCompared:
    searched, enrolled, before = (significant(one.share(kind)) for one in (probes, gallery, table))
    differs = max(abs(searched - before), abs(enrolled - before)) > ANOTHER_SHARE
    return KindCompared(kind, words(table.cuts)[kind], searched, enrolled, before, differs)


def _warning(
    table: Calibration, rates: Sequence[CalibratedRate], kinds: Sequence[KindCompared] | NotMeasured
) -> str:
    """What an auditor has to know before any rate by similarity is read; blank where nothing was found."""
    wrong = [one for one in rates if one.found in PARTED]
    untold = any(one.found == "too few errors to tell" for one in rates)
    others = [] if isinstance(kinds, NotMeasured) else [one for one in kinds if one.differs]
    if any(one.found != "less" for one in wrong) or not wrong:
        others = [one for one in others if max(one.probes, one.gallery) > one.calibration]
    differing = "; ".join(map(_differing, others))
    if wrong:
        parted = "; ".join(map(_parted, wrong))
        said = f"the rates of the calibration “{table.name}” do not hold on these photographs: {parted}"
        return f"{said}. They are of other kinds than the calibration’s: {differing}" if others else said
    if untold and others:
        told = "whether its rates hold cannot be told from so few errors"
        return f"these photographs are of other kinds than those of “{table.name}”: {differing}; {told}"
    return ""


def _parted(one: CalibratedRate) -> str:
    below = "less than " if one.censored else ""
    measured = one.measured
    if isinstance(measured, NotMeasured):
        found = f"{measured.errors or 0:,} in {measured.trials or 0:,} comparisons"
    else:
        found = _rate_in_words(measured.value, measured.low, measured.high)
    stands = f"{below}{_rate_in_words(one.fmr, one.low, one.high)}"
    return (
        f"at “{one.threshold}” ({one.at:g}) the false match rate is {found} here, {one.found} than the "
        f"{stands} that it stands for"
    )


def _differing(one: KindCompared) -> str:
    probes, gallery, before = (f"{100 * share:.0f} %" for share in (one.probes, one.gallery, one.calibration))
    return (
        f"{one.means} are {probes} of the probes, {gallery} of the gallery and {before} of the calibration’s"
    )


def _rate_in_words(value: float, low: float | None, high: float | None) -> str:
    """In percent, with its interval where it has one."""
    interval = "" if low is None or high is None else f" ({_figure(low)} to {_figure(high)} %)"
    return f"{_figure(value)} %{interval}"


def _figure(rate: float) -> str:
    """The number before the percent sign, to two digits."""
    return f"{100 * rate:#.2g}".rstrip(".") if rate < 0.1 else f"{100 * rate:.0f}"
