"""Standard output and error, through a pipe whose reader may leave."""

from __future__ import annotations

import errno
import os
import sys
from typing import Any, TextIO, cast

_READER_LEFT = {errno.EPIPE} | ({errno.EINVAL} if sys.platform == "win32" else set())


class _Pipe:
    """A text stream. Once its reader has left, as `head` does after some lines, what is written goes nowhere.

    Other errors, such as a full disk, come out as they do of any stream.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError as error:
            self._let_go(error)
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError as error:
            self._let_go(error)

    def _let_go(self, error: OSError) -> None:
        if error.errno not in _READER_LEFT:
            raise error
        # What is still in the stream's buffer, and what Python flushes at its end, goes there, too.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def outlive_readers() -> None:
    """Let the program finish its work, to its own exit code, though nobody reads on what it prints."""
    sys.stdout, sys.stderr = (cast("TextIO", _Pipe(stream)) for stream in (sys.stdout, sys.stderr))
