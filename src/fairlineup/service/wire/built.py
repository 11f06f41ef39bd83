"""Which of Rekognition's operations are built, and why the others are not."""

from __future__ import annotations

from dataclasses import dataclass

BUILT = frozenset(
    {
        "AssociateFaces",
        "CompareFaces",
        "CreateCollection",
        "CreateUser",
        "DeleteCollection",
        "DeleteFaces",
        "DeleteUser",
        "DescribeCollection",
        "DetectFaces",
        "DisassociateFaces",
        "IndexFaces",
        "ListCollections",
        "ListFaces",
        "ListTagsForResource",
        "ListUsers",
        "SearchFaces",
        "SearchFacesByImage",
        "SearchUsers",
        "SearchUsersByImage",
        "TagResource",
        "UntagResource",
    }
)


@dataclass(frozen=True, slots=True)
class NotBuilt:
    """Operations that are not built."""

    subject: str  #: what they are about.
    why: str  #: one sentence; docs/not-built.md says more.
    operations: frozenset[str]


def _not_built(subject: str, why: str, *operations: str) -> NotBuilt:
    return NotBuilt(subject, why, frozenset(operations))


NOT_BUILT = (
    _not_built(
        "faces on live video",
        "Nobody is searched for as they pass a camera; Amazon closed this to new customers on 2026-04-30.",
        "CreateStreamProcessor",
        "DeleteStreamProcessor",
        "DescribeStreamProcessor",
        "ListStreamProcessors",
        "StartStreamProcessor",
        "StopStreamProcessor",
        "UpdateStreamProcessor",
    ),
    _not_built(
        "paths of people through video",
        "People are not followed; Amazon ended this on 2025-10-31.",
        "GetPersonTracking",
        "StartPersonTracking",
    ),
    _not_built(
        "faces on stored video",
        "It comes with the case console; send single frames as photographs until then.",
        "GetFaceDetection",
        "GetFaceSearch",
        "StartFaceDetection",
        "StartFaceSearch",
    ),
    _not_built(
        "celebrities",
        "A gallery holds people whom its operator enrolled and answers for; no list of others comes with it.",
        "GetCelebrityInfo",
        "GetCelebrityRecognition",
        "RecognizeCelebrities",
        "StartCelebrityRecognition",
    ),
    _not_built(
        "liveness",
        "No freely usable model is known whose errors were measured on people whom it was not made from.",
        "CreateFaceLivenessSession",
        "GetFaceLivenessSessionResults",
    ),
    _not_built(
        "labels of objects and scenes",
        "Only faces are compared here.",
        "DetectLabels",
        "GetLabelDetection",
        "StartLabelDetection",
    ),
    _not_built(
        "moderation of content",
        "Only faces are compared here.",
        "DetectModerationLabels",
        "GetContentModeration",
        "GetMediaAnalysisJob",
        "ListMediaAnalysisJobs",
        "StartContentModeration",
        "StartMediaAnalysisJob",
    ),
    _not_built(
        "text in pictures",
        "Only faces are compared here.",
        "DetectText",
        "GetTextDetection",
        "StartTextDetection",
    ),
    _not_built("protective equipment", "Only faces are compared here.", "DetectProtectiveEquipment"),
    _not_built(
        "segments of video",
        "Only faces are compared here.",
        "GetSegmentDetection",
        "StartSegmentDetection",
    ),
    _not_built(
        "models of one's own (Custom Labels)",
        "No model is trained here; another face recogniser is an ONNX file that an engine names.",
        "CopyProjectVersion",
        "CreateDataset",
        "CreateProject",
        "CreateProjectVersion",
        "DeleteDataset",
        "DeleteProject",
        "DeleteProjectPolicy",
        "DeleteProjectVersion",
        "DescribeDataset",
        "DescribeProjectVersions",
        "DescribeProjects",
        "DetectCustomLabels",
        "DistributeDatasetEntries",
        "ListDatasetEntries",
        "ListDatasetLabels",
        "ListProjectPolicies",
        "PutProjectPolicy",
        "StartProjectVersion",
        "StopProjectVersion",
        "UpdateDatasetEntries",
    ),
)

OPERATIONS = BUILT.union(*(group.operations for group in NOT_BUILT))
"""Every operation of Rekognition."""
