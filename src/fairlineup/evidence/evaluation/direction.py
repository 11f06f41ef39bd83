"""Whether a run's scores lie the wrong way round: said before any rate is read."""

from __future__ import annotations

import numpy as np

from fairlineup import measures
from fairlineup.evidence.evaluation.joined import JoinedAnswers
from fairlineup.measures import Direction
from fairlineup.records import Scale


def direction(answers: JoinedAnswers) -> Direction:
    """How often a search finds the mate nearer than somebody else.

    A mate who was not recorded lies as far as everybody else who was not.
    """
    searches = answers.mated.searches
    others = answers.among_others if answers.among_others.trials else answers.among_probes
    asked = answers.mated.mate_enrolled & searches.processed
    if answers.mated.same_picture is not None:
        asked &= ~answers.mated.same_picture
    nearest = np.full(len(searches), np.inf)
    own = searches.gallery_person == searches.person[searches.row]
    np.minimum.at(nearest, searches.row[own], searches.distance[own])
    people, beyond = len(np.unique(searches.person[asked])), max(others.trials - len(others), 0)
    return measures.direction_of(nearest[asked], others.distance, people, beyond=beyond)


def wrong_way_round(found: Direction, scale: Scale) -> str:
    """The warning that scores lie the wrong way round; blank where they do not."""
    if not found.reversed:
        return ""
    return (
        f"the scores seem to lie the wrong way round: {found.in_words(scale.kind)}. Every rate here is wrong "
        f"if they do: look whether they are {'similarities' if scale.kind == 'distance' else 'distances'}"
    )
