"""A map of a dataset: photos that look alike lie near each other, so that what is named wrongly stands out.

A dataset's folder keeps it in `map/`: `map.parquet`, and `job/`, of the job that draws it. The file says by itself of
which photos it is and whose eyes compared them; of others it is out of date.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import jobs
from core.data.mend_layer import last_words
from core.data.store import Dataset, load_dataset, unfinished
from core.errors import DatasetTooSmall, DatasetUnfinished, MapFailed
from core.files import write_bytes
from core.jobs import Work
from core.model import eyes, placing
from core.model.bundle import clothing_model_dir

FEWEST = 10  # photos of which a map says something
MOST = 5000  # photos on a map; of more it shows a sample
SEED = 7
COLUMNS = ["position", "content_hash", "label", "x", "y", "among", "votes", "own", "distance"]
LOADING_S = 4.0  # of the libraries
LOOKING_S = {"model": 0.006, "colours": 0.003}  # a photo; measured on two cores, as is the next
PLACING_S = 0.006


@dataclass(frozen=True)
class Map:
    """Where the photos of a dataset lie."""

    # A row a photo: its position in the manifest, content_hash, label, x and y from -1 to 1, the label that most of its
    # nearest photos bear (among), how many of these do (votes), how many bear its own (own), and how far they are.
    points: pd.DataFrame
    by: eyes.By  # what they were compared by

    @property
    def strays(self) -> pd.DataFrame:
        """The photos that lie among those of one other label, most extreme first: rows of `points`."""
        points = self.points
        away = points[(points["among"] != points["label"]) & (points["votes"] >= placing.MOSTLY)]
        return away.loc[away.index[np.lexsort((away["distance"], away["own"] - away["votes"]))]]


def start_map(dataset_id: str, model_dir: Path | None = None) -> None:
    """Starts a job that draws the map of a dataset; `jobs.state(job_dir(dataset))` says how it goes.

    Args:
        dataset_id: a finished dataset.
        model_dir: the folder of the model whose eyes compare the photos; the clothing model's if left out.

    Raises:
        NotFound: no such dataset.
        DatasetUnfinished: its photos are still coming, or their making broke off.
        DatasetTooSmall: fewer photos than `FEWEST`.
        JobActive: its map is being drawn already.
    """
    dataset = load_dataset(dataset_id)
    if not dataset.finished:
        raise DatasetUnfinished(unfinished(dataset))
    if dataset.ok < FEWEST:
        raise DatasetTooSmall(f"A map takes at least {FEWEST} photos. Received: {dataset.ok}, of {dataset.name}")
    arguments = {"dataset_id": dataset.id, "model_dir": str(model_dir or clothing_model_dir())}
    jobs.start(job_dir(dataset), "core.model.mapping:work", arguments)


def job_dir(dataset: Dataset) -> Path:
    """The folder of the job that draws the map."""
    return dataset.folder / "map" / "job"


def map_path(dataset: Dataset) -> Path:
    """The file of the map, whether it is there or not."""
    return dataset.folder / "map" / "map.parquet"


def load_map(dataset: Dataset, model_dir: Path | None = None) -> Map | None:
    """Reads the map of a dataset. What was mended since it was drawn has its name of now, or is not on it any more.

    Args:
        dataset: a finished one.
        model_dir: as for `start_map`.

    Returns:
        None if there is none, if it is damaged, or out of date: of other photos or labels, or seen by other eyes.
    """
    try:
        points = pd.read_parquet(map_path(dataset))
    except (OSError, ValueError):
        return None
    about = points.attrs
    if about.get("of") != _of(dataset, model_dir or clothing_model_dir()) or list(points.columns) != COLUMNS:
        return None
    return Map(_as_mended(points, dataset), about["by"])


def _as_mended(points: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    words = last_words(dataset.folder)
    known = points["position"].isin(list(words))
    gone = [position for position, mend in words.items() if mend.label is None]
    points.loc[known, "label"] = [words[each].label for each in points.loc[known, "position"]]
    return points[~points["position"].isin(gone)].reset_index(drop=True)


def expected_seconds(dataset: Dataset, by: eyes.By) -> float:
    """How long drawing the map takes on a quiet machine, about."""
    photos = min(dataset.ok, MOST)
    return LOADING_S + photos * (LOOKING_S[by] + PLACING_S)


def work(work: Work, dataset_id: str, model_dir: str) -> None:
    """Draws the map: what `core.jobs` calls. Stopped or failed, it leaves the map that was there.

    Raises:
        Stopped: somebody asked to stop.
        DatasetDamaged: a photo is gone or cannot be read.
        MapFailed: the machine ran out of memory.
    """
    dataset = load_dataset(dataset_id)
    of = _of(dataset, Path(model_dir))
    points = sample(dataset)
    try:
        seen = eyes.look(dataset, points["content_hash"].tolist(), Path(model_dir), _Pace(work, "looking", len(points)))
        vectors = placing.reduced(seen.features, SEED)
        around = placing.company(vectors, points["label"].tolist())
        pace = _Pace(work, "placing")
        places = placing.place(vectors, SEED, lambda done: pace(done, placing.ROUNDS))
    except MemoryError as error:
        raise MapFailed(
            f"The machine ran out of memory while it drew the map of {dataset.name}. End other programs or trainings, "
            f"then draw it again. Received: {len(points):,} photos"
        ) from error
    points = points.assign(x=places[:, 0], y=places[:, 1], **vars(around))[COLUMNS]
    points.attrs = {"of": of, "by": seen.by}
    content = points.to_parquet(index=False)
    work.check_stop()
    write_bytes(map_path(dataset), content)


def sample(dataset: Dataset, most: int = MOST) -> pd.DataFrame:
    """The photos that come on the map: all, or the same share of each class and at least one.

    Returns:
        Columns position (in the manifest), content_hash and label, by position.
    """
    manifest = dataset.manifest()
    good = manifest.loc[manifest["status"] == "ok", ["content_hash", "label"]].rename_axis("position").reset_index()
    turn = pd.Series(np.random.default_rng(SEED).permutation(len(good)), index=good.index)
    by_label = turn.groupby(good["label"])
    place_in_class = (by_label.rank() - 1) / by_label.transform("size")  # 0 is the first of each class, which all come
    kept: NDArray[np.int64] = np.lexsort((turn, place_in_class))[:most]
    return good.iloc[np.sort(kept)].reset_index(drop=True)


class _Pace:
    """Says how far a stage is and how long it all will take from now on, and ends it when somebody asks to stop."""

    def __init__(self, work: Work, stage: str, photos_to_place: int = 0) -> None:
        self._work = work
        self._stage = stage
        self._after_s = photos_to_place * PLACING_S  # what comes after this stage
        self._began_at = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        self._work.check_stop()
        took_s = time.monotonic() - self._began_at
        left_s = None if not done else round(took_s / done * (total - done) + self._after_s, 1)
        self._work.progress(self._stage, done, total, left_s=left_s)


def _of(dataset: Dataset, model_dir: Path) -> list[str]:
    """Of which photos and labels a map is, and whose eyes it asked for."""
    return [dataset.fingerprint, eyes.name_of(model_dir)]
