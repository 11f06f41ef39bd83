"""bundle.json and README.txt: what a bundle is, for a machine and for whoever unpacks it."""

from __future__ import annotations

import json
from typing import Any

from fairlineup import __version__
from fairlineup.evidence.runs import FrozenRun, environment
from fairlineup.results import to_json
from fairlineup.seals import Plain

NAME, README = "bundle.json", "README.txt"
FORMAT = 1
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


def describe(papers: FrozenRun, *, names: bool, photographs: int, signed_by: str) -> dict[str, Plain]:
    """What a bundle of a run is.

    Args:
        papers: of the run.
        names: whether names stand in it.
        photographs: how many do.
        signed_by: fingerprint of the key that signs it; blank if none does.
    """
    return {
        "fairlineup_bundle": FORMAT,
        "title": papers.plan.title,
        "population": papers.population,
        "run": to_json(papers.identity.digests),
        "seed": papers.plan.statistics.seed,
        "label_sources": dict(papers.dataset.label_sources),
        "names": KEPT if names else REPLACED,
        "photographs": photographs,
        "computed_with": software(),
        "signed_by": signed_by,
    }


def software() -> dict[str, Any]:
    """This software and what it stands on."""
    return {"fairlineup": __version__, **environment()}


def bundle_json(described: dict[str, Plain]) -> bytes:
    """bundle.json."""
    return (json.dumps(described, indent=1, ensure_ascii=False) + "\n").encode()


def readme(described: dict[str, Any]) -> bytes:
    """README.txt."""
    count = described["photographs"]
    title = f"Audit: {described['title']}\n" if described["title"] else ""
    names = "" if described["names"] == KEPT else f"People's names are {described['names']}.\n"
    inside = f"{count:,} photographs are in it.\n" if count else "No photograph is in it.\n"
    return TEXT.format(title=title, names=names, photographs=inside).encode()
