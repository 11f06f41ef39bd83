"""Tests of fairlineup.photos."""
