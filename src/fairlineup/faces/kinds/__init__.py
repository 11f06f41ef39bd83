"""What kind of photograph it is, by its pixels: grey, small, blurred, dark, overexposed, turned."""

from fairlineup.faces.kinds.colour import about, colour_of
from fairlineup.faces.kinds.kinds import (
    CUTS,
    KINDS,
    SHARES,
    Cuts,
    Kind,
    KindsSeen,
    cuts_said,
    kinds_of,
    kinds_seen,
    words,
)

__all__ = [
    "CUTS",
    "KINDS",
    "SHARES",
    "Cuts",
    "Kind",
    "KindsSeen",
    "about",
    "colour_of",
    "cuts_said",
    "kinds_of",
    "kinds_seen",
    "words",
]
