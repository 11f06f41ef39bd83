"""What an audit will not be able to say, known before anything is asked: what, why, and what helps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fairlineup.evidence.pipeline.sizing import ContrastSize, LimitSize, PlanSize, size_of
from fairlineup.evidence.plan import ENOUGH_STRANGERS, Entry, Plan, SettledDataset
from fairlineup.measures import MIN_PEOPLE_PER_GROUP, in_order, people_for_ratio
from fairlineup.records import NotMeasured, percent

NOT_STATED = "not stated"
RATIO = 2.0  # a contrast that cannot find so much is told of
NAMED = 5  # groups named in one sentence


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One thing that cannot come out."""

    kind: str  #: short name that stays the same, as "no_source".
    what: str  #: what it is about: a label, a limit, a contrast.
    says: str  #: what will be missing, and why, in a sentence without a full stop.
    remedy: str  #: what helps.

    def __str__(self) -> str:
        return f"{self.says}: {self.remedy}"


def outlook(plan: Plan, dataset: SettledDataset) -> tuple[Shortfall, ...]:
    """What a plan with its people cannot say, whatever the system does. No system is asked.

    Raises: BadInput: the plan does not fit the data set.
    """
    size = size_of(plan, dataset)
    return (
        *_people(plan, dataset, size),
        *uncited(plan, dataset.label_sources),
        *_groups(plan, dataset),
        *(one for limit in size.limits for one in _limit(limit, dataset, made_up=size.made_up)),
        *(one for contrast in size.contrasts for one in _contrast(contrast, plan, dataset)),
        *_described(plan, dataset),
    )


def uncited(plan: Plan, sources: Mapping[str, str]) -> Iterator[Shortfall]:
    """What the plan declares of labels whose source is not cited: it can give nothing but counts."""
    groups = ((f"groups of {label}", label) for label in plan.groups)
    contrasts = ((f"contrast of {c.label} {c.one} against {c.other}", c.label) for c in plan.contrast)
    limits = ((f"limit on {choice.measure}, every {choice.of}", choice.of) for choice in plan.limit)
    for what, label in (*groups, *contrasts, *limits):
        if label and not sources.get(label, "").strip():
            yield Shortfall(
                "no_source",
                what,
                f"the {what} can give nothing: no source is cited for {label}, so no rate will be printed",
                f'say under [labels] who gave its values and where that can be read, as {label} = "..."',
            )


def _people(plan: Plan, dataset: SettledDataset, size: PlanSize) -> Iterator[Shortfall]:
    if size.made_up:
        yield Shortfall(
            "made_up",
            "verdicts",
            "no verdict will be given: some or all of these people do not exist",
            "audit real people for one",
        )
    if not plan.search.target_absent:
        yield Shortfall(
            "no_strangers",
            "fpir",
            "no FPIR and no FMR will be given: the plan makes no target-absent searches",
            "set target_absent = true under [search]",
        )
    if not size.mated:
        yield _no_misses(plan)
    one_set = plan.search.strangers == "leave-one-out"
    if plan.search.target_absent and not one_set and size.gallery < ENOUGH_STRANGERS:
        more = _in_both_roles(dataset)
        if more:
            yield Shortfall(
                "few_strangers",
                "gallery",
                f"each probe is searched among only {size.gallery:,} people who are not them",
                f'strangers = "leave-one-out" under [search] makes it {size.gallery + more - 1:,}: those '
                "searched for are then each other's strangers",
            )


def _in_both_roles(dataset: SettledDataset) -> int:
    roles = {role: {e.person for e in dataset.entries if e.role == role} for role in ("probe", "gallery")}
    return len(roles["probe"] & roles["gallery"])


def _no_misses(plan: Plan) -> Shortfall:
    remedy = (
        "add a second photograph of people searched for, with the role gallery"
        if plan.search.target_present
        else "set target_present = true under [search]"
    )
    return Shortfall(
        "no_mates",
        "fnir",
        "no miss rate (FNIR) will be given: nobody is searched for who is in the gallery",
        remedy,
    )


