import hashlib
import re
import urllib.error
from pathlib import Path

import pytest
import torch

from screener.errors import UsageError
from screener.models.architectures import architecture_named, build, names
from screener.models.card import seal
from screener.records import InputSpec
from screener.training.learning import published
from screener.training.learning.pretrained import load_start
from screener.training.learning.published import published_names, published_weights, read_published
from screener.training.origins.starts import describe_start


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """torch's cache, empty, on a machine without a network."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))

    def unreachable(*given: object, **named: object) -> None:
        raise urllib.error.URLError("no route to host")

    monkeypatch.setattr(torch.hub, "download_url_to_file", unreachable)
    return tmp_path / "hub" / "checkpoints"


def _save(tensors: dict[str, torch.Tensor], folder: Path) -> Path:
    """A file as torchvision names them."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(tensors, folder / "new")
    digits = hashlib.sha256((folder / "new").read_bytes()).hexdigest()[:8]
    return (folder / "new").rename(folder / f"resnet18-{digits}.pth")


def test_without_a_network_the_way_out_is_said(cache: Path) -> None:
    with pytest.raises(
        UsageError, match=r"resnet18-\w{8}.pth is not in .*no route to host.*put it there"
    ) as caught:
        published_weights(architecture_named("resnet18"))
    assert "\n" not in str(caught.value)


def test_what_is_in_the_cache_is_not_fetched(cache: Path) -> None:
    with pytest.raises(UsageError) as caught:
        published_weights(architecture_named("vgg19_r2"))
    name = next(word for word in str(caught.value).split() if word.startswith("vgg19-"))
    cache.mkdir(parents=True, exist_ok=True)
    (cache / name).write_bytes(b"there")
    assert published_weights(architecture_named("vgg19_r2")) == cache / name


@pytest.mark.parametrize("name", ["cnn3", "alexnet_lrn", "efficientnet_lite0", "decision_tree"])
def test_a_network_that_nobody_publishes_is_said(name: str, cache: Path) -> None:
    with pytest.raises(UsageError, match=f"no published weights for {name}"):
        published_weights(architecture_named(name))


def test_the_rest_have_published_weights(cache: Path) -> None:
    for name in names():
        if architecture_named(name).published:
            with pytest.raises(UsageError, match="could not be fetched"):
                published_weights(architecture_named(name))


def test_torchvisions_file_fills_the_backbone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = InputSpec(width=64, height=64)
    theirs = build("resnet18", spec, 3).backbone.state_dict()
    file = _save({**theirs, "fc.weight": torch.zeros(1000, 512), "fc.bias": torch.zeros(1000)}, tmp_path)
    network = build("resnet18", spec, 2)
    (note,) = load_start(network, file, ("a", "b"))
    assert "the head begins at random" in note
    assert all(torch.equal(theirs[name], mine) for name, mine in network.backbone.state_dict().items())
    assert describe_start(file)["origin"] == "not stated"  # anybody can name a file so
    monkeypatch.setattr(published, "published_names", lambda: {file.name})
    said = describe_start(file)
    assert (said["name"], said["licence"]) == (file.name, "BSD-3-Clause")
    assert "ImageNet" in said["origin"]


def test_torchvisions_names_are_known() -> None:
    found = published_names()
    assert len(found) > 50
    assert all(name.endswith(".pth") for name in found)


def test_bytes_that_their_name_does_not_vouch_for_are_not_opened(tmp_path: Path) -> None:
    file = _save({"a": torch.zeros(2)}, tmp_path)
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(UsageError, match="fetch it again"):
        read_published(file)


def test_densenets_published_names_become_the_networks_own(tmp_path: Path) -> None:
    network = build("densenet121", InputSpec(width=32, height=32), 2)
    own = network.backbone.state_dict()
    theirs = {re.sub(r"(denselayer\d+\.(?:norm|conv))([12])", r"\1.\2", k): v for k, v in own.items()}
    assert set(theirs) != set(own)
    torch.save(theirs, tmp_path / "plain.pth")
    path = tmp_path / f"densenet121-{seal(tmp_path / 'plain.pth').sha256[:8]}.pth"
    (tmp_path / "plain.pth").rename(path)
    assert set(read_published(path)) == set(own)
