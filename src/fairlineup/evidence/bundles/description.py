"""bundle.json and README.txt: what a bundle is, for a machine and for whoever unpacks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Final, Literal

from fairlineup import __version__
from fairlineup.evidence.runs import FrozenRun, environment
from fairlineup.results import Digests, PopulationKind, from_json

NAME, README = "bundle.json", "README.txt"
FORMAT: Final = 3
KEPT, REPLACED = "as in the run", "replaced by ids, and reviewers' by numbers"


@dataclass(frozen=True, slots=True)
class Software:
    """The software that computed numbers, and what it stands on."""

    fairlineup: str
    python: str
    platform: str
    libraries: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BundleDescription:
    """What a bundle is: bundle.json."""

    fairlineup_bundle: Literal[3]  #: version of the format.
    title: str  #: of the plan.
    population: PopulationKind  #: whom it is about.
    run: Digests  #: digests of what was frozen before the first search.
    seed: int  #: of everything drawn.
    label_sources: Mapping[str, str]  #: label to where its values come from.
    names: str  #: whether people's names stand in it, in words.
    photographs: int  #: how many do.
    computed_with: Software  #: the software that made it.
    signed_by: str  #: fingerprint of the key that signs it; blank if none does.

    def readme(self) -> bytes:
        """README.txt."""
        title = f"Audit: {self.title}\n" if self.title else ""
        names = "" if self.names == KEPT else f"People's names are {self.names}.\n"
        inside = f"{self.photographs:,} photographs are in it.\n"
        inside = inside if self.photographs else "No photograph is in it.\n"
        text = (resources.files("fairlineup.evidence.bundles") / "readme.txt").read_text("utf-8")
        return text.format(title=title, names=names, photographs=inside).encode()


def describe(run: FrozenRun, *, names: bool, photographs: int, signed_by: str) -> BundleDescription:
    """What a bundle of a run is: whether names stand in it, how many photographs, and whose key signs it."""
    return BundleDescription(
        fairlineup_bundle=FORMAT,
        title=run.plan.title,
        population=run.population,
        run=run.identity.digests,
        seed=run.plan.statistics.seed,
        label_sources=dict(run.dataset.label_sources),
        names=KEPT if names else REPLACED,
        photographs=photographs,
        computed_with=software(),
        signed_by=signed_by,
    )


def software() -> Software:
    """This software and what it stands on."""
    return from_json({"fairlineup": __version__, **environment()}, Software)
