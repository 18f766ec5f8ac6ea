"""Exams kept on disk: what a model said of photos whose labels are known, so that nobody has to ask it again.

The folder of an exam holds `exam.json` (on what it was), `answers.parquet` (a row a photo), and `job/` of the job that
asked, if one did. What people mend in the dataset afterwards is applied when the exam is read.
"""

import io
import time
from collections import Counter
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.mend_layer import EXCLUDED as EXCLUDED  # in what is left out, too
from core.data.mend_layer import last_words
from core.files import is_id, read_json, write_bytes, write_json
from core.model.answered import NOT_TAUGHT, Answered
from core.model.bundle import Model
from core.model.evaluation import Evaluation, evaluate
from core.model.exam import UNREADABLE, judged
from core.settings import load_settings

Kind = Literal["test", "validation", "dataset", "folder"]
COLUMNS = {
    "content_hash": "SHA-256 of the file as it came",
    "row": "its position in the dataset's manifest; -1 without one",
    "name": "of the file, for people",
    "label": "what it shows",
    "was": "what it was said to show before somebody mended that; None if nobody did",
    "said": "what the model said",
    "confidence": "how sure it was of that, from 0 to 1",
    "right": "whether both are the same",
    "unlike": "whether it said that the photo is unlike all that it was taught with",
    "known": "whether it has learned from it",
}


@dataclass(frozen=True)
class About:
    """On what an exam was."""

    # "test" and "validation" are the parts of the dataset that the model was taught with: of the second it was watched
    # with while it learned, so that it may seem better there than it is.
    kind: Kind
    name: str  # of the dataset or the folder
    dataset: str = ""  # its id; "" for a folder
    fingerprint: str = ""  # of the dataset when it was asked
    part: str = ""  # of the dataset; "" for all of it
    path: str = ""  # of the folder
    photos: int = 0  # that were counted
    left_out: dict[str, int] | None = None  # photos that were not, by why
    known: int = 0  # of those counted: it has learned from them
    created_at: float = 0.0  # Unix seconds
    model_created_at: float = 0.0  # of the model that answered: another one has the exams to sit again


@dataclass(frozen=True)
class Exam:
    """What a model said, and what is so, with all mends so far."""

    key: str
    folder: Path
    about: About
    class_names: tuple[str, ...]
    photos: pd.DataFrame  # that count, a row each: see `COLUMNS`
    probabilities: NDArray[np.float32]  # of these photos: (N, C), temperature applied
    left_out: dict[str, int]  # photos that do not count, by why

    @cached_property
    def evaluation(self) -> Evaluation:
        """The numbers.

        Raises:
            EvaluationError: no photo is left that counts.
        """
        evaluation = evaluate(self.labels, self.probabilities, list(self.class_names))
        return replace(evaluation, left_out=self.left_out, known=int(self.photos["known"].sum()))

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """Class indices of the photos that count, shape (N,)."""
        places = {label: index for index, label in enumerate(self.class_names)}
        return np.array([places[label] for label in self.photos["label"]], np.int64)

    def photos_of(self, label: str, said: str) -> pd.DataFrame:
        """The photos behind a cell of the matrix: rows of `photos`, the surest first."""
        return _surest(self.photos[(self.photos["label"] == label) & (self.photos["said"] == said)])

    def mistakes(self, most: int = 24) -> pd.DataFrame:
        """What it was surest of and wrong about: rows of `photos`, the surest first."""
        return _surest(self.photos[~self.photos["right"]])[:most]

    def unsure(self, most: int = 24) -> pd.DataFrame:
        """What it was least sure of, right or wrong: rows of `photos`, the least sure first."""
        return _surest(self.photos)[::-1][:most]


def exams_dir(model: Model) -> Path:
    """The folder that keeps the exams of a model: its own, or the workspace's for one that comes with the app."""
    return load_settings().exams_dir / model.id if model.is_bundled else model.folder / "exams"


