"""What a command puts out, whatever the terminal, file or pipe at the other end can take."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO, cast

from fairlineup.records import SystemFailed, escaped


@contextmanager
def forgiving() -> Iterator[None]:
    """Standard output and error that replace what cannot be shown, and outlive whoever reads them.

    A character that the encoding lacks is written as an escape. Where the reader went away the work goes on
    unread. Raises: SystemFailed: the output cannot be written, on a full disk for instance.
    """
    usual = sys.stdout, sys.stderr
    for stream in usual:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.stdout, sys.stderr = (
        cast("Any", None if stream is None else _Forgiving(stream, result=stream is usual[0]))
        for stream in usual
    )
    try:
        yield
        if sys.stdout is not None:
            sys.stdout.flush()
    finally:
        sys.stdout, sys.stderr = usual


def can_show(text: str) -> bool:
    """Whether standard output has every character of a text."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def painted(stream: TextIO) -> TextIO:
    """A stream as it is, for what draws on a terminal itself and escapes words from outside before."""
    return stream.as_it_is() if isinstance(stream, _Forgiving) else stream


class _Forgiving:
    """A stream; what its other end does to a write never ends the work in silence.

    What a person reads holds no control codes, whoever writes it: a library that warns, or an error.

    Args:
        stream: where it goes.
        result: whether it carries the result: then a disk that is full is an error, else nobody reads it.
        escaping: whether what would paint a terminal is escaped.
    """

    def __init__(self, stream: TextIO, *, result: bool, escaping: bool = True) -> None:
        self._stream, self._result = stream, result
        self._escaping = escaping and (not result or stream.isatty())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def as_it_is(self) -> TextIO:
        """The same stream, to which everything is written as it comes."""
        return cast("TextIO", _Forgiving(self._stream, result=self._result, escaping=False))

    def write(self, text: str) -> int:
        """As a text stream's."""
        if not isinstance(text, str):
            raise TypeError("text, not bytes")
        if self._escaping:
            text = "\n".join(map(escaped, text.split("\n")))
        if text:  # click tries a stream with nothing, and passes over what comes of it
            with self._faults():
                return self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """As a text stream's."""
        with self._faults():
            self._stream.flush()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._mute()
            if self._result and error.errno not in (errno.EPIPE, errno.EINVAL):  # EINVAL: a pipe of Windows
                raise SystemFailed(
                    "the output cannot be written",
                    expected="a terminal, file or pipe that takes it",
                    got=error.strerror or str(error),
                    remedy="free some space, or send it elsewhere; what the command wrote to files is there",
                    code="disk-failed",
                ) from error

    def _mute(self) -> None:
        """Send the rest nowhere, what lies in the buffer with it."""
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)
            self._stream.flush()
