"""What a user's function gives, as a vector that can be compared, or why not."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np

from fairlineup.faces.photos import UnreadablePhotograph, decode
from fairlineup.records import Outcome, Photograph, SystemFailed
from fairlineup.systems.embed.terms import UserFunction
from fairlineup.systems.inmemory import Described
from fairlineup.systems.usercode import said

TRIED = 3  # photographs whose vector is made twice, before any of them is enrolled
STEADY = 1e-4  # largest difference of two vectors of one photograph, of their length
LONGEST = 1e18  # squares of longer vectors would overflow float32


class Describer:
    """Puts photographs to a user's function, and holds what it gives to what is said of it.

    The first photographs are put to it twice: a function that gives another vector for the same photograph
    cannot be audited. One that begins to give vectors of another length is stopped.
    """

    def __init__(self, function: UserFunction) -> None:
        self.function = function
        self.length = 0
        self._tried = 0

    def describe(self, photo: Photograph) -> Described:
        """Make the vector of a photograph.

        Raises: SystemFailed: the function fails on a photograph that can be read, gives something that is no
            vector, or not the same twice.
        """
        began = time.perf_counter()
        found = self._described(photo)
        return replace(found, seconds=time.perf_counter() - began)

    def _described(self, photo: Photograph) -> Described:
        try:
            content = photo.read()
        except OSError as error:
            detail = f"cannot be read: {error.strerror or type(error).__name__}"
            return Described(photo.id, Outcome.ERROR, detail=detail)
        given: Any = content
        if self.function.stated.input == "pixels":
            try:
                given = decode(content, name=photo.id).pixels
            except UnreadablePhotograph as error:
                return Described(photo.id, Outcome.ERROR, detail=f"{error.what}: {error.got}")
        found = self._once(photo.id, given, content)
        if found.outcome is not Outcome.ERROR and self._tried < TRIED:
            self._check_steady(photo.id, found, self._once(photo.id, given, content))
            self._tried += 1
        return found

    def _once(self, photo: str, given: Any, content: bytes) -> Described:
        try:
            made = self.function.call(given.copy() if isinstance(given, np.ndarray) else given)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if self.function.stated.input == "bytes" and not _readable(content, photo):
                return Described(photo, Outcome.ERROR, detail=said(error))
            raise self._failed(photo, "no exception", said(error)) from error
        return Described(photo, Outcome.NO_FACE) if made is None else self._vector(photo, made)

    def _vector(self, photo: str, made: Any) -> Described:
        try:
            array = np.asarray(made)
            kind = array.dtype.kind
            values = np.array(array, dtype=np.float64) if kind in "iuf" else None
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise self._failed(photo, "a list or an array of numbers", said(error)) from error
        if values is None:
            raise self._failed(
                photo, "a list or an array of real numbers", f"{type(made).__name__} of {kind}"
            )
        if values.ndim > 1 and values.size == max(values.shape):
            values = values.ravel()
        if values.ndim != 1 or not values.size:
            got = f"numbers of shape {values.shape}"
            raise self._failed(photo, "one vector, or None where there is no face", got)
        if self.length and len(values) != self.length:
            got = f"{len(values)}, after vectors of {self.length}"
            raise self._failed(photo, "vectors of one length", got)
        self.length = len(values)
        with np.errstate(over="ignore", under="ignore"):
            vector = values.astype(np.float32)
        if not np.isfinite(vector).all():
            return Described(photo, Outcome.ERROR, detail="a vector that holds values which are no numbers")
        if not vector.any() or np.abs(vector).max() > LONGEST:
            return Described(photo, Outcome.ERROR, detail="a vector of zeros, or too long to compare")
        return Described(photo, Outcome.OK, vector)

    def _check_steady(self, photo: str, one: Described, other: Described) -> None:
        if one.vector is None or other.vector is None:
            same, got = one.outcome is other.outcome, "once a vector and once none"
        else:
            moved = float(np.linalg.norm(one.vector - other.vector) / np.linalg.norm(one.vector))
            same, got = moved <= STEADY, f"two that differ by {moved:.2g} of their length"
        if not same:
            raise self._failed(photo, "the same vector for the same photograph", got)

    def _failed(self, photo: str, expected: str, got: str) -> SystemFailed:
        return SystemFailed(
            f"the function {self.function.argument} ({photo})",
            code="system-failed",
            expected=expected,
            got=got,
            remedy="correct it and begin again: finished answers are kept; its page shows one that works",
            facts={"page": "systems/embed"},
        )


def _readable(content: bytes, photo: str) -> bool:
    """Whether we can open the photograph ourselves, so that the fault is the function's."""
    try:
        decode(content, name=photo)
    except UnreadablePhotograph:
        return False
    return True
