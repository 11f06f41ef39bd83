"""Files on a disk: whole or not there, and errors that say what to do; imports records."""

from fairlineup.files.reading import content_of, read_file
from fairlineup.files.writing import put, sweep_partial, write_whole, writing

__all__ = ["content_of", "put", "read_file", "sweep_partial", "write_whole", "writing"]
