"""A ZIP of ours: what came with the network, checked and written anew. Nothing is taken over as it lies there."""

import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.errors import ModelRefused
from core.files import read_json, write_bytes, write_json
from core.model.bundle import MAX_NOTE_CHARACTERS
from core.model.card.words import MAX_CHARACTERS, TITLES
from core.model.importing.files import Brought
from core.model.importing.understood import Understood

MAX_TEXT = 2000
MAX_FACTS_BYTES = 1024**2
KEPT = "kept"  # the folder of what is written anew


def keep(came: Brought, found: Understood, folder: Path) -> tuple[str, ...]:
    """Writes into `kept/` what the model folder will hold besides the networks.

    Returns:
        The class names.

    Raises:
        ModelRefused: the description does not fit the network, or something is not what it says it is.
    """
    facts = _facts(came.said, found)
    kept = folder / KEPT
    write_json(kept / "model.json", facts)
    brought = folder / "brought"
    for name in came.others:
        _writer(name)(brought / name, kept / name, len(facts["class_names"]))
    return tuple(facts["class_names"])


def _facts(said: dict[str, Any], found: Understood) -> dict[str, Any]:
    """`model.json`, every value of the kind that it must be."""
    try:
        names = [_text(each) for each in said["class_names"]]
        if len(names) != found.outputs or len({*names}) != len(names):
            raise ModelRefused(
                f"“model.json” names {len(names):,} classes, and the network tells {found.outputs:,} apart."
            )
        if said["input_size_px"] != found.size_px:
            raise ModelRefused("“model.json” says another size of photos than the network takes.")
        dataset = {key: value for key, value in said["dataset"].items() if key not in ("photos", "source")}
        return {
            "name": _text(said["name"])[:60] or "Unnamed",
            "class_names": names,
            "input_size_px": found.size_px,
            "temperature": _number(said["temperature"], 0.01, 100.0),
            "thresholds": _shares(said["thresholds"]),
            "fitted": _shares(said["fitted"]) if said.get("fitted") else None,
            "created_at": _number(said["created_at"], 0.0, 1e11),
            "dataset": {**_plain(dataset), "name": _text(dataset["name"]), "photos": int(said["dataset"]["photos"])},
            "recipe": _plain(said["recipe"]),
            "versions": {_text(key): _text(value) for key, value in said["versions"].items()},
            "test": None if said["test"] is None else {_text(k): _number(v, 0, 1e9) for k, v in said["test"].items()},
            "seconds": _number(said["seconds"], 0.0, 1e9),
            "licence": _text(said["licence"]),
            "note": _text(said.get("note", ""))[:MAX_NOTE_CHARACTERS],
            "machine": _text(said.get("machine", "")),
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelRefused(f"“model.json” in this ZIP is damaged ({type(error).__name__}: {error}).") from error


def _writer(name: str) -> Callable[[Path, Path, int], None]:
    if name.endswith(".json"):
        return {"words.json": _words}.get(name, _json)
    return _table if name.endswith(".parquet") else _arrays


def _json(path: Path, to: Path, classes: int) -> None:
    said = read_json(path)
    if not isinstance(said, dict) or len(json.dumps(said)) > 32 * MAX_FACTS_BYTES:
        raise _damaged(path)
    write_json(to, said)


def _words(path: Path, to: Path, classes: int) -> None:
    said = read_json(path)
    if not isinstance(said, dict):
        raise _damaged(path)
    write_json(to, {name: str(said.get(name, ""))[:MAX_CHARACTERS] for name in TITLES})


def _arrays(path: Path, to: Path, classes: int) -> None:
    """Numbers and words alone: a Python object in there is a pickle, and stays shut."""
    try:
        file = io.BytesIO()
        with path.open("rb") as opened:
            found: Any = np.load(opened, allow_pickle=False)
            if isinstance(found, np.ndarray):
                np.save(file, found, allow_pickle=False)
            else:
                arrays: dict[str, Any] = {name: found[name] for name in found.files}
                np.savez_compressed(file, **arrays)
    except Exception as error:  # a ZIP, its entries, their headers: each may be wrong in its own way
        raise ModelRefused(
            f"“{path.name}” in this ZIP holds something else than numbers, such as a Python pickle, which is a "
            "program. It was not opened."
        ) from error
    write_bytes(to, file.getvalue())


def _table(path: Path, to: Path, classes: int) -> None:
    columns = ["content_hash", "row", "name", "label", "unlike", "known", *(f"p{each}" for each in range(classes))]
    try:
        table = pd.read_parquet(path, columns=columns)
        table = table.astype({"content_hash": str, "row": np.int64, "name": str, "label": str} | dict.fromkeys(
            ("unlike", "known"), bool))  # fmt: skip
        file = io.BytesIO()
        table.reset_index(drop=True).to_parquet(file, index=False)
    except Exception as error:  # of any kind: the file is somebody else's
        raise _damaged(path) from error
    write_bytes(to, file.getvalue())


def _damaged(path: Path) -> ModelRefused:
    return ModelRefused(f"“{path.name}” in this ZIP is damaged. Export the model again.")


def _text(said: Any) -> str:
    if not isinstance(said, str):
        raise TypeError(f"words expected, received {type(said).__name__}")
    return said[:MAX_TEXT]


def _number(said: Any, least: float, most: float) -> float:
    if isinstance(said, bool) or not isinstance(said, (int, float)) or not math.isfinite(said):
        raise TypeError(f"a number expected, received {type(said).__name__}")
    if not least <= said <= most:
        raise ValueError(f"{least} to {most} expected, received {said}")
    return said


def _shares(said: dict[str, Any]) -> dict[str, float]:
    return {name: _number(said[name], 0.0, 1.0) for name in ("sure", "probable", "between")}


def _plain(said: Any) -> dict[str, Any]:
    """Facts of no great size, as they are."""
    if not isinstance(said, dict) or len(json.dumps(said)) > MAX_FACTS_BYTES:
        raise TypeError("facts expected")
    return said
