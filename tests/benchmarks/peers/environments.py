"""An environment of its own for each peer, from PyPI; PyTorch, which they share, is installed once.

PyTorch takes 5.4 GB. So the peers' environments are layered: each holds the peer and what only it needs, and
a `.pth` file in it names the site-packages of one environment that holds torch and torchvision. What a peer
needs in another version than is found there, pip installs into its own environment, which comes first.
"""

import subprocess
import sys
import venv
from pathlib import Path

PACKAGES = {"plain": "pydicom", "timm": "timm", "ultralytics": "ultralytics", "transformers": "transformers"}
"""Peer to what is installed for it; besides torch and torchvision."""

_LAYER = "zz-torch.pth"


def make(place: Path, torch: Path | None) -> dict[str, Path]:
    """The Python of each peer's environment below `place`; made where it is not there yet.

    Args:
        place: a folder.
        torch: an environment that holds torch and torchvision already; None to make one below `place`.
    """
    base = torch or place / "torch"
    if not base.exists():
        venv.create(base, with_pip=True)
        _pip(base, "torch", "torchvision")
    return {peer: _layer(place / peer, package, base) for peer, package in PACKAGES.items()}


def python_of(environment: Path) -> Path:
    """The environment's Python."""
    return environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def _layer(environment: Path, package: str, base: Path) -> Path:
    if not environment.exists():
        venv.create(environment, with_pip=True)
        (_packages(environment) / _LAYER).write_text(f"{_packages(base)}\n", "utf-8")
        _pip(environment, package)
    return python_of(environment)


def _packages(environment: Path) -> Path:
    (found,) = environment.glob("Lib/site-packages" if sys.platform == "win32" else "lib/*/site-packages")
    return found.absolute()


def _pip(environment: Path, *packages: str) -> None:
    command = [python_of(environment), "-m", "pip", "install", "--quiet", *packages]
    subprocess.run(list(map(str, command)), check=True)
