"""A model folder's weights in the network that its card names. Needs torch."""

from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file

from screener.errors import ModelError
from screener.models.architectures import build
from screener.models.card import WEIGHTS, ModelCard, verify
from screener.models.network import Network


def stored_network(folder: Path, card: ModelCard) -> Network:
    """The trained network of `folder`, in evaluation mode, float32, on the CPU.

    Raises:
        UnknownName: this version knows no such architecture.
        ModelAltered: the weights are not the ones that the card vouches for.
        ModelError: they don't fit the network that the card names.
    """
    verify(card, folder, only=(WEIGHTS,))
    network = build(card.architecture, card.input, len(card.labels))
    try:
        network.load_state_dict(load_file(folder / WEIGHTS))
    except (RuntimeError, SafetensorError) as error:
        reason = str(error).splitlines()[0]
        raise ModelError(f"{folder / WEIGHTS} does not fit {card.architecture}: {reason}") from error
    return network.eval()
