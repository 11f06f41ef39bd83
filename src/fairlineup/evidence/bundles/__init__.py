"""A finished run as one file that others can check: made, signed, opened with suspicion, computed again."""

from fairlineup.evidence.bundles.checks import CheckedFile
from fairlineup.evidence.bundles.contents import BundleContents
from fairlineup.evidence.bundles.making import Bundle, make_bundle
from fairlineup.evidence.bundles.verifying import OtherVersion, Verification, verify_bundle

__all__ = [
    "Bundle",
    "BundleContents",
    "CheckedFile",
    "OtherVersion",
    "Verification",
    "make_bundle",
    "verify_bundle",
]
