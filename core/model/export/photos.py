"""Which photos an export is made and judged with: some to quantise by, some to measure by, some to prove by.

They are photos of the dataset that the model was taught with, or of one in the workspace that has photos which it has
learned from. Where there is none, garments are drawn.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.photo import to_pixels
from core.data.store import Dataset, list_datasets, load_dataset
from core.errors import DatasetDamaged, NotFound, PhotoError
from core.model import learned
from core.model.bundle import Model
from core.sources import garments

QUANTISED_BY = 200  # with more what int8 has to hold gets wider, and it coarser: measured on the clothing model
DRAWN_BY = 100  # instead, where they have to be drawn, which takes longer
MEASURED_BY = 1000  # at most
PROVED_BY = 20
DRAWN_PX = 240
SEED = 9  # drawings that nothing was taught with: samples have others


@dataclass(frozen=True)
class Shown:
    """The photos of an export."""

    quantise: NDArray[np.uint8]  # (N, S, S, 3), of the part that it learned from
    measure: NDArray[np.uint8]  # (M, S, S, 3), of the part that it was watched with
    labels: NDArray[np.int64]  # (M,), class indices
    prove: tuple[tuple[str, bytes], ...]  # file name and content, of the latter as far as there are enough
    origin: str  # in words
    drawn: bool
    known: int  # of the M photos it has learned from


def photos_for(model: Model, told: Callable[[], None] = lambda: None) -> Shown:
    """Finds photos, or draws some.

    Args:
        told: called now and then; may raise to end it.
    """
    dataset = _dataset_of(model)
    shown = None if dataset is None else _of_dataset(model, dataset, told)
    return shown or _drawn(model, told)


def _dataset_of(model: Model) -> Dataset | None:
    """The dataset that it was taught with; else the one with most photos that it has learned from."""
    try:
        own = load_dataset(str(model.dataset.get("id", "")))
        return own if own.finished else None
    except (NotFound, DatasetDamaged):
        pass
    best, most = None, 0
    for dataset in list_datasets():
        if dataset.finished and {*dataset.class_names} & {*model.class_names}:
            seen = learned.has_seen(model.folder, dataset.as_made(["content_hash"])["content_hash"].fillna(""))
            if int(seen.sum()) > most:
                best, most = dataset, int(seen.sum())
    return best


def _of_dataset(model: Model, dataset: Dataset, told: Callable[[], None]) -> Shown | None:
    """None where it has too few photos of the model's classes, or one is gone."""
    rows = dataset.manifest()
    rows = rows[(rows["status"] == "ok") & rows["label"].isin(model.class_names)]
    random = np.random.default_rng(SEED)
    train, watched = (_some(rows[rows["part"] == part], random) for part in ("train", "validation"))
    train, watched = train[:QUANTISED_BY], watched[:MEASURED_BY]
    others = rows.loc[rows.index.difference(watched.index), "content_hash"]
    if train.empty or watched.empty:
        return None
    try:
        files = [dataset.photo_path(each).read_bytes() for each in [*watched["content_hash"], *others][:PROVED_BY]]
        learned_from = _read(dataset, train["content_hash"], model.input_size_px, told)
        measured = _read(dataset, watched["content_hash"], model.input_size_px, told)
    except (OSError, PhotoError):
        return None
    return Shown(
        learned_from,
        measured,
        np.array([model.class_names.index(label) for label in watched["label"]], np.int64),
        tuple((f"{number:02}.jpg", content) for number, content in enumerate(files)),
        f"photos of “{dataset.name}”",
        False,
        int(learned.has_seen(model.folder, watched["content_hash"]).sum()),
    )


def _some(rows: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    return rows.iloc[random.permutation(len(rows))]


def _read(dataset: Dataset, hashes: "pd.Series[str]", size_px: int, told: Callable[[], None]) -> NDArray[np.uint8]:
    found = []
    for content_hash in hashes:
        told()
        found.append(to_pixels(dataset.photo_path(content_hash).read_bytes(), size_px))
    return np.stack(found)


def _drawn(model: Model, told: Callable[[], None]) -> Shown:
    """Drawings of every class that can be drawn, to measure by only those of its classes."""
    contents, labels = [], []
    for number in range(DRAWN_BY + PROVED_BY):
        told()
        label, picture = garments.draw_nth(number, SEED, DRAWN_PX)
        file = io.BytesIO()
        picture.save(file, "PNG")
        contents.append(file.getvalue())
        labels.append(label)
    pixels = np.stack([to_pixels(content, model.input_size_px) for content in contents])
    taught = [place for place, label in enumerate(labels) if label in model.class_names]
    shown = taught or range(len(labels))  # of a model of other things it can be measured how often both say the same
    return Shown(
        pixels[:DRAWN_BY],
        pixels[list(shown)],
        np.array([model.class_names.index(labels[place]) for place in taught], np.int64),
        tuple((f"{number:02}.png", content) for number, content in enumerate(contents[DRAWN_BY:])),
        "drawn garments (no photos that it learned from are here)",
        True,
        0,
    )
