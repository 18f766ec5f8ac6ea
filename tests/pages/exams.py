"""Exams made by hand for the pages: what a model said of photos of a dataset, without a network that says it."""

from collections.abc import Sequence

import numpy as np

from core.data.store import Dataset
from core.model.answered import Answered
from core.model.bundle import Model
from core.model.exams import About, Exam, Kind, exams_dir, load_exam, save_exam


def sit(
    model: Model,
    dataset: Dataset,
    kind: Kind,
    confidence: Sequence[float],
    right: Sequence[bool],
    known: Sequence[bool] | bool = False,
    unlike: Sequence[bool] | bool = False,
) -> Exam:
    """An exam on the first photos of a dataset, as many as there are answers; a wrong one names the next class."""
    manifest = dataset.manifest()
    rows = np.flatnonzero(manifest["status"] == "ok")[: len(confidence)]
    chosen = manifest.iloc[rows]
    names, number = model.class_names, len(rows)
    place = np.array([names.index(label) for label in chosen["label"]])
    said = np.where(right, place, (place + 1) % len(names))
    sure = np.array(confidence, np.float32)
    probabilities = np.repeat(((1 - sure) / (len(names) - 1))[:, None], len(names), axis=1)
    probabilities[np.arange(number), said] = sure
    answered = Answered(
        content_hashes=chosen["content_hash"].tolist(),
        rows=rows,
        names=chosen["source"].tolist(),
        labels=chosen["label"].tolist(),
        probabilities=probabilities,
        unlike=np.broadcast_to(unlike, number),
        known=np.broadcast_to(known, number),
    )
    part = kind if kind in ("test", "validation") else ""
    key = part or dataset.id
    about = About(kind, dataset.name, dataset.id, dataset.fingerprint, part)
    save_exam(model, exams_dir(model) / key, about, answered)
    exam = load_exam(model, key)
    assert exam is not None
    return exam
