"""Photographs by their short name, for scripts: what `fairlineup.faces.photos` and `.pictures` hand out."""

from fairlineup.faces.photos import *  # noqa: F403
from fairlineup.faces.photos import __all__ as _photos
from fairlineup.faces.pictures import *  # noqa: F403
from fairlineup.faces.pictures import __all__ as _pictures

__all__ = [*_photos, *_pictures]  # noqa: PLE0604 - all of them are text