def _groups(plan: Plan, dataset: SettledDataset) -> Iterator[Shortfall]:
    for label in plan.groups:
        if not dataset.label_sources[label].strip():
            continue
        people = Counter(_labelled(dataset, label))
        small = [v for v in in_order(list(people)) if people[v] < MIN_PEOPLE_PER_GROUP]
        if small:
            small_values = ", ".join(f"{value} ({people[value]})" for value in small[:NAMED])
            small_values += f" and {len(small) - NAMED} more" if len(small) > NAMED else ""
            yield Shortfall(
                "small_group",
                label,
                f"groups of {label} with under {MIN_PEOPLE_PER_GROUP} people searched for get counts and no "
                f"rate: {small_values}",
                "add people, or join values that may be taken together",
            )
        if not any(e.role == "gallery" and e.labels.get(label) for e in dataset.entries):
            yield Shortfall(
                "gallery_unlabelled",
                label,
                f"which group of {label} is matched with which cannot be told: nobody in the gallery "
                "carries it",
                "label the gallery photographs too",
            )


def _labelled(dataset: SettledDataset, label: str) -> Iterator[str]:
    """The value of each person searched for, once a person."""
    probes: dict[str, Entry] = {
        e.person: e for e in dataset.entries if e.role == "probe" and e.labels.get(label)
    }
    return (entry.labels[label] for entry in probes.values())


def _limit(limit: LimitSize, dataset: SettledDataset, *, made_up: bool) -> Iterator[Shortfall]:
    deciding = [row for row in limit.rows if row.decides]
    if limit.can_pass or made_up or not deciding:
        return
    if limit.of and not dataset.label_sources[limit.of].strip():
        return
    what = f"{limit.measure} at most {percent(limit.at_most)}" + (f", every {limit.of}" if limit.of else "")
    withheld = next((row for row in deciding if row.withheld), None)
    if withheld is not None:
        yield Shortfall(
            "limit_out_of_reach",
            what,
            f"the limit {what} cannot be passed: {withheld.who} gets no figure ({withheld.withheld})",
            "add people, or hold everyone together to the limit",
        )
        return
    worst = max(deciding, key=lambda row: row.reach.people_needed - row.reach.people)
    reach = worst.reach
    bound = reach.least_upper
    best = (
        "nobody is counted"
        if isinstance(bound, NotMeasured)
        else f"no error at all would still allow {percent(bound)}"
    )
    yield Shortfall(
        "limit_out_of_reach",
        what,
        f"the limit {what} cannot be passed with {reach.people:,} {limit.unit}: {best}",
        f"it takes {reach.people_needed:,}; or declare a limit that so few can show",
    )


def _contrast(contrast: ContrastSize, plan: Plan, dataset: SettledDataset) -> Iterator[Shortfall]:
    if not dataset.label_sources[contrast.label].strip():
        return
    a, b = contrast.people
    what = f"{contrast.label} {contrast.one} against {contrast.other}"
    if plan.search.strangers == "leave-one-out":
        yield Shortfall(
            "no_fpir_ratio",
            what,
            f"the contrast {what} gets no ratio of FPIR: the people searched for are each other's strangers, "
            "so their searches are not independent",
            "read its ratio of false match rates instead, which allows for that; or add people who are no "
            'probe to the gallery and set strangers = "others" under [search]',
        )
        return
    ratio, base = contrast.detectable_ratio, contrast.base
    if not isinstance(ratio, NotMeasured) and ratio <= RATIO:
        return
    if isinstance(ratio, NotMeasured) or isinstance(base, NotMeasured):
        reason = ratio.reason if isinstance(ratio, NotMeasured) else ""
        found = f"no ratio of FPIR that it would find can be named ({reason})"
    else:
        found = f"{a:,} against {b:,} people find a ratio of {ratio:.3g} or more four times in five, if "
        found += f"{percent(base)} of the second are flagged; a smaller one is likely to be missed"
    if isinstance(base, NotMeasured):
        remedy = "declare a limit on fpir, from whose rate the number of people follows"
    else:
        needed = people_for_ratio(RATIO, base).each
        remedy = f"a ratio of {RATIO:g} takes about {needed:,} people in each group"
    yield Shortfall("weak_contrast", what, f"the contrast {what} has little power: {found}", remedy)


def _described(plan: Plan, dataset: SettledDataset) -> Iterator[Shortfall]:
    for name, about in (("population", "whom the photographs show"), ("capture", "what kind they are")):
        if getattr(plan.dataset, name).strip() in ("", NOT_STATED):
            yield Shortfall(
                f"{name}_not_stated",
                name,
                f"results will say that it is not stated {about}, so nobody can tell for whom they hold",
                f"say it as {name} under [dataset]",
            )
    if plan.dataset.use != "test" and not all(
        e.use == "test" or e.population == "synthetic" for e in (*dataset.entries, *dataset.left_out)
    ):
        yield Shortfall(
            "faces_hidden",
            "use",
            "the report will show no photograph: test use is not declared for all of them",
            'if you may show them say use = "test" under [dataset]',
        )
