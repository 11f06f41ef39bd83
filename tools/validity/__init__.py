"""The study of planted truth behind docs/validity.md: how often intervals hold it, and how wide they are.

A file a family of designs: people are drawn, compared and measured as a user would measure them, and what our
interval says is held against what was planted. `python -m tools.validity` runs them all.
"""
