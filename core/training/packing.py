"""From a trained network to a model folder: exported, made honest about how sure it is, tested, and described."""

import os
import shutil
import time
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.files import read_json, write_bytes, write_json
from core.jobs import Work
from core.machine import machine
from core.model import familiarity, similar
from core.model.answered import Answered, said_of
from core.model.bundle import Model, Thresholds, write_facts
from core.model.calibration import apply_temperature, fit_temperature
from core.model.card import keep_card
from core.model.evaluation import Evaluation, evaluate
from core.model.exams import About, Kind, save_exam
from core.model.learned import has_seen
from core.model.learned import keep as keep_learned
from core.model.predictor import Looked, Predictor, joined
from core.training.learning import Learned
from core.training.photos import Photos
from core.training.runs import Run

CHUNK = 256  # photos between two words about how far the test is
LOOKED_AT = 3000  # of the photos it learned from: to know what is usual among them, and to show similar ones


def pack(model: Any, photos: Photos, learned: Learned, run: Run, work: Work) -> None:
    """Writes `model/`, `evaluation.json` and `split.parquet` of a run, each whole or not at all, and says the result.

    The test is taken by what will answer later, the LiteRT network with its temperature, not by the one in training.

    Args:
        model: the `keras.Model` that will answer: uint8 photos (N, S, S, 3) to float32 probabilities (N, C).
        photos: temperature is fitted on their validation part; the test part has been touched by nobody.
        learned: how the learning ended.
        run: the one that ends here.
        work: is told "saving", "testing" and the result.
    """
    work.event("stage", name="saving")
    folder = run.folder / ".model"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    _export(model, folder)
    untested = _described(folder, photos, run, learned)

    work.event("stage", name="testing")
    predictor = Predictor(untested)
    watched = _looked(predictor, photos, photos.validation, work)
    temperature = fit_temperature(photos.labels[photos.validation], watched.probabilities)
    asked = _looked(predictor, photos, photos.test, work)
    probabilities = apply_temperature(asked.probabilities, temperature)
    evaluation = evaluate(photos.labels[photos.test], probabilities, photos.class_names)
    tested = replace(untested, temperature=temperature, test=evaluation.summary())
    learned_rows = [*photos.train, *photos.validation]
    keep_learned(folder, [photos.content_hashes[row] for row in learned_rows])
    _keep_seen(predictor, photos, watched, run.recipe.seed, work)
    _keep_exams(tested, photos, {"test": (photos.test, asked), "validation": (photos.validation, watched)})
    _report(tested, evaluation, photos, run, probabilities)
    _put_in_place(folder, run.folder / "model")
    work.event(
        "result",
        run=run.id,
        model=run.id,
        epochs=learned.epochs,
        best_epoch=learned.best_epoch,
        stopped_because=learned.stopped_because,
        seconds=round(learned.seconds, 2),
        test=evaluation.summary(),
    )


def _export(model: Any, folder: Path) -> None:
    """Saves the network for Keras and for LiteRT, which also says what its layers see on the way."""
    from core.model.litert import litert
    from core.model.traits import with_traits

    model.save(folder / "model.keras")
    (folder / "model.tflite").write_bytes(litert(with_traits(model)))


def _described(folder: Path, photos: Photos, run: Run, learned: Learned) -> Model:
    """The model in this folder as far as it is known before its test."""
    config = read_json(run.folder / "config.json")
    return Model(
        id=run.id,
        folder=folder,
        name=config["name"],  # it may have been renamed since
        class_names=tuple(photos.class_names),
        input_size_px=run.recipe.image_size_px,
        temperature=1.0,
        thresholds=Thresholds(),
        created_at=time.time(),
        dataset=config["dataset"],
        recipe=config["recipe"],
        versions=config["versions"],
        test=None,
        seconds=round(learned.seconds, 2),
        size_bytes=(folder / "model.tflite").stat().st_size,
        machine=machine(),
    )


def _looked(predictor: Predictor, photos: Photos, rows: NDArray[np.int64], work: Work) -> Looked:
    """What `Predictor.look` says of these rows."""
    chunks = []
    for start in range(0, len(rows), CHUNK):
        chunks.append(predictor.look(photos.read(rows[start : start + CHUNK])))
        work.progress("testing", min(start + CHUNK, len(rows)), len(rows))
    return joined(chunks)


def _keep_seen(predictor: Predictor, photos: Photos, watched: Looked, seed: int, work: Work) -> None:
    """Keeps what it sees in the photos it learned from: to know what is unlike them all, and which are similar."""
    some = np.sort(np.random.default_rng(seed).permutation(photos.train)[:LOOKED_AT])
    looked = _looked(predictor, photos, some, work)
    if looked.seen is None or watched.seen is None:
        return
    labels, folder = photos.labels[some], predictor.model.folder
    rule = familiarity.fit(looked.seen, labels, watched.seen)
    names = [photos.class_names[label] for label in labels]
    kept = similar.fit(looked.seen[1], [photos.content_hashes[row] for row in some], names)
    for each in (rule, kept):
        if each is not None:
            each.save(folder)


def _keep_exams(model: Model, photos: Photos, sat: dict[Kind, tuple[NDArray[np.int64], Looked]]) -> None:
    """Keeps what it said of the photos held back, so that nobody has to ask it again."""
    rule, dataset = familiarity.load(model.folder), model.dataset
    for part, (rows, looked) in sat.items():
        hashes = [photos.content_hashes[row] for row in rows]
        answered = Answered(
            hashes,
            rows,
            [photos.names[row] if photos.names else "" for row in rows],
            [photos.class_names[photos.labels[row]] for row in rows],
            *said_of(looked, model.temperature, rule),
            has_seen(model.folder, hashes),
        )
        about = About(part, dataset["name"], dataset["id"], dataset["fingerprint"], part)
        save_exam(model, model.folder / "exams" / part, about, answered)


def _report(model: Model, evaluation: Evaluation, photos: Photos, run: Run, probabilities: NDArray[np.float32]) -> None:
    write_facts(model)
    report = {**evaluation.to_json(), "baseline": vars(evaluation.baseline)}
    write_json(model.folder / "evaluation.json", report)
    write_json(run.folder / "evaluation.json", report)
    keep_card(model)
    parts = {"train": photos.train, "validation": photos.validation, "test": photos.test}
    guesses = dict(zip(photos.test.tolist(), probabilities.argmax(axis=1).tolist(), strict=True))
    split = pd.DataFrame(
        [
            (
                int(row),  # position in the dataset's manifest
                photos.content_hashes[row],
                photos.class_names[photos.labels[row]],
                part,
                photos.class_names[guesses[int(row)]] if part == "test" else None,
            )
            for part, rows in parts.items()
            for row in rows
        ],
        columns=["position", "content_hash", "label", "part", "guess"],
    )
    write_bytes(run.folder / "split.parquet", split.to_parquet(index=False))


def _put_in_place(folder: Path, place: Path) -> None:
    """A resumed run has a model already: it steps aside first, since folders cannot be replaced in one step."""
    old = place.with_name(f".old-{uuid.uuid4().hex[:8]}")
    if place.exists():
        os.rename(place, old)
    os.rename(folder, place)
    shutil.rmtree(old, ignore_errors=True)
