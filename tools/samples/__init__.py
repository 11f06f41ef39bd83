"""Builds the appearance model of `fairlineup.evidence.samples` from portraits: run by hand, never at install.

    pip install opencv-python-headless scikit-learn
    python -m tools.samples build PORTRAITS    the model; no seed is accepted yet
    python -m tools.samples screen PORTRAITS   which of 65,536 seeds come near no portrait
    python -m tools.samples card PORTRAITS     measures people made with it, and writes the model card

PORTRAITS is a folder with a people.csv, as `fairlineup data congress` writes it.
"""
