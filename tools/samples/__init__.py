"""Builds the appearance model of `fairlineup.evidence.samples` from portraits: run by hand, never at install.

    pip install opencv-python-headless scikit-learn
    python -m tools.samples build PORTRAITS    the model; no seed is accepted yet
    python -m tools.samples attack PORTRAITS   what the model tells of who was in it
    python -m tools.samples screen PORTRAITS   which of 65,536 seeds come near no portrait by dlib
    python -m tools.samples again PORTRAITS    which of those come near none by sface: they are accepted
    python -m tools.samples card PORTRAITS     measures people made with it, and writes the model card

Each step keeps what it measured in facts.json; a screen that is stopped goes on where it was.

PORTRAITS is a folder with a people.csv, as `fairlineup data congress` writes it.
"""
