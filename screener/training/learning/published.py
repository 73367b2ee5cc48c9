"""torchvision's published weights: from its cache, or fetched when the user asks for them by name."""

import http.client
import re
from pathlib import Path

import torch
from torch import Tensor
from torchvision import models as zoo

from screener.errors import UsageError
from screener.models.architectures import Architecture
from screener.models.card import seal

IMAGENET = "imagenet"
"""What `--pretrained` reads for them."""

SUFFIX = ".pth"
"""Of torchvision's files, whose names end in the first digits of their sha256."""


def published_weights(architecture: Architecture) -> Path:
    """The file of the weights that torchvision publishes for `architecture`, trained on ImageNet.

    It lies in torch's own cache (`TORCH_HOME`), and is fetched into it where it is not there yet. This is the
    one place where the program uses a network, and only because `--pretrained imagenet` says so.

    Raises:
        UsageError: there are none for this network, or they are not in the cache and cannot be fetched.
    """
    if not architecture.published:
        raise UsageError(
            f"--pretrained {IMAGENET}: there are no published weights for {architecture.name}; "
            "name a safetensors file or a model folder, or leave it out"
        )
    url: str = zoo.get_model_weights(architecture.published).DEFAULT.url
    path = Path(torch.hub.get_dir()) / "checkpoints" / url.rsplit("/", 1)[-1]
    if not path.is_file():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            torch.hub.download_url_to_file(url, str(path), _digits(path), progress=False)
        except (OSError, RuntimeError, http.client.HTTPException) as error:
            raise UsageError(
                f"--pretrained {IMAGENET}: {path.name} is not in {path.parent} and could not be fetched "
                f"({error}); put it there, or name a safetensors file or a model folder"
            ) from error
    return path


def is_published(path: Path, sha256: str) -> bool:
    """Whether `path`, whose bytes have this sha256 (hex), is one of the files that torchvision publishes."""
    return path.name in published_names() and sha256.startswith(_digits(path))


def published_names() -> frozenset[str]:
    """The names of all files of weights that torchvision publishes for classification."""
    models = zoo.list_models(module=zoo)
    return frozenset(w.url.rsplit("/", 1)[-1] for name in models for w in zoo.get_model_weights(name))


_DENSE_LAYER = re.compile(r"(denselayer\d+\.(?:norm|relu|conv))\.([12]\.)")


def read_published(path: Path) -> dict[str, Tensor]:
    """The tensors of one of torchvision's files, as data: nothing in it is run.

    Raises:
        UsageError: its bytes are not those that its name vouches for.
    """
    if not seal(path).sha256.startswith(_digits(path) or "none"):
        raise UsageError(
            f"--pretrained {path}: its sha256 does not begin with the digits that its name ends in, as with "
            "torchvision's files; fetch it again, or name a safetensors file"
        )
    tensors: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    # torchvision's own densenet121 renames its layers as it reads them: norm.1 there is norm1 here.
    return {_DENSE_LAYER.sub(r"\1\2", name): tensor for name, tensor in tensors.items()}


def _digits(path: Path) -> str:
    return path.stem.rpartition("-")[2]
