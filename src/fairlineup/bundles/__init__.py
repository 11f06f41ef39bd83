"""A finished run as one file that others can check: made, signed, opened with suspicion, computed again."""

from fairlineup.bundles.contents import Choice
from fairlineup.bundles.differences import TOLERANCE, Difference
from fairlineup.bundles.keys import new_key
from fairlineup.bundles.making import Bundle, make_bundle
from fairlineup.bundles.signature import Signature
from fairlineup.bundles.verifying import Verification, verification_json, verify_bundle

__all__ = [
    "TOLERANCE",
    "Bundle",
    "Choice",
    "Difference",
    "Signature",
    "Verification",
    "make_bundle",
    "new_key",
    "verification_json",
    "verify_bundle",
]
