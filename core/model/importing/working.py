"""The job that brings a model in: reads the file in its room, checks the scaling, and makes the model's folder."""

import shutil
from pathlib import Path
from typing import Any

from core.data.store import load_dataset
from core.errors import EvaluationError, ModelRefused, NotFound
from core.files import read_json, write_json
from core.jobs import Work
from core.model.importing import NETWORKS, Import, load_import, room
from core.model.importing.checking import check, fitting
from core.model.importing.moving_in import move_in


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
        shutil.rmtree(folder / "came", ignore_errors=True)
        write_json(folder / "refused.json", str(error))
        raise


def _go(work: Work, import_id: str, folder: Path) -> None:
    facts = read_json(folder / "import.json")
    if not (folder / "understood.json").exists():
        work.progress("reading", 0, 1)
        came = folder / "came" / facts["file_name"]
        if not came.exists():
            raise ModelRefused("The file is not here any more. Bring it in again.")
        try:
            room.run(folder, {"do": "read", "path": str(came)}, work.check_stop)
        finally:
            shutil.rmtree(folder / "brought", ignore_errors=True)
    now = load_import(import_id)
    assert now.understood is not None
    if now.class_names is None:
        return
    if len(now.class_names) != now.understood.outputs:
        names = len(now.class_names)
        _say(folder, class_names=None)
        raise ModelRefused(f"The network tells {now.understood.outputs:,} classes apart. Received: {names:,} names.")
    if now.understood.kind != "own":
        _check(work, now, facts)
    if now.scaling is None:
        return
    work.check_stop()
    work.progress("making", 0, 1)
    room.run(folder, {"do": "finish", "scaling": now.scaling}, work.check_stop)
    model = move_in(now)
    write_json(folder / "done.json", {"model": model.id})
    _clear(load_import(import_id))
    work.event("result", model=model.id)


def _clear(now: Import) -> None:
    """What nobody needs any more once the model is there; its network only to take a scaling that fits better."""
    for name in ("came", "kept"):
        shutil.rmtree(now.folder / name, ignore_errors=True)
    if now.doubt is None:
        for name in NETWORKS:
            (now.folder / name).unlink(missing_ok=True)


def _say(folder: Path, **facts: Any) -> None:
    """Puts facts into `import.json` beside those that are there by now."""
    write_json(folder / "import.json", {**read_json(folder / "import.json"), **facts})


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
    _say(now.folder, checked=True)
