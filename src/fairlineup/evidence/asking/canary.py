"""Canary pairs: the same photographs put to a system at begin and end, to see whether it stayed the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fairlineup.evidence.asking.asking import Asking, ask_all
from fairlineup.evidence.plan import ENROL_STAGES, SEARCH_STAGES, Entry, Protocol
from fairlineup.evidence.runs import KeptAnswer, RunDirectory
from fairlineup.records import Outcome
from fairlineup.results import from_json
from fairlineup.seals import Plain

PAIRS = 5
FILES = ("canary-begin.json", "canary-end.json")


@dataclass(frozen=True, slots=True)
class CanaryAnswers:
    """What the canaries were answered at begin, or at end."""

    enrolled: tuple[KeptAnswer, ...]
    searched: tuple[KeptAnswer, ...]


@dataclass(frozen=True, slots=True)
class Canaries:
    """Photographs that are put to the system twice."""

    references: tuple[Entry, ...]  #: enrolled into a gallery of their own.
    probes: tuple[Entry, ...]  #: searched for in it.

    @classmethod
    def of(cls, protocol: Protocol) -> Canaries:
        """The first few of both sides; mates among them where there are any."""
        probes = (protocol.present or protocol.absent)[:PAIRS]
        people = {entry.person for entry in probes}
        mates = [entry for entry in protocol.mates if entry.person in people]
        return cls((*mates, *protocol.others)[:PAIRS], probes)


def put(asking: Asking, canaries: Canaries, name: str) -> None:
    """Put the canaries to the system and keep what it said, once; their gallery is deleted.

    Args:
        asking: the run's.
        canaries: whom.
        name: one of FILES.
    """
    directory = asking.run.directory
    if directory.has_document(name):
        return
    gallery = f"{asking.gallery}-canary"
    alone = replace(asking, gallery=gallery, rules=replace(asking.rules, enrolled=set(), lost=set()))
    asking.system.delete_gallery(gallery)
    try:
        enrolled = _asked(alone, ENROL_STAGES[0], canaries.references)
        found = {answer.photo for answer in enrolled if answer.outcome == Outcome.OK}
        alone = replace(alone, rules=replace(alone.rules, enrolled=found))
        searched = _asked(alone, SEARCH_STAGES[0], canaries.probes)
    finally:
        asking.system.delete_gallery(gallery)
    directory.write_document(name, CanaryAnswers(_bare(enrolled), _bare(searched)))
    directory.events.add("canaries", which=name)


def steadiness(directory: RunDirectory) -> dict[str, Plain] | None:
    """Whether the canaries were answered alike at begin and end; None where none were put.

    Returns: photographs put, those with another outcome or other candidates, the largest change of a score.
    """
    if not all(directory.has_document(name) for name in FILES):
        return None
    begin, end = (from_json(directory.read_json(name), CanaryAnswers, name) for name in FILES)
    pairs = [
        *zip(begin.enrolled, end.enrolled, strict=False),
        *zip(begin.searched, end.searched, strict=False),
    ]
    changed = sum(_kind(one) != _kind(other) for one, other in pairs)
    return {
        "photographs": len(pairs),
        "changed": changed,
        "largest_change": max((_moved(one, other) for one, other in pairs), default=0.0),
    }


def _asked(asking: Asking, stage: str, entries: Sequence[Entry]) -> list[KeptAnswer]:
    """Their answers, in the order of the entries."""
    answers: dict[str, KeptAnswer] = {}
    ask_all(asking, stage, entries, lambda answer: answers.update({answer.photo: answer}))
    return [answers[entry.photo] for entry in entries]


def _bare(answers: Sequence[KeptAnswer]) -> tuple[KeptAnswer, ...]:
    """Answers without what no two askings share."""
    return tuple(replace(one, seconds=None, retries=0) for one in answers)


def _kind(answer: KeptAnswer) -> tuple[str, list[str]]:
    return answer.outcome, sorted(photo for photo, _ in answer.candidates)


def _moved(one: KeptAnswer, other: KeptAnswer) -> float:
    before, after = dict(one.candidates), dict(other.candidates)
    return max((abs(before[photo] - after[photo]) for photo in before.keys() & after.keys()), default=0.0)
