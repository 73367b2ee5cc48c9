"""Networks by name, one decorated function each. Needs torch: for training and the torch engine alone."""

from screener.models.architectures import lite, new_heads, published, small, tree  # noqa: F401  (importing registers)
from screener.models.architectures.registry import Architecture, architecture_named, build, names

__all__ = ["Architecture", "architecture_named", "build", "names"]
