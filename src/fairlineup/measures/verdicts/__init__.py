"""Limits, claims and how many people it takes."""
