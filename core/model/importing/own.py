"""A ZIP of ours: what came with the network, checked and written anew. Nothing is taken over as it lies there."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.errors import ModelRefused
from core.files import read_json, write_json
from core.model.bundle import MAX_NOTE_CHARACTERS
from core.model.card.words import MAX_CHARACTERS, TITLES
from core.model.importing.files import Brought
from core.model.importing.own_memory import keep_memory
from core.model.importing.own_results import keep_answers, keep_evaluation, keep_exam
from core.model.importing.plain import count, damaged, number, share, text
from core.model.importing.understood import Understood

MAX_FACTS_BYTES = 1024**2
MAX_JSON_BYTES = 32 * 1024**2
KEPT = "kept"  # the folder of what is written anew
SUMMARY = ("accuracy", "macro_precision", "macro_recall", "macro_f1")


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
        _writer(name)(brought / name, kept / name, facts["class_names"])
    return tuple(facts["class_names"])


def _facts(said: dict[str, Any], found: Understood) -> dict[str, Any]:
    """`model.json`, every value of the kind that it must be."""
    try:
        names = [text(each) for each in said["class_names"]]
        if len(names) != found.outputs or len({*names}) != len(names):
            raise ModelRefused(
                f"“model.json” names {len(names):,} classes, and the network tells {found.outputs:,} apart."
            )
        if said["input_size_px"] != found.size_px:
            raise ModelRefused("“model.json” says another size of photos than the network takes.")
        dataset = {key: value for key, value in said["dataset"].items() if key not in ("photos", "source")}
        return {
            "name": text(said["name"])[:60] or "Unnamed",
            "class_names": names,
            "input_size_px": found.size_px,
            "temperature": number(said["temperature"], 0.01, 100.0),
            "thresholds": _thresholds(said["thresholds"]),
            "fitted": _thresholds(said["fitted"]) if said.get("fitted") else None,
            "created_at": min(number(said["created_at"], 0.0, 1e11), time.time()),  # else it were the newest for ever
            "dataset": {**_plain(dataset), "name": text(dataset["name"]), "photos": count(said["dataset"]["photos"])},
            "recipe": _plain(said["recipe"]),
            "versions": {text(key): text(value) for key, value in said["versions"].items()},
            "test": None if said["test"] is None else _summary(said["test"]),
            "seconds": number(said["seconds"], 0.0, 1e9),
            "licence": text(said["licence"]),
            "note": text(said.get("note", ""))[:MAX_NOTE_CHARACTERS],
            "machine": text(said.get("machine", "")),
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelRefused(f"“model.json” in this ZIP is damaged ({type(error).__name__}: {error}).") from error


def _writer(name: str) -> Callable[[Path, Path, list[str]], None]:
    if name == "words.json":
        return _words
    if name.endswith(".json"):
        return _json(keep_evaluation if name == "evaluation.json" else keep_exam)
    return keep_answers if name.endswith(".parquet") else keep_memory


def _json(keeper: Callable[[Any, list[str]], dict[str, Any]]) -> Callable[[Path, Path, list[str]], None]:
    """Reads a file of facts, has them checked, and writes what comes of that."""

    def write(path: Path, to: Path, class_names: list[str]) -> None:
        if path.stat().st_size > MAX_JSON_BYTES:
            raise damaged(path)
        try:
            write_json(to, keeper(read_json(path), class_names))
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise damaged(path) from error

    return write


def _words(path: Path, to: Path, class_names: list[str]) -> None:
    said = read_json(path)
    if not isinstance(said, dict):
        raise damaged(path)
    write_json(to, {name: str(said.get(name, ""))[:MAX_CHARACTERS] for name in TITLES})


def _summary(said: dict[str, Any]) -> dict[str, Any]:
    """The few numbers that a model is known by, as `core.model.evaluation.Evaluation.summary` gives them."""
    return {**{name: share(said[name]) for name in SUMMARY}, "photos": count(said["photos"])}


def _thresholds(said: dict[str, Any]) -> dict[str, float]:
    return {name: share(said[name]) for name in ("sure", "probable", "between")}


def _plain(said: Any) -> dict[str, Any]:
    """Facts of no great size, as they are."""
    if not isinstance(said, dict) or len(json.dumps(said)) > MAX_FACTS_BYTES:
        raise TypeError("facts expected")
    return said
