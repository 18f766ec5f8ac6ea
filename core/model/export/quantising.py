"""Which way to quantise: the fastest that stays as good, by measuring each."""

import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.model.export import File
from core.model.export.measuring import said_of
from core.model.export.photos import Shown

MOST_LOST = 0.015  # of the photos; of few, one photo
HALF = 0.5


@dataclass(frozen=True)
class Chosen:
    """The network in whole numbers that is exported."""

    content: bytes  # of the `.tflite`
    way: str  # as `core.model.export.formats.ways_to_int8` calls it
    right: float  # share of the photos that it was measured with; of photos without labels, of which it says the same
    right_of_floats: float  # the same of `model.tflite`
    tried: dict[str, float]  # every way that was measured, and its share


def choose(
    ways: Iterable[tuple[str, Callable[[], bytes]]],
    floats: Path,
    shown: Shown,
    told: Callable[[], None] = lambda: None,
) -> Chosen:
    """The first way that loses at most `MOST_LOST`; else the one that loses least.

    Args:
        ways: names, and what makes a `.tflite`; the fastest first, at least one.
        floats: the `.tflite` to be compared with.
        shown: to measure by.
        told: called before each photo; may raise to end it.
    """
    said = said_of(floats, shown.measure, told)
    truth = shown.labels if len(shown.labels) else said
    right = _share(said, truth)
    allowed = max(MOST_LOST, 1 / len(truth))
    found: list[Chosen] = []
    with tempfile.TemporaryDirectory() as aside:
        for way, make in ways:
            path = Path(aside) / f"{way}.tflite"
            path.write_bytes(make())
            share = _share(said_of(path, shown.measure, told), truth)
            tried = {**(found[-1].tried if found else {}), way: share}
            found.append(Chosen(path.read_bytes(), way, share, right, tried))
            if right - share <= allowed + 1e-9:
                return found[-1]
    best = max(found, key=lambda each: each.right)
    return Chosen(best.content, best.way, best.right, right, found[-1].tried)


def in_words(chosen: Chosen, files: Mapping[str, File]) -> str:
    """What the whole numbers cost and bring, beside the file with floats."""
    lines = {
        "one look": "It looks at a photo once, where the others look twice, the second time in a mirror. ",
        "whole": "",
        "weights only": "Only its weights are whole numbers: reckoning with them too would be wrong too often. ",
    }[chosen.way]
    ours, floats = files["int8"].latency_ms, files["tflite"].latency_ms if "tflite" in files else None
    if not ours or not floats:
        return lines.strip()
    share = ours[0] / floats[0]
    if round(share, 2) <= HALF:
        return f"{lines}It takes {share:.0%} of the time of model.tflite, with one thread."
    why = (
        "where only weights are whole numbers, they are made floats again on the way"
        if chosen.way == "weights only"
        else "on this machine LiteRT reckons with floats about as fast as with whole numbers in a network like this; "
        "on phones and small devices that may be otherwise"
    )
    return f"{lines}It does not halve the time of model.tflite ({share:.0%} of it, with one thread): {why}."


def _share(said: NDArray[np.int64], truth: NDArray[np.int64]) -> float:
    return float((said == truth).mean())
