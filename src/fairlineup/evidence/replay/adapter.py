"""The adapter of a replayed run, as the list of systems shows it."""

from __future__ import annotations

from pathlib import Path

from fairlineup.records import BadInput, FaceSystem
from fairlineup.systems import Adapter, Facts, Options


def open_replay(argument: str, options: Options) -> FaceSystem:
    """A finished run, by its folder. Raises: BadInput (no such run, or any option: it has none)."""
    if options:
        raise BadInput(
            "the options of replay",
            expected="none: it answers as the system did",
            got=", ".join(sorted(options)),
            remedy="correct [system.options] in the plan",
            code="option-unknown",
        )
    from fairlineup.evidence.replay.replay import ReplayedSystem  # a run's files: heavy, and not for a list

    return ReplayedSystem(Path(argument))


ADAPTER = Adapter(
    Facts(
        name="replay",
        title="the answers of a finished run, to be measured under another plan",
        argument="RUN",
        page="docs/systems/replay.md",
        tried="with the Congress run: the same results from its own answers",
        takes="records",
    ),
    open_replay,
)
