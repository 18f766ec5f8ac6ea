"""How good a model of ours was, out of its ZIP: what was measured, and what it said of photos; built anew."""

import io
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path, PurePath
from typing import Any, get_args

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from core.files import write_bytes
from core.model.exams import About, Kind
from core.model.importing.plain import MAX_TEXT, count, damaged, number, share, text

MAX_ROWS = 1_000_000
MAX_TABLE_BYTES = 256 * 1024**2  # in memory
SHARES = ("accuracy", "macro_precision", "macro_recall", "macro_f1", "ece")
SCORES = ("precision", "recall", "f1")
WORDS = ("content_hash", "name", "label")

Keeper = Callable[[Any], Any]


def keep_evaluation(said: Any, class_names: list[str]) -> dict[str, Any]:
    """`evaluation.json`, as `core.model.evaluation.Evaluation.to_json` writes it; what is not known is left out.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: something is missing, or is not what it must be.
    """
    if said["class_names"] != class_names or {*said["classes"]} != {*class_names}:
        raise ValueError("other classes than the model was taught")
    confusion = [[count(each) for each in row] for row in said["confusion"]]
    if {len(confusion), *map(len, confusion)} != {len(class_names)}:
        raise ValueError("a matrix of another size")
    kept = {
        "photos": count(said["photos"]),
        **{name: share(said[name]) for name in SHARES},
        "accuracy_interval": _interval(said["accuracy_interval"]),
        "log_loss": number(said["log_loss"], 0.0, 1e3),
        "classes": {name: _scores(said["classes"][name]) for name in class_names},
        "confusion": confusion,
        "class_names": class_names,
    }
    return kept | {name: keep(said[name]) for name, keep in CAME_LATER.items() if said.get(name) is not None}


def keep_exam(said: Any, class_names: list[str]) -> dict[str, Any]:
    """`exam.json`, as `core.model.exams.save_exam` writes it.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: as `keep_evaluation`.
    """
    if said["kind"] not in get_args(Kind):
        raise ValueError("an exam of no kind that is known")
    about = About(
        **{name: text(said[name]) for name in ("kind", "name", "dataset", "fingerprint", "part")},  # type: ignore[arg-type]
        path=PurePath(text(said["path"])).name,  # a whole path would be one of this machine
        photos=count(said["photos"]),
        left_out=None if said["left_out"] is None else _each(count)(said["left_out"]),
        known=count(said["known"]),
        created_at=min(number(said["created_at"], 0.0, 1e11), time.time()),
        model_created_at=number(said["model_created_at"], 0.0, 1e11),
    )
    return {**asdict(about), "unreadable": count(said.get("unreadable", 0))}


def keep_answers(path: Path, to: Path, class_names: list[str]) -> None:
    """`answers.parquet`: a row a photo.

    Raises:
        ModelRefused: it is damaged, or larger than any exam.
    """
    chances = [f"p{place}" for place in range(len(class_names))]
    try:
        if pq.read_metadata(path).num_rows > MAX_ROWS:
            raise damaged(path)
        table = pd.read_parquet(path, columns=["content_hash", "row", "name", "label", "unlike", "known", *chances])
        kinds = {"row": np.int64, "unlike": bool, "known": bool} | dict.fromkeys(chances, np.float32)
        table = table.astype(dict.fromkeys(WORDS, str) | kinds).reset_index(drop=True)
        for name in WORDS:
            table[name] = table[name].str.slice(0, MAX_TEXT)
        if table.memory_usage(deep=True).sum() > MAX_TABLE_BYTES:
            raise damaged(path)
        if not ((table[chances] >= 0) & (table[chances] <= 1)).to_numpy().all():
            raise ValueError("a probability that is none")
        file = io.BytesIO()
        table.to_parquet(file, index=False)
    except (OSError, ValueError, TypeError, KeyError, OverflowError) as error:
        raise damaged(path) from error
    write_bytes(to, file.getvalue())


def _interval(said: Any) -> list[float]:
    low, high = said
    return [share(low), share(high)]


def _scores(said: dict[str, Any]) -> dict[str, Any]:
    return {**{name: share(said[name]) for name in SCORES}, "support": count(said["support"])}


def _each(keep: Keeper) -> Keeper:
    return lambda said: {text(name): keep(value) for name, value in said.items()}


def _intervals(said: dict[str, Any]) -> dict[str, Any]:
    return {name: said[name] and _interval(said[name]) for name in ("precision", "recall")}


# What evaluations of today hold besides, and what our workshop measures of the models that come with the app.
CAME_LATER: dict[str, Keeper] = {
    "brier": lambda said: number(said, 0.0, 2.0),
    "top": _each(share),
    "class_intervals": _each(_intervals),
    "baseline": lambda said: {"accuracy": share(said["accuracy"]), "label": text(said["label"])},
    "without_photos": lambda said: [text(each) for each in said],
    "left_out": _each(count),
    "known": count,
    "folds": lambda said: [_each(share)(each) for each in said],
    "sure": _each(share),
    "unlike": share,
    "stress": _each(share),
    "unknown": _each(share),
    "drawings": share,
    "drawings_unlike": share,
}
