"""Whether bfloat16 pays on this processor: tried in a process of its own, since a try may end it.

Some processors, and some virtual machines, announce bfloat16 instructions that end a program when they are
used. Run as a program, with the number of threads, this file writes to stdout the seconds that a small
network's step takes in float32 and in bfloat16, as JSON.
"""

import json
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cache

import torch
from torch import nn
from torch.nn import functional

PAYS = 1.2
"""How many times as fast bfloat16 must be to be chosen; less is noise."""

_ROUNDS = 7
_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of the try.

    Attributes:
        runs: whether it ended as it should.
        pays: whether it did, and was clearly faster than float32.
        reason: in a few words, why or why not.
    """

    runs: bool
    pays: bool
    reason: str


@cache
def try_bfloat16(threads: int) -> Trial:
    """The try on this machine, once in a program's life.

    Args:
        threads: of the CPU that the training will have.
    """
    able = torch.cpu.get_capabilities()
    if not (able.get("avx512_bf16") or able.get("amx_bf16")):
        return Trial(True, False, "this processor has no bfloat16 instructions")
    # -P: neither this folder nor the user's own may shadow what the child imports.
    return judge([sys.executable, "-P", __file__, str(threads)])


def judge(command: list[str], seconds: float = _SECONDS) -> Trial:
    """The try that `command` starts, given up after `seconds`.

    Args:
        command: writes what `main` writes.
        seconds: of wall time.
    """
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds)
    except (OSError, subprocess.TimeoutExpired):
        return Trial(False, False, "a try of bfloat16 did not end")
    if done.returncode:
        return Trial(False, False, "a try of bfloat16 failed on this machine")
    full, half = json.loads(done.stdout)
    ratio = full / half
    return Trial(True, ratio >= PAYS, f"a step in bfloat16 was {ratio:.1f} times as fast as in float32")


def main(threads: int) -> None:
    """Time both precisions in turn and write the medians, in seconds."""
    if sys.platform != "win32":
        import resource

        # Should this process crash, it leaves no memory image behind.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    network = _network()
    pictures, labels = torch.randn(8, 3, 48, 48), torch.arange(8) % 2
    for half in (True, False):
        _step(network, pictures, labels, half=half)
    times: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(_ROUNDS):
        for half, taken in times.items():
            started = time.perf_counter()
            _step(network, pictures, labels, half=half)
            taken.append(time.perf_counter() - started)
    sys.stdout.write(json.dumps([statistics.median(times[False]), statistics.median(times[True])]))


def _network() -> nn.Module:
    """Convolutions of the kinds that networks here have, batch norm, and a linear layer."""
    layers = nn.Sequential(
        nn.Conv2d(3, 64, 3, stride=2, padding=1),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.Conv2d(64, 64, 3, padding=1, groups=64),
        nn.Conv2d(64, 64, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(64, 128, 1),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(128, 64),
        nn.Linear(64, 2),
    )
    return layers.to(memory_format=torch.channels_last)


def _step(network: nn.Module, pictures: torch.Tensor, labels: torch.Tensor, *, half: bool) -> None:
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
        logits = network(pictures.to(memory_format=torch.channels_last))
    functional.cross_entropy(logits.float(), labels).backward()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main(int(sys.argv[1]))
