"""A name planted in every corner of a film is in nothing that the program writes or prints."""

import zipfile
from pathlib import Path

import pytest
from builders import dicom, film
from builders_ward import run_scan
from pydicom.datadict import DicomDictionary

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
    return folder


def test_the_canary_is_in_no_store_report_log_or_line(films: Path, weights: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run_scan(
        *(films, "--weights", weights, "--model", "tiny", "--out", out, "--format", "csv,xlsx,html,jsonl")
    )
    assert done.returncode in (1, 3)
    assert CANARY[:4] not in done.stdout + done.stderr
    written = {path.name: path.read_bytes() for path in out.iterdir()}
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
