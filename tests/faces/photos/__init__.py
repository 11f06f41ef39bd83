"""Tests of fairlineup.faces.photos."""
