"""A trained network as files: weights once, in safetensors, and an ONNX graph that points into them."""

import json
import struct
from pathlib import Path

import onnx
import torch
from onnx import TensorProto, helper
from safetensors.torch import save_file
from torch import Tensor

from screener.errors import ModelError
from screener.models.card import GRAPH, WEIGHTS
from screener.models.network import Deployed, Network
from screener.records import InputSpec

_OPSET = 18
_PREFIX = "network."
_SMALL = 4096
"""Bytes that a constant of the graph may have; anything larger must be a weight, and stored once."""


def stored_weights(network: Network) -> dict[str, Tensor]:
    """The network's state as it is stored, on the CPU: matrices and kernels in float16, vectors in float32.

    Vectors (biases, norms) are a thousandth of the bytes, and batch norm's variances may be too small for
    a half. Batch norm's counters say nothing of the function and are left out.
    """
    state = network.state_dict()
    return {
        name: (tensor.half() if tensor.ndim > 1 else tensor.float()).cpu().contiguous()
        for name, tensor in state.items()
        if tensor.is_floating_point()
    }


def round_weights(network: Network) -> None:
    """Give `network` the weights that will be stored, so that whatever is measured describes them.

    Raises:
        ModelError: a weight is too large for a half, or not a number.
    """
    stored = stored_weights(network)
    broken = [name for name, tensor in stored.items() if not torch.isfinite(tensor).all()]
    if broken:
        raise ModelError(f"weight {broken[0]} cannot be stored as float16; train with more weight decay")
    network.load_state_dict({name: tensor.float() for name, tensor in stored.items()}, strict=False)


def export_network(network: Network, spec: InputSpec, folder: Path) -> tuple[str, ...]:
    """Write model.onnx and model.safetensors into `folder`, and return the names of the graph's outputs.

    The graph takes `pixels`, uint8 N x H x W x C as `prepare` makes them, N free, and gives what
    `models.network.Seen` holds. Its weights are external data: float16 read from model.safetensors by
    offset, and cast to float32 in the graph.

    Raises:
        ModelError: a weight could not be found in the graph under its name.
    """
    # Unfused, so that the graph's weights are the state dict's and need not be stored again.
    deployed = Deployed(network.cpu().to(memory_format=torch.contiguous_format), spec).eval()
    save_file(stored_weights(network), folder / WEIGHTS)
    (folder / WEIGHTS).chmod(0o644)  # safetensors makes it its owner's alone
    graph = graph_of(deployed, spec, optimise=False)
    _point_into(graph, folder / WEIGHTS)
    forget_the_machine(graph)
    (folder / GRAPH).write_bytes(graph.SerializeToString(deterministic=True))
    return deployed.outputs


def graph_of(deployed: Deployed, spec: InputSpec, *, optimise: bool) -> onnx.ModelProto:
    """The graph of a network, from uint8 N x H x W x C (N free) to its outputs.

    Args:
        deployed: in evaluation mode, on the CPU.
        spec: its input.
        optimise: whether constants are folded; then the graph's weights are no longer the state dict's.

    Raises:
        ModelError: torch cannot export it.
    """
    # Two pictures, as the exporter would take a batch of one for a constant.
    example = torch.zeros(2, spec.height, spec.width, spec.channels, dtype=torch.uint8)
    program = torch.onnx.export(
        deployed,
        (example,),
        dynamo=True,
        dynamic_shapes=({0: torch.export.Dim("N")},),
        input_names=["pixels"],
        output_names=list(deployed.outputs),
        opset_version=_OPSET,
        optimize=optimise,
        verbose=False,
    )
    if program is None:
        raise ModelError("torch gave no graph for this network")
    return program.model_proto


def _point_into(graph: onnx.ModelProto, weights: Path) -> None:
    """Replace the graph's weights by references into the safetensors file `weights`."""
    places = _offsets(weights)
    kept, casts = [], []
    for initialiser in graph.graph.initializer:
        place = places.get(initialiser.name.removeprefix(_PREFIX))
        if place is None:
            if len(initialiser.raw_data) > _SMALL:
                raise ModelError(f"the graph's weight {initialiser.name} is not one of the network's")
            kept.append(initialiser)
            continue
        kind, start, length = place
        half = kind == "F16"
        reference = TensorProto(
            name=f"{initialiser.name}.half" if half else initialiser.name,
            data_type=TensorProto.FLOAT16 if half else TensorProto.FLOAT,
            dims=initialiser.dims,
            data_location=TensorProto.EXTERNAL,
        )
        for key, value in (("location", weights.name), ("offset", str(start)), ("length", str(length))):
            reference.external_data.add(key=key, value=value)
        kept.append(reference)
        if half:
            casts.append(helper.make_node("Cast", [reference.name], [initialiser.name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.graph.node]
    del graph.graph.initializer[:], graph.graph.node[:]
    graph.graph.initializer.extend(kept)
    graph.graph.node.extend(nodes)


def _offsets(weights: Path) -> dict[str, tuple[str, int, int]]:
    """By tensor: its safetensors type, where its bytes begin in the file, and how many there are."""
    with weights.open("rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(length))
    header.pop("__metadata__", None)
    return {
        name: (entry["dtype"], 8 + length + start, end - start)
        for name, entry in header.items()
        for start, end in (entry["data_offsets"],)
    }


def forget_the_machine(graph: onnx.ModelProto) -> None:
    """Take out the exporter's notes: stack traces with this machine's paths, and shapes nobody reads."""
    del graph.graph.value_info[:], graph.metadata_props[:], graph.graph.metadata_props[:]
    graph.doc_string = graph.graph.doc_string = ""
    named = (*graph.graph.node, *graph.graph.input, *graph.graph.output, *graph.graph.initializer)
    for part in named:
        part.doc_string = ""
        del part.metadata_props[:]
