"""What may ship, by its licence."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

RULES = Path(__file__).parents[2] / "packaging" / "licences.toml"


@pytest.fixture
def judging(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("judging")


@pytest.mark.parametrize(
    "declared", ["MIT", "BSD-3-Clause AND 0BSD", "Apache-2.0 OR BSD-2-Clause", "ISC License"]
)
def test_a_free_licence_ships_as_it_is_declared(judging: ModuleType, declared: str) -> None:
    assert judging.package_licence("some", declared, {}).licence == declared


@pytest.mark.parametrize(
    "declared",
    [
        "GPL-3.0-only",
        "GPLv3",
        "AGPL-3.0-or-later",
        "LGPL-2.1-only",
        "MIT AND GPL-2.0-or-later",
        "GNU General Public License v3 (GPLv3)",
        "GNU Lesser General Public License v2",
        "",
    ],
)
def test_a_gnu_licence_that_nobody_decided_on_stops_the_build(judging: ModuleType, declared: str) -> None:
    with pytest.raises(judging.Unfit, match="some"):
        judging.package_licence("some", declared, {})


def test_a_choice_of_licences_is_taken_as_decided(judging: ModuleType) -> None:
    declared = "LGPL-3.0-only OR GPL-3.0-only"
    taken = {"some": judging.Taken("LGPL-3.0-only", "used unchanged", declared)}
    assert judging.package_licence("some", declared, taken).licence == "LGPL-3.0-only"


def test_a_decision_on_other_words_holds_no_more(judging: ModuleType) -> None:
    taken = {"some": judging.Taken("LGPL-3.0-only", "used unchanged", "LGPL-3.0-only OR GPL-3.0-only")}
    with pytest.raises(judging.Unfit, match="anew"):
        judging.package_licence("some", "GPL-3.0-only", taken)


def test_no_decision_makes_gpl_fit(judging: ModuleType) -> None:
    taken = {"some": judging.Taken("GPL-3.0-only", "we like it", "GPL")}
    with pytest.raises(judging.Unfit, match="must not ship"):
        judging.package_licence("some", "GPL-3.0-only", taken)


def test_a_gnu_licence_needs_a_reason(judging: ModuleType) -> None:
    with pytest.raises(judging.Unfit, match="why"):
        judging.fit("some", judging.Taken("LGPL-2.1-or-later"))


def libraries(judging: ModuleType) -> list[object]:
    rules = tomllib.loads(RULES.read_text("utf-8"))["library"]
    return [
        judging.Library(rule["name"], rule["files"], judging.Taken(rule["licence"], rule.get("why", "")))
        for rule in rules
    ]


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("libz.so.1", "zlib"),
        ("libz.1.3.1.zlib-ng.dylib", "zlib"),
        ("libzstd-40ad5e7e.so.1.5.7", "Zstandard"),
        ("libjpeg-6dc8d115.so.62.4.0", "libjpeg-turbo"),
        ("libjpeg.62.4.0.dylib", "libjpeg-turbo"),
        ("libQt6Core.so.6", "Qt"),
        ("Qt6Core.dll", "Qt"),
        ("QtCore", "Qt"),
        ("qwindows.dll", "Qt"),
        ("libqcocoa.dylib", "Qt"),
        ("qmodernwindowsstyle.dll", "Qt"),
        ("libqxcb.so", "Qt"),
        ("libicudata.so.73", "ICU"),
        ("libxcb-cursor.so.0", "X.Org libraries"),
        ("libX11-xcb.so.1", "X.Org libraries"),
        ("libstdc++.so.6", "GCC run-time libraries"),
        ("libgcc_s.so.1", "GCC run-time libraries"),
        ("libgfortran-040039e1-0352e75f.so.5.0.0", "GCC run-time libraries"),
        ("libquadmath-96973f99-934c22de.so.0.0.0", "libquadmath"),
        ("libscipy_openblas64_-32a4b2a6.so", "OpenBLAS"),
        ("libscipy_openblas64_-63c857e738469261263c764a36be9436.dll", "OpenBLAS"),
        ("msvcp140-a4c2229bdc2a2a630acdc095b4d86008.dll", "Microsoft Visual C++ run-time library"),
        ("VCRUNTIME140_1.dll", "Microsoft Visual C++ run-time library"),
        ("msvcp140_codecvt_ids.dll", "Microsoft Visual C++ run-time library"),
        ("api-ms-win-crt-runtime-l1-1-0.dll", "Microsoft Visual C++ run-time library"),
        ("ucrtbase.dll", "Microsoft Visual C++ run-time library"),
        ("python312.dll", "CPython"),
        ("libpython3.11.so.1.0", "CPython"),
        ("Python", "CPython"),
        ("libcrypto-3.dll", "OpenSSL's libcrypto"),
        ("libffi-8.dll", "libffi"),
        ("openvino_intel_cpu_plugin.dll", "OpenVINO"),
        ("libopenvino_arm_cpu_plugin.so", "OpenVINO"),
        ("libopenvino.2641.dylib", "OpenVINO"),
        ("tbb12.dll", "oneTBB"),
        ("libtbbbind_2_5.so.3", "oneTBB"),
        ("pyside6.abi3.dll", "PySide6 and Shiboken"),
        ("libshiboken6.abi3.so.6.11", "PySide6 and Shiboken"),
        ("libcap.so.2", "libcap"),
        ("libmd.so.0", "libbsd and libmd"),
        ("liblzma.5.dylib", "XZ's liblzma"),
    ],
)
def test_a_library_is_known_by_its_file_on_every_system(judging: ModuleType, file: str, name: str) -> None:
    assert judging.library_licence(file, libraries(judging)).name == name


@pytest.mark.parametrize("file", ["libreadline.so.8", "libgdcmCommon.so", "libx265.so", "unheard-of.dll"])
def test_an_unknown_library_stops_the_build(judging: ModuleType, file: str) -> None:
    with pytest.raises(judging.Unfit, match="no licence"):
        judging.library_licence(file, libraries(judging))
