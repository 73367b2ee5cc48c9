"""What is asked of the processor, and what is made of the answers."""

import types
from pathlib import Path
from typing import Any

import pytest

from screener.engines import processor
from screener.engines.processor import has_avx512, has_integer_units, wants_winograd
from screener.engines.quiet import import_openvino


def telling(*capabilities: str) -> Any:
    """An `openvino.Core` whose processor has these capabilities."""
    return types.SimpleNamespace(get_property=lambda device, name: list(capabilities))


WIDE, NARROW = telling("FP32", "INT8", "WINOGRAD"), telling("FP32", "INT8", "BIN")


@pytest.fixture
def cpuinfo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A processor of x86 and a Linux that lists nothing; the file may be written."""
    path = tmp_path / "cpuinfo"
    monkeypatch.setattr(processor, "Path", lambda name: path)
    monkeypatch.setattr("platform.machine", lambda: "AMD64")
    return path


def test_avx512_pays_for_integers(cpuinfo: Path) -> None:
    assert has_avx512(WIDE)
    assert has_integer_units(WIDE)


def test_int8_among_the_capabilities_says_nothing(cpuinfo: Path) -> None:
    assert not has_avx512(NARROW)
    assert not has_integer_units(NARROW)


@pytest.mark.parametrize(("flags", "has"), [("fma avx2 avx_vnni", True), ("fma avx2", False), ("", False)])
def test_vnni_without_avx512_is_found_on_linux(cpuinfo: Path, flags: str, has: bool) -> None:
    cpuinfo.write_text(f"processor\t: 0\nflags\t\t: fpu {flags}\nbugs\t\t: avx_vnni\n", "utf-8")
    assert has_integer_units(NARROW) is has


@pytest.mark.parametrize(("machine", "wants"), [("AMD64", True), ("x86_64", True), ("arm64", False)])
def test_convolutions_are_rewritten_on_x86_alone(
    machine: str, wants: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.machine", lambda: machine)
    assert wants_winograd() is wants


def test_this_processor_answers_as_linux_says() -> None:
    flags = Path("/proc/cpuinfo")
    if not flags.exists():
        pytest.skip("only Linux lists what a processor can do")
    assert has_avx512(import_openvino().Core()) == ("avx512bw" in flags.read_text("utf-8").split())