def save_exam(model: Model, folder: Path, about: About, answered: Answered) -> None:
    """Writes an exam, `exam.json` last: with it the exam is whole.

    Args:
        model: that answered.
        folder: of the exam.
        about: on what it was; the counts and the times are put in here.
        answered: what it said.

    Raises:
        EvaluationError: no photo is of a class that the model was taught.
    """
    evaluation = judged(model.class_names, answered)
    table = pd.DataFrame(
        {
            "content_hash": answered.content_hashes,
            "row": answered.rows,
            "name": answered.names,
            "label": answered.labels,
            "unlike": answered.unlike,
            "known": answered.known,
            **{f"p{index}": answered.probabilities[:, index] for index in range(len(model.class_names))},
        }
    )
    file = io.BytesIO()
    table.to_parquet(file, index=False)
    (folder / "exam.json").unlink(missing_ok=True)
    write_bytes(folder / "answers.parquet", file.getvalue())
    counted = replace(
        about,
        photos=evaluation.photos,
        left_out=evaluation.left_out,
        known=evaluation.known,
        created_at=time.time(),
        model_created_at=model.created_at,
    )
    write_json(folder / "exam.json", {**asdict(counted), "unreadable": answered.unreadable})


def list_exams(model: Model) -> dict[str, About]:
    """The exams of a model by key, newest first; those that an earlier model of this name sat are left out."""
    found = {path.parent.name: _about(read_json(path), model) for path in exams_dir(model).glob("*/exam.json")}
    known = [(key, about) for key, about in found.items() if about is not None]
    return dict(sorted(known, key=lambda each: -each[1].created_at))


def load_exam(model: Model, key: str) -> Exam | None:
    """Reads an exam with all that people mended since; None if there is none, or it is damaged or of another model."""
    folder = exams_dir(model) / key
    facts: Any = read_json(folder / "exam.json") if is_id(key) else None
    about = _about(facts, model)
    if about is None:
        return None
    unreadable = int(facts.get("unreadable", 0))
    try:
        table = pd.read_parquet(folder / "answers.parquet")
        columns = [f"p{index}" for index in range(len(model.class_names))]
        probabilities = table[columns].to_numpy(np.float32)
    except (OSError, ValueError, KeyError):
        return None
    photos, excluded = _mended(table.drop(columns=columns), about)
    counts = photos["label"].isin(model.class_names).to_numpy(bool) & ~excluded
    strangers = Counter(photos["label"][~counts & ~excluded])
    left_out = {f"{NOT_TAUGHT}{label}": number for label, number in strangers.items()}
    for why, number in ((EXCLUDED, int(excluded.sum())), (UNREADABLE, unreadable)):
        if number:
            left_out[why] = number
    said, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    photos["said"] = [model.class_names[index] for index in said]
    photos["confidence"], photos["right"] = confidence, photos["said"] == photos["label"]
    shown = photos[counts][list(COLUMNS)].reset_index(drop=True)
    return Exam(key, folder, about, model.class_names, shown, probabilities[counts], left_out)


def _mended(photos: pd.DataFrame, about: About) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """The photos under the labels that they have by now, and which of them have been taken out since.

    Whether it was asked before or after a mend, or before one was taken back: the last word about each photo counts.
    """
    photos["was"] = pd.Series([None] * len(photos), dtype=object)
    excluded = np.zeros(len(photos), bool)
    words = last_words(load_settings().datasets_dir / about.dataset) if is_id(about.dataset) else {}
    for place, (row, content_hash) in enumerate(zip(photos["row"], photos["content_hash"], strict=True)):
        mend = words.get(row)
        if mend is None or mend.content_hash != content_hash:  # the dataset was made anew: that is another photo
            continue
        excluded[place] = mend.label is None
        if mend.label is not None:
            photos.loc[place, ["was", "label"]] = [None if mend.changes_nothing else mend.was, mend.label]
    return photos, excluded


def _about(facts: Any, model: Model) -> About | None:
    """What `exam.json` says; None if it is missing, damaged, or about another model."""
    try:
        about = About(**{field.name: facts[field.name] for field in fields(About)})
    except (KeyError, TypeError):
        return None
    return about if about.model_created_at == model.created_at else None


def _surest(photos: pd.DataFrame) -> pd.DataFrame:
    return photos.sort_values("confidence", ascending=False, kind="stable")
