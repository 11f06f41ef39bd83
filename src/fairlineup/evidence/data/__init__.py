"""Real photographs with a manifest: fetched from public sources, or as they lie in a folder."""

from fairlineup.evidence.data.checkout import Checkouts
from fairlineup.evidence.data.congress import CongressSet, Gathering, Source, fetch, finish, prepare
from fairlineup.evidence.data.faults import CheckoutIncomplete, SourceChanged, SourceFailed
from fairlineup.evidence.data.fetching import Fetcher, Politeness
from fairlineup.evidence.data.folder import FolderPeople, FolderPhoto, Layout, read_people
from fairlineup.evidence.data.github import GitHub, Hosts
from fairlineup.evidence.data.known import Known, read_known
from fairlineup.evidence.data.roles import Assigned, assign, manifest_of

__all__ = [
    "Assigned",
    "CheckoutIncomplete",
    "Checkouts",
    "CongressSet",
    "Fetcher",
    "FolderPeople",
    "FolderPhoto",
    "Gathering",
    "GitHub",
    "Hosts",
    "Known",
    "Layout",
    "Politeness",
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
