"""bundle.json and README.txt: what a bundle is, for a machine and for whoever unpacks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from fairlineup import __version__
from fairlineup.evidence.runs import FrozenRun, environment
from fairlineup.results import Digests, PopulationKind, from_json

NAME, README = "bundle.json", "README.txt"
FORMAT: Final = 2
KEPT, REPLACED = "as in the run", "replaced by ids, and reviewers' by numbers"

TEXT = """\
A reproduction bundle of Fairlineup: what a system answered in an audit, and every number that follows.

{title}{names}{photographs}
What is in it
  plan.toml              the plan, every default and seed written out, as it stood before the first search
  plan-1.toml            the plan before a title or source was changed, if one was; run.json says what
  manifest.csv           who is on each photograph, its SHA-256, and the source of each label
  findings.json          what was doubtful in the photographs and how it was settled
  run.json               digests of plan, photographs and system; the system; versions; when it was begun
  *.parquet or answers.sqlite  every answer: enrolments, searches, candidates with their scores
  results.json           every number; timing.json how long photographs took
  report.html, figures/  the same for people, drawn without faces
  labels/                doubtful pairs and what two people decided on them, if they did
  disclosure.jsonl       who was told of the results, and when, if that was recorded
  events.jsonl           what happened when
  bundle.json            what this bundle is, and with which versions its numbers were computed
  MANIFEST.sha256        size and SHA-256 of every file above; with .sig, its signature, and .pub, the key's

How to check it
  with Fairlineup:  fairlineup audit verify BUNDLE.zip [--public-key FILE]
  by hand:          unzip BUNDLE.zip -d bundle && cd bundle && sha256sum --check --strict MANIFEST.sha256
  the signature:    openssl pkeyutl -verify -rawin -pubin -inkey MANIFEST.sha256.pub \\
                      -in MANIFEST.sha256 -sigfile MANIFEST.sha256.sig

What that proves, and what it does not
  It proves that the numbers follow from the answers in it. It does not prove that the system gave these
  answers, nor that the labels are true. A candidate is a lead, not an identification.
"""


@dataclass(frozen=True, slots=True)
class Software:
    """The software that computed numbers, and what it stands on."""

    fairlineup: str
    python: str
    platform: str
    libraries: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BundleDescription:
    """What a bundle is: bundle.json.

    Attributes:
        fairlineup_bundle: version of the format.
        title: of the plan.
        population: whom it is about.
        run: digests of what was frozen before the first search.
        seed: of everything drawn.
        label_sources: label to where its values come from.
        names: whether people's names stand in it, in words.
        photographs: how many do.
        computed_with: the software that made it.
        signed_by: fingerprint of the key that signs it; blank if none does.
    """

    fairlineup_bundle: Literal[2]
    title: str
    population: PopulationKind
    run: Digests
    seed: int
    label_sources: Mapping[str, str]
    names: str
    photographs: int
    computed_with: Software
    signed_by: str

    def readme(self) -> bytes:
        """README.txt."""
        title = f"Audit: {self.title}\n" if self.title else ""
        names = "" if self.names == KEPT else f"People's names are {self.names}.\n"
        inside = f"{self.photographs:,} photographs are in it.\n"
        inside = inside if self.photographs else "No photograph is in it.\n"
        return TEXT.format(title=title, names=names, photographs=inside).encode()


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
