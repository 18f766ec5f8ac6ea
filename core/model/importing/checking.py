"""Which scaling is the right one: all that are common are tried on photos whose labels are known."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from core.data.pixels import load_pixels
from core.data.store import Dataset, list_datasets
from core.errors import EvaluationError
from core.model.importing.scaling import SCALINGS, scaled
from core.model.importing.understood import Understood

MOST_PHOTOS = 200  # enough to tell 12 % from 86 %
AT_ONCE = 32


def photos_to_check(dataset: Dataset, class_names: Sequence[str]) -> int:
    """How many photos of a dataset show what a network was taught."""
    return sum(number for label, number in dataset.classes.items() if label in class_names)


def fitting(class_names: Sequence[str]) -> Dataset | None:
    """The newest dataset whose classes are those of the network."""
    for dataset in list_datasets():
        if dataset.finished and {*class_names} == {*dataset.classes}:
            return dataset
    return None


def check(
    folder: Path,
    found: Understood,
    class_names: Sequence[str],
    dataset: Dataset,
    tell: Callable[[int, int], None],
) -> tuple[int, dict[str, float]]:
    """Asks a network about photos in each scaling.

    Args:
        folder: with `network.tflite`.
        found: what was understood of it.
        class_names: in the order of its answers.
        dataset: a finished one.
        tell: hears (done, total), and may raise to end it.

    Returns:
        The number of photos, and the share that was named right in each scaling.

    Raises:
        EvaluationError: no photo is of a class that it was taught.
    """
    from core.model.network import Network

    manifest = dataset.manifest()
    places = {label: index for index, label in enumerate(class_names)}
    rows = np.flatnonzero(((manifest["status"] == "ok") & manifest["label"].isin(list(class_names))).to_numpy(bool))
    if not len(rows):
        raise EvaluationError(
            f"No photo of “{dataset.name}” is of a class that the network was taught: {', '.join(class_names)[:200]}. "
            "Choose another dataset, or mend the class names."
        )
    rows = np.sort(np.random.default_rng(7).permutation(rows)[:MOST_PHOTOS])
    labels = np.array([places[label] for label in manifest["label"].iloc[rows]])
    pixels = load_pixels(dataset, found.size_px)
    network = Network(folder / "network.tflite", 2)
    tried = [found.scaling] if found.kind == "own" and found.scaling else [*SCALINGS]
    right = dict.fromkeys(tried, 0)
    for done in range(0, len(rows), AT_ONCE):
        tell(done, len(rows))
        some = pixels[rows[done : done + AT_ONCE]]
        for scaling in tried:
            for photo, label in zip(scaled(some, scaling, found.channels), labels[done:], strict=False):
                right[scaling] += int(network.look(photo).probabilities.argmax()) == label
    return len(rows), {scaling: number / len(rows) for scaling, number in right.items()}
