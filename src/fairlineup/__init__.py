"""Face recognition that has to answer for itself: audits of any system, and an accountable one."""

__version__ = "0.1.0"
