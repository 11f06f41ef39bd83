"""Tests of fairlineup.reports."""
