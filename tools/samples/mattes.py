"""Which pixels of an aligned portrait are the person's."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from tools.samples.portraits import HEIGHT, WIDTH

from fairlineup.records import Progress

Floats = NDArray[np.float32]

_Y, _X = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
_ASIDE = np.abs(_X - 72)


def _ellipse(wide: float, high: float, centre_y: float) -> NDArray[np.bool_]:
    return np.asarray((_ASIDE / wide) ** 2 + ((_Y - centre_y) / high) ** 2 < 1)


_HEAD = _ellipse(33, 59, 88)
_RING = _ellipse(38, 65, 88) & ~_HEAD & (_Y < 70)  # just above the forehead: hair or scalp


def person_mattes(pixels: NDArray[np.uint8], progress: Progress) -> Floats:
    """How much of each pixel is the person, 0 to 1, shape (n, HEIGHT, WIDTH).

    A graph cut loses dark hair before a dark wall. So a classifier of pixels learns from the portraits where
    the cut kept what is above the forehead, and is asked about all.
    """
    cuts = []
    for done, one in enumerate(pixels, 1):
        cuts.append(_cut(one))
        progress("cuts", done, len(pixels))
    whole = np.array([cut[_RING].mean() for cut in cuts])
    draw = np.random.default_rng(1)
    good = draw.choice(
        np.flatnonzero(whole > np.quantile(whole, 0.45)), min(700, len(pixels) // 2), replace=False
    )
    classifier = _taught(pixels, cuts, good, draw)
    mattes = np.empty((len(pixels), HEIGHT, WIDTH), np.float32)
    for done, one in enumerate(pixels, 1):
        share = classifier.predict_proba(_features(one).reshape(HEIGHT * WIDTH, -1))[:, 1]
        mattes[done - 1] = _along_edges(one, share.reshape(HEIGHT, WIDTH).astype(np.float32))
        progress("mattes", done, len(pixels))
    return np.asarray(np.clip((mattes - 0.15) / 0.7, 0, 1), np.float32)


def _cut(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    cv2.setRNGSeed(1)
    mask = np.full((HEIGHT, WIDTH), cv2.GC_PR_BGD, np.uint8)
    shoulders = (_Y > 150) & (_ASIDE < 30 + (_Y - 150) * 1.2)
    mask[_ellipse(46, 66, 92) | shoulders | _ellipse(40, 66, 86)] = cv2.GC_PR_FGD
    neck = (_Y > 120) & (_ASIDE < 22)
    coat = (_Y > 162) & (_ASIDE < 34 + (_Y - 162) * 1.6)
    mask[_ellipse(36, 52, 100) | _HEAD | neck | coat] = cv2.GC_FGD
    mask[~_ellipse(66, 92, 88) & (_Y < 135)] = cv2.GC_BGD
    mask[(_Y < 6) & (_ASIDE > 30)] = cv2.GC_BGD
    cv2.grabCut(picture, mask, None, np.zeros((1, 65)), np.zeros((1, 65)), 4, cv2.GC_INIT_WITH_MASK)
    return np.asarray((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD))


def _taught(
    pixels: NDArray[np.uint8],
    cuts: list[NDArray[np.bool_]],
    good: NDArray[np.intp],
    draw: np.random.Generator,
) -> HistGradientBoostingClassifier:
    features, truth = [], []
    for row in good:
        some = draw.choice(HEIGHT * WIDTH, 500, replace=False)
        features.append(_features(pixels[row]).reshape(HEIGHT * WIDTH, -1)[some])
        truth.append(cuts[row].ravel()[some])
    classifier = HistGradientBoostingClassifier(
        max_iter=110,
        max_leaf_nodes=63,
        min_samples_leaf=200,
        l2_regularization=1.0,
        random_state=0,
    )
    classifier.fit(np.concatenate(features), np.concatenate(truth))
    return classifier


def _features(picture: NDArray[np.uint8]) -> Floats:
    """Where a pixel is, its colour, how far that is from wall, skin, hair and coat: (H, W, features)."""
    lab = cv2.cvtColor(picture, cv2.COLOR_BGR2LAB).astype(np.float32)
    soft = cv2.GaussianBlur(lab, (0, 0), 2.5)
    left, right = (
        cv2.GaussianBlur(_row_colour(lab[:, edge]), (0, 0), 3) for edge in (slice(7), slice(-7, None))
    )
    corners = np.concatenate([lab[:14, :40].reshape(-1, 3), lab[:14, -40:].reshape(-1, 3)])
    wall, skin, hair, coat = (
        np.median(part.reshape(-1, 3), axis=0)
        for part in (corners, lab[95:115, 50:95], lab[26:33, 58:87], lab[174:, 40:104])
    )
    far = [np.linalg.norm(soft - colour, axis=2) for colour in (left, right, wall, skin, hair, coat)]
    edges = np.hypot(cv2.Sobel(lab[..., 0], -1, 1, 0), cv2.Sobel(lab[..., 0], -1, 0, 1))
    above = np.log1p(np.cumsum(edges[::-1], axis=0)[::-1])
    aside = np.log1p(np.minimum(np.cumsum(edges, axis=1), np.cumsum(edges[:, ::-1], axis=1)[:, ::-1]))
    planes = [_X, _Y, _ASIDE, *np.moveaxis(lab, 2, 0), *np.moveaxis(soft, 2, 0), *far]
    planes += [*np.moveaxis(soft - wall, 2, 0), *np.moveaxis(soft - hair, 2, 0)]
    planes += [cv2.GaussianBlur(edges, (0, 0), 1), cv2.GaussianBlur(edges, (0, 0), 4), above, aside]
    return np.stack(planes, axis=-1).astype(np.float32)


def _row_colour(strip: Floats) -> Floats:
    return np.repeat(strip.mean(axis=1, keepdims=True), WIDTH, axis=1)


def _along_edges(picture: NDArray[np.uint8], share: Floats) -> Floats:
    """Guided filter: He, Sun and Tang, Guided image filtering, ECCV 2010."""
    guide = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32) / 255
    window = (15, 15)
    mean_guide, mean_share = cv2.blur(guide, window), cv2.blur(share, window)
    covariance = cv2.blur(guide * share, window) - mean_guide * mean_share
    slope = covariance / (cv2.blur(guide * guide, window) - mean_guide**2 + 4e-4)
    level = mean_share - slope * mean_guide
    return np.asarray(cv2.blur(slope, window) * guide + cv2.blur(level, window), np.float32)
