"""Face recognition that has to answer for itself: audits of any system, and an accountable one."""

from importlib import import_module

__version__ = "0.1.0"

_ROOMS = {
    "evidence.pipeline": (
        "AuditOptions",
        "PageOptions",
        "audit",
        "compare",
        "import_scores",
        "measure_again",
    ),
    "evidence.asking": ("RunLimits", "RunOptions"),
    "evidence.scorefiles": ("ColumnNames", "ScoreOptions"),
    "evidence.plan": (
        "ContrastChoice",
        "DatasetChoice",
        "LimitChoice",
        "Plan",
        "SearchChoice",
        "SystemChoice",
        "ThresholdChoice",
        "read_plan",
        "write_plan",
    ),
    "records": ("BadInput", "NotMeasured", "Refused", "SystemFailed"),
    "systems": ("open_system",),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = ["__version__", *_ROOM_OF]  # noqa: PLE0604 - all of them are text


def __getattr__(name: str) -> object:
    """What a notebook needs of an audit, loaded when it is asked for; __init__.pyi says its types."""
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'fairlineup' has no attribute {name!r}")
    return getattr(import_module(f"fairlineup.{_ROOM_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_ROOM_OF})
