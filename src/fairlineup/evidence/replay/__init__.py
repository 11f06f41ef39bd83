"""A finished run as a system: its answers given again, to be measured under another plan."""

from fairlineup.evidence.replay.adapter import ADAPTER

__all__ = ["ADAPTER"]
