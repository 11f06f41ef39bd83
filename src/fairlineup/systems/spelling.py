"""Our names in a service's alphabet, and back: whoever lists the service's names can read ours again."""

from __future__ import annotations

import hashlib
import re
import string
from dataclasses import dataclass

from fairlineup.records import BadInput

LONGEST = 255
COMMON = string.ascii_letters + string.digits + ".-"


@dataclass(frozen=True, slots=True)
class Spelling:
    """How names of one kind are spelled: a byte outside the alphabet is the mark and two hex digits."""

    plain: str  #: characters that stand for themselves.
    mark: str  #: before hex digits; it stands for itself nowhere.
    lower: bool = False  #: whether the hex digits are in lower case.

    def write(self, name: str) -> str:
        """The name in the service's alphabet."""
        hexed = "02x" if self.lower else "02X"
        signs = map(chr, name.encode())
        return "".join(sign if sign in self.plain else f"{self.mark}{ord(sign):{hexed}}" for sign in signs)

    def read(self, written: str) -> str:
        """The name that was written so. Raises: ValueError (it is not one of ours)."""
        plain, mark = re.escape(self.plain), re.escape(self.mark)
        digits = "0-9a-f" if self.lower else "0-9A-F"
        if not re.fullmatch(rf"([{plain}]|{mark}[{digits}]{{2}})+", written):
            raise ValueError(written)
        return (
            re.sub(rf"{mark}(..)", lambda found: chr(int(found[1], 16)), written).encode("latin-1").decode()
        )


def check_length(what: str, written: str) -> str:
    """The name, if it is not too long for a service. Raises: BadInput."""
    if not 1 <= len(written) <= LONGEST:
        raise BadInput(
            f"the name of {what} is too long for the service",
            code="id-unusable",
            expected=f"1 to {LONGEST} characters",
            got=f"{len(written)}, where a character it does not take counts as three or more",
            remedy="shorten folder and file names in the data set",
        )
    return written


def id_of(gallery: str, allowed: re.Pattern[str]) -> str:
    """A gallery's id in a service: its name, or a digest of it where an id may not be that."""
    if allowed.fullmatch(gallery):
        return gallery
    return f"gallery-{hashlib.sha256(gallery.encode()).hexdigest()[:40]}"
