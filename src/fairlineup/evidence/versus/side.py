"""One run as it is laid beside others, with its answers and the digest of each photograph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fairlineup.evidence.evaluation import JoinedAnswers, joined_answers
from fairlineup.evidence.plan import Entry
from fairlineup.evidence.runs import FrozenRun
from fairlineup.records import BadInput, Refused, Scale, by_form
from fairlineup.results import OwnThreshold

Key = tuple[str, str, int]
"""A photograph whatever it is called: its digest, who is on it, and which of several such it is."""
MOST_RUNS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """A run in a comparison."""

    key: str  #: "A", "B" and so on, in the order they were named.
    run: FrozenRun
    evidence: JoinedAnswers  #: what it can be measured on.
    #: person to their id as the first run writes it, where the two differ in form only.
    spelled: Mapping[str, str] = field(default_factory=dict)

    @property
    def own(self) -> OwnThreshold:
        """Its own default, or the deployed threshold of its plan where it has none."""
        default = self.run.information.default_threshold
        if default is not None:
            return OwnThreshold(default.score, default.source, is_default=True)
        plan = self.run.plan
        deployed = next(one for one in plan.threshold if one.name == plan.limit[0].threshold)
        return OwnThreshold(float(deployed.score), deployed.source, is_default=False)

    @property
    def scale(self) -> Scale:
        """What its scores mean."""
        return self.run.information.scale

    @property
    def record_to(self) -> float:
        """The weakest score recorded."""
        return self.run.plan.search.record_to

    def person(self, entry: Entry) -> str:
        """Who is on a photograph, by the id that the first run has for them."""
        return self.spelled.get(entry.person, entry.person)

    def keys(self, photos: Iterable[Entry]) -> tuple[Key, ...]:
        """The key of each photograph."""
        seen: Counter[tuple[str, str]] = Counter()
        keys = []
        for one in photos:
            pair = (self.run.digests[one.photo], self.person(one))
            keys.append((*pair, seen[pair]))
            seen[pair] += 1
        return tuple(keys)


def read_sides(runs: Sequence[FrozenRun]) -> tuple[Side, ...]:
    """Runs to be compared, read whole.

    Raises:
        BadInput: fewer than two runs, one of them twice, or one that is not finished or damaged.
        Refused: a run on people who do not exist, or simulated people beside real ones.
    """
    _check_number(runs)
    _check_people(runs)
    return tuple(
        Side(chr(ord("A") + n), one, joined_answers(one), _spelled(runs[0], one))
        for n, one in enumerate(runs)
    )


def _check_number(runs: Sequence[FrozenRun]) -> None:
    different = len({one.directory.path.resolve() for one in runs})
    if not 2 <= len(runs) <= MOST_RUNS or different < len(runs):
        raise BadInput(
            "these runs cannot be compared",
            expected=f"from two to {MOST_RUNS} runs, each of them once",
            got="one of them twice" if different < len(runs) else f"{len(runs)}",
            remedy="name each run directory once, the one to compare with first",
            code="runs-not-comparable",
        )


def _check_people(runs: Sequence[FrozenRun]) -> None:
    kinds = {one.directory.path: one.population for one in runs}
    made_up = [str(path) for path, kind in kinds.items() if kind == "synthetic"]
    if made_up:
        raise Refused(
            "runs on people who do not exist are not compared",
            expected="runs on photographs of real people, or simulated runs, which say so",
            got=f"photographs that were made up, in {', '.join(made_up)}",
            remedy="audit both on real photographs: samples say nothing about which of two systems is better "
            "for real people",
            code="comparison-refused",
        )
    if len(set(kinds.values())) > 1:
        raise Refused(
            "simulated runs are not compared with real ones",
            expected="runs that are all simulated, or all on real people and systems",
            got=", ".join(f"{path}: {kind}" for path, kind in kinds.items()),
            remedy="leave the simulated ones out: their rates were planted",
            code="comparison-refused",
        )


def _spelled(first: FrozenRun, other: FrozenRun) -> dict[str, str]:
    """Ids of a run to those of the first that differ in form only, where neither run has two of that form."""
    one, two = (by_form(entry.person for entry in run.dataset.entries) for run in (first, other))
    return {
        ids[0]: one[form][0]
        for form, ids in two.items()
        if len(ids) == 1 == len(one.get(form, ())) and ids != one[form]
    }
