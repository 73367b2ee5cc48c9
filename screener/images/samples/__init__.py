"""One tiny film a codec, to try every decoder on: made by formula, no patient's.

Each file holds the same picture, 40 columns by 32 rows: a ramp that is black in the upper left corner and
white in the lower right, at 12 or 16 bits in DICOM where the codec allows. `tests/builders/samples.py`
writes them again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from screener.records import InputSpec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SPEC = InputSpec(width=40, height=32, mean=(0.5,), std=(0.25,))
"""An input of the samples' own size, so that `prepare` leaves their grey levels as they are."""

BOMB = "rle.dcm"
"""The sample that `bomb` makes a claim with."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One file and what reads it.

    Attributes:
        file: its name in this folder.
        codec: in a reader's words.
        package: the installed package whose decoder it is; "" for the program's own.
        tolerance: grey levels that a decoded pixel may lie off the ramp: lossy codecs only.
    """

    file: str
    codec: str
    package: str
    tolerance: int = 0

    @property
    def path(self) -> Path:
        """Where it lies."""
        return Path(__file__).parent / self.file


SAMPLES = (
    Sample("jpeg.jpg", "JPEG", "pillow", 3),
    Sample("png.png", "PNG", "pillow"),
    Sample("tiff.tif", "TIFF", "pillow"),
    Sample("bmp.bmp", "BMP", "pillow"),
    Sample("webp.webp", "WebP", "pillow"),
    Sample("native.dcm", "DICOM, uncompressed", ""),
    Sample("deflated.dcm", "DICOM, deflated", ""),
    Sample("rle.dcm", "DICOM, RLE", "imagecodecs"),
    Sample("jpeg.dcm", "DICOM, JPEG 8-bit", "pillow", 3),
    Sample("jpeg-extended.dcm", "DICOM, JPEG 12-bit", "imagecodecs", 3),
    Sample("jpeg-lossless.dcm", "DICOM, JPEG lossless", "imagecodecs"),
    Sample("jpeg-ls.dcm", "DICOM, JPEG-LS", "pyjpegls"),
    Sample("jpeg2000.dcm", "DICOM, JPEG 2000", "pylibjpeg-openjpeg"),
    Sample("htj2k.dcm", "DICOM, HTJ2K", "pylibjpeg-openjpeg"),
)


def ramp(bits: int) -> NDArray[np.uint16]:
    """The picture at a depth of `bits`, 32 x 40: 0 in the upper left, 2**bits - 1 in the lower right."""
    import numpy as np

    y, x = np.mgrid[0 : SPEC.height, 0 : SPEC.width]
    share = (x + y) / (SPEC.width + SPEC.height - 2)
    levels: NDArray[np.uint16] = np.round(share * ((1 << bits) - 1)).astype(np.uint16)
    return levels


def error_of(sample: Sample, model_input: NDArray[np.uint8]) -> int:
    """How many grey levels the worst pixel of the decoded sample lies beyond its tolerance; 0 is right.

    Args:
        sample: which it is.
        model_input: uint8, 32 x 40 x 1, decoded at `SPEC`.
    """
    import numpy as np

    off = np.abs(model_input[..., 0].astype(int) - ramp(8)).max()
    return max(0, int(off) - sample.tolerance)


def bomb(rows: int, columns: int) -> bytes:
    """The RLE sample with a header that claims `rows` x `columns` pixels of 16 bits, which it does not hold.

    Unpacking such a file reserves what it claims before anything shows that it lies.
    """
    from struct import pack

    data = (Path(__file__).parent / BOMB).read_bytes()
    for element, true, claimed in ((b"\x10\0", SPEC.height, rows), (b"\x11\0", SPEC.width, columns)):
        head = b"\x28\0" + element + b"US\x02\0"
        data = data.replace(head + pack("<H", true), head + pack("<H", claimed))
    return data
