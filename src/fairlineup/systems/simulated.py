"""A face recognition system whose error rates are known, because they are planted.

Its "photographs" are cards: small abstract pictures that carry, in a PNG text chunk, whose card it is.
Scores are drawn by hashing the two cards, so that the same cards always score the same, in any order and
any gallery. People differ as people do: some are mistaken for others more often than their group's rate
says (wolves, when searched), some attract mistakes (lambs, when enrolled).
"""

from __future__ import annotations

import hashlib
import io
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from fairlineup.foreign import decode_json
from fairlineup.options import INLINE, at_least, between
from fairlineup.records import (
    Candidate,
    Enrolment,
    Outcome,
    Photograph,
    Scale,
    SearchAnswer,
    SearchRequest,
    SystemInformation,
    Threshold,
)
from fairlineup.systems.facts import Adapter, Facts
from fairlineup.systems.stated import read_stated

CARD = "fairlineup card"  # the text chunk
Share = Annotated[float, between(0, 1)]
DISTANCE = Scale("distance", 0.0, 2.0, "simulated distance")
SIMILARITY = Scale("similarity", 0.0, 100.0, "simulated similarity")


@dataclass(frozen=True, slots=True)
class PlantedRates:
    """The truth of a simulated system at its default threshold."""

    #: of everyone, or by probe group; "" is everyone not named, 0 if it is not there.
    false_match_rate: Share | Mapping[str, Share] = 1e-4
    false_non_match_rate: Share | Mapping[str, Share] = 0.02  #: of everyone, or by group likewise.
    failure_rate: Share | Mapping[str, Share] = 0.0  #: share of cards not processed likewise.
    #: factor on the false match rate when probe and reference are of different groups.
    cross_group: Annotated[float, at_least(0)] = 1.0
    #: spread of people around their group's rate (sigma of a log-normal of mean 1).
    unevenness: Annotated[float, at_least(0)] = 0.0


@dataclass(frozen=True, slots=True)
class SimulatedOptions:
    """What else a simulated system does."""

    rates: Annotated[PlantedRates, INLINE] = field(default_factory=PlantedRates)  #: the planted truth.
    #: "distance" (0 to 2, default 0.6) or "similarity" (0 to 100, default 80, recommended 99).
    kind: Literal["distance", "similarity"] = "distance"
    seed: Annotated[int, between(0, 2**53 - 1)] = 1  #: another seed is another system of the same rates.
    max_candidates: Annotated[int, at_least(0)] = 0  #: longest list it returns; 0 is unlimited.
    latency_s: Annotated[float, at_least(0)] = 0.0  #: seconds each photograph takes.


@dataclass(frozen=True, slots=True)
class Card:
    """Who is on a simulated photograph."""

    person: str  #: person id.
    number: int = 0  #: which photograph of the person.
    group: str = ""  #: the group whose rates apply.


