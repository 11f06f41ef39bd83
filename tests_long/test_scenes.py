"""YuNet on made-up photographs: groups of small and turned faces, and nobody at all."""

from __future__ import annotations

from typing import Any

import pytest
from tests_long.scenes import Scene, groups, nobody

from fairlineup.faces.engine import DetectionOptions
from fairlineup.faces.engine.finders import finder

GROUPS, NOBODY = 100, 1000


@pytest.fixture(scope="module")
def yunet() -> Any:
    return finder("yunet", DetectionOptions(), 0.7)


def matched(scene: Scene, boxes: list[Any]) -> tuple[int, int]:
    """Planted faces that are found, and boxes that hold none of them."""
    held: set[int] = set()
    seen = 0
    for face in scene.faces:
        here = {
            at
            for at, box in enumerate(boxes)
            if box.left < face.x < box.right
            and box.top < face.y < box.bottom
            and 0.4 < box.width_px / face.px < 2.5
        }
        seen += bool(here)
        held |= here
    return seen, len(boxes) - len(held)


def test_98_of_100_faces_in_groups_are_found(yunet: Any) -> None:
    """40 to 200 px, turned by up to 30 degrees, some cut by the border; counts stand in docs/engines.md."""
    planted = found = false = 0
    for scene in groups(GROUPS):
        seen, others = matched(scene, [one.box for one in yunet.find(scene.pixels, "all")])
        planted, found, false = planted + len(scene.faces), found + seen, false + others
    print(f"{found} of {planted} faces found, {false} boxes without a face")
    assert found >= 0.98 * planted


def test_nobody_is_found_where_nobody_is(yunet: Any) -> None:
    false = [number for number, pixels in enumerate(nobody(NOBODY)) if yunet.find(pixels, "all")]
    assert not false
