"""The one exception of this package, why a file gave no bytes, and the fence around decoders of others."""

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

    Whatever is neither a ban nor an absence is the drive's or the network's, and another time it may work.
    """
    if isinstance(error, PermissionError):
        return Refused(Reason.NO_PERMISSION)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Refused(Reason.VANISHED)
    return Refused(Reason.READ_FAILED, error.strerror or "")


@contextmanager
def foreign(what: str, facts: Facts | None = None) -> Iterator[None]:
    """Calls into a parser or codec: whatever it raises on bad bytes becomes a Refusal, in silence.

    Args:
        what: what was being read, for the row: "JPEG 2000 codestream".
        facts: what is known already.

    A parser fed with broken bytes may raise anything at all, and its messages and warnings may echo the
    values that it tripped over, a patient's name among them: so only the exception's kind is kept, and
    warnings and pydicom's logger are shut for as long as the call lasts. As little code of ours as can be
    runs within, lest its faults pass for the file's.

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
