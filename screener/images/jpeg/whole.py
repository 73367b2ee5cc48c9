"""Whether a JPEG holds its whole picture, and nothing that does not belong to it.

Where data are missing or wrong, libjpeg only warns, fills in grey and goes on, and Pillow drops its warnings:
a film cut in two would be scored by its upper half. So what the decoder reads is counted here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO

from PIL.JpegImagePlugin import JpegImageFile

from screener.images.jpeg import proof
from screener.images.jpeg.codestream import read_jpeg
from screener.images.jpeg.segments import AFTER_A_SCAN, DRI, EOI, Segment, segments
from screener.images.refusal import Refusal, foreign
from screener.records import Reason

_TAIL = 8
"""The last bytes of a scan before padding: libjpeg gets them by a read of their own, if it asks for them."""

_PADDING = 32
"""Zeros at the end of a scan that may be padding: some writers fill up to a multiple of 4 or 16 bytes."""

_AHEAD = 8
"""Bytes that libjpeg reads ahead of what it needs, at most: its bit buffer has 64 bits."""

_PROGRESSIVE = 0xC2
_FRAMES = frozenset((0xC0, 0xC1, _PROGRESSIVE))
_SHORTEST = 6
"""Bytes that the header of a frame has at least, and of a scan."""

_NEVER = 99
"""The lowest bit of a coefficient that no scan has brought yet."""


class Feed(BytesIO):
    """A JPEG file for Pillow, which tells afterwards whether the picture took all of its data and no more.

    Of a file with a single scan, a few zeros are given in place of the end marker and what follows: at an end
    marker libjpeg would fill in what is missing.
    """

    def __init__(self, data: bytes, end: int | None) -> None:
        """Args: the file, and where its single scan ends; None where it has several."""
        super().__init__(data)
        self._end = end
        last = data[max(end - _PADDING, 0) : end] if end is not None else b""
        self._zeros = len(last) - len(last.rstrip(b"\0"))
        self._more = iter((b"\0" * (self._zeros + _AHEAD), b"\xff\xd9"))
        self._short = False

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes; the last ones of the scan come by themselves."""
        if self._end is None:
            return super().read(size)
        left = self._end - self._zeros - self.tell()
        if left > 0:
            most = left - _TAIL if left > _TAIL else left
            return super().read(most if size is None or size < 0 else min(size, most))
        more = next(self._more, b"")
        self._short = not more.startswith(b"\0")  # to be refused; libjpeg may fill in the rest
        return more

    def check(self) -> None:
        """Raise a Refusal if the picture that was loaded from this took more or less than there was."""
        if self._short:
            raise Refusal(Reason.CORRUPT, "a JPEG whose data end before its picture does")
        if self._end is not None and self.tell() < self._end - self._zeros:
            raise Refusal(Reason.CORRUPT, "a JPEG whose picture ends before its data do: some are wrong")


def feed(image: JpegImageFile, data: bytes) -> Feed:
    """What the image, opened and not loaded yet, will be loaded from; `check` it afterwards.

    Raises:
        Refusal: the markers show that the file is cut short or damaged, or the bits of a lossless one do.
    """
    if (stream := read_jpeg(data)).process == "lossless":
        proof.decode(data, stream)
    image.fp = fed = Feed(data, _single_scan(data))
    image.decodermaxblock = max(len(data), 1)
    return fed


def check(data: bytes) -> None:
    """Decode a JPEG of 8 bits whose pixels come from elsewhere, and raise a Refusal unless it is whole."""
    with foreign("JPEG codestream"):
        image = JpegImageFile(BytesIO(data))
    fed = feed(image, data)
    with foreign("JPEG codestream"):
        image.load()
    fed.check()


@dataclass(slots=True)
class _Frame:
    """What the headers of a JPEG say, as far as they were read.

    Attributes:
        marker: that of the frame header; 0 before it.
        body: the frame header.
        interval: MCUs between two restarts; 0 for none.
        scans: the headers of its scans.
    """

    marker: int = 0
    body: bytes = b""
    interval: int = 0
    scans: list[bytes] = field(default_factory=list)

    def read(self, segment: Segment) -> None:
        """Take in what a segment says of the frame, if anything."""
        if segment.coded is not None:
            self.scans.append(segment.body)
        elif segment.marker == DRI:
            self.interval = int.from_bytes(segment.body[:2], "big")
        elif segment.marker in _FRAMES and not self.marker and len(segment.body) >= _SHORTEST:
            self.marker, self.body = segment.marker, segment.body

    def alone(self) -> bool:
        """Whether the scan that was read last has all components, and the process allows no further scan."""
        return self.marker not in (0, _PROGRESSIVE) and self.scans[-1][:1] == self.body[5:6]

    def restarts(self) -> int:
        """How many restart markers a scan of all components has."""
        if not self.interval:
            return 0
        factors = self.body[7::3] if self.body[5] > 1 else b"\x11"
        across = max((both >> 4 for both in factors), default=1)
        down = max((both & 15 for both in factors), default=1)
        height, width = int.from_bytes(self.body[1:3], "big"), int.from_bytes(self.body[3:5], "big")
        units = -(-height // (8 * max(down, 1))) * -(-width // (8 * max(across, 1)))
        return max(-(-units // self.interval) - 1, 0)

    def whole(self) -> bool:
        """Whether the scans bring every coefficient of every component down to its lowest bit."""
        lowest = {number: [_NEVER] * 64 for number in self.body[6::3]}
        for scan in (one for one in self.scans if len(one) >= _SHORTEST):
            first, last, bits = scan[-3:] if self.marker == _PROGRESSIVE else (0, 63, 0)
            for number in scan[1:-3:2]:
                if number in lowest:
                    lowest[number][first : last + 1] = [bits & 15] * (last + 1 - first)
        return not any(any(bits) for bits in lowest.values())


def _single_scan(data: bytes) -> int | None:
    """Where the single scan of a JPEG ends; None where there are several.

    Raises:
        Refusal: a marker stands where none can, or some that must be there are missing.
    """
    frame, single = _Frame(), None
    for segment in segments(data):
        if frame.scans and segment.marker not in AFTER_A_SCAN:
            raise Refusal(Reason.CORRUPT, "a JPEG with a marker in its data that can't be there")
        if segment.marker == EOI:
            break
        frame.read(segment)
        if segment.coded is not None:
            if single is not None:
                raise Refusal(Reason.CORRUPT, "a JPEG with a second scan after a whole one")
            single = segment.coded if frame.alone() else None
    else:
        raise Refusal(Reason.CORRUPT, "a JPEG that is cut short")
    if single is None:
        if not frame.whole():
            raise Refusal(Reason.CORRUPT, "a JPEG whose last scans are missing")
        return None
    # One restart marker more than there need be may end a scan.
    if not single.is_ordered or not 0 <= len(single.ends) - 1 - frame.restarts() <= 1:
        raise Refusal(Reason.CORRUPT, "a JPEG whose restart markers are missing or out of order")
    scan = data[single.start : single.ends[-1]]
    return single.start + len(scan.rstrip(b"\xff"))  # which stands for nothing before a marker
