"""`screener doctor` as it is typed and read."""

import json

import pytest

from screener.cli.examination import Page, verdict
from screener.cli.main import main
from screener.commands.checks.findings import DoctorRequest, Finding, Health
from screener.commands.doctor import Examination, doctor
from screener.errors import install_line

SOUND = Finding("Memory", Health.OK, "8.0 GiB")
LACKING = Finding("desktop", Health.NOTE, "not installed", install_line("desktop"))
LONG = ("pneumonia-type-mobilenet_v3_large", "pneumonia-mobilenet_v3_large")
BROKEN = Finding("DICOM, RLE", Health.FAULT, "[red]refused", "pip install --force-reinstall imagecodecs")


def _run(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    findings: list[Finding],
    *options: str,
) -> tuple[int, str]:
    def examine(request: DoctorRequest, *found: object) -> Examination:
        return doctor(request, *found, checks=(("Machine", (lambda _: iter(findings),)),))

    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr("screener.commands.doctor.doctor", examine)
    with pytest.raises(SystemExit) as stop:
        main(["doctor", *options])
    return int(stop.value.code or 0), capsys.readouterr().out


def test_a_fault_is_exit_code_1_and_named_last(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = _run(monkeypatch, capsys, [SOUND, LACKING, BROKEN])
    assert code == 1
    assert "✕ FAULT" in text
    assert "[red]refused" in text
    assert '→ pip install ".[desktop]"' in text
    assert "Not fit to scan: 1 fault in 3 checks, 1 note: DICOM, RLE." in text
    assert max(map(len, text.splitlines())) <= 100


def test_notes_alone_are_exit_code_0(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = _run(monkeypatch, capsys, [SOUND, LACKING])
    assert code == 0
    assert "Ready to scan: 2 checks, no fault, 1 note." in text


def test_json_holds_every_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = _run(monkeypatch, capsys, [SOUND, BROKEN], "--json")
    fields = json.loads(text)
    assert (code, fields["exit_code"], fields["verdict"]) == (1, 1, "fault")
    assert fields["findings"][1] == {
        "part": "Machine",
        "name": "DICOM, RLE",
        "verdict": "fault",
        "text": "[red]refused",
        "remedy": "pip install --force-reinstall imagecodecs",
    }


def test_the_verdict_counts() -> None:
    assert verdict(Examination((("A", (SOUND, SOUND)),))) == "Ready to scan: 2 checks, no fault."
    two = Examination((("A", (BROKEN, LACKING)), ("B", (BROKEN, LACKING))))
    assert verdict(two).startswith("Not fit to scan: 2 faults in 4 checks, 2 notes")


@pytest.mark.parametrize("columns", ["80", "40"])
def test_no_name_and_no_text_is_cut_on_a_narrow_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    page = Page()
    for name in (*LONG, "models/of-my-own/with-a-name-too-long-for-any-column"):
        page.show("Models", Finding(name, Health.NOTE, "seventeen files vouched for", "mend-the-last-one"))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= int(columns)
    letters = "".join("".join(line[10:] for line in lines).split())
    if columns == "80":
        assert all(any(name in line for line in lines) for name in LONG)
        letters = "".join("".join(line[44:] for line in lines).split())
    assert letters.count("seventeenfilesvouchedfor→mend-the-last-one") == 3
    assert "…" not in letters
