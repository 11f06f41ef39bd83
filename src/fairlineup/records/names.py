"""Ids, names and values as people and programs write them: which say nobody, and which differ in form only.

A program that writes 7 as 7.0, a spreadsheet that drops the zeros of 007, a disk that stores é as two signs:
each makes two people of one, and every rate that rests on them is wrong. Nothing here joins anybody. It says
which ids would agree if they were written alike, and in what they differ.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

MISSING = frozenset(
    {
        *("", "nan", "+nan", "-nan", "na", "<na>", "n/a", "<n/a>", "n.a.", "#n/a", "#n/a n/a", "#na", "nat"),
        *(
            "null",
            "<null>",
            "(null)",
            "[null]",
            "\\n",
            "none",
            "<none>",
            "nil",
            "undefined",
            "missing",
            "<missing>",
        ),
        *(
            "#null!",
            "#value!",
            "#ref!",
            "#name?",
            "#div/0!",
            "#num!",
            "1.#ind",
            "-1.#ind",
            "1.#qnan",
            "-1.#qnan",
        ),
    }
)
"""What programs write where there is no value, in lower case."""
UNKNOWN = frozenset({"unknown", "unidentified", "suspect", "?", "??", "-", "--"})
"""What people write who do not know who somebody is."""

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_MARKS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
        **dict.fromkeys("‘’‛ʼʹ′`´＇", "'"),
        **dict.fromkeys("“”„″＂", '"'),
    }
)
_WHOLE = re.compile(r"\+?(-?\d+)(?:\.0*|,00?)?")
_POWER = re.compile(r"(\d)(?:[.,](\d+))?e\+?(\d{1,2})")
_NUMBERED = re.compile(r"(\D*?)0+(\d+\D*)")
_SHOWN = 3


def no_value(value: Any) -> bool:
    """Whether a value is none at all: None, NaN and their kin, a blank, or what programs write for these."""
    if isinstance(value, str):
        return _word(value) in MISSING
    if value is None:
        return True
    try:
        return bool(value != value)  # noqa: PLR0124
    except (TypeError, ValueError):  # pandas.NA: whether it equals anything is not known
        return True


def nobody(value: Any) -> bool:
    """Whether an id stands for no person: no value at all, or a word of somebody who does not know."""
    return no_value(value) or (isinstance(value, str) and _word(value) in UNKNOWN)


def visible(text: str) -> str:
    """A text without what cannot be seen: invisible characters, spaces around it or doubled."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return _spaces(_invisible(text))


def form_of(text: str) -> str:
    """What ids have in common that differ in form only; it is for comparing and never shown."""
    for _, step in _STEPS:
        text = step(text)
    return text


def form_of_name(name: str) -> str:
    """The same of a photograph's name: a number within a name is part of it, and folders part either way."""
    for _, step in _NAME_STEPS:
        name = step(name)
    return name


def by_form(texts: Iterable[str], form: Callable[[str], str] = form_of) -> Mapping[str, tuple[str, ...]]:
    """Each form with the texts that have it, in the order they came."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for text in texts:
        found[form(text)][text] = None
    return {key: tuple(same) for key, same in found.items()}


def differing_in_form(
    texts: Iterable[str], form: Callable[[str], str] = form_of
) -> tuple[tuple[str, ...], ...]:
    """Those texts that differ in form only, together, in the order they came."""
    return tuple(same for same in by_form(texts, form).values() if len(same) > 1)


def difference(one: str, other: str) -> str:
    """In what two texts of one form differ, in words: "letter case"."""
    alone = [name for name, step in _STEPS if step(one) == step(other)]
    if alone or one == other:
        return alone[0] if one != other else "nothing"
    names = dict.fromkeys(name for name, _ in _STEPS)
    needed = [name for name in names if _without(name, one) != _without(name, other)]
    return " and ".join(needed) or "form"


def how_they_differ(same: Sequence[str]) -> str:
    """Texts that differ in form only, with in what: "'7' and '7.0' differ in a decimal point only"."""
    how = difference(same[0], same[1])
    seen = how in ("letter case", "leading zeros", "a sign or decimal point")
    shown = [repr(text) if seen else ascii(text).replace("  ", r" \x20") for text in same[:_SHOWN]]
    more = f" and {len(same) - _SHOWN} more" if len(same) > _SHOWN else ""
    return f"{' and '.join(shown)}{more} differ in {how} only"


def _word(text: str) -> str:
    return visible(text).casefold() if len(text) < 40 else text


def _invisible(text: str) -> str:
    return text if text.isascii() and text.isprintable() else _INVISIBLE.sub("", text)


def _encoding(text: str) -> str:
    """Text in UTF-8 that was read as something else, put right: "JosÃ©" is "José"."""
    if text.isascii():
        return text
    try:
        return text.encode("cp1252").decode()
    except UnicodeError:
        return text


def _unicode(text: str) -> str:
    if text.isascii():
        return text
    digits = {ord(sign): str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal()}
    return unicodedata.normalize("NFKC", text.translate(digits))


def _marks(text: str) -> str:
    plain = text.replace("`", "'") if text.isascii() else text.translate(_MARKS)
    return plain.removeprefix("=").strip("'\"")


def _spaces(text: str) -> str:
    return " ".join(text.split())


def _underscores(text: str) -> str:
    return text.replace("_", " ")


def _case(text: str) -> str:
    return text.casefold()


def _decimal(text: str) -> str:
    if not text[-1:].isdigit() and text[-1:] != ".":
        return text
    whole = _WHOLE.fullmatch(text)
    if whole:
        return whole[1]
    power = _POWER.fullmatch(text)  # 1e+05 is how some programs write 100000
    if power and len(power[2] or "") <= int(power[3]):
        return f"{power[1]}{(power[2] or '').ljust(int(power[3]), '0')}"
    return text


def _zeros(text: str) -> str:
    numbered = _NUMBERED.fullmatch(text) if "0" in text else None
    return f"{numbered[1]}{numbered[2]}" if numbered else text


def _zeros_of_a_number(text: str) -> str:
    return text.lstrip("0") or "0" if text.isdecimal() else text


def _slashes(text: str) -> str:
    if "/" not in text and "\\" not in text:
        return text
    return re.sub(r"/+", "/", text.replace("\\", "/")).removeprefix("./")


_Step = tuple[str, Callable[[str], str]]
_UNICODE: _Step = ("Unicode form", _unicode)
_EVERY: tuple[_Step, ...] = (
    ("invisible characters", _invisible),
    ("spaces", _spaces),
    ("encoding", _encoding),
    _UNICODE,
    ("hyphens or quotation marks", _marks),
    ("letter case", _case),
    _UNICODE,  # a letter may come apart when its case goes
    ("a sign or decimal point", _decimal),
    ("slashes", _slashes),
)
_STEPS: tuple[_Step, ...] = (("underscores", _underscores), *_EVERY, ("leading zeros", _zeros))
_NAME_STEPS: tuple[_Step, ...] = (*_EVERY, ("leading zeros", _zeros_of_a_number))


def _without(name: str, text: str) -> str:
    for other, step in _STEPS:
        text = text if other == name else step(text)
    return text
