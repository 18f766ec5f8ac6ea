"""Which photos may bear the wrong name: looked for at the very end of a training, and kept with its dataset.

What each photo is called by one who has not learned its label (`core.training.leaving_out`) is compared with its label
by confident learning. Source: C. Northcutt, L. Jiang and I. Chuang, "Confident Learning: Estimating Uncertainty in
Dataset Labels", 2021, as cleanlab has it. The network that was just trained is not asked: it knows the labels by heart.
"""

import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.data.photo import resize
from core.data.pixels import THREADS
from core.data.quality.found import SUSPECTS
from core.data.store import Dataset
from core.files import write_json
from core.jobs import Stopped, Work
from core.model import eyes
from core.model.bundle import clothing_model_dir
from core.settings import load_settings
from core.training.leaving_out import LeftOut, left_out
from core.training.photos import Photos
from core.training.runs import Run

FEWEST = 5  # photos of a class: of fewer nobody can say what they look like
MOST = 12_000  # photos: about a minute on two cores
KEPT = 1_000  # suspects: more than anybody looks at


@dataclass(frozen=True)
class Suspects:
    """Photos that may bear the wrong name, surest first."""

    rows: NDArray[np.int64]  # positions in the manifest
    said: NDArray[np.int64]  # class indices that suit them better
    scores: NDArray[np.float64]  # 0 to 1: how sure it is that the label is wrong


def look_for_suspects(run: Run, dataset: Dataset, photos: Photos, seen: NDArray[np.float32] | None, work: Work) -> None:
    """Looks among the photos that were learned from or watched with, and keeps what it finds.

    There is a model already, so whatever goes wrong here is said and spoils nothing.

    Args:
        run: that has just ended. After a trial of a series nobody looks, nor where nothing is checked by itself.
        dataset: with the mends that the run began with.
        photos: their pixels, at any size.
        seen: shape (rows of the manifest, F), what borrowed eyes saw that learned none of these labels; None: nothing.
        work: hears how far it is, and how many were found or why none were looked for; may stop it.
    """
    if run.series is not None or work.stop_requested() or not load_settings().check_by_itself:
        return
    rows, reason = judged_rows(photos)
    if reason:
        work.event("suspects", photos=None, reason=reason)
        return
    work.event("stage", name="suspects")
    try:
        found = find_suspects(rows, photos, seen, work)
        _keep(found, run, dataset, photos)
        work.event("suspects", photos=len(found.rows), reason="")
    except Stopped:
        work.event("suspects", photos=None, reason="Somebody stopped it.")
    except Exception as error:  # the training ended well, whatever this is: it must not turn into a failed one
        traceback.print_exc()
        work.event("suspects", photos=None, reason=f"It could not be done: {error}")


def judged_rows(photos: Photos) -> tuple[NDArray[np.int64], str]:
    """The photos to look at: never one of the test part, and of no class with fewer than `FEWEST`.

    Returns:
        Positions in the manifest, rising, and why there is nothing to be done with them; "" if there is.
    """
    rows = np.union1d(photos.train, photos.validation)
    counts = np.bincount(photos.labels[rows], minlength=len(photos.class_names))
    rows = rows[counts[photos.labels[rows]] >= FEWEST]
    if np.count_nonzero(counts >= FEWEST) < 2:
        return rows, f"It takes two classes with {FEWEST} photos each to learn from."
    if len(rows) > MOST:
        return rows, f"It takes too long with more than {MOST:,} photos. Received: {len(rows):,}"
    return rows, ""


def find_suspects(
    rows: NDArray[np.int64], photos: Photos, seen: NDArray[np.float32] | None, work: Work | None = None
) -> Suspects:
    """Finds them by the eyes that tell the classes apart best: those given, or those that photos are compared by.

    Args:
        rows: as `judged_rows` gives them.
        photos, seen, work: as for `look_for_suspects`.

    Raises:
        Stopped: somebody asked to stop.
    """
    present, labels = np.unique(photos.labels[rows], return_inverse=True)
    judged = [left_out(_looked_at(rows, photos, work), labels, len(present))]
    if seen is not None:
        judged.append(left_out(np.asarray(seen[rows]), labels, len(present)))
    if work is not None:
        work.check_stop()
    best: LeftOut = min(judged, key=lambda each: each.loss)
    places = mislabelled(labels, best.probabilities)[:KEPT]
    return Suspects(
        rows[places],
        present[best.probabilities[places].argmax(axis=1)],
        1.0 - best.probabilities[places, labels[places]].astype(np.float64),
    )


def mislabelled(labels: NDArray[np.int64], probabilities: NDArray[np.float32]) -> NDArray[np.int64]:
    """As many photos as confident learning takes for wrongly named, by how little they look like their label.

    Of cleanlab's ways this one held most of the labels that were flipped on purpose in the clothing photos.

    Args:
        labels: shape (N,), 0 to C - 1, each of them there.
        probabilities: shape (N, C), each row by one who has not learned the label of its photo.

    Returns:
        Places in `labels`, surest first.
    """
    if sys.modules.get("sklearn", np) is None:  # hidden from Keras, see `core.training.worker.load_keras`
        del sys.modules["sklearn"]
    from cleanlab.filter import find_label_issues

    found: Any = find_label_issues(labels, probabilities, filter_by="low_self_confidence", n_jobs=1)
    places = np.flatnonzero(found & (probabilities.argmax(axis=1) != labels))
    return places[np.argsort(probabilities[places, labels[places]], kind="stable")]


def _looked_at(rows: NDArray[np.int64], photos: Photos, work: Work | None) -> NDArray[np.float32]:
    """What the clothing model, or else a comparison of colours and shapes, sees in photos at the size of the recipe."""

    def read(start: int, stop: int, size_px: int) -> NDArray[np.uint8]:
        pixels = photos.read(rows[start:stop])
        if pixels.shape[1] == size_px:
            return pixels
        with ThreadPoolExecutor(THREADS) as pool:
            return np.stack([*pool.map(lambda photo: resize(Image.fromarray(photo), size_px), pixels)])

    def told(done: int, total: int) -> None:
        if work is not None:
            work.check_stop()
            work.progress("suspects", done, total)

    return eyes.look_at(read, len(rows), clothing_model_dir(), told).features


def _keep(found: Suspects, run: Run, dataset: Dataset, photos: Photos) -> None:
    if not (dataset.folder / "dataset.json").exists():
        return  # it was deleted meanwhile
    about = {"run": run.id, "name": run.name, "at": time.time(), "of": dataset.fingerprint}
    labels = {int(row): photos.class_names[photos.labels[row]] for row in found.rows}
    mends = dataset.mends.photos
    suspects = [
        {
            "position": int(row),
            "content_hash": photos.content_hashes[row],
            "was": mends[row].was if row in mends else labels[row],
            "label": labels[row],
            "said": photos.class_names[said],
            "score": round(float(score), 4),
        }
        for row, said, score in zip(found.rows, found.said, found.scores, strict=True)
    ]
    write_json(dataset.folder / SUSPECTS, {**about, "photos": suspects})
