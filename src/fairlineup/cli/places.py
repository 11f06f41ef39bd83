"""Where a plan's photographs are: in its folder, or made by the generator it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any

from fairlineup.evidence.plan import DatasetChoice, Memory, Place, folder_of
from fairlineup.records import BadInput

if TYPE_CHECKING:
    from fairlineup.evidence.samples import SamplesRequest

SAMPLES = "samples"  # whose room needs the extra `data`: it is imported for a plan that names it


def place_of(choice: DatasetChoice) -> Place:
    """The place a plan names.

    Raises:
        BadInput: no such generator, or options it does not have.
    """
    if not choice.generator:
        return folder_of(choice)
    if choice.generator != SAMPLES:
        raise BadInput(
            "the plan's dataset.generator",
            expected=SAMPLES,
            got=repr(choice.generator),
            remedy="correct it, or name a folder",
        )
    return samples_in_memory(_request(choice.options))


def samples_in_memory(request: SamplesRequest) -> Place:
    """Made-up people whose photographs are made when they are read, in the process that reads them."""
    from fairlineup.evidence.samples import manifest, sample_rows

    rows = sample_rows(request)
    return Memory("samples", manifest(rows).encode(), {row.photo: row.shot for row in rows})


def _request(options: Mapping[str, Any]) -> SamplesRequest:
    from fairlineup.evidence.samples import SamplesRequest

    kinds = {f.name: str if f.name == "capture" else int for f in fields(SamplesRequest)}
    needed = [f.name for f in fields(SamplesRequest) if f.default is MISSING]
    for name, value in options.items():
        if name not in kinds:
            raise _wrong(name, f"one of {', '.join(kinds)}", repr(name))
        if type(value) is not kinds[name]:
            raise _wrong(name, "text" if kinds[name] is str else "a whole number", repr(value))
    for name in needed:
        if name not in options:
            raise _wrong(name, "a whole number", "nothing")
    return SamplesRequest(**options)


def _wrong(name: str, expected: str, got: str) -> BadInput:
    return BadInput(
        f"the samples' option {name}",
        expected=expected,
        got=got,
        remedy="correct [dataset.options] in the plan",
    )
