"""A finished run as one file that others can check: made, signed, opened with suspicion, computed again."""

from fairlineup.evidence.bundles.contents import BundleContents
from fairlineup.evidence.bundles.differences import TOLERANCE, Difference
from fairlineup.evidence.bundles.making import Bundle, make_bundle
from fairlineup.evidence.bundles.signature import Signature
from fairlineup.evidence.bundles.verifying import OtherVersion, Verification, verify_bundle

__all__ = [
    "TOLERANCE",
    "Bundle",
    "BundleContents",
    "Difference",
    "OtherVersion",
    "Signature",
    "Verification",
    "make_bundle",
    "verify_bundle",
]
