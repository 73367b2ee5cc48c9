"""Bytes changed at random, by a seed: what broken disks, cut connections and ill will do to files."""

import random
from collections.abc import Callable

Mutation = Callable[[bytearray, int, random.Random], bytearray]


def flip(data: bytearray, at: int, seed: random.Random) -> bytearray:
    data[at] ^= 1 << seed.randrange(8)
    return data


def overwrite(data: bytearray, at: int, seed: random.Random) -> bytearray:
    data[at : at + 4] = seed.choice(
        [b"\xff" * 4, b"\0" * 4, b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\x01\0\0\0"]
    )
    return data


def drop(data: bytearray, at: int, seed: random.Random) -> bytearray:
    del data[at : at + seed.randrange(1, 60)]
    return data


def insert(data: bytearray, at: int, seed: random.Random) -> bytearray:
    data[at:at] = seed.randbytes(seed.randrange(1, 20))
    return data


def cut(data: bytearray, at: int, seed: random.Random) -> bytearray:
    return data[: at + 1]


def repeat(data: bytearray, at: int, seed: random.Random) -> bytearray:
    start = seed.randrange(len(data))
    data[at : at + 16] = data[start : start + 16]
    return data


MUTATIONS: tuple[Mutation, ...] = (flip, overwrite, drop, insert, cut, repeat)


def mutated(data: bytes, seed: random.Random) -> bytes:
    """One to eight changes, half of them among the first bytes, where the headers are."""
    changed = bytearray(data)
    for _ in range(seed.choice([1, 1, 2, 8])):
        if changed:
            reach = len(changed) if seed.random() < 0.5 else min(len(changed), 1500)
            changed = seed.choice(MUTATIONS)(changed, seed.randrange(reach), seed)
    return bytes(changed)
