"""Amazon Rekognition behind the FaceSystem port: collections, searches by image, comparisons."""

from __future__ import annotations

import threading
import uuid
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import urlsplit

from fairlineup.records import (
    GALLERY_PREFIX,
    Candidate,
    Outcome,
    SearchAnswer,
    SearchRequest,
    SystemInformation,
    TransportError,
)
from fairlineup.systems.faults import NotProcessed, accepted, gallery_gone, other_model
from fairlineup.systems.rekognition import facts
from fairlineup.systems.rekognition.client import Client
from fairlineup.systems.rekognition.faults import NAME, CollectionExists, NoSuchCollection
from fairlineup.systems.rekognition.names import GALLERIES, collection_id, external_image_id
from fairlineup.systems.rekognition.options import RekognitionOptions
from fairlineup.systems.rekognition.replies import (
    Collections,
    Indexed,
    Matches,
    Said,
    candidates_of,
    indexed,
)
from fairlineup.systems.remote import OneByOneOrTwo, PhotoQuestion, capped_answer, paged

T = TypeVar("T", bound=Said)
AMAZON = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")


class RekognitionSystem(OneByOneOrTwo):
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
            price=options.price.price,
            terms=(*facts.TERMS, *(facts.AMAZONS_TERMS if amazon else ())),
            settings={
                "face_model_version": model,
                "region": self._client.region,
                "index_faces.QualityFilter": options.quality_filter,
                "index_faces.MaxFaces": 1,
                "search_faces_by_image.QualityFilter": options.search_quality_filter,
            },
        )

    def delete_gallery(self, gallery: str) -> None:
        """Delete a gallery's collection."""
        with self._lock:
            self._made.discard(gallery)
        with suppress(NoSuchCollection):
            self._client.ask("delete_collection", Said, CollectionId=collection_id(gallery))

    def galleries(self) -> tuple[str, ...]:
        """Galleries of audits in this account and region."""

        def page(token: str) -> tuple[list[str], str]:
            reply, _ = self._client.ask(
                "list_collections", Collections, **({"NextToken": token} if token else {})
            )
            return reply.collection_ids, reply.next_token or ""

        found = set()
        for name in paged(NAME, "list_collections", page):
            with suppress(ValueError):
                found.add(GALLERIES.read(name))
        return tuple(sorted(name for name in found if name.startswith(GALLERY_PREFIX)))

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    def _make(self, gallery: str) -> None:
        """Make the gallery's collection, unless this or an earlier process did."""
        with self._lock:
            if gallery not in self._made:
                with suppress(CollectionExists):
                    reply, _ = self._client.ask(
                        "create_collection", Said, CollectionId=collection_id(gallery)
                    )
                    self._check_model(reply)
                self._made.add(gallery)

    def _add(self, gallery: str, question: PhotoQuestion) -> str:
        """Enrol the largest face, if it passes the quality filter."""
        self._make(gallery)
        reply, _ = self._asked_of(
            gallery,
            "index_faces",
            Indexed,
            Image=_image(question),
            ExternalImageId=external_image_id(question.photo),
            MaxFaces=1,
            QualityFilter=self._options.quality_filter,
        )
        return indexed(reply)

    def _search(self, gallery: str, question: PhotoQuestion, request: SearchRequest) -> SearchAnswer:
        """Search for the largest face."""
        most = min(request.max_candidates or facts.MOST_FACES, facts.MOST_FACES)
        reply, withheld = self._asked_of(
            gallery,
            "search_faces_by_image",
            Matches,
            Image=_image(question),
            MaxFaces=most,
            QualityFilter=self._options.search_quality_filter,
            **({} if request.threshold is None else {"FaceMatchThreshold": request.threshold}),
        )
        found = candidates_of(gallery, reply.face_matches)
        return capped_answer(question, found, most, cut=len(reply.face_matches) >= most, withheld=withheld)

    def _compare(self, question: PhotoQuestion, target: PhotoQuestion) -> SearchAnswer:
        """The similarity of one photograph's largest face to the most similar of the other's."""
        reply, withheld = self._client.ask(
            "compare_faces",
            Matches,
            SourceImage=_image(question),
            TargetImage=_image(target),
            SimilarityThreshold=0.0,
            QualityFilter=self._options.search_quality_filter,
        )
        scored = [Candidate(target.photo, one.similarity) for one in reply.face_matches]
        found = accepted(NAME, scored, facts.SCALE, None)
        detail = f"the most similar of {len(found)} faces" if len(found) > 1 else ""
        return capped_answer(question, found[:1], 1, detail=detail, withheld=withheld)

    def _asked_of(self, gallery: str, operation: str, kind: type[T], **question: Any) -> tuple[T, bool]:
        """The answer to a question about a gallery, by the model that the run was begun with."""
        try:
            reply = self._client.ask(operation, kind, CollectionId=collection_id(gallery), **question)
        except NoSuchCollection:
            got = "none: it was deleted, or made in another account or region"
            raise gallery_gone(NAME, gallery, got) from None
        self._check_model(reply[0])
        return reply

    def _face_model(self) -> str:
        """The face model a new collection gets: only making one says it."""
        with self._lock:
            if self._model is None:
                name = collection_id(f"{GALLERY_PREFIX}version-{uuid.uuid4().hex[:12]}")
                reply, _ = self._client.ask("create_collection", Said, CollectionId=name)
                with suppress(NoSuchCollection, TransportError):  # one left behind is found by galleries()
                    self._client.ask("delete_collection", Said, CollectionId=name)
                self._model = reply.face_model_version or ""
            return self._model

    def _check_model(self, reply: Said) -> None:
        """Scores of two face models do not mix. Raises: SystemFailed."""
        model = reply.face_model_version or ""
        if self._model and model and model.removesuffix(".0") != self._model.removesuffix(".0"):
            raise other_model(NAME, f"face model {self._model}", f"face model {model}")

    def _is_amazon(self) -> bool:
        return f".{urlsplit(self._client.address).hostname or ''}".endswith(AMAZON)


def _image(question: PhotoQuestion) -> dict[str, bytes]:
    """Raises: NotProcessed: it is not sent, since what would come of it is known and would cost."""
    content = question.content
    if not content.startswith(facts.SIGNATURES):
        words = "not sent: neither JPEG nor PNG, which is all Rekognition takes"
        raise NotProcessed(Outcome.REFUSED, words, sent=False)
    if len(content) > facts.MOST_BYTES:
        words = f"not sent: {len(content):,} bytes, {facts.MOST_BYTES:,} is the most Rekognition takes"
        raise NotProcessed(Outcome.REFUSED, words, sent=False)
    return {"Bytes": content}
