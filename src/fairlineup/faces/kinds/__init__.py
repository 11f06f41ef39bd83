"""What kind of photograph it is, by its pixels: grey, small, blurred, dark, overexposed, turned."""

from fairlineup.faces.kinds.colour import about, colour_of
from fairlineup.faces.kinds.kinds import KINDS, SHARES, WORDS, Kind, KindsSeen, kinds_of, kinds_seen

__all__ = [
    "KINDS",
    "SHARES",
    "WORDS",
    "Kind",
    "KindsSeen",
    "about",
    "colour_of",
    "kinds_of",
    "kinds_seen",
]
