"""How errors call the table that is read, and each place in it."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass

from fairlineup.records import BadInput

LONGEST_VALUE = 200  # characters of a value that an error repeats


@dataclass(frozen=True, slots=True)
class Naming:
    """What is read, for its errors."""

    what: str  #: with {} for the place: "the plan's {}", "the option {} of rekognition".
    remedy: str = "correct it"  #: what its author can do about a value.
    #: of every error; blank for "option-unknown", or "option-unusable" where the name is known.
    code: str = ""
    error: type[BadInput] = BadInput  #: the error to raise, BadInput or a subclass of it.
    page: str = ""  #: of the documentation, which the edge may show.

    def wrong(self, where: str, expected: str, got: str) -> BadInput:
        """The error about a value, for rules that concern several fields too."""
        return self._made(where, expected, got, self.remedy, "option-unusable")

    def unknown(self, where: str, known: Collection[str]) -> BadInput:
        """The error about a name that is not known."""
        name = where.rpartition(".")[2]
        near = difflib.get_close_matches(name, known, n=1)
        remedy = f"did you mean {near[0]!r}?" if near else "take it out"
        expected = f"one of {', '.join(known)}" if known else "nothing"
        return self._made(where, expected, f"{name!r}, which is unknown", remedy, "option-unknown")

    def _made(self, where: str, expected: str, got: str, remedy: str, code: str) -> BadInput:
        return self.error(
            self.what.replace("{}", where or "content"),
            expected=expected,
            got=got if len(got) <= LONGEST_VALUE else f"{got[:LONGEST_VALUE]}…",
            remedy=remedy,
            code=self.code or self.error.code.replace("unspecified", "") or code,
            facts={"option": where, **({"page": self.page} if self.page else {})},
        )
