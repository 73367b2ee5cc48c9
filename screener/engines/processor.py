"""What the processor can do, as far as it decides how a model is run."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

_X86 = ("x86_64", "amd64")


def has_avx512(core: Any) -> bool:
    """Whether this is an x86 processor whose AVX-512 instructions may be used.

    OpenVINO says so indirectly: it lists Winograd's algorithm as a capability where it finds them.

    Args:
        core: an `openvino.Core`.
    """
    return "WINOGRAD" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def has_integer_units(core: Any) -> bool:
    """Whether eight-bit products are much faster here than products of floats.

    They are with AVX-512, and with the VNNI instructions that some processors have without it, which only
    Linux reports. The `INT8` among OpenVINO's capabilities says nothing: it is always there.

    Args:
        core: an `openvino.Core`.
    """
    return has_avx512(core) or "avx_vnni" in _flags(Path("/proc/cpuinfo"))


def wants_winograd() -> bool:
    """Whether convolutions are to be rewritten by `engines.winograd`: on x86, where it pays."""
    return platform.machine().lower() in _X86


def _flags(file: Path) -> list[str]:
    """The instruction sets of the first processor that Linux lists; none on other systems."""
    if not file.exists():
        return []
    lines = file.read_text("utf-8", errors="replace").splitlines()
    return next((line.partition(":")[2].split() for line in lines if line.startswith("flags")), [])
