"""A gallery against the answers of everything compared with everything, whatever was done to it before."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fairlineup.faces.vectors import (
    GallerySnapshot,
    MixedModelsError,
    PreparedGallery,
    available,
    exact_distances,
    nearest,
    prepare,
    tail,
)
from fairlineup.records import BadInput

from .examples import people

Vector = NDArray[np.float32]


def vectors(seed: int, count: int, dimension: int = 3) -> Vector:
    """Few different numbers, so that many distances are equal; none of length 0."""
    rows = np.random.default_rng(seed).integers(-1, 2, (count, dimension)).astype(np.float32)
    return rows + np.float32(3)


def brute(probes: Vector, held: dict[str, Vector], k: int, metric: str) -> list[list[tuple[str, float]]]:
    """The k nearest of a dictionary, ties in its order."""
    names, found = list(held), []
    for probe in probes:
        both = prepare(np.stack([probe, *held.values()]), metric)
        n = len(names)
        distance = exact_distances(both, both, np.zeros(n, np.intp), np.arange(1, n + 1))
        order = np.argsort(distance, kind="stable")[:k]
        found.append([(names[at], float(distance[at])) for at in order])
    return found


def answers(snapshot: GallerySnapshot, probes: Vector, k: int) -> list[list[tuple[str, float]]]:
    rows, distances = nearest(prepare(probes, snapshot.templates.metric), snapshot.templates, k)
    return [
        [(snapshot.ids[row], distance) for row, distance in zip(*pair, strict=True)]
        for pair in zip(rows.tolist(), distances.tolist(), strict=True)
    ]


IDS = st.lists(st.sampled_from("abcdefghij"), unique=True, max_size=8)
STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "replace", "remove", "compact", "look"]), IDS), max_size=25
)


@settings(max_examples=150, deadline=None)
@given(STEPS, st.integers(0, 99), st.integers(1, 12), st.sampled_from(["euclidean", "cosine"]), st.booleans())
def test_a_gallery_answers_as_a_dictionary_does(
    steps: list[tuple[str, list[str]]], seed: int, k: int, metric: str, plain: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FAIRLINEUP_NO_NUMBA", "1" if plain else "0")
        gallery, held = PreparedGallery(3, metric), dict[str, Vector]()
        seen: list[tuple[GallerySnapshot, dict[str, Vector]]] = []
        for number, (what, ids) in enumerate(steps):
            new = vectors(seed + number, len(ids))
            if what == "compact":
                gallery.compact()
            elif what == "look":
                seen.append((gallery.snapshot(), dict(held)))
            else:
                chosen = [one for one in ids if (one in held) == (what != "add")]
                new = new[: len(chosen)]
                if what == "remove":
                    gallery.remove(chosen)
                    for one in chosen:
                        del held[one]
                else:
                    getattr(gallery, what)(chosen, prepare(new, metric))
                    held.update(zip(chosen, new, strict=True))
        seen.append((gallery.snapshot(), held))
        probes = vectors(seed, 3)
        for snapshot, was in seen:
            assert len(snapshot) == len(was)
            assert answers(snapshot, probes, k) == brute(probes, was, k, metric)
            near = tail(prepare(probes, metric), snapshot.templates, np.inf)
            everyone = [one for found in brute(probes, was, len(was), metric) for one, _ in found]
            assert [snapshot.ids[row] for row in near.reference_index.tolist()] == everyone


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize(("count", "dimension"), [(5, 1), (3000, 128), (700, 600)])
def test_a_pass_over_codes_finds_what_products_find(metric: str, count: int, dimension: int) -> None:
    references, probes = people(1, count, 2, dimension)[0], people(1, 20, 1, dimension)[0]
    references[::7] *= np.float32(40)  # some much longer than others
    gallery = PreparedGallery(dimension, metric)
    gallery.add([str(n) for n in range(len(references))], prepare(references, metric))
    for k in (1, 10, 2 * count):
        by_codes = nearest(prepare(probes, metric), gallery.snapshot().templates, k)
        by_product = nearest(prepare(probes, metric), prepare(references, metric), k)
        for one, other in zip(by_codes, by_product, strict=True):
            assert np.array_equal(one, other)


@pytest.mark.parametrize("size", [1e-44, 1e-30, 1e-12, 1.0, 1e12, 1e17])
def test_codes_of_templates_of_any_length(size: float) -> None:
    references = (people(3, 400)[0] * np.float64(size)).astype(np.float32)
    gallery = PreparedGallery(16)
    gallery.add([str(n) for n in range(400)], prepare(references))
    found = nearest(prepare(references[:5]), gallery.snapshot().templates, 6)
    expected = nearest(prepare(references[:5]), prepare(references), 6)
    assert np.array_equal(found[0], expected[0])
    assert np.array_equal(found[1], expected[1])


@pytest.mark.skipif(not available(), reason="only numba has a pass over codes")
def test_the_error_of_codes_is_within_its_bound() -> None:
    from fairlineup.faces.vectors.codes import coded_probe, encode

    for dimension in (1, 7, 128, 1024):
        references, probes = people(4, 300, 1, dimension)[0], prepare(people(5, 10, 1, dimension)[0])
        codes, scales = encode(references)
        for row in range(len(probes)):
            probe = coded_probe(probes, row)
            whole = codes.astype(np.int64) @ probe.words.astype(np.int64)
            assert np.abs(whole).max() < 2**31
            product = -2 * references.astype(np.float64) @ probes.given[row].astype(np.float64)
            assert (np.abs(scales * probe.factor * whole - product) <= scales * probe.spread).all()


def test_where_all_are_nearly_the_same_products_decide() -> None:
    rng = np.random.default_rng(1)
    references = (1 + rng.normal(0, 1e-5, (20_000, 32))).astype(np.float32)
    gallery = PreparedGallery(32)
    gallery.add([str(n) for n in range(len(references))], prepare(references))
    found = nearest(prepare(references[:3]), gallery.snapshot().templates, 5)
    expected = nearest(prepare(references[:3]), prepare(references), 5)
    assert np.array_equal(found[0], expected[0])


def test_templates_of_two_models_never_meet() -> None:
    gallery = PreparedGallery(3, model="sha256:a")
    with pytest.raises(MixedModelsError) as caught:
        gallery.add(["x"], prepare(vectors(1, 1), model="sha256:b"))
    assert caught.value.code == "models-mixed"
    assert len(gallery) == 0


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda g: g.add(["a"], prepare(vectors(1, 1))), "id-unusable"),
        (lambda g: g.add(["c", "c"], prepare(vectors(1, 2))), "id-unusable"),
        (lambda g: g.add(["c"], prepare(vectors(1, 2))), "argument-unusable"),
        (lambda g: g.add(["c"], prepare(vectors(1, 1, 4))), "argument-unusable"),
        (lambda g: g.add(["c"], prepare(vectors(1, 1), "cosine")), "argument-unusable"),
        (lambda g: g.replace(["a", "c"], prepare(vectors(1, 2))), "id-unusable"),
        (lambda g: g.remove(["a", "c"]), "id-unusable"),
    ],
)
def test_what_a_gallery_refuses_changes_nothing(call: Any, code: str) -> None:
    gallery = PreparedGallery(3)
    gallery.add(["a", "b"], prepare(vectors(1, 2)))
    before = answers(gallery.snapshot(), vectors(2, 1), 5)
    with pytest.raises(BadInput) as caught:
        call(gallery)
    assert caught.value.code == code
    assert answers(gallery.snapshot(), vectors(2, 1), 5) == before


def test_memory_stays_in_proportion_to_what_is_there() -> None:
    gallery = PreparedGallery(3)
    gallery.add([str(n) for n in range(100)], prepare(vectors(1, 100)))
    for n in range(3000):
        gallery.replace([str(n % 100)], prepare(vectors(n, 1)))
        gallery.snapshot()
    assert len(gallery.snapshot().templates) <= 400
    gallery.add([f"more {n}" for n in range(500)], prepare(vectors(2, 500)))
    gallery.remove([f"more {n}" for n in range(500)])
    assert len(gallery.snapshot().templates) < 300
    gallery.remove([str(n) for n in range(90)])
    gallery.compact()
    snapshot = gallery.snapshot()
    assert (len(snapshot), len(snapshot.templates), snapshot.ids) == (
        10,
        10,
        [str(n) for n in range(90, 100)],
    )


def test_a_snapshot_cannot_be_written_to() -> None:
    gallery = PreparedGallery(3)
    gallery.add(["a"], prepare(vectors(1, 1)))
    templates = gallery.snapshot().templates
    for column in (templates.given, templates.squares, prepare(vectors(1, 2)).given):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 0


def test_readers_see_whole_moments_while_a_writer_works() -> None:
    """Every template of a moment has the same numbers, so a mixture of two would show."""
    gallery, done, mixed = PreparedGallery(4), threading.Event(), list[Any]()
    names = [str(n) for n in range(50)]
    gallery.add(names, prepare(np.full((50, 4), 1, np.float32)))

    def read() -> None:
        while not done.is_set():
            snapshot = gallery.snapshot()
            _, distances = nearest(prepare(np.ones((1, 4), np.float32)), snapshot.templates, 60)
            again = nearest(prepare(np.ones((1, 4), np.float32)), snapshot.templates, 60)[1]
            if distances.shape != (1, 50) or np.ptp(distances) or not np.array_equal(again, distances):
                mixed.append(distances)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        for value in range(2, 120):
            gallery.replace(names, prepare(np.full((50, 4), value, np.float32)))
            if value % 10 == 0:
                gallery.compact()
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert not mixed
