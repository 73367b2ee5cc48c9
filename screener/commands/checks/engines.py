"""The libraries a scan stands on, and what can run a model."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

from screener.commands.checks.findings import (
    DoctorRequest,
    Finding,
    Health,
    first_line,
    named,
    present,
    whole_again,
)
from screener.errors import MissingExtra

LIBRARIES = {
    "numpy": "numpy",
    "pillow": "PIL",
    "pydicom": "pydicom",
    "pyjpegls": "jpeg_ls",
    "pylibjpeg-openjpeg": "openjpeg",
    "imagecodecs": "imagecodecs",
    "openpyxl": "openpyxl",
    "rich": "rich",
    "typer": "typer",
    "openvino": "openvino",
}
"""Registry name to module, of everything that a scan needs."""

_ARITHMETIC = ("FP32", "BF16", "FP16", "INT8")
"""Of what OpenVINO says a processor can do, what says how fast it may be."""

_QUERY = ("--query-gpu=name,memory.total,driver_version", "--format=csv,noheader")
_GPU_SECONDS = 20


def check_libraries(request: DoctorRequest) -> Iterator[Finding]:
    """One finding: the libraries that a scan needs are there, or which are not."""
    missing = [package for package, module in LIBRARIES.items() if not present(module)]
    if missing:
        text, remedy = f"missing: {', '.join(missing)}", whole_again()
        yield Finding("Libraries", Health.FAULT, text, remedy)
    else:
        shown = [named(package) for package in ("numpy", "pillow", "pydicom")]
        yield Finding("Libraries", Health.OK, f"{', '.join(shown)}, and {len(LIBRARIES) - len(shown)} more")


def check_engines(request: DoctorRequest) -> Iterator[Finding]:
    """Findings on OpenVINO, PyTorch and GPUs; PyTorch is imported only if the request says `full`."""
    yield _openvino()
    gpu = nvidia()
    yield _torch(request.full)
    yield gpu or Finding("GPU", Health.OK, "no NVIDIA GPU found; scans run on the CPU")
    if request.full and present("torch"):
        yield _cuda()


def _openvino() -> Finding:
    from screener.engines.quiet import import_openvino

    try:
        openvino = import_openvino()
        core = openvino.Core()
        devices = list(core.available_devices)
        all_skills = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") if "CPU" in devices else ()
        skills = [skill for skill in _ARITHMETIC if skill in all_skills]
    except (ImportError, OSError, RuntimeError) as error:
        remedy = f"{whole_again('openvino')} (Windows: also the Visual C++ Redistributable)"
        return Finding("OpenVINO", Health.FAULT, f"cannot be loaded: {first_line(error)}", remedy)
    text = f"{openvino.get_version().split('-')[0]}, devices {', '.join(devices) or 'none'}"
    if not skills:
        return Finding("OpenVINO", Health.FAULT, f"{text}: it cannot use this processor")
    return Finding("OpenVINO", Health.OK, f"{text}; {', '.join(skills)}")


def _torch(full: bool) -> Finding:
    if not present("torch"):
        return Finding("PyTorch", Health.OK, "not installed; only training and GPUs need it")
    how = "loaded" if full else "not loaded for this check; --full tries it"
    return Finding("PyTorch", Health.OK, f"{named('torch').removeprefix('torch ')}, {how}")


def nvidia() -> Finding | None:
    """The NVIDIA GPUs that the driver's own program tells of; None where there is no driver."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return None
    try:
        told = subprocess.run([program, *_QUERY], capture_output=True, text=True, timeout=_GPU_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding("GPU", Health.NOTE, f"an NVIDIA driver that does not answer ({type(error).__name__})")
    if told.returncode:
        said = (told.stdout + told.stderr).strip().splitlines() or ["no reason given"]
        return Finding("GPU", Health.NOTE, f"an NVIDIA driver, but no GPU: {said[0]}")
    gpus = [", ".join(part.strip() for part in line.split(",")[:2]) for line in told.stdout.splitlines()]
    driver = told.stdout.splitlines()[0].split(",")[-1].strip()
    text = f"{'; '.join(gpus)}; driver {driver}"
    if present("torch"):
        return Finding("GPU", Health.OK, text, "use it with --device cuda")
    missing = str(MissingExtra("a GPU", "train"))
    return Finding("GPU", Health.NOTE, f"{text}; PyTorch is missing", missing)


def _cuda() -> Finding:
    from screener.engines.torch import available

    try:
        usable = [device for device in ("cuda", "mps") if available(device)]
    except (ImportError, OSError, RuntimeError) as error:
        remedy = whole_again("torch torchvision")
        return Finding("PyTorch devices", Health.NOTE, f"it cannot be loaded: {first_line(error)}", remedy)
    if usable:
        return Finding("PyTorch devices", Health.OK, f"{', '.join(usable)} and cpu")
    return Finding("PyTorch devices", Health.OK, "cpu only")
