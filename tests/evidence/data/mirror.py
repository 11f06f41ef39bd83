"""GitHub on this machine: three repositories of invented people, and whatever can go wrong on the way."""

from __future__ import annotations

import csv
import io
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
from PIL import Image

from fairlineup.evidence.data import Hosts

Files = dict[str, bytes]

LEGISLATORS, IMAGES, PHOTOS = (
    "unitedstates/congress-legislators",
    "unitedstates/images",
    "voteview/member_photos",
)
COMMITS = {LEGISLATORS: "1" * 40, IMAGES: "2" * 40, PHOTOS: "3" * 40}
REFS = {LEGISLATORS: "gh-pages", IMAGES: "HEAD", PHOTOS: "HEAD"}
_LEGISLATOR = [
    *("last_name", "first_name", "middle_name", "full_name"),
    *("birthday", "gender", "bioguide_id", "icpsr_id"),
]
_MEMBER = [
    *("name", "icpsr", "state", "party", "congress", "chamber", "born", "died"),
    *("image", "source", "provenance"),
]


def _digest(content: bytes) -> str:
    return sha1(content, usedforsecurity=False).hexdigest()


@cache
def picture(seed: int, kind: str = "JPEG") -> bytes:
    """A small picture that shows nobody."""
    pixels = np.random.default_rng(seed).integers(0, 255, (12, 10, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).resize((50, 60)).save(out, kind)
    return out.getvalue()


def table(columns: list[str], *rows: Mapping[str, object]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def legislator(bioguide: str, icpsr: int | str, name: str, gender: str, birthday: str) -> dict[str, object]:
    first, _, last = name.partition(" ")
    return {
        "last_name": last,
        "first_name": first,
        "full_name": name,
        "birthday": birthday,
        "gender": gender,
        "bioguide_id": bioguide,
        "icpsr_id": icpsr,
    }


def member(
    name: str, icpsr: int, congress: int, folder: str = "wiki", chamber: str = "House", born: str = ""
) -> dict[str, object]:
    return {
        "name": name,
        "icpsr": f"{icpsr:06d}",
        "congress": congress,
        "chamber": chamber,
        "born": born,
        "image": f"images/{folder}/{icpsr:06d}.jpg",
    }


def repositories() -> dict[str, Files]:
    """Five people searched, six searched among; two of them both.

    A000001 is a mate under two ICPSR ids, the second known to member_photos only. B000002 is a mate.
    C000003, D000004 and E000005 are probes alone; F000006 has no probe photograph.
    G000007 is a former member. Nobody knows who 900 is, 800 left before the 92nd Congress,
    99900 is a President. Left out besides: 970, whom the sources call two people; 980, born forty years
    before the one the id is tied to; 990 and 995, whom no id ties, and who may be a probe.
    """
    current = [
        legislator("A000001", 100, "Ann Example", "F", "1960-02-03"),
        legislator("B000002", 200, "Bob Éxample", "M", "1970-02-03"),
        legislator("C000003", 300, "Cy Example", "M", ""),
        legislator("D000004", "", "Di Example", "F", "1980-12-31"),
        legislator("E000005", 500, "Ed Example", "", "1985-12-31"),
        legislator("F000006", 600, "Flo Example", "F", "1990-12-31"),
    ]
    former = [
        legislator("G000007", 700, "Gus Former", "M", "1930-01-01"),
        legislator("H000008", 800, "Hal Former", "M", "1890-01-01"),
        legislator("I000009", 970, "Ida Split", "F", "1940-01-01"),
        legislator("J000010", 980, "Joe Junior", "M", "1940-01-01"),
    ]
    members = [
        member("EXAMPLE, Ann", 100, 118, "bio_guide"),
        member("EXAMPLE, Ann", 40100, 110),
        member("ÉXAMPLE, Bob", 200, 118),
        member("EXAMPLE, Flo", 600, 118, "manual"),
        member("FORMER, Gus", 700, 92),
        member("FORMER, Hal", 800, 91),
        member("NOBODY, Known", 900, 100),
        member("LOST, Photograph", 950, 100),
        member("CHIEF, In", 99900, 117, chamber="President"),
        member("SPLIT, Ida", 970, 100, born="1940"),
        member("SENIOR, Joe", 980, 100, born="1900"),
        member("EXAMPLE, Diana", 990, 100, born="1981"),
        member("NEW, Quite", 995, 118, born="1991"),
    ]
    ids = [
        {"icpsr": 40100, "bioguide_id": "A000001"},
        {"icpsr": 99900},
        {"icpsr": 900, "bioguide_id": None},
        {"icpsr": 200, "bioguide_id": "B000002"},
        {"icpsr": 970, "bioguide_id": "Z000099"},
    ]
    photos = {
        str(row["image"]): picture(100 + i) for i, row in enumerate(members) if row["icpsr"] != "000950"
    }
    return {
        LEGISLATORS: {
            "README.md": b"about",
            "legislators-current.csv": table(_LEGISLATOR, *current),
            "legislators-historical.csv": table(_LEGISLATOR, *former),
        },
        IMAGES: {f"congress/450x550/{id_}000{n}.jpg": picture(n) for n, id_ in enumerate(("A00", "B00"), 50)}
        | {f"congress/450x550/{row['bioguide_id']}.jpg": picture(i) for i, row in enumerate(current[:5])}
        | {"congress/original/A000001.jpg": picture(77)},
        PHOTOS: {
            "members.csv": table(_MEMBER, *members),
            "config/database-raw.json": json.dumps(ids).encode(),
            **photos,
            "images/raw/manual/000600.jpg": picture(78),
        },
    }


def check_out(parent: Path, files: Mapping[str, Files] | None = None) -> Path:
    """The repositories as checkouts side by side."""
    for name, content in (files or repositories()).items():
        root = parent / name.partition("/")[2]
        for path, body in content.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(body)
        (root / ".git").mkdir()
        (root / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
        (root / ".git" / "packed-refs").write_text(f"# pack-refs\n{COMMITS[name]} refs/heads/main\n")
    return parent


@dataclass
class Mirror:
    """A server and what it saw.

    Attributes:
        files: repositories, path to content.
        faults: how the next requests of a path end, one after the other; the path as asked for.
        seen: how often each path was asked for.
        headers: what came along, by path.
        delay_s: how long a photograph takes.
        most_at_once: the largest number of requests being answered.
    """

    files: dict[str, Files] = field(default_factory=repositories)
    faults: dict[str, list[str]] = field(default_factory=dict)
    delay_s: float = 0.0
    seen: Counter[str] = field(default_factory=Counter)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    connections: set[tuple[str, int]] = field(default_factory=set)
    times: list[tuple[float, str]] = field(default_factory=list)
    most_at_once: int = 0
    at_once: int = 0
    base: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def hosts(self) -> Hosts:
        return Hosts(f"{self.base}/api", f"{self.base}/raw", "a-secret-token")

    def raw(self, repository: str, path: str) -> str:
        """The path that a file is asked for under."""
        return f"/raw/{repository}/{COMMITS[repository]}/{path}"

    @property
    def environment(self) -> dict[str, str]:
        return {"FAIRLINEUP_GITHUB_API": self.hosts.api, "FAIRLINEUP_GITHUB_RAW": self.hosts.raw}

    def answer(self, path: str) -> bytes | None:
        if path.startswith("/raw/"):
            owner, name, commit, rest = path.removeprefix("/raw/").split("/", 3)
            repository = f"{owner}/{name}"
            return self.files[repository].get(rest) if commit == COMMITS[repository] else None
        owner, name, what = path.removeprefix("/api/repos/").split("/", 2)
        repository = f"{owner}/{name}"
        if what == f"commits/{REFS[repository]}":
            return COMMITS[repository].encode()
        return self.tree(repository, what.removeprefix("git/trees/"))

    def tree(self, repository: str, id_: str) -> bytes | None:
        folders = {"": COMMITS[repository]}
        for path in self.files[repository]:
            for depth in range(1, path.count("/") + 1):
                folder = "/".join(path.split("/")[:depth])
                folders[folder] = _digest(folder.encode())
        if id_ not in folders.values():
            return None
        folder = next(folder for folder, tree in folders.items() if tree == id_)
        inside = f"{folder}/" if folder else ""
        entries: list[dict[str, object]] = [
            {"path": path.removeprefix(inside), "type": "tree", "mode": "040000", "sha": tree}
            for path, tree in folders.items()
            if path and path.startswith(inside) and "/" not in path.removeprefix(inside)
        ]
        entries += [
            {
                "path": path.removeprefix(inside),
                "type": "blob",
                "size": len(body),
                "sha": _digest(b"blob %d\0" % len(body) + body),
            }
            for path, body in self.files[repository].items()
            if path.startswith(inside) and "/" not in path.removeprefix(inside)
        ]
        return json.dumps({"sha": id_, "tree": entries, "truncated": False}).encode()


class Handler(BaseHTTPRequestHandler):
    """Answers for a mirror."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    mirror: Mirror
    ended: threading.Event

    def do_GET(self) -> None:
        path, mirror = unquote(urlsplit(self.path).path), self.mirror
        with mirror.lock:
            mirror.seen[path] += 1
            mirror.headers[path] = {key.lower(): value for key, value in self.headers.items()}
            mirror.connections.add(self.client_address)
            mirror.times.append((time.monotonic(), path))
            fault = mirror.faults[path].pop(0) if mirror.faults.get(path) else ""
            mirror.at_once += 1
            mirror.most_at_once = max(mirror.most_at_once, mirror.at_once)
        try:
            self.ended.wait(mirror.delay_s if path.endswith(".jpg") else 0)
            self._end(fault, mirror.answer(path))
        finally:
            with mirror.lock:
                mirror.at_once -= 1

    def _end(self, fault: str, body: bytes | None) -> None:
        ends: dict[str, Callable[[bytes], None]] = {
            "cut": self._cut,
            "stall": self._stall,
            "trickle": self._trickle,
            "silent": lambda _: self._wait(),
            "wrong": lambda content: self._say(200, content[:-1] + bytes([content[-1] ^ 1])),
            "short": lambda content: self._say(200, content[:-1]),
        }
        if fault in ends and body is not None:
            ends[fault](body)
        elif fault:
            status, _, headers = fault.partition(" ")
            self._say(int(status), b"no", json.loads(headers or "{}"))
        elif body is None:
            self._say(404, b"no such thing")
        else:
            self._say(200, body)

    def _say(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for key, value in (headers or {}).items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _half(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2])
        self.wfile.flush()

    def _cut(self, body: bytes) -> None:
        self._half(body)
        self.close_connection = True

    def _stall(self, body: bytes) -> None:
        self._half(body)
        self._wait()

    def _trickle(self, body: bytes) -> None:
        self._half(body)
        for byte in body[len(body) // 2 :]:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if self.ended.wait(0.05):
                return

    def _wait(self) -> None:
        self.ended.wait(20)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has there
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is part of the test."""


@contextmanager
def serving(mirror: Mirror) -> Iterator[Mirror]:
    ended = threading.Event()
    handler = type("ForOneMirror", (Handler,), {"mirror": mirror, "ended": ended})
    server = _Server(("127.0.0.1", 0), handler)
    mirror.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield mirror
    finally:
        ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