def draw_card(card: Card, side_px: int = 96) -> bytes:
    """The card as a PNG: an abstract pattern that no other card has, with the card in a text chunk."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    rng = np.random.default_rng(_hash64(f"{card.person}/{card.number}"))
    half = rng.integers(40, 216, size=(8, 4, 3), dtype=np.uint8)
    pattern = np.concatenate([half, half[:, ::-1]], axis=1)
    picture = Image.fromarray(pattern).resize((side_px, side_px), Image.Resampling.NEAREST)
    text = PngInfo()
    text.add_text(CARD, json.dumps({"person": card.person, "number": card.number, "group": card.group}))
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG", pnginfo=text)
    return buffer.getvalue()


def read_card(content: bytes) -> Card | None:
    """The card in a PNG, or None where there is none."""
    from PIL.PngImagePlugin import PngImageFile  # Image.open raises for large ones

    try:
        with PngImageFile(io.BytesIO(content)) as picture:
            text = picture.info.get(CARD)  # of what stands before the pixels, which are not decoded
        return decode_json(text, Card) if text else None
    except (OSError, ValueError, SyntaxError):
        return None


class SimulatedSystem:
    """Answers from planted rates. See `SimulatedOptions`."""

    def __init__(self, options: SimulatedOptions | None = None) -> None:
        self._options = options or SimulatedOptions()
        self._scale = DISTANCE if self._options.kind == "distance" else SIMILARITY
        self._galleries: dict[str, dict[str, Card]] = {}

    def information(self) -> SystemInformation:
        """What it is; its population is "simulated"."""
        distance = self._options.kind == "distance"
        return SystemInformation(
            name="simulated",
            vendor="Fairlineup",
            version="1",
            scale=self._scale,
            default_threshold=Threshold(0.6 if distance else 80.0, "as simulated"),
            recommended_threshold=None if distance else Threshold(99.0, "as simulated"),
            sample_thresholds=() if distance else (Threshold(70.0, "as simulated"),),
            max_candidates=self._options.max_candidates or None,
            population="simulated",
            seconds_per_photograph=self._options.latency_s,
            settings=self._settings(),
        )

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        """Enrol cards; a picture without one has no face."""
        enrolled = self._galleries.setdefault(gallery, {})
        for photo in photos:
            card, outcome = self._look(photo)
            if card is not None and outcome is Outcome.OK:
                enrolled[photo.id] = card
            yield Enrolment(photo.id, outcome, seconds=self._options.latency_s or None)

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        """Search for cards."""
        enrolled = self._galleries.get(gallery, {})
        index = _Index.of(enrolled, self._options)
        for photo in photos:
            card, outcome = self._look(photo)
            if card is None or outcome is not Outcome.OK:
                yield SearchAnswer(photo.id, outcome, seconds=self._options.latency_s or None)
            else:
                yield self._answer(photo.id, card, index, request)

    def delete_gallery(self, gallery: str) -> None:
        """Forget a gallery."""
        self._galleries.pop(gallery, None)

    def close(self) -> None:
        """Forget everything."""
        self._galleries.clear()

    def _look(self, photo: Photograph) -> tuple[Card | None, Outcome]:
        if self._options.latency_s:
            time.sleep(self._options.latency_s)
        try:
            card = read_card(photo.read())
        except OSError:
            return None, Outcome.ERROR
        if card is None:
            return None, Outcome.NO_FACE
        rate = _of_group(self._options.rates.failure_rate, card.group)
        draw = _uniform(f"{self._options.seed}/fail/{card.person}/{card.number}")
        if draw >= rate:
            return card, Outcome.OK
        kinds = (Outcome.NO_FACE, Outcome.LOW_QUALITY, Outcome.SEVERAL_FACES)
        return card, kinds[int(draw / rate * len(kinds)) % len(kinds)]

    def _answer(self, photo: str, card: Card, index: _Index, request: SearchRequest) -> SearchAnswer:
        distances = index.distances(card)
        scale = self._scale
        scores = distances if scale.kind == "distance" else 100.0 - 100.0 * distances / 2.0
        default = self.information().default_threshold
        threshold = request.threshold if request.threshold is not None else default.score if default else 0.0
        accepted = np.flatnonzero(scale.to_distance(scores) <= scale.to_distance(threshold))
        order = accepted[np.argsort(distances[accepted], kind="stable")]
        limits = [n for n in (request.max_candidates, self._options.max_candidates) if n]
        shown = order[: min(limits)] if limits else order
        return SearchAnswer(
            photo=photo,
            outcome=Outcome.OK,
            candidates=tuple(Candidate(index.photos[i], float(scores[i])) for i in shown.tolist()),
            capped=len(shown) < len(order),
            seconds=self._options.latency_s or None,
        )

    def _settings(self) -> dict[str, str | int | float | bool]:
        rates = self._options.rates
        planted = {
            "false_match_rate": _by_group(rates.false_match_rate),
            "false_non_match_rate": _by_group(rates.false_non_match_rate),
            "failure_rate": _by_group(rates.failure_rate),
            "cross_group": rates.cross_group,
            "unevenness": rates.unevenness,
        }
        return {"planted": json.dumps(planted, sort_keys=True), "seed": self._options.seed}


@dataclass(frozen=True, slots=True)
class _Index:
    """An enrolled gallery as columns."""

    photos: tuple[str, ...]
    persons: tuple[str, ...]
    groups: tuple[str, ...]
    hashes: NDArray[np.uint64]
    lamb: NDArray[np.float64]
    options: SimulatedOptions

    @classmethod
    def of(cls, enrolled: Mapping[str, Card], options: SimulatedOptions) -> _Index:
        cards = tuple(enrolled.values())
        return cls(
            photos=tuple(enrolled),
            persons=tuple(card.person for card in cards),
            groups=tuple(card.group for card in cards),
            hashes=np.array([_hash64(f"{c.person}/{c.number}") for c in cards], dtype=np.uint64),
            lamb=np.array([_unevenness(options, "lamb", c.person) for c in cards], dtype=np.float64),
            options=options,
        )

    def distances(self, card: Card) -> NDArray[np.float64]:
        """Distance of a probe card to every reference, shape (n_photos,).

        Non-mated distances have P(d <= t) = rate * 10^((t - 0.6) / 0.045), which loses a factor of ten every
        0.045, about what the dlib network does near 0.6; mated ones have P(d > 0.6) = the planted rate.
        """
        rates, options = self.options.rates, self.options
        default = 0.6 if options.kind == "distance" else 0.4  # similarity 80 is distance 0.4
        probe = np.uint64(_hash64(f"{options.seed}/{card.person}/{card.number}"))
        uniform = _uniforms(self.hashes ^ probe)
        own = np.array([person == card.person for person in self.persons], dtype=np.bool_)
        rate = _of_group(rates.false_match_rate, card.group) * _unevenness(options, "wolf", card.person)
        same_group = np.array([group == card.group for group in self.groups], dtype=np.bool_)
        planted = rate * self.lamb * np.where(same_group, 1.0, rates.cross_group)
        non_mated = default + 0.045 * np.log10(uniform / np.maximum(planted, 1e-12))
        missing = max(_of_group(rates.false_non_match_rate, card.group), 1e-12)
        mated = default - 0.1 * np.log10(uniform / missing)
        distances: NDArray[np.float64] = np.clip(np.where(own, mated, non_mated), 0.0, 2.0)
        return distances


def options_from(table: Mapping[str, Any]) -> SimulatedOptions:
    """Options from a plan's [system.options]. Raises: BadInput (an unknown name or an impossible value)."""
    return read_stated(SimulatedOptions, "simulated", table)


