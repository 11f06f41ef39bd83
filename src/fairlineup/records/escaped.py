"""Words from outside, made safe to look at."""

from __future__ import annotations

import json
import re

_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # control codes, line ends and tabs among them
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # what turns the direction of writing
    "\u2028\u2029"  # other line ends
    "\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"  # what takes no room
    "\ud800-\udfff]"  # halves of characters, as in a file name that is no text
)


def escaped(text: str) -> str:
    """A text in one line: what moves the cursor, ends the line, or turns or hides words stands as an escape.

    Joiners that scripts need (U+200C, U+200D) stay.
    """
    return _UNSEEN.sub(lambda found: ascii(found[0])[1:-1], text)


def escaped_in_json(line: str) -> str:
    """The same of a line of JSON, in its own escapes: every reader finds the value that stands there."""
    return _UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], line)
