"""Train the models of weights/ again, teachers first, each as packaging/models.toml says.

    pip install '.[train]'
    python packaging/retrain.py --data DATA --starts STARTS --out OUT [--only NAME] [--threads N]

DATA holds the folders that models.toml names (cxr, pcam), STARTS the files with starting weights. What NAME
begins with and learns from is trained too where it is neither in OUT nor among the models that ship. A model
that is in OUT already is left as it is, and an unfinished training there is gone on with, so the same
command continues after a stop. Weights come out bit for bit as the shipped ones only on the same machine,
with the same version of PyTorch and as many threads as the card says; elsewhere they differ as two seeds
do, and so do those of a plan that says "Begun with": its stages were changed on the way.
"""

import argparse
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
WEIGHTS = ROOT / "weights"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--starts", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    plans = read_plans(ROOT / "packaging" / "models.toml")
    if unknown := set(options.only) - set(plans):
        raise SystemExit(f"--only {unknown.pop()}: models.toml knows {', '.join(plans)}")
    options.out.mkdir(parents=True, exist_ok=True)
    for name in with_needed(options.only, plans, options.out) if options.only else plans:
        if (options.out / name).exists():
            print(f"{name}: there already")
            continue
        arguments = [
            sys.executable, "-m", "screener", "train",
            *arguments_of(name, plans[name], options.data, options.starts, options.out),
            "--threads", str(options.threads), "--resume",
        ]  # fmt: skip
        print("+", " ".join(arguments[2:]), flush=True)
        if code := subprocess.run(arguments, cwd=ROOT).returncode:
            raise SystemExit(code)  # it has said why itself


def with_needed(names: Iterable[str], plans: dict[str, dict[str, Any]], out: Path) -> list[str]:
    """`names` and what they need that is nowhere yet, in the order of `plans`: what is needed comes first."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting += [one for one in needs(plans[name]) if one not in found and place_of(one, out) is None]
    return [name for name in plans if name in found]


def needs(plan: dict[str, Any]) -> list[str]:
    """The models that a plan begins with and learns from."""
    named = [*plan.get("teachers", ()), plan.get("start", "")]
    return [name for name in named if name and not name.endswith(".safetensors")]


def read_plans(path: Path) -> dict[str, dict[str, Any]]:
    """By model: ships, formerly, task, model, data, origin, start, split, teachers, settings, int8."""
    return tomllib.loads(path.read_text("utf-8"))


def arguments_of(name: str, plan: dict[str, Any], data: Path, starts: Path, out: Path) -> Iterator[str]:
    """The options of `screener train` for one model."""
    yield from ("--task", plan["task"], "--model", plan["model"], "--origin", plan["origin"])
    yield from ("--data", str(data / plan["data"]), "--out", str(out / name))
    if start := plan.get("start"):
        yield from (
            "--pretrained",
            str(starts / start if start.endswith(".safetensors") else model(start, out)),
        )
    if split := plan.get("split"):
        yield from ("--split", str(WEIGHTS / split / "split.csv"))
    for teacher in plan.get("teachers", ()):
        yield from ("--teacher", str(model(teacher, out)))
    for setting in plan.get("settings", ()):
        yield from ("--set", setting)
    if plan.get("int8"):
        yield "--int8"


def model(name: str, out: Path) -> Path:
    """A model trained again, or else the shipped one.

    Raises:
        SystemExit: it is neither; the message names what to train first.
    """
    if (place := place_of(name, out)) is None:
        raise SystemExit(
            f"{name} is neither in {out} nor among the models that ship: train it first, --only {name}"
        )
    return place


def place_of(name: str, out: Path) -> Path | None:
    """Where a model is: trained again, or shipped, or nowhere."""
    return next((place for place in (out / name, WEIGHTS / name) if place.exists()), None)


if __name__ == "__main__":
    main()
