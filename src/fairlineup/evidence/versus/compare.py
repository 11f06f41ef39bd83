"""Runs side by side: everything a page about two or more of them shows, as one record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from fairlineup import __version__, measures, results
from fairlineup.evidence.evaluation import OnFailure, Sections, ignore_failure
from fairlineup.evidence.plan import StatisticsChoice
from fairlineup.evidence.runs import FrozenRun
from fairlineup.evidence.versus.apart import flagged_apart
from fairlineup.evidence.versus.differences import cautions, differences
from fairlineup.evidence.versus.groups import GroupsInCommon, groups_in_common
from fairlineup.evidence.versus.outcomes import (
    Pair,
    Searches,
    gaps_of,
    groups_of,
    paired_rate,
    rate_of,
    searches_at,
)
from fairlineup.evidence.versus.pairing import Pairing, Stage, pair
from fairlineup.evidence.versus.points import Point, check_rates, equal_points, own_point, threshold_at
from fairlineup.evidence.versus.processing import failures
from fairlineup.evidence.versus.searches import PairedSearches, lay_out
from fairlineup.evidence.versus.side import Side, read_sides
from fairlineup.measures import Resampling
from fairlineup.records import Measured, NotMeasured

RATES = ("fpir", "fnir")


def compare_runs(
    *runs: FrozenRun, fmr: Sequence[float] = (), on_failure: OnFailure = ignore_failure
) -> results.VersusResults:
    """Lay finished runs side by side, the first as the one before, each other as one after.

    Args:
        runs: finished; level, seed and replicates are the first one's.
        fmr: false match rates to compare at; none takes every decade that all runs support.
        on_failure: called with each part that failed: it is not measured, with the reason; the others stand.
    Returns: the content of versus.json; the same runs give the same content.
    Raises:
        BadInput: fewer than two runs, one twice, one not finished, other galleries, too few shared probes,
            a number that is no false match rate.
        Refused: a run on people who do not exist, or simulated runs beside real ones.
    """
    check_rates(fmr)
    sides = read_sides(runs)
    pairing = pair(sides)
    searches = lay_out(sides, pairing)
    given = _Comparison(sides, searches, groups_in_common(sides, searches), Sections(on_failure))
    equal = given.sections.rate("equal_fmr", equal_points, sides, searches, fmr, given.resampling)
    at = () if isinstance(equal, NotMeasured) else equal
    own = own_point(sides)
    points = [_point(given, point) for point in (own, *at)]
    adjusted = given.sections.take("holm", _adjusted, points[0])
    first = points[0] if isinstance(adjusted, NotMeasured) else adjusted
    pairs = [(0, n) for n in range(1, len(sides))]
    return results.VersusResults(
        schema=results.VERSUS_FORMAT,
        fairlineup=__version__,
        population=_population(sides),
        statistics=results.Statistics(**asdict(given.statistics)),
        runs=tuple(_run(side) for side in sides),
        pairing=_pairing(pairing, searches),
        differences=tuple(differences(sides)),
        cautions=tuple(cautions(sides, pairing, given.groups)),
        points=(first, *points[1:]),
        equal_fmr_reason=equal.reason if isinstance(equal, NotMeasured) else "" if at else _no_rate(searches),
        processing=tuple(_processing(given, one) for one in pairs),
        parted=tuple(_apart(given, pairing.absent, own, one) for one in pairs),
        names={e.person: e.name for side in sides for e in side.run.dataset.entries if e.name},
        failed_sections=given.sections.failed,
    )


@dataclass(frozen=True, slots=True)
class _Comparison:
    """What every part of the comparison needs at hand."""

    sides: Sequence[Side]
    searches: PairedSearches
    groups: GroupsInCommon
    sections: Sections

    @property
    def statistics(self) -> StatisticsChoice:
        """Level, seed and replicates: those of the first run's plan."""
        return self.sides[0].run.plan.statistics

    @property
    def resampling(self) -> Resampling:
        """How people are drawn anew."""
        return Resampling(self.statistics.replicates, self.statistics.seed)

    def at(self, point: Point, systems: Sequence[int]) -> dict[str, Searches]:
        """Each kind of search of some runs at a point."""
        outcomes, level = (self.searches.flagged, self.searches.missed), self.statistics.level
        return {n: searches_at(point, one, systems, level) for n, one in zip(RATES, outcomes, strict=True)}

    def keys(self, one: Pair) -> tuple[str, str]:
        """The keys of two runs."""
        return self.sides[one[0]].key, self.sides[one[1]].key


def _point(given: _Comparison, point: Point) -> results.PairedPoint:
    """Everything at one operating point: thresholds, rates of each run, and each pair of runs."""
    take, level, everyone = given.sections.take, given.statistics.level, range(len(given.sides))
    with given.sections.within("own" if point.fmr is None else f"fmr {point.fmr:g}"):
        rates = []
        for n in everyone:
            alone = given.at(point, (n,))
            fpir, fnir = (take(name, rate_of, alone[name], n) for name in RATES)
            rates.append(results.RunRates(given.sides[n].key, fpir, fnir))
        pairs = [_pair(given, given.at(point, (0, n)), (0, n)) for n in everyone[1:]]
        thresholds = [
            results.RunThreshold(
                side.key, take("thresholds", threshold_at, side, n, given.searches, point, level)
            )
            for n, side in enumerate(given.sides)
        ]
    return results.PairedPoint(point.kind, point.fmr, tuple(thresholds), tuple(rates), tuple(pairs))


