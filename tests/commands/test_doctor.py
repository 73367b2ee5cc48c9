"""The examination: a sound machine has no fault, and each thing that can be wrong is named."""

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from builders.model import build_model
from screener.commands.checks import engines, extras
from screener.commands.checks.decoders import check_decoders, judged
from screener.commands.checks.findings import DoctorRequest, Finding, Health
from screener.commands.checks.folders import check_folders
from screener.commands.checks.machine import memory, memory_finding
from screener.commands.checks.models import check_models
from screener.commands.doctor import CHECKS, Check, doctor
from screener.errors import install_line
from screener.images.samples import SAMPLES, ramp
from screener.models.card import GRAPH, INT8_GRAPH, Quantised, read_card, write_card
from screener.records import Decoded, Facts, Reason, Refused

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
GIB = 1 << 30


@pytest.fixture
def request_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DoctorRequest:
    weights = tmp_path / "weights"
    build_model(weights / "pneumonia-tiny")
    monkeypatch.setattr("screener.models.catalogue.shipped", lambda: weights)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    return DoctorRequest(state=tmp_path / "state" / "screener")


def _by_name(check: Check, request: DoctorRequest) -> dict[str, Finding]:
    return {finding.name: finding for finding in check(request)}


def test_a_sound_machine_has_no_fault(request_: DoctorRequest, tmp_path: Path) -> None:
    told: list[tuple[str, Finding]] = []
    examination = doctor(request_, lambda heading, finding: told.append((heading, finding)))
    assert [f for f in examination.findings if f.health is Health.FAULT] == []
    assert examination.exit_code == 0
    assert [heading for heading, _ in examination.parts] == [heading for heading, _ in CHECKS]
    assert [finding for _, finding in told] == list(examination.findings)
    names = {finding.name for finding in examination.findings}
    assert {
        "Memory",
        "OpenVINO",
        "Decode worker",
        "pneumonia-tiny runs",
        "State folder",
        "Long paths",
        "train",
    } <= names
    assert {sample.codec for sample in SAMPLES} <= names
    assert list((tmp_path / "temporary").iterdir()) == []
    assert not request_.state.exists()


@pytest.mark.parametrize(("graph", "health"), [(None, Health.OK), (b"no graph", Health.NOTE)])
def test_a_graph_of_integers_that_does_not_run_is_found_where_everything_is_tried(
    request_: DoctorRequest, tmp_path: Path, graph: bytes | None, health: Health
) -> None:
    folder = tmp_path / "weights" / "pneumonia-tiny"
    (folder / INT8_GRAPH).write_bytes((folder / GRAPH).read_bytes() if graph is None else graph)
    card = read_card(folder)
    write_card(replace(card, int8=Quantised(1.0, card.operating_points, {})), folder)
    assert "pneumonia-tiny in int8" not in _by_name(check_models, request_)
    found = _by_name(check_models, replace(request_, full=True))
    assert {name for name, finding in found.items() if finding.health is Health.FAULT} == set()
    assert found["pneumonia-tiny in int8"].health is health


