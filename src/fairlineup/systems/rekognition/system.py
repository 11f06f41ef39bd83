"""Amazon Rekognition behind the FaceSystem port: collections, searches by image, comparisons."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fairlineup.records import (
    GALLERY_PREFIX,
    Candidate,
    Enrolment,
    Outcome,
    Photograph,
    SearchAnswer,
    SearchRequest,
    SystemFailed,
    SystemInformation,
    TransportError,
)
from fairlineup.systems.rekognition import facts
from fairlineup.systems.rekognition.client import Client
from fairlineup.systems.rekognition.faults import (
    NAME,
    CollectionExists,
    Declined,
    NoSuchCollection,
)
from fairlineup.systems.rekognition.names import collection_id, external_image_id, gallery_of
from fairlineup.systems.rekognition.options import RekognitionOptions
from fairlineup.systems.rekognition.replies import candidates_of, indexed, is_withheld, listed, similarity_of

AMAZON = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")


class RekognitionSystem:
    """Rekognition, asked with one photograph a call.

    Nothing is asked twice and nothing is kept here but the names of collections made: another process can go
    on with a gallery.

    Raises: BadInput: no region, no such profile. Refused: no credentials. SystemFailed: boto3 is not there.
    """

    def __init__(self, options: RekognitionOptions | None = None) -> None:
        self._options = options or RekognitionOptions()
        self._client = Client(self._options)
        self._lock = threading.Lock()
        self._made: set[str] = set()
        self._model: str | None = None  # blank if the server does not say

    def information(self) -> SystemInformation:
        """What it is. Raises: TransportError, Refused: the face model could not be asked for."""
        options, amazon = self._options, self._is_amazon()
        model = self._face_model() or "not said"
        return SystemInformation(
            name=NAME,
            vendor="Amazon" if amazon else "unknown: a server that speaks Amazon's protocol",
            version=f"face model {model}",
            scale=facts.SCALE,
            default_threshold=facts.DEFAULT,
            recommended_threshold=facts.RECOMMENDED,
            sample_thresholds=facts.SAMPLES,
            max_candidates=facts.MOST_FACES,
            max_photo_bytes=facts.MOST_BYTES,
            keeps_galleries=True,
            wire=True,
            at_once=options.at_once,
            price=options.price,
            terms=(*facts.TERMS, *(facts.AMAZONS_TERMS if amazon else ())),
            settings={
                "face_model_version": model,
                "region": self._client.region,
                "index_faces.QualityFilter": options.quality_filter,
                "index_faces.MaxFaces": 1,
                "search_faces_by_image.QualityFilter": options.search_quality_filter,
            },
        )

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        """Enrol the largest face of each photograph that passes the quality filter."""
        for photo in photos:
            self._make(gallery)
            yield self._enrolment(gallery, photo)

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        """Search for the largest face of each photograph."""
        for photo in photos:
            yield self._answer(gallery, photo, request)

    def compare(self, one: Photograph, other: Photograph) -> SearchAnswer:
        """The similarity of one photograph's largest face to the likest of the other's."""
        contents = [_content(photo) for photo in (one, other)]
        for content in contents:
            if isinstance(content, _Unsent):
                return SearchAnswer(one.id, content.outcome, detail=content.detail)
        began = time.perf_counter()
        try:
            reply = self._client.ask(
                "compare_faces",
                SourceImage={"Bytes": contents[0]},
                TargetImage={"Bytes": contents[1]},
                SimilarityThreshold=0.0,
                QualityFilter=self._options.search_quality_filter,
            )
        except Declined as declined:
            return SearchAnswer(one.id, declined.outcome, detail=declined.words, seconds=_since(began))
        found = listed(reply, "FaceMatches")
        return SearchAnswer(
            one.id,
            Outcome.OK,
            tuple(Candidate(other.id, similarity_of(match)) for match in found[:1]),
            detail=f"the likest of {len(found)} faces" if len(found) > 1 else "",
            seconds=_since(began),
            withheld=is_withheld(reply),
        )

    def delete_gallery(self, gallery: str) -> None:
        """Delete a gallery's collection."""
        with self._lock:
            self._made.discard(gallery)
        with suppress(NoSuchCollection):
            self._client.ask("delete_collection", CollectionId=collection_id(gallery))

    def galleries(self) -> tuple[str, ...]:
        """Galleries of audits in this account and region."""
        found: list[str] = []
        token = ""
        while True:
            reply = self._client.ask("list_collections", **({"NextToken": token} if token else {}))
            for name in listed(reply, "CollectionIds"):
                with suppress(ValueError):
                    found.append(gallery_of(name))
            after = reply.get("NextToken")
            if not after:
                return tuple(sorted({name for name in found if name.startswith(GALLERY_PREFIX)}))
            if after == token:
                raise _wrongly("list_collections", "a next page", "the same page again")
            token = after

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    def _make(self, gallery: str) -> None:
        """Make the gallery's collection, unless this or an earlier process did."""
        with self._lock:
            if gallery not in self._made:
                with suppress(CollectionExists):
                    reply = self._client.ask("create_collection", CollectionId=collection_id(gallery))
                    self._check_model(reply)
                self._made.add(gallery)

    def _enrolment(self, gallery: str, photo: Photograph) -> Enrolment:
        content, name = _content(photo), external_image_id(photo.id)
        if isinstance(content, _Unsent):
            return Enrolment(photo.id, content.outcome, content.detail)
        began = time.perf_counter()
        try:
            reply = self._client.ask(
                "index_faces",
                CollectionId=collection_id(gallery),
                Image={"Bytes": content},
                ExternalImageId=name,
                MaxFaces=1,
                QualityFilter=self._options.quality_filter,
            )
        except Declined as declined:
            return Enrolment(photo.id, declined.outcome, declined.words, _since(began))
        except NoSuchCollection:
            raise _gone(gallery) from None
        self._check_model(reply)
        outcome, detail = indexed(reply)
        return Enrolment(photo.id, outcome, detail, _since(began))

    def _answer(self, gallery: str, photo: Photograph, request: SearchRequest) -> SearchAnswer:
        content = _content(photo)
        if isinstance(content, _Unsent):
            return SearchAnswer(photo.id, content.outcome, detail=content.detail)
        most = min(request.max_candidates or facts.MOST_FACES, facts.MOST_FACES)
        began = time.perf_counter()
        try:
            reply = self._client.ask(
                "search_faces_by_image",
                CollectionId=collection_id(gallery),
                Image={"Bytes": content},
                MaxFaces=most,
                QualityFilter=self._options.search_quality_filter,
                **({} if request.threshold is None else {"FaceMatchThreshold": request.threshold}),
            )
        except Declined as declined:
            return SearchAnswer(photo.id, declined.outcome, detail=declined.words, seconds=_since(began))
        except NoSuchCollection:
            raise _gone(gallery) from None  # an empty list would be read as "nobody is like this"
        self._check_model(reply)
        found = listed(reply, "FaceMatches")
        return SearchAnswer(
            photo.id,
            Outcome.OK,
            candidates_of(gallery, found),
            capped=len(found) >= most,
            seconds=_since(began),
            withheld=is_withheld(reply),
        )

    def _face_model(self) -> str:
        """The face model a new collection gets: only making one says it."""
        with self._lock:
            if self._model is None:
                name = collection_id(f"{GALLERY_PREFIX}version-{uuid.uuid4().hex[:12]}")
                reply = self._client.ask("create_collection", CollectionId=name)
                with suppress(NoSuchCollection, TransportError):  # one left behind is found by galleries()
                    self._client.ask("delete_collection", CollectionId=name)
                self._model = str(reply.get("FaceModelVersion") or "")
            return self._model

    def _check_model(self, reply: Mapping[str, Any]) -> None:
        """Scores of two face models do not mix. Raises: SystemFailed."""
        model = str(reply.get("FaceModelVersion") or "")
        if self._model and model and model.removesuffix(".0") != self._model.removesuffix(".0"):
            raise SystemFailed(
                f"{NAME} answers with another face model than the run was begun with",
                expected=f"face model {self._model}",
                got=f"face model {model}",
                remedy="begin a new run: scores of two models cannot be put together",
            )

    def _is_amazon(self) -> bool:
        return f".{urlsplit(self._client.address).hostname or ''}".endswith(AMAZON)


