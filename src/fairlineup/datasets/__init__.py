"""Real photographs with a manifest: fetched from public sources, or as they lie in a folder."""

from fairlineup.datasets.checkout import Checkouts
from fairlineup.datasets.congress import CongressSet, Gathering, Source, fetch, finish, prepare
from fairlineup.datasets.contents import Passed
from fairlineup.datasets.faults import CheckoutIncomplete, SourceChanged, SourceFailed
from fairlineup.datasets.fetching import Fetcher, Politeness
from fairlineup.datasets.folder import FolderPeople, Layout, Shot, read_people
from fairlineup.datasets.github import GitHub, Hosts
from fairlineup.datasets.known import Known, read_known
from fairlineup.datasets.roles import Assigned, Said, assign, manifest_of

__all__ = [
    "Assigned",
    "CheckoutIncomplete",
    "Checkouts",
    "CongressSet",
    "Fetcher",
    "FolderPeople",
    "Gathering",
    "GitHub",
    "Hosts",
    "Known",
    "Layout",
    "Passed",
    "Politeness",
    "Said",
    "Shot",
    "Source",
    "SourceChanged",
    "SourceFailed",
    "assign",
    "fetch",
    "finish",
    "manifest_of",
    "prepare",
    "read_known",
    "read_people",
]
