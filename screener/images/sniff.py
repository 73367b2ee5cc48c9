"""What kind of file some bytes are, told from their content and never from a name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, pairwise
from struct import Struct

HEAD_BYTES = 4096
"""How much of a file `sniff` wants to see; less will do where the file is shorter."""

DICOMDIR_CLASS = b"1.2.840.10008.1.3.10"
"""Media Storage Directory Storage (PS3.4 annex B): an index of a medium, not a picture."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),
    (b"MM\0+", "tiff"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
)
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"GIF8", "a GIF picture; save it as PNG"),
    (b"\0\0\0\x0cjP  \r\n", "a JPEG 2000 picture outside of DICOM; save it as PNG"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture outside of DICOM; save it as PNG"),
    (b"\0\0\0\x0cJXL \r\n", "a JPEG XL picture; save it as PNG"),
    (b"\xff\x0a", "a JPEG XL picture; save it as PNG"),
    (b"%PDF-", "a PDF document; save its pictures as PNG"),
    (b"\x1f\x8b", "a gzip archive; unpack it"),
    (b"BZh", "a bzip2 archive; unpack it"),
    (b"\xfd7zXZ\0", "an xz archive; unpack it"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it"),
    (b"Rar!\x1a\x07", "a RAR archive; unpack it"),
)
"""Files that people take for pictures, or keep pictures in, and what to do about them."""

_TELEPHONES = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")
"""Brands of HEIF files (ISO/IEC 23008-12 annex B) and of AVIF ones."""

_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
"""The sizes that a bitmap's second header may have; texts may begin with "BM" too."""

_VRS = frozenset(
    b"AE AS AT CS DA DS DT FL FD IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV"
    .split()
)  # fmt: skip
_LONG_VRS = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
_UNDEFINED = 0xFFFFFFFF


def sniff(head: bytes) -> str | None:
    """`jpeg`, `png`, `tiff`, `bmp`, `webp`, `dicom` or `zip`; None for anything else.

    Args:
        head: the first `HEAD_BYTES` of a file, or all of a shorter one.

    A DICOM file is known by its prefix (PS3.10 section 7.1), which wins over whatever its preamble holds,
    since a preamble may make it a TIFF as well; without one, by data elements of group 2 or 8 in rising
    order from the first byte on.
    """
    if head[128:132] == b"DICM":
        return "dicom"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return "bmp"
    return "dicom" if _bare_dicom(head) else None


def other_kind(head: bytes) -> str:
    """In words, what a file is that `sniff` does not know, and what to do about it; "" if that is unknown."""
    if head[257:262] == b"ustar":
        return "a tar archive; unpack it"
    if head[4:8] == b"ftyp" and head[8:12] in _TELEPHONES:
        return "a HEIC or AVIF picture, as telephones make; save it as PNG"
    return next((words for magic, words in _OTHERS if head.startswith(magic)), "")


def is_dicomdir(head: bytes) -> bool:
    """Whether a DICOM file is a true DICOMDIR, by its Media Storage SOP Class UID (0002,0002)."""
    at = head.find(b"\x02\x00\x02\x00UI", 132, 512)
    return sniff(head) == "dicom" and at > 0 and head[at + 8 :].startswith(DICOMDIR_CLASS)


def _bare_dicom(head: bytes) -> bool:
    if len(head) < 16:
        return False
    return any(_plausible(head, order, explicit) for order in "<>" for explicit in (True, False))


def _plausible(head: bytes, order: str, explicit: bool) -> bool:
    """Whether the first elements follow each other as a data set's do: group 2 or 8 first, tags rising."""
    tags = list(islice(_tags(head, order, explicit), 3))
    if len(tags) < 2 or tags[0] >> 16 not in (2, 8):
        return False
    return all(first < second for first, second in pairwise(tags)) and tags[-1] >> 16 < 0x7FE1


def _tags(head: bytes, order: str, explicit: bool) -> Iterator[int]:
    """The tags from the first byte on, for as long as the lengths between them make sense."""
    header, long_length = Struct(f"{order}HH2sH"), Struct(f"{order}L")
    at = 0
    while at + 12 <= len(head):
        group, element, vr, length = header.unpack_from(head, at)
        if explicit:
            if vr not in _VRS:
                return
            size = 8
            if vr in _LONG_VRS:
                size, (length,) = 12, long_length.unpack_from(head, at + 8)
        else:
            size, (length,) = 8, long_length.unpack_from(head, at + 4)
            if length > 1 << 16 and length != _UNDEFINED:
                return
        yield group << 16 | element
        if length == _UNDEFINED:
            return
        at += size + length