@dataclass(frozen=True, slots=True)
class _Unsent:
    """A photograph that is not sent, since what would come of it is known and would cost."""

    outcome: Outcome
    detail: str


def _content(photo: Photograph) -> bytes | _Unsent:
    try:
        content = photo.read()
    except OSError as error:
        return _Unsent(Outcome.ERROR, f"cannot be read: {error.strerror or type(error).__name__}")
    if not content.startswith(facts.SIGNATURES):
        return _Unsent(Outcome.REFUSED, "not sent: neither JPEG nor PNG, which is all Rekognition takes")
    if len(content) > facts.MOST_BYTES:
        limit = f"{facts.MOST_BYTES:,} is the most Rekognition takes"
        return _Unsent(Outcome.REFUSED, f"not sent: {len(content):,} bytes, {limit}")
    return content


def _since(began: float) -> float:
    return time.perf_counter() - began


def _gone(gallery: str) -> SystemFailed:
    return SystemFailed(
        f"{NAME} has no collection of the gallery {gallery}",
        expected="the collection that was made for it",
        got="none: it was deleted, or made in another account or region",
        remedy="see who else uses the account, then begin a new run",
    )


def _wrongly(asked: str, expected: str, got: str) -> SystemFailed:
    return SystemFailed(
        f"{NAME} answered {asked} wrongly",
        expected=expected,
        got=got,
        remedy="see who else uses the account, then begin a new run",
    )
