from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from fairlineup.faces.pictures import find_same_pictures, fingerprint, same_picture_candidates
from fairlineup.records import Photograph

from .pictures import encoded, textured


def _photos() -> list[Photograph]:
    images = [textured(seed, 200, 250) for seed in range(40)]
    images[7] = images[3].crop((20, 30, 190, 230)).resize((340, 400))
    images[21] = ImageOps.mirror(images[11])
    photos = [Photograph(f"{place}.jpg", encoded(image)) for place, image in enumerate(images)]
    photos[5] = Photograph("5.jpg", b"")
    photos[30] = Photograph("30.jpg", Path("no/such/file.jpg"))
    return photos


@pytest.mark.parametrize("workers", [1, 3, None])
def test_copies_are_found_and_bad_files_reported(workers: int | None) -> None:
    told: list[tuple[str, int, int]] = []
    copies = find_same_pictures(
        _photos(),
        extra_pairs=[(0, 1), (1, 0), (2, 2), (5, 6)],
        progress=lambda stage, done, total: told.append((stage, done, total)),
        workers=workers,
    )
    assert [(pair.a_index, pair.b_index) for pair in copies.pairs] == [(3, 7), (11, 21)]
    assert [pair.registration.mirrored for pair in copies.pairs] == [False, True]
    assert [bad.index for bad in copies.unreadable] == [5, 30]
    assert "an empty file" in copies.unreadable[0].reason
    assert copies.registered >= 3
    assert ("fingerprints", 40, 40) in told
    assert ("candidates", 38, 38) in told
    assert told[-1] == ("registrations", copies.registered, copies.registered)


def test_the_answer_does_not_depend_on_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fairlineup.workers.pool.WORTHWHILE", 2)
    assert find_same_pictures(_photos(), workers=1) == find_same_pictures(_photos(), workers=4)


def test_the_order_of_the_photographs_changes_no_pair() -> None:
    photos = _photos()
    turned = find_same_pictures(photos[::-1])
    pairs = {frozenset(39 - at for at in (pair.a_index, pair.b_index)) for pair in turned.pairs}
    assert pairs == {frozenset((3, 7)), frozenset((11, 21))}


def test_a_search_that_was_killed_goes_on_from_what_it_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = [photo for place, photo in enumerate(_photos()) if place not in (5, 30)]
    whole = find_same_pictures(photos)

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("fairlineup.faces.pictures.copies.register", killed)
        with pytest.raises(Killed):
            find_same_pictures(photos, workers=1, folder=tmp_path)
    assert list(tmp_path.glob("fingerprints-*"))

    def again(*_: object, **__: object) -> None:
        raise AssertionError("done twice")

    monkeypatch.setattr("fairlineup.faces.pictures.copies.fingerprint", again)
    monkeypatch.setattr("fairlineup.faces.pictures.candidates._agreeing", again)
    resumed = find_same_pictures(photos, workers=1, folder=tmp_path)
    assert (resumed.pairs, resumed.registered) == (whole.pairs, whole.registered)


@pytest.mark.parametrize("damage", [b"", b"no array", b"\x93NUMPY\x01\x00\x04\x00(\x27\x00\n"])
def test_what_was_kept_and_cannot_be_read_is_made_again(tmp_path: Path, damage: bytes) -> None:
    whole = find_same_pictures(_photos(), folder=tmp_path)
    for path in tmp_path.rglob("*.npy"):
        path.write_bytes(damage)
    assert find_same_pictures(_photos(), folder=tmp_path) == whole


def test_an_index_array_that_was_cut_short_is_made_again(tmp_path: Path) -> None:
    whole = find_same_pictures(_photos(), folder=tmp_path)
    (search,) = tmp_path.glob("search-*")
    arrays = [path for path in search.glob("*.npy") if not path.name.startswith(("candidates", "registered"))]
    assert arrays
    for cut in arrays:
        content = cut.read_bytes()
        cut.write_bytes(content[: len(content) - 1])
        for part in search.glob("candidates-*.npy"):
            part.unlink()
        assert find_same_pictures(_photos(), folder=tmp_path) == whole
        assert cut.read_bytes() == content


def test_other_bytes_under_a_name_are_looked_at_anew(tmp_path: Path) -> None:
    find_same_pictures(_photos(), folder=tmp_path)
    photos = _photos()
    photos[21] = Photograph("21.jpg", encoded(textured(99, 200, 250)))
    assert [(one.a_index, one.b_index) for one in find_same_pictures(photos, folder=tmp_path).pairs] == [
        (3, 7)
    ]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_small_sets(count: int) -> None:
    photos = [Photograph("same.jpg", encoded(textured(1)))] * count
    assert len(find_same_pictures(photos).pairs) == (1 if count == 2 else 0)


def test_blank_pictures_are_no_candidates() -> None:
    prints = [fingerprint(encoded(Image.new("RGB", (80, 100), (shade,) * 3))) for shade in (20, 90, 200, 255)]
    assert same_picture_candidates(prints) == []


@pytest.mark.congress
def test_copies_among_real_portraits(congress: Path) -> None:
    names = [f"probes/{name}" for name in ("Y000064.jpg", "C001078.jpg", "L000266.jpg", "D000624.jpg")]
    names += [f"gallery/{name}.jpg" for name in ("021133", "020952", "022130", "021529")]
    others = sorted((congress / "gallery").glob("02*.jpg"))[:150]
    photos = [Photograph(name, congress / name) for name in names]
    photos += [Photograph(path.name, path) for path in others]
    copies = find_same_pictures(photos, extra_pairs=[(place, place + 4) for place in range(4)])
    assert [(pair.a_index, pair.b_index) for pair in copies.pairs if pair.a_index < 8] == [(0, 4), (1, 5)]


def test_copies_among_people_who_do_not_exist() -> None:
    """Crops and mirror images of made-up portraits are found; two photographs of one person are no copy."""
    from fairlineup.evidence.samples import Shot, people, photographs

    shots = [Shot(person, number) for person in people(40) for number in range(2)]
    photos = [Photograph(shot.id, content) for shot, content in zip(shots, photographs(shots), strict=True)]
    pictures = [Image.open(io.BytesIO(photo.read())) for photo in photos[:4]]
    cropped = [encoded(picture.crop((12, 16, 208, 260))) for picture in pictures[:2]]
    mirrored = [encoded(picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)) for picture in pictures[2:]]
    photos += [Photograph(f"copy-{n}", content) for n, content in enumerate((*cropped, *mirrored))]
    own = [(place, place + 1) for place in range(0, 80, 2)]
    found = find_same_pictures(photos, extra_pairs=own)
    assert [(pair.a_index, pair.b_index) for pair in found.pairs] == [(n, 80 + n) for n in range(4)]