def test_a_system_that_takes_no_long_paths_is_told_of(
    request_: DoctorRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _by_name(check_folders, request_)["Long paths"].health is Health.OK
    monkeypatch.setattr("screener.commands.checks.folders._DEEP", ("d" * 300,))  # which no system takes
    found = _by_name(check_folders, request_)["Long paths"]
    assert found.health is Health.NOTE
    assert "LongPathsEnabled" in found.remedy
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its address space")
def test_a_worker_obeys_its_memory_cap(request_: DoctorRequest) -> None:
    found = _by_name(check_decoders, request_)
    assert found["Memory cap"].health is Health.OK
    assert "762 MiB" in found["Memory cap"].text


def test_a_failing_check_is_a_fault_and_the_next_goes_on(request_: DoctorRequest) -> None:
    def check_nothing(request: DoctorRequest) -> Iterator[Finding]:
        yield Finding("first", Health.OK, "")
        raise OSError("the disk is gone")

    def check_more(request: DoctorRequest) -> Iterator[Finding]:
        yield Finding("more", Health.NOTE, "")

    examination = doctor(request_, checks=(("A", (check_nothing, check_more)),))
    assert [f.name for f in examination.findings] == ["first", "nothing", "more"]
    assert examination.findings[1].health is Health.FAULT
    assert "the disk is gone" in examination.findings[1].text
    assert examination.exit_code == 1


def test_a_decoder_that_refuses_or_errs_is_a_fault() -> None:
    sample = next(sample for sample in SAMPLES if sample.file == "jpeg-ls.dcm")
    refused = judged(sample, Refused(Reason.WORKER_DIED))
    assert refused.health is Health.FAULT
    assert "worker" in refused.text
    assert refused.remedy.endswith("pyjpegls")
    pixels = ramp(8).astype(np.uint8)[..., np.newaxis]
    assert judged(sample, Decoded(pixels, b"", Facts("dicom", 40, 32))).health is Health.OK
    wrong = judged(sample, Decoded(255 - pixels, b"", Facts("dicom", 40, 32)))
    assert wrong.health is Health.FAULT
    assert "255" in wrong.text


def test_workers_that_cannot_start_are_one_fault(
    request_: DoctorRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("Operation not permitted")

    monkeypatch.setattr("screener.scanning.pool.DecodePool", refuse)
    (finding,) = check_decoders(request_)
    assert (finding.name, finding.health) == ("Decode worker", Health.FAULT)
    assert finding.remedy


def test_an_altered_model_is_a_fault(request_: DoctorRequest, tmp_path: Path) -> None:
    with (tmp_path / "weights" / "pneumonia-tiny" / "model.onnx").open("ab") as file:
        file.write(b"x")
    (finding,) = check_models(request_)
    assert finding.health is Health.FAULT
    assert "model.onnx" in finding.text


def test_a_card_that_cannot_be_read_is_a_fault(request_: DoctorRequest, tmp_path: Path) -> None:
    (tmp_path / "weights" / "pneumonia-tiny" / "card.json").write_text("{")
    (finding,) = check_models(request_)
    assert finding.health is Health.FAULT
    assert "card.json" in finding.text


def test_no_model_is_a_fault(
    request_: DoctorRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("screener.models.catalogue.shipped", lambda: tmp_path / "temporary")
    (finding,) = check_models(request_)
    assert finding.health is Health.FAULT
    assert "--weights" in finding.remedy


def test_a_temporary_folder_that_is_gone_is_a_fault(
    request_: DoctorRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    found = _by_name(check_folders, request_)
    assert found["Temporary folder"].health is Health.FAULT
    assert "TMPDIR" in found["Temporary folder"].remedy


def test_a_state_folder_that_cannot_be_looked_for_is_a_note(tmp_path: Path) -> None:
    found = _by_name(check_folders, DoctorRequest(state=tmp_path / ("s" * 300) / "screener"))
    assert found["State folder"].health is Health.NOTE
    assert "cannot be written" in found["State folder"].text


@pytest.mark.parametrize(
    ("free", "total", "health"),
    [
        (8 * GIB, 16 * GIB, Health.OK),
        (GIB, 16 * GIB, Health.NOTE),
        (None, 16 * GIB, Health.OK),
        (None, None, Health.NOTE),
    ],
)
def test_little_memory_is_a_note(free: int | None, total: int | None, health: Health) -> None:
    assert memory_finding(free, total).health is health


def test_memory_is_some_and_not_more_than_all() -> None:
    free, total = memory()
    assert total is not None
    assert total > 1 << 28
    assert free is None or 0 <= free <= total


def test_a_missing_extra_says_what_to_install(
    request_: DoctorRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extras, "present", lambda module: module not in ("PySide6", "torchvision"))
    found = _by_name(extras.check_extras, request_)
    assert found["desktop"].health is Health.NOTE
    assert found["desktop"].remedy == install_line("desktop")
    assert "torchvision" in found["train"].text
    assert found["demo"].health is Health.OK


def test_a_missing_library_is_a_fault(request_: DoctorRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "present", lambda module: module != "jpeg_ls")
    (finding,) = engines.check_libraries(request_)
    assert finding.health is Health.FAULT
    assert "pyjpegls" in finding.text
    assert finding.remedy == "pip install --force-reinstall . in the folder of this program's source"


def test_where_nothing_is_installed_no_remedy_installs(
    request_: DoctorRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "present", lambda module: False)
    monkeypatch.setattr("sys.frozen", True, raising=False)
    (finding,) = engines.check_libraries(request_)
    assert finding.remedy == "take the program's archive again and unpack it into an empty folder"


@pytest.mark.parametrize(
    ("script", "health", "words"),
    [
        ("echo 'NVIDIA X1, 8192 MiB, 580.1'", Health.OK, "NVIDIA X1, 8192 MiB; driver 580.1"),
        ("echo 'No devices were found'; exit 6", Health.NOTE, "No devices were found"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="stands in for the driver's program by a shell script")
def test_a_gpu_is_told_by_its_driver(
    script: str, health: Health, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(engines, "present", lambda module: True)
    monkeypatch.setattr("shutil.which", lambda name: str(program))
    finding = engines.nvidia()
    assert finding is not None
    assert finding.health is health
    assert words in finding.text


def test_the_lists_are_the_projects_own() -> None:
    needed = {line.split(">=")[0].split("<")[0] for line in PROJECT["dependencies"]}
    assert set(engines.LIBRARIES) == needed
    optional = PROJECT["optional-dependencies"]
    assert set(extras.EXTRAS) == set(optional) - {"dev", "package"}, "all but those who build it need"
    assert {extra: len(modules) for extra, (_, modules) in extras.EXTRAS.items()} == {
        extra: len(optional[extra]) for extra in extras.EXTRAS
    }
