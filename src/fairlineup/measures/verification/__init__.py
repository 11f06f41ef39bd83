"""Comparisons of two people: who shares whom, and what that does to a rate."""
