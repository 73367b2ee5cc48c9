"""A folder as one archive, and its sha256 beside it. The same files make the same archive."""

import gzip
import hashlib
import os
import stat
import tarfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

EPOCH = 1_577_836_800
"""The time of every file in an archive, 2020-01-01, unless SOURCE_DATE_EPOCH names another."""


def archive(folder: Path, target: Path) -> Path:
    """Pack `folder` under its own name into `target`, a .tar.gz or a .zip; the file with its sha256.

    A tar keeps links and who may execute what. A zip keeps neither: Windows has no need of them.
    """
    if target.name.endswith(".tar.gz"):
        _tar(folder, target)
    else:
        _zip(folder, target)
    return seal(target)


def seal(path: Path) -> Path:
    """Write `<path>.sha256` as `sha256sum --check` reads it."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    beside = path.with_name(f"{path.name}.sha256")
    beside.write_bytes(f"{digest}  {path.name}\n".encode())
    return beside


def moment() -> int:
    """Seconds since 1970."""
    named = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(named) if named.isdigit() else EPOCH


def _inside(folder: Path) -> Iterator[tuple[Path, str]]:
    """Everything in `folder` in a fixed order, itself first, and its name in the archive."""
    yield folder, folder.name
    paths = ((path, path.relative_to(folder.parent).as_posix()) for path in folder.rglob("*"))
    yield from sorted(paths, key=lambda pair: pair[1])


def _tar(folder: Path, target: Path) -> None:
    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        member.mtime = moment()
        member.mode = 0o755 if member.isdir() or member.mode & stat.S_IXUSR else 0o644
        return member

    # The gzip header would hold a name and a time.
    with (
        target.open("wb") as file,
        gzip.GzipFile("", "wb", 6, file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar,
    ):
        for path, name in _inside(folder):
            tar.add(path, name, recursive=False, filter=plain)


def _zip(folder: Path, target: Path) -> None:
    when = time.gmtime(moment())[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for path, name in _inside(folder):
            if path.is_file():
                member = zipfile.ZipInfo(name, when)
                member.external_attr = 0o644 << 16
                member.compress_type = zipfile.ZIP_DEFLATED
                with path.open("rb") as source, packed.open(member, "w", force_zip64=True) as sink:
                    while block := source.read(1 << 20):
                        sink.write(block)
