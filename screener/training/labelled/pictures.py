"""Which files of a folder are pictures: by their suffix, or by what is in them."""

from pathlib import Path

from screener.images.sniff import HEAD_BYTES, is_dicomdir, sniff

SUFFIXES = frozenset((".jpeg", ".jpg", ".png", ".tif", ".tiff", ".bmp", ".dcm"))
"""Files that are taken for pictures unseen: one of these that is none is told as unreadable."""

_NEVER_DICOM = SUFFIXES - {".dcm"}
_OURS = frozenset(("card.json", "scan.sqlite", "evaluation.json", "evaluation.html"))
"""Files that only this program's own folders have."""


def pictures_in(folder: Path) -> list[Path]:
    """The pictures below `folder`, sorted.

    DICOM files often have no suffix, or one that is the end of a UID: what has no suffix of `SUFFIXES`
    is opened, and is a picture if it begins as one. Names that begin with a dot are other programs'
    (._IMG.jpeg, .DS_Store), and a DICOMDIR is an index. A folder that this program made below `folder`, of a
    model, a scan or an evaluation, holds plots, and nothing to learn from.
    """
    inside = list(folder.rglob("*"))
    ours = {path.parent for path in inside if path.name in _OURS} - {folder}
    return sorted(
        path
        for path in inside
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and ours.isdisjoint(path.parents)
        and path.is_file()
        and (path.suffix.lower() in SUFFIXES or _looks_like_one(path))
    )


def sop_instance_uid(path: Path) -> str:
    """The SOP Instance UID (0008,0018) of a DICOM file; "" for any other file."""
    return _element(path, "SOPInstanceUID")


def patient_id(path: Path) -> str:
    """The Patient ID (0010,0020) of a DICOM file, to group by; "" for any other file, and without one."""
    return "" if path.suffix.lower() in _NEVER_DICOM else _element(path, "PatientID").strip()


def _element(path: Path, keyword: str) -> str:
    if sniff(_head(path)) != "dicom":
        return ""
    from pydicom import dcmread
    from pydicom.errors import InvalidDicomError

    try:
        found = dcmread(path, force=True, stop_before_pixels=True, specific_tags=[keyword])
    except (InvalidDicomError, OSError, ValueError):
        return ""
    return str(found.get(keyword) or "")


def _looks_like_one(path: Path) -> bool:
    head = _head(path)
    return sniff(head) not in (None, "zip") and not is_dicomdir(head)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError:
        return b""
