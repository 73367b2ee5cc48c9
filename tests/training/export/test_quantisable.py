"""Which layers of a graph may be put into eight bits."""

from onnx import TensorProto, helper

from screener.training.export.quantise import quantisable


def test_first_and_last_layers_and_squeeze_and_excitation_stay_in_full() -> None:
    nodes = [
        helper.make_node("Conv", ["pixels", "a"], ["wide"], "first"),
        helper.make_node("ReduceMean", ["wide"], ["pooled"], "pool"),
        helper.make_node("Gather", ["pooled", "strides"], ["strided"], "stride"),
        helper.make_node("Conv", ["strided", "b"], ["few"], "squeeze"),
        helper.make_node("Relu", ["few"], ["active"], "relu"),
        helper.make_node("Conv", ["active", "c"], ["many"], "excite"),
        helper.make_node("HardSigmoid", ["many"], ["scale"], "gate"),
        helper.make_node("Mul", ["scale", "wide"], ["scaled"], "scale"),
        helper.make_node("Conv", ["scaled", "d"], ["projected"], "project"),
        helper.make_node("Conv", ["projected", "e"], ["maps"], "maps"),
    ]
    value = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [1, 1, 8, 8])
    graph = helper.make_graph(
        nodes, "se", [value], [helper.make_tensor_value_info("maps", TensorProto.FLOAT, None)]
    )
    assert quantisable(helper.make_model(graph)) == ["project"]
