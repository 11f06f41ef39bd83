"""The truth of a simulated audit, worked out again with loops and dictionaries, from raw answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fairlineup.records import FaceSystem, Outcome, Photograph, SearchRequest

from .kit import Shot


@dataclass(frozen=True)
class Brute:
    """Every score between every probe and every reference, and who failed.

    Attributes:
        shots: the data set.
        kind: "distance" or "similarity".
        failed: photographs that were not processed.
        score: probe photograph to gallery photograph to score.
    """

    shots: tuple[Shot, ...]
    kind: str
    failed: frozenset[str]
    score: dict[str, dict[str, float]]

    @classmethod
    def of(cls, folder: Path, shots: Sequence[Shot], system: FaceSystem) -> Brute:
        def photographs(role: str) -> list[Photograph]:
            return [Photograph(s.photo, folder / s.photo) for s in shots if s.role == role]

        scale = system.information().scale
        widest = scale.high if scale.kind == "distance" else scale.low
        enrolled = list(system.enrol("all", photographs("gallery")))
        answers = list(system.search("all", photographs("probe"), SearchRequest(None, widest)))
        system.delete_gallery("all")
        failed = [a.photo for a in enrolled if a.outcome is not Outcome.OK]
        failed += [a.photo for a in answers if a.outcome is not Outcome.OK]
        score = {a.photo: {c.photo: round(c.score, 5) for c in a.candidates} for a in answers}
        return cls(tuple(shots), scale.kind, frozenset(failed), score)

    @cached_property
    def probes(self) -> list[Shot]:
        return [shot for shot in self.shots if shot.role == "probe"]

    @cached_property
    def probe_people(self) -> set[str]:
        return {shot.person for shot in self.probes}

    @cached_property
    def others(self) -> list[Shot]:
        people = self.probe_people
        return [s for s in self.shots if s.role == "gallery" and s.person not in people]

    def near(self, probe: Shot, gallery: Iterable[Shot], threshold: float) -> dict[str, float]:
        """People of the gallery who match, with their best score as a distance."""
        sign = 1 if self.kind == "distance" else -1
        best: dict[str, float] = {}
        for shot in gallery:
            score = self.score[probe.photo].get(shot.photo)
            if score is not None and sign * score <= sign * threshold:
                best[shot.person] = min(best.get(shot.person, 1e9), sign * score)
        return best

    def false_matches(self, probes: Iterable[Shot], threshold: float) -> tuple[int, int]:
        """Comparisons of photographs that match, and all that were made."""
        gallery = [shot for shot in self.others if shot.photo not in self.failed]
        processed = [probe for probe in probes if probe.photo not in self.failed]
        errors = sum(len(self.near(probe, [shot], threshold)) for probe in processed for shot in gallery)
        return errors, len(processed) * len(gallery)

    def flagged(self, probes: Iterable[Shot], threshold: float, gallery: Sequence[Shot] | None = None) -> int:
        """Searches that return somebody."""
        among = self.others if gallery is None else gallery
        return sum(bool(self.near(probe, among, threshold)) for probe in probes)

    def listed(self, probes: Iterable[Shot], threshold: float, length: int) -> int:
        """People on the lists, each list cut."""
        return sum(min(len(self.near(probe, self.others, threshold)), length) for probe in probes)

    def mates(self, probe: Shot) -> list[Shot]:
        return [s for s in self.shots if s.role == "gallery" and s.person == probe.person]

    @cached_property
    def everyone(self) -> list[Shot]:
        return [
            *self.others,
            *(s for s in self.shots if s.role == "gallery" and s.person in self.probe_people),
        ]

    def missed(self, probe: Shot, threshold: float, length: int) -> bool:
        """Whether the mate is not on the list: not processed, not enrolled, too weak or too far down."""
        near = self.near(probe, self.everyone, threshold)
        if probe.person not in near:
            return True
        ahead = sum(value <= near[probe.person] for person, value in near.items() if person != probe.person)
        return ahead >= length
