"""The program itself and the machine it runs on."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from screener import __version__
from screener.commands.checks.findings import DoctorRequest, Finding, Health

_GIB = 1 << 30
_ENOUGH = 2 * _GIB
"""Memory below which a scan with its workers and a film of the largest kind may run short."""

_CGROUPS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
)
"""Limit and use of a container's memory, in version 2 and version 1 of Linux's control groups."""


def check_machine(request: DoctorRequest) -> Iterator[Finding]:
    """Findings on the program, Python, the system, the processor and the memory."""
    form = "one executable" if getattr(sys, "frozen", False) else f"in {Path(__file__).parents[2]}"
    yield Finding("Program", Health.OK, f"screener {__version__}, {form}")
    python = f"{platform.python_implementation()} {platform.python_version()}, {sys.executable}"
    yield Finding("Python", Health.OK, python)
    yield Finding("System", Health.OK, platform.platform(aliased=True, terse=True))
    yield _processor()
    yield memory_finding(*memory())


def _processor() -> Finding:
    from screener.engines.cores import cores

    usable, all_ = cores(), os.cpu_count() or 1
    counted = f"{usable} core{'s' * (usable > 1)}" if usable >= all_ else f"{usable} of {all_} cores usable"
    return Finding("Processor", Health.OK, f"{_processor_name()}, {counted}")


def _processor_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or platform.machine()


def memory_finding(free: int | None, total: int | None) -> Finding:
    """What `free` of `total` bytes of memory mean; None where the system doesn't say."""
    if total is None:
        return Finding("Memory", Health.NOTE, "this system does not say how much there is")
    if free is None:
        return Finding("Memory", Health.OK, f"{total / _GIB:.1f} GiB")
    text = f"{free / _GIB:.1f} GiB available of {total / _GIB:.1f} GiB"
    if free >= _ENOUGH:
        return Finding("Memory", Health.OK, text)
    remedy = "close other programs, or scan with --workers 1"
    return Finding("Memory", Health.NOTE, f"{text}; large films may be refused", remedy)


def memory() -> tuple[int | None, int | None]:
    """Bytes of memory that may still be taken, and all; a container's where it has a limit; None: unknown."""
    if sys.platform == "win32":
        return _windows_memory()
    free, total = _proc_memory()
    for limit_file, used_file in _CGROUPS:
        try:
            limit, used = (int(Path(file).read_text("ascii")) for file in (limit_file, used_file))
        except (OSError, ValueError):  # no such control group, or its limit is "max"
            continue
        if total is None or limit < total:
            return max(0, min(limit - used, free if free is not None else limit)), limit
    return free, total


def _proc_memory() -> tuple[int | None, int | None]:
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    except OSError:
        if sys.platform == "win32" or "SC_PHYS_PAGES" not in os.sysconf_names:
            return None, None
        return None, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    fields = {name: int(rest.split()[0]) << 10 for name, _, rest in (line.partition(":") for line in lines)}
    return fields.get("MemAvailable"), fields.get("MemTotal")


def _windows_memory() -> tuple[int | None, int | None]:
    """By GlobalMemoryStatusEx: a structure of two 32-bit words and seven 64-bit ones."""
    import ctypes
    from struct import calcsize, unpack

    layout = "<2L7Q"
    size = calcsize(layout)
    buffer = ctypes.create_string_buffer(size.to_bytes(4, "little"), size)  # it wants to be told its size
    windows = getattr(ctypes, "windll", None)
    if windows is None or not windows.kernel32.GlobalMemoryStatusEx(buffer):
        return None, None
    _, _, total, free, *_ = unpack(layout, buffer.raw)
    return free, total
