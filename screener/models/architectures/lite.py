"""EfficientNet-Lite: EfficientNet without squeeze-and-excitation and swish, made for integer arithmetic."""

from collections import OrderedDict

from torch import Tensor, nn
from torch.nn import functional
from torchvision.ops import StochasticDepth

from screener.models.architectures.registry import Blueprint, architecture
from screener.models.network import Network, Stages, pooled

_EPSILON = 1e-3
_MOMENTUM = 0.01
_WIDTH = 1280
_DEPTH_DROP = 0.2
"""Chance that the last block is skipped while training; earlier blocks in proportion to their depth."""

_STAGES = (
    # (blocks, kernel, stride of the first, expansion, channels)
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


@architecture(mean=(127 / 255,) * 3, std=(128 / 255,) * 3)
def efficientnet_lite0(blueprint: Blueprint) -> Network:
    """EfficientNet-Lite0 (Liu, 2020; after Tan and Le, ICML 2019), TensorFlow's padding."""
    total = sum(stage[0] for stage in _STAGES)
    blocks: list[nn.Module] = []
    inner = 32
    for count, kernel, stride, expansion, outer in _STAGES:
        for number in range(count):
            drop = _DEPTH_DROP * len(blocks) / total
            blocks.append(_Block(inner, outer, kernel, stride if number == 0 else 1, expansion, drop))
            inner = outer
    # Layers are named as in the published checkpoints, so that those load as they are.
    backbone = nn.Sequential(
        OrderedDict(
            _conv_stem=_SameConv2d(blueprint.channels, 32, 3, 2),
            _bn0=_norm(32),
            _relu0=nn.ReLU6(),
            _blocks=Stages(*blocks),
            _conv_head=_SameConv2d(inner, _WIDTH, 1, 1),
            _bn1=_norm(_WIDTH),
            _relu1=nn.ReLU6(),
        )
    )
    return pooled(backbone, _WIDTH, blueprint.outputs, blueprint.drop(0.2))


class _SameConv2d(nn.Conv2d):
    """A convolution without bias, padded as TensorFlow's "SAME": ceil(side / stride) out, the odd row below.

    An even stride pads more behind than before, which PyTorch's own padding cannot say.
    """

    def __init__(self, inner: int, outer: int, kernel: int, stride: int, groups: int = 1) -> None:
        super().__init__(inner, outer, kernel, stride, groups=groups, bias=False)

    def forward(self, pictures: Tensor) -> Tensor:
        kernel, stride = self.kernel_size[0], self.stride[0]
        before_after: list[int] = []
        for side in (pictures.shape[-1], pictures.shape[-2]):
            missing = max((-(-side // stride) - 1) * stride + kernel - side, 0)
            before_after += [missing // 2, missing - missing // 2]
        left, right, top, bottom = before_after
        if left == right == top == bottom:
            return functional.conv2d(pictures, self.weight, None, stride, left, 1, self.groups)
        padded = functional.pad(pictures, before_after)
        return functional.conv2d(padded, self.weight, None, stride, 0, 1, self.groups)


class _Block(nn.Module):
    """An inverted residual: expand by a 1 x 1, filter each channel, project, add the input where it fits."""

    def __init__(self, inner: int, outer: int, kernel: int, stride: int, expansion: int, drop: float) -> None:
        super().__init__()
        wide = inner * expansion
        layers: list[tuple[str, nn.Module]] = []
        if expansion != 1:
            layers += [
                ("_expand_conv", _SameConv2d(inner, wide, 1, 1)),
                ("_bn0", _norm(wide)),
                ("_relu0", nn.ReLU6()),
            ]
        layers += [
            ("_depthwise_conv", _SameConv2d(wide, wide, kernel, stride, groups=wide)),
            ("_bn1", _norm(wide)),
            ("_relu1", nn.ReLU6()),
            ("_project_conv", _SameConv2d(wide, outer, 1, 1)),
            ("_bn2", _norm(outer)),
        ]
        for name, layer in layers:
            self.add_module(name, layer)
        self._order = tuple(name for name, _ in layers)
        self._drop = StochasticDepth(drop, "row") if stride == 1 and inner == outer else None

    def forward(self, pictures: Tensor) -> Tensor:
        result = pictures
        for name in self._order:
            result = self.get_submodule(name)(result)
        if self._drop is None:
            return result
        skipped: Tensor = self._drop(result)
        return skipped + pictures


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=_EPSILON, momentum=_MOMENTUM)
