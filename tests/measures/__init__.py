"""Tests of fairlineup.measures."""