def _pair(given: _Comparison, searches: Mapping[str, Searches], one: Pair) -> results.PairAtPoint:
    fpir, fnir = (given.sections.take(name, paired_rate, searches[name], one) for name in RATES)
    groups = tuple(groups_of(searches, one, given.groups.groups, given.sections))
    gaps = tuple(gaps_of(searches, one, given.groups.gaps, given.sections))
    return results.PairAtPoint(*given.keys(one), fpir, fnir, groups, gaps)


def _processing(given: _Comparison, one: Pair) -> results.ProcessingCompared:
    found = given.sections.take("processing", failures, given.sides, one, given.statistics.level)
    fte, fta = (found, found) if isinstance(found, NotMeasured) else found
    return results.ProcessingCompared(*given.keys(one), fte, fta)


def _apart(given: _Comparison, stage: Stage | NotMeasured, own: Point, one: Pair) -> results.FlaggedApart:
    """Who is flagged by one alone; where that failed nobody is listed, and the reason stands beside it."""
    found = given.sections.take("parted", flagged_apart, given.sides, stage, given.searches.flagged, own, one)
    if isinstance(found, NotMeasured):
        return results.FlaggedApart(*given.keys(one), (), found.reason)
    return results.FlaggedApart(*given.keys(one), found)


def _adjusted(point: results.PairedPoint) -> results.PairedPoint:
    """The point with every p-value of the comparison adjusted for all of them (Holm)."""
    tests = [
        one for pair in point.pairs for one in (pair.fpir, pair.fnir) if isinstance(one, results.PairedRate)
    ]
    values = measures.holm([one.p for one in tests if not isinstance(one.p, NotMeasured)])
    adjusted = iter(values)

    def with_holm(one: results.PairedRate | NotMeasured) -> results.PairedRate | NotMeasured:
        if isinstance(one, NotMeasured) or isinstance(one.p, NotMeasured):
            return one
        return replace(one, holm_p=next(adjusted), tests=len(values))

    pairs = [replace(one, fpir=with_holm(one.fpir), fnir=with_holm(one.fnir)) for one in point.pairs]
    return replace(point, pairs=tuple(pairs))


def _population(sides: Sequence[Side]) -> results.PopulationCompared:
    plans = [side.run.plan.dataset for side in sides]
    return results.PopulationCompared(
        kind="real" if sides[0].run.population == "real" else "simulated",
        described=tuple(dict.fromkeys(plan.population for plan in plans)),
        capture=tuple(dict.fromkeys(plan.capture for plan in plans)),
    )


def _run(side: Side) -> results.RunCompared:
    run, others = side.run, side.evidence.others
    information = run.information
    models = tuple(results.ModelCompared(one.name, one.digest, one.source) for one in information.models)
    return results.RunCompared(
        key=side.key,
        folder=run.directory.path.resolve().name,
        title=run.plan.title,
        begun=run.identity.begun,
        system=results.SystemCompared(
            information.name,
            information.vendor,
            information.version,
            information.scale,
            dict(information.settings),
            models,
        ),
        own_threshold=side.own,
        recorded_to=side.record_to,
        gallery=results.GalleryCompared(
            others.people_enrolled, others.photos_enrolled, others.photos_offered
        ),
        lost=side.evidence.lost,
        lists_cut=sum(attempt.capped for attempt in side.evidence.absent_attempts),
        digests=run.identity.digests,
    )


def _pairing(pairing: Pairing, searches: PairedSearches) -> results.PairingFound:
    return results.PairingFound(
        absent=_stage(pairing.absent),
        present=_stage(pairing.present),
        same_picture_left_out=_same_picture(pairing, searches),
        gallery=pairing.gallery,
        gallery_people_offered=pairing.gallery_people,
        mates=pairing.mates,
        list_length=searches.list_length,
    )


def _same_picture(pairing: Pairing, searches: PairedSearches) -> int:
    if isinstance(pairing.present, NotMeasured) or isinstance(searches.missed, NotMeasured):
        return 0
    return len(pairing.present.people) - len(searches.missed.person)


def _stage(stage: Stage | NotMeasured) -> results.SearchesCompared | NotMeasured:
    if isinstance(stage, NotMeasured):
        return stage
    return results.SearchesCompared(len(stage.people), len(set(stage.people)), stage.asked, stage.unanswered)


def _no_rate(searches: PairedSearches) -> str:
    if not searches.comparisons:
        return "no target-absent searches in common, so no false match rate to be equal at"
    thresholds: list[Measured | float] = [
        measures.threshold_at_fmr(one, 0.01) for one in searches.comparisons
    ]
    reason = next((one.reason for one in thresholds if isinstance(one, NotMeasured)), "")
    if reason:
        return f"no false match rate is supported by every run: {reason}"
    return "none is supported by every run"
