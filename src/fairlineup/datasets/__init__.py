"""Real photographs from public sources: fetched, verified, a manifest; imports records, files, photos."""

from fairlineup.datasets.checkout import Checkouts
from fairlineup.datasets.congress import CongressSet, Gathering, Source, fetch, finish, prepare
from fairlineup.datasets.faults import CheckoutIncomplete, SourceChanged, SourceFailed
from fairlineup.datasets.fetching import Fetcher, Politeness
from fairlineup.datasets.github import GitHub, Hosts

__all__ = [
    "CheckoutIncomplete",
    "Checkouts",
    "CongressSet",
    "Fetcher",
    "Gathering",
    "GitHub",
    "Hosts",
    "Politeness",
    "Source",
    "SourceChanged",
    "SourceFailed",
    "fetch",
    "finish",
    "prepare",
]
