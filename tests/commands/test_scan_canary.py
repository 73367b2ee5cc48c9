"""A name planted in every corner of a film is in nothing that the program writes or prints."""

import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pydicom
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pydicom import Dataset
from pydicom.datadict import DicomDictionary
from pydicom.sequence import Sequence as Items

from builders.dicom import dicom
from builders.pictures import film, jpeg, zipped
from builders.ward import run_scan

CANARY = "NIGHTINGALE"
TEXT = {"PN": f"{CANARY}^FLORENCE", "UC": CANARY, "UR": f"http://{CANARY}"} | dict.fromkeys(
    ("LO", "SH", "ST", "LT", "UT"), CANARY
)


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """Films with the canary in every text tag, where codes belong, where numbers belong, and cut short."""
    everywhere = {
        keyword: TEXT[vr]
        for tag, (vr, _, _, retired, keyword) in DicomDictionary.items()
        if vr in TEXT and keyword and not retired and tag >> 16 > 7  # groups that hold a film's own data
    }
    named = dicom(film(), **everywhere)
    codes = dict.fromkeys(("Modality", "BodyPartExamined", "ViewPosition", "PatientAge"), CANARY[:4])
    numbers = dicom(film(), WindowCenter="1234567890", WindowWidth="1234567890")
    folder = tmp_path / "films"
    folder.mkdir()
    (folder / "named.dcm").write_bytes(named)
    (folder / "codes.dcm").write_bytes(dicom(film(), PatientName=CANARY, **codes))
    (folder / "numbers.dcm").write_bytes(numbers.replace(b"1234567890", CANARY[:10].encode()))
    (folder / "short.dcm").write_bytes(named[: len(named) // 2])
    (folder / "shorter.dcm").write_bytes(named[:2000])
    (folder / "text.txt").write_text(CANARY)
    others = hidden()
    for name, data in others.items():
        assert CANARY[:2].encode() in data, name
        (folder / name).write_bytes(data)
    (folder / "export.zip").write_bytes(zipped({"named.dcm": named, "short.dcm": named[:2000], **others}))
    return folder


def explicit(tag: int, vr: str, value: bytes, length: int | None = None) -> bytes:
    """An element, explicit little endian, whatever its VR and length may make of the value."""
    size = len(value) if length is None else length
    head = struct.pack("<HH2s", tag >> 16, tag & 0xFFFF, vr.encode())
    return head + (struct.pack("<HL", 0, size) if vr in ("OB", "UN", "UT", "SQ") else struct.pack("<H", size))


def spoiled(*elements: bytes) -> bytes:
    """A film with raw elements between its file meta and its own."""
    data = dicom(film())
    start = 144 + struct.unpack_from("<L", data, 140)[0]
    return data[:start] + b"".join(elements) + data[start:]


def hidden() -> dict[str, bytes]:
    """The canary where no text tag would show it: files by name."""
    name = CANARY.encode()
    inner = Dataset()
    inner.PatientName = CANARY
    inner.CodeMeaning = CANARY
    inner.add_new(0x00091001, "LO", CANARY)
    sequences = {
        keyword: Items([inner])
        for keyword in ("ViewCodeSequence", "AnatomicRegionSequence", "VOILUTSequence", "ModalityLUTSequence")
    }
    data = pydicom.dcmread(BytesIO(dicom(film())))
    data.file_meta.SourceApplicationEntityTitle = CANARY
    data.file_meta.add_new(0x00020016, "AE", CANARY)
    data.file_meta.PrivateInformationCreatorUID = "1.2.3"
    data.file_meta.PrivateInformation = name
    data.private_block(0x0009, CANARY, create=True).add_new(0x01, "LT", CANARY * 900)
    data.add_new(0x60001500, "LO", CANARY)
    data.add_new(0x60000022, "LO", CANARY)
    data.PatientComments = CANARY * 900
    file = BytesIO()
    data.save_as(file)
    comment = PngInfo()
    comment.add_text("Patient", CANARY)
    drawn = BytesIO()
    Image.fromarray(film()).save(drawn, "PNG", pnginfo=comment)
    short = name[:10]
    wrong_vrs = {
        f"vr-{vr}.dcm": spoiled(explicit(0x00081030, vr, short) + short)
        for vr in ("US", "FD", "DS", "IS", "DA", "UI", "AS", "AT", "SQ", "UN", "OB", "ZZ", "CS")
    }
    return {
        "sequences.dcm": dicom(film(), **sequences),
        "meta.dcm": file.getvalue(),
        "syntax.dcm": dicom(film()).replace(
            b"1.2.840.10008.1.2.1\0", name + b" FLOREN "[: 20 - len(name)] + b"\0"
        ),
        "uids.dcm": dicom(film(), SOPInstanceUID=CANARY, StudyInstanceUID=CANARY, SeriesInstanceUID=CANARY),
        "charset.dcm": dicom(film(), SpecificCharacterSet=CANARY, PatientName=CANARY),
        "kanji.dcm": dicom(film(), SpecificCharacterSet="ISO 2022 IR 87").replace(
            b"ISO 2022 IR 87", name + b"^AB"
        ),
        "too-long.dcm": spoiled(explicit(0x00080080, "LO", name, length=60_000) + name),
        "frames.dcm": dicom(film(), NumberOfFrames="12").replace(b"IS\x02\x0012", b"IS\x02\x00" + name[:2]),
        "frame-offsets.dcm": dicom(film(), "rle").replace(
            b"\xfe\xff\x00\xe0\x04\0\0\0", b"\xfe\xff" + name[:6]
        ),
        "comment.png": drawn.getvalue(),
        "comment.jpeg": jpeg(film(), comment=name),
        "cut.jpeg": jpeg(film(), comment=name)[:900],
        **wrong_vrs,
    }


def test_the_canary_is_in_no_store_report_log_or_line(films: Path, weights: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (tmp_path / "temporary").mkdir()
    done = run_scan(
        *(films, "--weights", weights, "--model", "tiny", "--out", out, "--format", "csv,xlsx,html,jsonl"),
        *("--no-gate",),
        XDG_STATE_HOME=str(tmp_path / "state"),
        TMPDIR=str(tmp_path / "temporary"),
    )
    assert done.returncode == 3
    assert CANARY[:4] not in done.stdout + done.stderr
    written = {
        str(path): path.read_bytes()
        for path in tmp_path.rglob("*")
        if path.is_file() and films not in path.parents
    }
    with zipfile.ZipFile(out / "report.xlsx") as workbook:
        written |= {name: workbook.read(name) for name in workbook.namelist()}
    assert len(written) > 8
    for name, content in written.items():
        assert CANARY[:4].encode() not in content, name
        assert CANARY[:4].encode("utf-16-le") not in content, name


def test_the_patient_id_is_kept_when_asked_for_and_nothing_else(
    films: Path, weights: Path, tmp_path: Path
) -> None:
    (films / "asked.dcm").write_bytes(dicom(film(), PatientID="ID-4711", PatientName=CANARY))
    out = tmp_path / "out"
    asked = (films / "asked.dcm", "--weights", weights, "--model", "tiny", "--format", "jsonl")
    run_scan(*asked, "--out", out, "--include-patient-id")
    text = (out / "rows.jsonl").read_text("utf-8")
    assert "ID-4711" in text
    assert CANARY not in text
    run_scan(*asked, "--out", tmp_path / "without")
    assert "ID-4711" not in (tmp_path / "without" / "rows.jsonl").read_text("utf-8")
