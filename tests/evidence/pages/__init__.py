"""Tests of fairlineup.evidence.pages."""
