"""Tables whose cells know their column's name, so that a narrow screen can show a row as a list."""

from __future__ import annotations

import re

from markupsafe import Markup

BESIDE = re.compile(r'<button\b.*?</button>|<span class="at"[^>]*>.*?</span>', re.DOTALL)
CELL = re.compile(r"<(t[hd])\b([^>]*)>")
SPAN = re.compile(r'\bcolspan="(\d+)"')


def labelled(html: Markup) -> Markup:
    """Our own tables with `data-label` on each cell of a body: the words at the head of its column."""
    head, end, body = str(html).partition("</thead>")
    names = [_words(cell) for cell in re.findall(r"<th\b[^>]*>(.*?)</th>", head, re.DOTALL)]
    rows = re.sub(r"<tr\b.*?</tr>", lambda row: _row(row[0], names), body, flags=re.DOTALL)
    return Markup(head + end + rows)  # noqa: S704 - escaped before it came here


def _row(row: str, names: list[str]) -> str:
    place = 0

    def stacked(cell: re.Match[str]) -> str:
        nonlocal place
        tag, attributes = cell.groups()
        name = names[place] if place < len(names) else ""
        span = SPAN.search(attributes)
        place += int(span[1]) if span else 1
        alone = tag == "th" or span or not name or "data-label" in attributes
        return cell[0] if alone else f'<td data-label="{name}"{attributes}>'

    return CELL.sub(stacked, row)


def _words(cell: str) -> str:
    """The text of a cell's head, still escaped, without what stands small beneath it."""
    return " ".join(re.sub(r"<[^>]*>", " ", BESIDE.sub(" ", cell)).split()).replace('"', "&#34;")
