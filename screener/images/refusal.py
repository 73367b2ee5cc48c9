"""The one exception of this package, why a file gave no bytes, and the fence around foreign decoders."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from screener.records import Facts, Reason, Refused


class Refusal(Exception):
    """A file, or one frame of it, gives no picture. Never leaves `screener.images`: `decode` yields it.

    Attributes:
        refused: what the row will say.
    """

    def __init__(self, reason: Reason, detail: str = "", facts: Facts | None = None) -> None:
        super().__init__(detail)
        self.refused = Refused(reason, detail, facts)


def unread(error: OSError) -> Refused:
    """Why a file gave no bytes, as far as the system says.

    An error other than a missing permission or a missing file is the drive's or the network's, and may pass.
    """
    if isinstance(error, PermissionError):
        return Refused(Reason.NO_PERMISSION)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Refused(Reason.VANISHED)
    return Refused(Reason.READ_FAILED, error.strerror or "")


@contextmanager
def foreign(what: str, facts: Facts | None = None) -> Iterator[None]:
    """A fence around calls into a parser or codec: whatever they raise on bad bytes becomes a Refusal.

    Args:
        what: what was being read, for the row: "JPEG 2000 codestream".
        facts: what is known already.

    On broken bytes a parser may raise anything, and its messages and warnings may repeat values of the file,
    a patient's name among them. So only the exception's type is kept, and warnings and pydicom's logger are
    silenced meanwhile. As little of our own code as possible runs inside, so that its faults do not pass for
    the file's.

    Raises:
        Refusal: out of memory, a kind of picture that Pillow has no rule for, or anything else.
    """
    try:
        with _quiet():
            yield
    except MemoryError:
        raise Refusal(Reason.OUT_OF_MEMORY, what, facts) from None
    except Exception as error:  # noqa: BLE001 - the fence itself: see above
        unknown = isinstance(error, SyntaxError) and str(error).startswith("unknown")
        reason = Reason.UNSUPPORTED if unknown else Reason.CORRUPT
        raise Refusal(reason, f"{what} ({type(error).__name__})", facts) from None


@contextmanager
def _quiet() -> Iterator[None]:
    logger = logging.getLogger("pydicom")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