def _by_group(rates: float | Mapping[str, float]) -> dict[str, float]:
    return {"": 0.0, **rates} if isinstance(rates, Mapping) else {"": rates}


def _of_group(rates: float | Mapping[str, float], group: str) -> float:
    known = _by_group(rates)
    return known.get(group, known[""])


def _unevenness(options: SimulatedOptions, role: str, person: str) -> float:
    sigma = options.rates.unevenness
    if sigma == 0:
        return 1.0
    from scipy.special import ndtri

    normal = float(ndtri(_uniform(f"{options.seed}/{role}/{person}")))
    return float(np.exp(sigma * normal - sigma * sigma / 2))


def _hash64(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def _uniform(text: str) -> float:
    return float(_uniforms(np.array([_hash64(text)], dtype=np.uint64))[0])


def _uniforms(hashes: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Uniform numbers in (0, 1) from hashes, by the finaliser of SplitMix64."""
    with np.errstate(over="ignore"):
        mixed = hashes + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    uniform: NDArray[np.float64] = ((mixed >> np.uint64(11)).astype(np.float64) + 0.5) / 2.0**53
    return uniform


ADAPTER = Adapter(
    Facts(
        name="simulated",
        title="planted error rates, on cards instead of photographs",
        page="docs/cli.md",
        tried="it is what every measure is tried on",
        takes="cards",
    ),
    lambda _, options: SimulatedSystem(options_from(options)),
)
