"""docs/samples-model-card.md, written from what was measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tools.samples.build import Studied
from tools.samples.card import Auc, Condition, apart, conditions, nearest_sample, quantiles, reconstruction
from tools.samples.screening import DISTINCT, LOOKS, MARGIN, NEAREST, Floats, Portrayed, templates_of

from fairlineup.evidence.samples import SamplePerson, accepted_seeds, people
from fairlineup.evidence.samples.people import SEEDS
from fairlineup.evidence.samples.photographs import Shot

PEOPLE = 1_000
ATTACK_PEOPLE = 4_000
ASKED = (*LOOKS[1:2], ("studio", 3), ("studio", 4), *LOOKS[3:], ("document", 1), ("doorbell", 1))
TEMPLATE = Path(__file__).with_name("card.md")


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What the page is written from."""

    study: Studied
    every: Floats
    model: Path
    nearest: Floats
    stands_on: dict[str, int]


def page(facts: Facts) -> str:
    """The model card."""
    crowd = people(PEOPLE)
    study = facts.study
    learned_from = study.portraits.templates
    made = templates_of([Shot(person) for person in crowd])
    measured = conditions(crowd, made, ASKED, Portrayed(learned_from, facts.every))
    accepted = people(len(accepted_seeds()))
    values = {
        "portraits": f"{len(study.portraits.person):,}",
        "people": f"{len(np.unique(study.portraits.person)):,}",
        "every": f"{len(facts.every):,}",
        "bytes": f"{facts.model.stat().st_size / 1e6:.1f} MB",
        "stands_on": _stands_on(facts.stands_on),
        "seeds": f"{SEEDS:,}",
        "accepted": f"{len(accepted):,}",
        "accepted_share": f"{len(accepted) / SEEDS:.1%}".replace("%", " %"),
        "too_near": f"{np.mean(facts.nearest < NEAREST):.1%}".replace("%", " %"),
        "margin": f"{NEAREST + MARGIN:g}",
        "looks": ", ".join(f"{capture} {number}" for capture, number in LOOKS),
        "distinct": f"{1 - DISTINCT:.0%}".replace("%", " %"),
        "shares": _shares(accepted),
        "distances": _distances(apart(made), apart(_one_each(study))),
        "conditions": "\n".join(map(_condition, measured)),
        "measured_people": f"{PEOPLE:,}",
        "reconstruction": _reconstructions(study),
        "nearest_sample": str(nearest_sample(study, 0.5, ATTACK_PEOPLE)),
        "attack_people": f"{ATTACK_PEOPLE:,}",
    }
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


def _one_each(study: Studied) -> Floats:
    """One portrait of each person the model was learned from."""
    _, first = np.unique(study.portraits.person, return_index=True)
    return study.portraits.templates[first]


def _stands_on(parts: dict[str, int]) -> str:
    return "\n".join(f"| {name} | {count:,} |" for name, count in parts.items())


def _shares(accepted: Sequence[SamplePerson]) -> str:
    sides = Counter(person.presentation for person in accepted)
    tones = Counter(person.tone for person in accepted)
    told = ", ".join(f"{tone}: {tones[tone]:,}" for tone in sorted(tones))
    return f"feminine {sides['feminine']:,}, masculine {sides['masculine']:,}; by Monk tone {told}"


def _distances(made: np.ndarray, real: np.ndarray) -> str:
    points = (0.01, 0.05, 0.5, 0.95)
    rows = [("people made up", made), ("people of the portraits", real)]
    return "\n".join(
        f"| {name} | "
        + " | ".join(f"{value:.3f}" for value in quantiles(values, points))
        + f" | {np.mean(values <= 0.6):.2%} |".replace("%", " %")
        for name, values in rows
    )


def _condition(one: Condition) -> str:
    screened = " (screened)" if (one.name, one.number) in LOOKS else ""
    mated = " | ".join(f"{value:.2f}" for value in one.mated)
    near = " | ".join(f"{count:,} of {one.photographs:,}" for count in one.near)
    return f"| {one.name} {one.number}{screened} | {one.found:.1%} | {mated} | {near} |".replace("%", " %")


def _reconstructions(study: Studied) -> str:
    asked = ((0.9, 180), (0.9, 120), (0.9, 60), (0.5, 180))
    found: list[tuple[float, int, Auc]] = [(share, k, reconstruction(study, share, k)) for share, k in asked]
    return "\n".join(f"| {share:.0%} | {k} | {auc} |".replace("%", " %") for share, k, auc in found)
