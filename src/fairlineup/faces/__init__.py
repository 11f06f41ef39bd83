"""Photographs to faces to templates to distances to false match rates."""
