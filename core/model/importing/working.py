"""The job that brings a model in: reads the file in its room, checks the scaling, and makes the model's folder."""

import os
import shutil
import time
import uuid
from importlib.metadata import version
from pathlib import Path
from typing import Any

from core.data.store import load_dataset
from core.errors import EvaluationError, ModelRefused, NotFound
from core.files import is_id, new_id, read_json, write_json
from core.jobs import Work
from core.model.bundle import BUNDLED_DIR, Model, Thresholds, read_model, write_facts
from core.model.card import keep_card
from core.model.importing import Import, load_import, room
from core.model.importing.checking import check, fitting
from core.model.predictor import Predictor
from core.settings import load_settings

STAGES = ("reading", "checking", "making")


def work(work: Work, import_id: str) -> None:
    """Goes as far as it can: what `core.jobs` calls. Where something is missing it ends, and is started again.

    Raises:
        Stopped: somebody asked to stop.
        ModelRefused: the file is not taken.
    """
    folder = load_import(import_id).folder
    (folder / "refused.json").unlink(missing_ok=True)
    try:
        _go(work, import_id, folder)
    except ModelRefused as error:
        write_json(folder / "refused.json", str(error))
        raise


def _go(work: Work, import_id: str, folder: Path) -> None:
    facts = read_json(folder / "import.json")
    if not (folder / "understood.json").exists():
        work.progress("reading", 0, 1)
        came = folder / "came" / facts["file_name"]
        room.run(folder, {"do": "read", "path": str(came)}, work.check_stop)
        shutil.rmtree(folder / "brought", ignore_errors=True)
    now = load_import(import_id)
    assert now.understood is not None
    if now.class_names is None:
        return
    if len(now.class_names) != now.understood.outputs:
        names = len(now.class_names)
        write_json(folder / "import.json", {**facts, "class_names": None})
        raise ModelRefused(f"The network tells {now.understood.outputs:,} classes apart. Received: {names:,} names.")
    if now.understood.kind != "own":
        _check(work, now, facts)
    if now.scaling is None:
        return
    work.check_stop()
    work.progress("making", 0, 1)
    room.run(folder, {"do": "finish", "scaling": now.scaling}, work.check_stop)
    model = _placed(now, facts)
    write_json(folder / "done.json", {"model": model.id})
    shutil.rmtree(folder / "came", ignore_errors=True)
    work.event("result", model=model.id)


def _check(work: Work, now: Import, facts: dict[str, Any]) -> None:
    """Tries each scaling, where there are photos to try it on; once."""
    if facts.get("checked") or now.understood is None or now.class_names is None:
        return
    try:
        dataset = load_dataset(facts["dataset"]) if facts.get("dataset") else fitting(now.class_names)
    except NotFound:
        dataset = None
    if dataset is None or not dataset.finished:
        return

    def tell(done: int, total: int) -> None:
        work.check_stop()
        work.progress("checking", done, total)

    try:
        photos, right = check(now.folder, now.understood, now.class_names, dataset, tell)
    except EvaluationError:
        if facts.get("dataset"):
            raise
        return
    said = {"dataset": dataset.id, "dataset_name": dataset.name, "photos": photos, "right": right}
    write_json(now.folder / "check.json", said)
    write_json(now.folder / "import.json", {**facts, "checked": True})


def _placed(now: Import, facts: dict[str, Any]) -> Model:
    """Puts the model where models are, and proves that it answers."""
    models, made = load_settings().models_dir, now.folder / "made"
    assert now.understood is not None and now.class_names is not None
    if now.understood.kind == "own":
        shutil.copytree(now.folder / "kept", made, dirs_exist_ok=True)
        said = read_json(made / "model.json")
        write_json(made / "model.json", {**said, "name": now.name or said["name"]})
    else:
        write_facts(_described(now, facts, made))
    place = models / (now.model_id or _free_id(now))
    Predictor(read_model(made))  # a model that cannot be asked is none
    models.mkdir(parents=True, exist_ok=True)
    old = models / f".old-{uuid.uuid4().hex[:8]}"
    if place.exists():
        os.rename(place, old)
    os.rename(made, place)
    shutil.rmtree(old, ignore_errors=True)
    model = read_model(place)
    keep_card(model)
    return model


def _described(now: Import, facts: dict[str, Any], made: Path) -> Model:
    """What is known of a network that comes from elsewhere."""
    found = now.understood
    assert found is not None and now.class_names is not None
    return Model(
        id=made.name,
        folder=made,
        name=now.name or Path(now.file_name).stem[:60],
        class_names=now.class_names,
        input_size_px=found.size_px,
        temperature=1.0,
        thresholds=Thresholds(),
        created_at=time.time(),
        dataset={"id": "", "name": "elsewhere", "fingerprint": now.id, "photos": 0},
        recipe={"name": "imported", "from": found.words, "scaling": now.scaling},
        versions={name: version(name) for name in ("tensorflow", "keras")},
        test=None,
        seconds=0.0,
        size_bytes=(made / "model.tflite").stat().st_size,
        note=f"Brought in from {now.file_name}",
    )


def _free_id(now: Import) -> str:
    """The id of the model where it came from, if no other has it here."""
    settings, wanted = load_settings(), now.file_name.rpartition(".")[0]
    places = (settings.runs_dir / wanted, settings.models_dir / wanted, BUNDLED_DIR / wanted)
    is_own = now.understood is not None and now.understood.kind == "own"
    if is_own and is_id(wanted) and not any(place.exists() for place in places):
        return wanted
    return new_id(now.name or Path(now.file_name).stem)
