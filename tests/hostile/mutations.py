"""Good bytes made hostile: edits anywhere, and values of JSON, TOML and tables swapped for others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

NUMBERS = (
    *("NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1" + "0" * 400, "-1", "0", "-0.0", "1e-999", "0.5"),
    *("9007199254740993", "18446744073709551616", "1.0", "1e308", "true", "null"),
)
TEXTS = (
    *(
        "",
        "0.9",
        "nan",
        "inf",
        "1e999",
        "../../etc/passwd",
        "/dev/zero",
        "a\x00b",
        "\x1b[2J",
        "\u202egnp.exe",
    ),
    *("=cmd|' /C calc'!A0", "\u2028", "e\u0301", "x" * 5000, "\ufeff", "-", "ok", "true", "similarity 66"),
)
TOKENS = (
    *NUMBERS,
    *map(json.dumps, TEXTS),
    *('"\\ud800"', "[]", "{}", "[[]]", '{"": {}}', '{"a": 1, "a": 2}', "[NaN]", '{"$ref": 1}'),
    *("[" * 5000 + "]" * 5000, '{"a":' * 3000 + "1" + "}" * 3000, "[" * 100_000, '"' + "é" * 3000 + '"'),
)
CHUNKS = (
    *(token.encode("utf-8", "surrogatepass") for token in TOKENS),
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n", b"\r\n", b'"', b"'''", b",", b";", b"\t", b"="),
    *(
        b"\xed\xa0\x80",
        b"\xe2\x80\xa8",
        b"#",
        b"[[a]]\n",
        b"a.b.c = 1\n",
        b"\x7f" * 9,
        b"A" * 70_000,
        b"," * 9000,
    ),
)


@st.composite
def edited(draw: st.DrawFn, good: bytes) -> bytes:
    """One to four edits: a bit flipped, a piece taken out, doubled or cut off, something put in."""
    found = good
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(found)))
        length = draw(st.integers(1, 64))
        match draw(st.sampled_from(("flip", "cut", "double", "end", "put", "over", "many"))):
            case "flip" if at < len(found):
                found = found[:at] + bytes([found[at] ^ 1 << draw(st.integers(0, 7))]) + found[at + 1 :]
            case "cut":
                found = found[:at] + found[at + length :]
            case "double":
                found = found[:at] + found[at : at + length] * 2 + found[at + length :]
            case "many":
                found = found[:at] + found[at : at + length] * 200 + found[at + length :]
            case "end":
                found = found[:at]
            case "put":
                found = found[:at] + draw(st.sampled_from(CHUNKS) | st.binary(max_size=8)) + found[at:]
            case _:
                found = found[:at] + draw(st.binary(min_size=1, max_size=8)) + found[at + length :]
    return found


@st.composite
def in_json(draw: st.DrawFn, good: bytes) -> bytes:
    """The JSON text with one to three of its values swapped, dropped, doubled or called otherwise."""
    value = json.loads(good)
    places = list(_places(value))
    marks: dict[str, str] = {}
    for number in range(draw(st.integers(1, 3))):
        holder, key = draw(st.sampled_from(places))
        mark = f"@{number}@"
        kind = draw(st.sampled_from(("swap", "swap", "swap", "drop", "again", "more")))
        try:
            if kind == "swap":
                holder[key] = mark
                marks[f'"{mark}"'] = draw(st.sampled_from(TOKENS))
            elif kind == "drop":
                del holder[key]
            elif isinstance(holder, list):
                holder.append(holder[key])
            elif kind == "again":
                holder[mark] = holder[key]
                marks[f'"{mark}"'] = json.dumps(key)
            else:
                holder["unheard of"] = holder[key]
        except (KeyError, IndexError):
            continue  # it went with an edit before
    text = json.dumps(value)
    for mark, token in marks.items():
        text = text.replace(mark, token)
    return text.encode("utf-8", "surrogatepass")


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each value within, as what holds it and the key it has there."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in list(pairs):
        yield value, key
        yield from _places(one)


@st.composite
def in_lines(draw: st.DrawFn, good: bytes) -> bytes:
    """One of the JSON lines made hostile, or put elsewhere."""
    lines = good.splitlines(keepends=True)
    at = draw(st.integers(0, len(lines) - 1))
    match draw(st.sampled_from(("json", "json", "double", "drop", "swap"))):
        case "json":
            lines[at] = draw(in_json(lines[at])) + b"\n"
        case "double":
            lines.insert(at, lines[at])
        case "drop":
            del lines[at]
        case _:
            lines.reverse()
    return b"".join(lines)


VALUE = re.compile(rb"(?m)(?<== ).+$")
TOML = (
    *TOKENS,
    *(
        "inf",
        "-inf",
        "nan",
        "+1e999",
        "0x" + "f" * 300,
        "1979-05-27",
        "07:32:00",
        "1979-05-27T00:32:00-07:00",
    ),
    *("{a = 1, a = 2}", "[{}]", "'''", '"""', '"\\U0010ffff"', "{ " + ".".join("a" * 900) + " = 1 }"),
)


@st.composite
def in_toml(draw: st.DrawFn, good: bytes) -> bytes:
    """The TOML text with one to three values swapped, or a line doubled or put in."""
    found = good
    for _ in range(draw(st.integers(1, 3))):
        values = list(VALUE.finditer(found))
        one = draw(st.sampled_from(values))
        kind = draw(st.sampled_from(("swap", "swap", "swap", "double", "put")))
        if kind == "swap":
            token = draw(st.sampled_from(TOML)).encode("utf-8", "surrogatepass")
            found = found[: one.start()] + token + found[one.end() :]
        elif kind == "double":
            found = (
                found[: one.end()]
                + b"\n"
                + found[found.rfind(b"\n", 0, one.start()) + 1 : one.end()]
                + found[one.end() :]
            )
        else:
            found = found[: one.end()] + b"\n" + draw(st.sampled_from(CHUNKS)) + b"\n" + found[one.end() :]
    return found


CELLS = (
    *NUMBERS,
    *TEXTS,
    "0,5",
    "1 000",
    "50%",
    '"',
    '""',
    "\n",
    "ｎａｎ",
    "-1e5",
    "+0.9",
    "0x1p3",
    "1_000",
    "٣",
)


@st.composite
def in_table(draw: st.DrawFn, good: bytes) -> bytes:
    """The CSV text with cells swapped, columns doubled, rows longer or shorter, or another dialect."""
    rows = [line.split(",") for line in good.decode().splitlines()]
    for _ in range(draw(st.integers(1, 4))):
        row = draw(st.integers(0, min(5, len(rows) - 1)))
        cell = draw(st.integers(0, max(0, len(rows[row]) - 1)))
        match draw(st.sampled_from(("swap", "swap", "swap", "more", "less", "column", "again", "header"))):
            case "swap" if rows[row]:
                rows[row][cell] = draw(st.sampled_from(CELLS))
            case "more":
                rows[row] = [*rows[row], *rows[row]]
            case "less":
                rows[row] = rows[row][:cell]
            case "column":
                rows = [[*one, one[cell] if cell < len(one) else ""] for one in rows]
            case "again":
                rows.append(list(rows[row]))
            case _ if rows[0]:
                rows[0][min(cell, len(rows[0]) - 1)] = draw(st.sampled_from(CELLS))
    between = draw(st.sampled_from((",", ",", ",", ";", "\t", "|", ", ")))
    ended = draw(st.sampled_from(("\n", "\n", "\r\n", "\r", "\n\n")))
    text = ended.join(between.join(row) for row in rows) + ended
    return text.encode(draw(st.sampled_from(("utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"))), "replace")
