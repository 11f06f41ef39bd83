# The types of what __init__.py loads when it is asked for.
from typing import TYPE_CHECKING

__version__: str
__all__: list[str]

if TYPE_CHECKING:  # rooms import this package: a type checker must read them before it
    from fairlineup.evidence.asking import RunLimits as RunLimits
    from fairlineup.evidence.asking import RunOptions as RunOptions
    from fairlineup.evidence.pipeline import AuditOptions as AuditOptions
    from fairlineup.evidence.pipeline import PageOptions as PageOptions
    from fairlineup.evidence.pipeline import audit as audit
    from fairlineup.evidence.pipeline import compare as compare
    from fairlineup.evidence.pipeline import import_scores as import_scores
    from fairlineup.evidence.pipeline import measure_again as measure_again
    from fairlineup.evidence.plan import ContrastChoice as ContrastChoice
    from fairlineup.evidence.plan import DatasetChoice as DatasetChoice
    from fairlineup.evidence.plan import LimitChoice as LimitChoice
    from fairlineup.evidence.plan import Plan as Plan
    from fairlineup.evidence.plan import SearchChoice as SearchChoice
    from fairlineup.evidence.plan import SystemChoice as SystemChoice
    from fairlineup.evidence.plan import ThresholdChoice as ThresholdChoice
    from fairlineup.evidence.plan import read_plan as read_plan
    from fairlineup.evidence.plan import write_plan as write_plan
    from fairlineup.evidence.scorefiles import ColumnNames as ColumnNames
    from fairlineup.evidence.scorefiles import ScoreOptions as ScoreOptions
    from fairlineup.records import BadInput as BadInput
    from fairlineup.records import NotMeasured as NotMeasured
    from fairlineup.records import Refused as Refused
    from fairlineup.records import SystemFailed as SystemFailed
    from fairlineup.systems import open_system as open_system
