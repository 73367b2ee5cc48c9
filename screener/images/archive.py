"""Films inside a zip, read in memory: no member is ever written to disk, so its name can do no harm."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import IO, BinaryIO

from screener.images.refusal import unread
from screener.records import Reason, Refused

MEMBERS = 100_000
"""The most members that one archive may list."""

_DIRECTORY_BYTES = 24 << 20
"""The most bytes that an archive's table of contents may take: it is read whole, and each entry grows."""

_RATIO = 1100
"""Above what deflate can reach (1032:1): a member that says it inflates further is lying."""

_LOCAL_HEADER = 30
"""Bytes before a member's own, at least (APPNOTE 4.3.7)."""

_STEP = 1 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DOCUMENTS = ("[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF")
"""A member that says that a zip is an Office document, an e-book or a Java program, and no collection."""

_BAD_ZIP = (
    zipfile.BadZipFile, struct.error, ValueError, KeyError, EOFError, IndexError, OverflowError, RuntimeError,
    zlib.error,
)  # fmt: skip
"""What `zipfile` raises on archives that are broken, encrypted, or of kinds that it doesn't know."""


def members(path: Path) -> Iterator[str] | Refused:
    """The identities of the files in an archive, in its own order; or why it can't be listed.

    An identity is the member's name; where a name comes twice, the later one's has its index in the
    archive behind a NUL, which no name can hold.
    """
    archive = _open(path)
    if isinstance(archive, Refused):
        return archive
    if any(name in archive.first for name in _DOCUMENTS):
        return Refused(Reason.NOT_AN_IMAGE, "a document or program packed as a zip")
    if all(info.is_dir() for info in archive.zip.filelist):
        return Refused(Reason.NOT_AN_IMAGE, "an empty zip archive")
    return _identities(archive.zip)


def shown_name(member: str) -> str:
    """A member's name for people: "/" between parts, neither absolute nor stepping out of the archive."""
    name, _, index = member.partition("\0")
    parts = [p for p in name.replace("\\", "/").split("/") if p not in ("", ".", "..")]
    return "/".join(parts or ["unnamed"]) + (f" ({index})" if index else "")


def read_member(path: Path, member: str, limit: int) -> bytes | Refused:
    """A member's bytes, checked against its CRC; or why there are none.

    Args:
        path: the archive.
        member: an identity that `members` gave.
        limit: the most bytes it may have; what counts is what comes out, not what its header says.
    """
    archive = _open(path)
    if isinstance(archive, Refused):
        return archive
    info = archive.info(member)
    if info is None:
        return Refused(Reason.VANISHED, "no longer in the archive")
    if info.flag_bits & 1:
        return Refused(Reason.UNSUPPORTED, "it is encrypted")
    if info.compress_type not in _METHODS:
        return Refused(Reason.UNSUPPORTED, f"zip compression method {info.compress_type}")
    if info.file_size > limit:
        return Refused(Reason.TOO_MANY_BYTES, f"{info.file_size} bytes, unpacked")
    if info.file_size > _RATIO * max(info.compress_size, 1):
        return Refused(Reason.CORRUPT, "its size in the archive can't be true")
    if info.header_offset < 0:  # to seek it would fail as a broken drive does
        return Refused(Reason.CORRUPT, "its place in the archive can't be true")
    try:
        with archive.zip.open(info) as file:
            data = _bounded(file, limit)
    except OSError as error:
        _opened.cache_clear()  # what is open on a share that went away stays dead when the share comes back
        return unread(error)
    except _BAD_ZIP:
        return Refused(Reason.CORRUPT, "it can't be unpacked")
    if len(data) > limit:
        return Refused(Reason.TOO_MANY_BYTES, f"more than {limit} bytes, unpacked")
    if not data:
        return Refused(Reason.EMPTY_FILE)
    return bytes(data)


def _bounded(file: IO[bytes], limit: int) -> bytearray:
    """At most `limit` + 1 bytes, a step at a time, so that a bomb costs no more than the limit."""
    data = bytearray()
    while len(data) <= limit:
        block = file.read(min(_STEP, limit + 1 - len(data)))
        if not block:
            break
        data += block
    return data


def _identities(archive: zipfile.ZipFile) -> Iterator[str]:
    seen: set[str] = set()
    for index, info in enumerate(archive.filelist):
        if not info.is_dir():
            yield info.filename if info.filename not in seen else f"{info.filename}\0{index}"
            seen.add(info.filename)


@dataclass(frozen=True, slots=True)
class _Archive:
    """An open zip, and the first member of each name (`zipfile` itself would give the last)."""

    zip: zipfile.ZipFile
    first: dict[str, zipfile.ZipInfo]

    def info(self, member: str) -> zipfile.ZipInfo | None:
        """The member of that identity."""
        name, _, index = member.partition("\0")
        if not index:
            return self.first.get(name)
        return self.zip.filelist[int(index)] if int(index) < len(self.zip.filelist) else None


def _open(path: Path) -> _Archive | Refused:
    """The archive, opened once a process, and again when the file has changed."""
    try:
        stat = path.stat()
        return _opened(path, stat.st_size, stat.st_mtime_ns)
    except OSError as error:
        return unread(error)
    except (*_BAD_ZIP, MemoryError):
        return Refused(Reason.CORRUPT, "a zip archive that can't be listed")


@lru_cache(maxsize=2)
def _opened(path: Path, size: int, modified: int) -> _Archive | Refused:
    with path.open("rb") as file:
        if _directory_bytes(file, size) > _DIRECTORY_BYTES:
            raise ValueError("the table of contents is too long")
    archive = zipfile.ZipFile(path)
    if len(archive.filelist) > MEMBERS:
        archive.close()
        raise ValueError("too many members")
    if _overlap(archive):
        archive.close()
        return Refused(Reason.CORRUPT, "a zip archive whose members overlap, as a bomb's do")
    first: dict[str, zipfile.ZipInfo] = {}
    for info in archive.filelist:
        first.setdefault(info.filename, info)
    return _Archive(archive, first)


def _overlap(archive: zipfile.ZipFile) -> bool:
    """Whether two members take the same bytes: a few of them could then be unpacked for hours.

    Python looks at it only from 3.11.8 and 3.12.2 on, and then member by member.
    """
    extents = sorted((info.header_offset, info.compress_size) for info in archive.filelist)
    extents.append((archive.start_dir, 0))
    return any(begin + _LOCAL_HEADER + size > after for (begin, size), (after, _) in pairwise(extents))


def _directory_bytes(file: BinaryIO, size: int) -> int:
    """How long an archive says that its table of contents is (APPNOTE 4.3.14 and 4.3.16)."""
    file.seek(max(0, size - 0x10000 - 22))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    wide = tail.rfind(b"PK\x06\x06", 0, max(at, 0))
    length = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    # Where there is a wide record, Python heeds it, whatever the other one says.
    return max(length, int.from_bytes(tail[wide + 40 : wide + 48], "little") if wide >= 0 else 0)
