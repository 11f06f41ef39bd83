from __future__ import annotations

import numpy as np

from fairlineup.measures import GallerySize, failure_to_acquire, failure_to_enrol, gallery_size, proportion


def test_offered_and_enrolled() -> None:
    size = gallery_size(np.array([1, 1, 2, 3]), np.array([True, False, True, False]))
    assert size == GallerySize(people_offered=3, people_enrolled=2, photos_offered=4, photos_enrolled=2)


def test_failures_to_process_are_proportions_by_person() -> None:
    assert failure_to_enrol(100, 3, people=90) == proportion(3, 100, people=90)
    assert failure_to_acquire(100, 3) == proportion(3, 100)
