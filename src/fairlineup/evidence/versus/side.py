"""One run as it is laid beside others: its papers, its evidence, and the digest of each photograph."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fairlineup.evidence.evaluation import Evidence, evidence_of
from fairlineup.evidence.plan import Entry
from fairlineup.evidence.runs import FrozenRun
from fairlineup.records import BadInput, Refused, by_form

Key = tuple[str, str, int]
"""A photograph whatever it is called: its digest, who is on it, and which of several such it is."""


@dataclass(frozen=True, slots=True)
class Own:
    """The threshold a system is used at if nobody sets another.

    Attributes:
        score: on its own scale.
        source: who set it.
        is_default: whether it is the system's default; else the plan's deployed threshold stands in for it.
    """

    score: float
    source: str
    is_default: bool


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """A run in a comparison.

    Attributes:
        key: "A", "B" and so on, in the order they were named.
        papers: of the run.
        evidence: what it can be measured on.
        digests: photograph to its SHA-256.
        spelled: person to their id as the first run writes it, where the two differ in form only.
    """

    key: str
    papers: FrozenRun
    evidence: Evidence
    digests: Mapping[str, str]
    spelled: Mapping[str, str] = field(default_factory=dict)

    @property
    def own(self) -> Own:
        """Its own default, or the deployed threshold of its plan where it has none."""
        default = self.papers.information.default_threshold
        if default is not None:
            return Own(default.score, default.source, is_default=True)
        plan = self.papers.plan
        deployed = next(one for one in plan.threshold if one.name == plan.limit[0].threshold)
        return Own(deployed.score, deployed.source, is_default=False)

    @property
    def record_to(self) -> float:
        """The weakest score recorded."""
        return self.papers.plan.search.record_to

    def distance(self, score: float) -> float:
        """A score of the system as a distance, and a distance as its score."""
        return self.papers.information.scale.to_distance(score)

    def person(self, entry: Entry) -> str:
        """Who is on a photograph, by the id that the first run has for them."""
        return self.spelled.get(entry.person, entry.person)

    def keys(self, photos: Iterable[Entry]) -> tuple[Key, ...]:
        """The key of each photograph."""
        seen: Counter[tuple[str, str]] = Counter()
        keys = []
        for one in photos:
            pair = (self.digests[one.photo], self.person(one))
            keys.append((*pair, seen[pair]))
            seen[pair] += 1
        return tuple(keys)


def read_sides(papers: Sequence[FrozenRun]) -> tuple[Side, ...]:
    """Runs to be compared, read whole.

    Raises:
        BadInput: fewer than two runs, one of them twice, or one that is not finished or damaged.
        Refused: a run on people who do not exist, or simulated people beside real ones.
    """
    if len(papers) < 2:
        raise BadInput(
            "there is nothing to compare",
            expected="two runs or more",
            got=str(len(papers)),
            remedy="name the run before and the run after",
        )
    _check_different(papers)
    _check_people(papers)
    keys = [chr(ord("A") + n) for n in range(len(papers))]
    return tuple(
        Side(key, one, evidence_of(one), _digests(one), _spelled(papers[0], one))
        for key, one in zip(keys, papers, strict=True)
    )


MOST_RUNS = 8


def _check_different(papers: Sequence[FrozenRun]) -> None:
    folders = [one.directory.path.resolve() for one in papers]
    if len(set(folders)) < len(folders) or len(folders) > MOST_RUNS:
        twice = len(set(folders)) < len(folders)
        raise BadInput(
            "these runs cannot be compared",
            expected=f"from two to {MOST_RUNS} runs, each of them once",
            got="one of them twice" if twice else f"{len(folders)} runs",
            remedy="name each run directory once, the one to compare with first",
        )


def _check_people(papers: Sequence[FrozenRun]) -> None:
    kinds = {one.directory.path: one.population for one in papers}
    made_up = [str(path) for path, kind in kinds.items() if kind == "synthetic"]
    if made_up:
        raise Refused(
            "runs on people who do not exist are not compared",
            expected="runs on photographs of real people, or simulated runs, which say so",
            got=f"photographs that were made up, in {', '.join(made_up)}",
            remedy="audit both on real photographs: samples say nothing about which of two systems is better "
            "for real people",
        )
    if len(set(kinds.values())) > 1:
        raise Refused(
            "simulated runs are not compared with real ones",
            expected="runs that are all simulated, or all on real people and systems",
            got=", ".join(f"{path}: {kind}" for path, kind in kinds.items()),
            remedy="leave the simulated ones out: their rates were planted",
        )


def _spelled(first: FrozenRun, other: FrozenRun) -> dict[str, str]:
    """Ids of a run to those of the first that differ in form only, where neither run has two of that form."""
    one, two = (by_form(entry.person for entry in papers.dataset.entries) for papers in (first, other))
    return {
        ids[0]: one[form][0]
        for form, ids in two.items()
        if len(ids) == 1 == len(one.get(form, ())) and ids != one[form]
    }


def _digests(papers: FrozenRun) -> dict[str, str]:
    text = papers.directory.read_document("manifest.csv").decode()
    found = {row["photo"]: row["sha256"] for row in csv.DictReader(io.StringIO(text, newline=""))}
    lacking = [entry.photo for entry in papers.dataset.entries if not found.get(entry.photo)]
    if lacking:
        raise BadInput(
            f"{papers.directory.path / 'manifest.csv'} cannot be used",
            expected="the SHA-256 of every photograph, by which runs are paired",
            got=f"none of {lacking[0]}",
            remedy="restore it, or run the audit again into a fresh folder",
        )
    return found
