"""Searches of a gallery: who is flagged, who is missed, how it changes with the gallery."""
