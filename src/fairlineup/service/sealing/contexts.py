"""What a sealed blob is bound to: it opens nowhere else."""

from __future__ import annotations

Part = str | int | bytes


def context_of(kind: str, *parts: Part) -> bytes:
    """One byte sequence for what a blob is and where it stands; no other kind and parts give the same.

    Args:
        kind: what it is: "template", "photograph", "secret".
        parts: the ids of its place, as collection and row.
    """
    return b"".join(map(_marked, (kind, *parts)))


def _marked(part: Part) -> bytes:
    if isinstance(part, str):
        mark, content = b"s", part.encode("utf-8", "surrogatepass")
    elif isinstance(part, int):
        mark, content = b"i", b"%d" % part
    else:
        mark, content = b"b", part
    return b"%b%d:%b" % (mark, len(content), content)
