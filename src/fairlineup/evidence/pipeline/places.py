"""Where a plan's photographs are: in its folder, or made by the generator it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairlineup.evidence.plan import DatasetChoice, Memory, Place, folder_of
from fairlineup.options import Naming, read_options
from fairlineup.records import BadInput

if TYPE_CHECKING:
    from fairlineup.evidence.samples import SamplesRequest

SAMPLES = "samples"  # its room needs Pillow, an extra: it is imported for a plan that names it
OPTIONS = Naming(
    "the samples' option {}", remedy="correct [dataset.options] in the plan", code="plan-invalid"
)


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
            code="plan-invalid",
        )
    from fairlineup.evidence.samples import SamplesRequest

    return samples_in_memory(read_options(SamplesRequest, choice.options, OPTIONS))


def samples_in_memory(request: SamplesRequest) -> Place:
    """Made-up people whose photographs are made when they are read, in the process that reads them."""
    from fairlineup.evidence.samples import manifest, sample_rows

    rows = sample_rows(request)
    return Memory("samples", manifest(rows).encode(), {row.photo: row.shot for row in rows})
