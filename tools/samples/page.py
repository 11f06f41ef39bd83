"""docs/samples-model-card.md, written from what was measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tools.samples.card import Condition, Measured, apart, conditions, quantiles
from tools.samples.screening import APART, DISTINCT, LOOKS, MARGIN, NEAREST, EngineName, Floats, templates_of

from fairlineup.evidence.samples import SamplePerson, accepted_seeds, people
from fairlineup.evidence.samples.people import SEEDS
from fairlineup.evidence.samples.photographs import Shot
from fairlineup.faces.engine import named_engine

PEOPLE = 400
ATTACK_PEOPLE = 4_000
RECONSTRUCTED = ((0.9, 180), (0.9, 120), (0.9, 60), (0.5, 180))
"""Attacked: a model of this share of the people, with so many components of texture."""

ASKED = (*LOOKS[1:2], ("studio", 3), *LOOKS[3:], ("document", 1), ("doorbell", 1))
TEMPLATE = Path(__file__).with_name("card.md")

Portraits = Mapping[EngineName, tuple[NDArray[np.str_], Floats]]


def page(facts: Mapping[str, Any], model: Path, portraits: Portraits) -> str:
    """The model card.

    Args:
        facts: what the steps before have found.
        model: the model file.
        portraits: person and template of every portrait, by each engine.
    """
    crowd, accepted = people(PEOPLE), people(len(accepted_seeds()))
    made: dict[EngineName, Floats] = {
        engine: templates_of([Shot(person) for person in crowd], engine) for engine in NEAREST
    }
    sets = [Measured(engine, made[engine], portraits[engine][1]) for engine in NEAREST]
    values = {
        "portraits": f"{facts['portraits']:,}",
        "people": f"{facts['people']:,}",
        "every_dlib": f"{len(portraits['dlib'][1]):,}",
        "every_sface": f"{len(portraits['sface'][1]):,}",
        "bytes": f"{model.stat().st_size / 1e6:.1f} MB",
        "stands_on": _stands_on(facts["stands_on"]),
        "seeds": f"{SEEDS:,}",
        "too_near": _percent(facts["too_near"], 1),
        "margin": f"{NEAREST['dlib'] + MARGIN:g}",
        "looks": ", ".join(f"{capture} {number}" for capture, number in LOOKS),
        "distinct": _percent(1 - DISTINCT, 0),
        "by_dlib": f"{facts['by_dlib']:,}",
        "by_dlib_share": _percent(facts["by_dlib"] / SEEDS, 1),
        "sface_nearest": f"{NEAREST['sface']:g}",
        "fell_out": f"{facts['by_dlib'] - len(accepted):,}",
        "fell_out_share": _percent(1 - len(accepted) / facts["by_dlib"], 1),
        "apart": f"{facts['apart']:,}",
        "apart_least": f"{APART:g}",
        "accepted": f"{len(accepted):,}",
        "shares": _shares(accepted),
        "distances": "\n".join(_distances(one, *portraits[one.engine]) for one in sets),
        "conditions": "\n".join(_condition(one) for one in conditions(crowd, sets, ASKED)),
        "nearest": "\n".join(_nearest(one) for one in sets),
        "measured_people": f"{PEOPLE:,}",
        "reconstruction": "\n".join(
            f"| {_percent(share, 0)} | {k} | {auc} |" for share, k, auc in facts["reconstruction"]
        ),
        "nearest_sample": facts["nearest_sample"],
        "attack_people": f"{ATTACK_PEOPLE:,}",
    }
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


def _percent(share: float, digits: int) -> str:
    return f"{100 * share:.{digits}f} %"


def _stands_on(parts: dict[str, int]) -> str:
    return "\n".join(f"| {name} | {count:,} |" for name, count in parts.items())


def _shares(accepted: Sequence[SamplePerson]) -> str:
    sides = Counter(person.presentation for person in accepted)
    tones = Counter(person.tone for person in accepted)
    told = ", ".join(f"{tone}: {tones[tone]:,}" for tone in sorted(tones))
    return f"feminine {sides['feminine']:,}, masculine {sides['masculine']:,}; by Monk tone {told}"


def _distances(one: Measured, person: NDArray[np.str_], portraits: Floats) -> str:
    """Two rows: people made up, and people of the portraits, one of each."""
    default = named_engine(one.engine).default_threshold
    threshold = default.score if default else np.nan
    real = portraits[np.unique(person, return_index=True)[1]]
    rows = [("people made up", one.made), ("people of the portraits", real)]
    return "\n".join(
        f"| `{one.engine}`, {name} | "
        + " | ".join(
            f"{value:.3f}" for value in quantiles(apart(templates, one.engine), (0.01, 0.05, 0.5, 0.95))
        )
        + f" | {_percent(float(np.mean(apart(templates, one.engine) <= threshold)), 3)} at {threshold:g} |"
        for name, templates in rows
    )


def _nearest(one: Measured) -> str:
    found = quantiles(one.nearest(one.made), (0.0, 0.05, 0.5, 0.95))
    return f"| `{one.engine}` | " + " | ".join(f"{value:.3f}" for value in found) + " |"


def _condition(one: Condition) -> str:
    screened = " (screened)" if (one.name, one.number) in LOOKS else ""
    mated = " | ".join(f"{value:.2f}" for value in one.mated)
    found, near = _percent(one.found, 1), f"{one.near:,} of {one.photographs:,}"
    return f"| {one.name} {one.number}{screened} | `{one.engine}` | {found} | {mated} | {near} |"
