"""Published networks, from torchvision's definitions, cut into backbone, neck and head."""

from collections import OrderedDict

from torch import nn
from torchvision import models as zoo

from screener.models.architectures.registry import Blueprint, architecture
from screener.models.network import Network, pooled


@architecture(published="resnet18")
def resnet18(blueprint: Blueprint) -> Network:
    """Residual network of 18 layers (He et al., CVPR 2016)."""
    return _residual(zoo.resnet18(), blueprint)


@architecture(published="resnet34")
def resnet34(blueprint: Blueprint) -> Network:
    """Residual network of 34 layers (He et al., CVPR 2016): basic blocks 3-4-6-3."""
    return _residual(zoo.resnet34(), blueprint)


@architecture(published="resnet50")
def resnet50(blueprint: Blueprint) -> Network:
    """Residual network of 50 layers with bottlenecks (He et al., CVPR 2016)."""
    return _residual(zoo.resnet50(), blueprint)


@architecture(published="resnet152")
def resnet152(blueprint: Blueprint) -> Network:
    """Residual network of 152 layers with bottlenecks (He et al., CVPR 2016)."""
    return _residual(zoo.resnet152(), blueprint)


@architecture(published="densenet121")
def densenet121(blueprint: Blueprint) -> Network:
    """Densely connected network of 121 layers (Huang et al., CVPR 2017)."""
    net = zoo.densenet121()
    features = net.features
    first_convolution(features, "conv0", blueprint.channels)
    features.add_module("relu5", nn.ReLU(inplace=False))
    return pooled(features, net.classifier.in_features, blueprint.outputs, blueprint.drop(0.0))


@architecture(published="mobilenet_v2")
def mobilenet_v2(blueprint: Blueprint) -> Network:
    """MobileNetV2, inverted residuals (Sandler et al., CVPR 2018)."""
    net = zoo.mobilenet_v2()
    first_convolution(net.features[0], "0", blueprint.channels)
    return pooled(net.features, net.last_channel, blueprint.outputs, blueprint.drop(0.2))


@architecture(published="mobilenet_v3_small")
def mobilenet_v3_small(blueprint: Blueprint) -> Network:
    """MobileNetV3-Small (Howard et al., ICCV 2019) with R4's head: average pool, dropout, linear."""
    return _mobile_v3(zoo.mobilenet_v3_small(), blueprint)


@architecture(published="mobilenet_v3_large")
def mobilenet_v3_large(blueprint: Blueprint) -> Network:
    """MobileNetV3-Large (Howard et al., ICCV 2019) with R4's head: average pool, dropout, linear."""
    return _mobile_v3(zoo.mobilenet_v3_large(), blueprint)


@architecture(published="efficientnet_b0")
def efficientnet_b0(blueprint: Blueprint) -> Network:
    """EfficientNet-B0 (Tan and Le, ICML 2019)."""
    net = zoo.efficientnet_b0()
    first_convolution(net.features[0], "0", blueprint.channels)
    return pooled(net.features, net.classifier[1].in_features, blueprint.outputs, blueprint.drop(0.2))


@architecture(published="vgg16", dense=True)
def vgg16(blueprint: Blueprint) -> Network:
    """VGG-16 (Simonyan and Zisserman, ICLR 2015): 13 convolutions and a dense head."""
    return _vgg(zoo.vgg16(), blueprint)


@architecture(published="vgg19", dense=True)
def vgg19(blueprint: Blueprint) -> Network:
    """VGG-19 (Simonyan and Zisserman, ICLR 2015): 16 convolutions and a dense head."""
    return _vgg(zoo.vgg19(), blueprint)


@architecture(published="alexnet", dense=True)
def alexnet(blueprint: Blueprint) -> Network:
    """AlexNet in its one-tower form (Krizhevsky, 2014)."""
    net = zoo.alexnet()
    first_convolution(net.features, "0", blueprint.channels)
    return _dense(net, blueprint)


def _residual(net: zoo.ResNet, blueprint: Blueprint) -> Network:
    first_convolution(net, "conv1", blueprint.channels)
    stages = ("conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4")
    backbone = nn.Sequential(OrderedDict((name, getattr(net, name)) for name in stages))
    return pooled(backbone, net.fc.in_features, blueprint.outputs, blueprint.drop(0.0))


def _mobile_v3(net: zoo.MobileNetV3, blueprint: Blueprint) -> Network:
    first_convolution(net.features[0], "0", blueprint.channels)
    return pooled(net.features, net.classifier[0].in_features, blueprint.outputs, blueprint.drop(0.2))


def _vgg(net: zoo.VGG, blueprint: Blueprint) -> Network:
    first_convolution(net.features, "0", blueprint.channels)
    return _dense(net, blueprint)


def _dense(net: zoo.VGG | zoo.AlexNet, blueprint: Blueprint) -> Network:
    """The network with its published dense layers as the neck, all but the last."""
    layers = list(net.classifier)
    for layer in layers:
        if isinstance(layer, nn.Dropout):
            layer.p = blueprint.drop(0.5)
    neck = nn.Sequential(net.avgpool, nn.Flatten(), *layers[:-1])
    head = nn.Linear(layers[-1].in_features, blueprint.outputs)
    return Network(net.features, neck, head, pooled=False)


def first_convolution(parent: nn.Module, name: str, channels: int) -> None:
    """Replace the convolution called `name` by one that reads `channels`."""
    old = getattr(parent, name)
    if old.in_channels != channels:
        new = nn.Conv2d(
            channels, old.out_channels, old.kernel_size, old.stride, old.padding, bias=old.bias is not None
        )
        setattr(parent, name, new)
