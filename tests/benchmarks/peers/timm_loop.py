"""timm: its model, its dataset and its loader, in the loop of its `inference.py`.

    python timm_loop.py FOLDER OUT.csv [--channels-last]

That script is in timm's repository but not in its package. What it does is done here: `create_model`,
`resolve_data_config`, `create_dataset`, `create_loader` without prefetcher, softmax, a CSV.
"""

import sys
from pathlib import Path

import torch
from report import BATCH, WORKERS, finish, start
from timm import create_model
from timm.data import create_dataset, create_loader, resolve_data_config

if __name__ == "__main__":
    layout = torch.channels_last if "--channels-last" in sys.argv else torch.contiguous_format
    network = create_model("resnet34", pretrained=False, num_classes=2)
    config = resolve_data_config({}, model=network)
    network = network.to(memory_format=layout).eval()
    began = start()
    dataset = create_dataset(root=sys.argv[1], name="")
    loader = create_loader(
        dataset, batch_size=BATCH, use_prefetcher=False, num_workers=WORKERS, device="cpu", **config
    )
    shares = []
    with torch.inference_mode():
        for batch, _ in loader:
            shares += network(batch.to(memory_format=layout)).softmax(-1)[:, 1].tolist()
    names = dataset.filenames(basename=True)
    finish(began, zip(names, shares, strict=True), Path(sys.argv[2]))
