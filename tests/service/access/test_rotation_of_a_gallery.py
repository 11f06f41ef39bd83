"""A gallery is searched, and grows, while another process rotates the keys that it is sealed with."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from fairlineup.records import ModelInformation
from fairlineup.service.access import rotate_seal_keys, sealkeys
from fairlineup.service.gallery import Candidate, Galleries, NewCollection, NewFace, NewImage, Search
from fairlineup.service.safeguards import Permits, Request
from fairlineup.service.store import Store

from .conftest import Opened

MODEL = ModelInformation("made up", "sha256:0", "nowhere", "none", 8, "cosine", "p")
RNG = np.random.default_rng(16)
VECTORS = RNG.normal(size=(300, 8)).astype(np.float32)


def enrol(store: Store, first: int, last: int) -> None:
    images = [
        NewImage(b"photo %d" % row, (NewFace(VECTORS[row], {}, external_id=str(row)),), MODEL.pipeline)
        for row in range(first, last)
    ]
    request = Request("enrol", "testing", "command line", "people", last - first, last - first)
    with Permits(store).granted(request) as granted:
        Galleries(store).enrol(granted.permit, "people", images)


def searched(store: Store, galleries: Galleries, row: int) -> tuple[Candidate, ...]:
    with Permits(store).granted(Request("search", "testing", "command line", "people")) as granted:
        [found] = galleries.search(granted.permit, "people", VECTORS[row : row + 1], Search(3, 2.0))
    return found


def test_search_goes_on(
    store: Store, opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sealkeys, "PAUSE_S", 0.001)
    Galleries(store).make(NewCollection("people", MODEL, "testing"), "command line")
    enrol(store, 0, 250)
    server = opened()
    galleries = Galleries(server)
    before = [searched(server, galleries, row)[0] for row in range(5)]
    assert [one.face.external_id for one in before] == ["0", "1", "2", "3", "4"]

    done, errors = threading.Event(), []

    def rotates() -> None:
        try:
            rotate_seal_keys(store, "command line")
        except BaseException as error:  # noqa: BLE001 - told below
            errors.append(error)
        finally:
            done.set()

    other = threading.Thread(target=rotates)
    other.start()
    row = 250
    while not done.is_set() or row < 260:
        assert [searched(server, galleries, one)[0] for one in range(5)] == before
        if row < len(VECTORS):
            enrol(server, row, row + 1)
            assert searched(server, galleries, row)[0].face.external_id == str(row)
            row += 1
    other.join()
    assert errors == []
    afresh = Galleries(opened())
    for each in (0, 100, 249, 250, row - 1):
        assert searched(store, afresh, each)[0].face.external_id == str(each)
