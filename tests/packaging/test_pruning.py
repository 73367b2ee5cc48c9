"""Which libraries are needed."""

from collections.abc import Callable
from types import ModuleType

import pytest


@pytest.fixture
def pruning(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("pruning")


@pytest.mark.parametrize(
    "place",
    [
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqwayland.so",
        "PySide6/Qt/plugins/platforms/libqcocoa.dylib",
        "PySide6\\plugins\\platforms\\qwindows.dll",
        "PySide6/plugins/styles/qmodernwindowsstyle.dll",
        "PySide6/Qt/translations/qtbase_zh_CN.qm",
        "screener/desktop/translations/screener_zh_CN.qm",
        "libz.so.1",
        "PIL/_imaging.cpython-311-x86_64-linux-gnu.so",
    ],
)
def test_what_the_program_uses_stays(pruning: ModuleType, place: str) -> None:
    assert pruning.is_wanted(place)


@pytest.mark.parametrize(
    "place",
    [
        "PySide6/Qt/plugins/platforms/libqvnc.so",
        "PySide6/Qt/plugins/platforms/libqminimalegl.so",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/plugins/tls/libqopensslbackend.so",
        "PySide6/Qt/plugins/imageformats/libqpdf.so",
        "PySide6/Qt/translations/qtbase_de.qm",
        "PIL/_avif.cpython-311-x86_64-linux-gnu.so",
        "python3.11/lib-dynload/readline.cpython-311-x86_64-linux-gnu.so",
        "_ssl.pyd",
    ],
)
def test_what_it_does_not_use_goes(pruning: ModuleType, place: str) -> None:
    assert not pruning.is_wanted(place)


def test_a_framework_stays_whole_with_its_binary_and_goes_with_it(pruning: ModuleType) -> None:
    lib = "PySide6/Qt/lib"
    binaries = [(f"{lib}/QtCore.framework/Versions/A/QtCore", "/q/QtCore", "BINARY")]
    data = [
        (f"{lib}/QtCore.framework/Versions/Current", "A", "SYMLINK"),
        (f"{lib}/QtCore.framework/Versions/A/Resources/Info.plist", "/q/Info.plist", "DATA"),
        (f"{lib}/QtNetwork.framework/Versions/Current", "A", "SYMLINK"),
        (f"{lib}/QtNetwork.framework/Versions/A/Resources/Info.plist", "/q/Info.plist", "DATA"),
        ("QtCore", f"{lib}/QtCore.framework/Versions/A/QtCore", "SYMLINK"),
        ("QtNetwork", f"{lib}/QtNetwork.framework/Versions/A/QtNetwork", "SYMLINK"),
        ("screener/tasks/pcam.toml", "/s/pcam.toml", "DATA"),
    ]
    kept = pruning.needed_data(data, binaries)
    assert kept == [data[0], data[1], data[4], data[6]]


def test_the_interpreter_stays_though_nothing_asks_for_it(pruning: ModuleType) -> None:
    entries = [("Python.framework/Versions/3.12/Python", "/p/Python", "BINARY")]
    assert pruning.needed(entries, lambda file: []) == entries


def test_only_what_is_reached_stays(pruning: ModuleType) -> None:
    plugins = "PySide6/Qt/plugins/platforms"
    entries = [
        ("numpy/_core.so", "/n/_core.so", "EXTENSION"),
        (f"{plugins}/libqxcb.so", "/q/libqxcb.so", "BINARY"),
        (f"{plugins}/libqvnc.so", "/q/libqvnc.so", "BINARY"),
        ("libX.so.6", "/x/libX.so.6", "BINARY"),
        ("libXau.so.6", "/x/libXau.so.6", "BINARY"),
        ("libQt6Network.so.6", "/q/libQt6Network.so.6", "BINARY"),
        ("openvino/libs/libopenvino_intel_cpu_plugin.so", "/o/cpu.so", "BINARY"),
        ("openvino/libs/libopenvino_intel_gpu_plugin.so", "/o/gpu.so", "BINARY"),
        ("libpython3.11.so.1.0", "/p/libpython3.11.so.1.0", "BINARY"),
        ("libX.so", "x/libX.so.6", "SYMLINK"),
        ("libQt6Network.so", "q/libQt6Network.so.6", "SYMLINK"),
    ]
    needs = {
        "/q/libqxcb.so": ["libX.so.6", "libc.so.6"],
        "/q/libqvnc.so": ["libQt6Network.so.6"],
        "/x/libX.so.6": ["LIBXAU.so.6"],
        "/x/libXau.so.6": ["libX.so.6"],
    }
    kept = [place for place, _, _ in pruning.needed(entries, lambda file: needs.get(file, []))]
    assert kept == [
        "numpy/_core.so",
        f"{plugins}/libqxcb.so",
        "libX.so.6",
        "libXau.so.6",
        "openvino/libs/libopenvino_intel_cpu_plugin.so",
        "libpython3.11.so.1.0",
        "libX.so",
    ]
