"""Learning from corrections: a new version of the dataset, a quick training with it, and both models on one exam.

A teaching is a folder with `teaching.json` and a job. The old dataset and the old model stay as they are.
"""

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core import jobs, trash
from core.data.extending import KIND, require_enough
from core.data.store import Dataset, delete_dataset, load_dataset, unfinished
from core.errors import DatasetTooSmall, DatasetUnfinished, FittingRoomError, JobActive, NotFound
from core.files import is_id, new_id, read_json, write_json
from core.model.bundle import Model, default_model, set_default_model
from core.model.corrections import Correction, list_corrections
from core.settings import load_settings
from core.training.before_after import BeforeAfter
from core.training.runs import Run, delete_run, load_run


@dataclass(frozen=True)
class Plan:
    """What would be learned from, or why nothing can be."""

    base: Dataset | None  # whose photos it learns from besides; None: the corrected ones alone
    corrections: tuple[Correction, ...]  # that are not in it yet
    problem: str = ""  # in words; empty if there is none


@dataclass(frozen=True)
class Teaching:
    """One learning from corrections."""

    id: str
    model_id: str  # that was corrected
    base_id: str  # the dataset to start from; "" for none
    corrections: tuple[str, ...]  # their ids
    created_at: float  # Unix seconds
    dataset_id: str | None  # the new one, once it is made
    run_id: str | None  # the training, once it is started; the new model has the same id
    result: BeforeAfter | None
    decision: str | None  # "used" or "kept": which model a person took
    state: jobs.JobState

    @property
    def run(self) -> Run | None:
        """The training; None before it, or if it was deleted."""
        with contextlib.suppress(NotFound):
            return load_run(self.run_id) if self.run_id else None
        return None


def make_plan(model: Model, base_id: str = "") -> Plan:
    """What a model would learn from.

    Args:
        base_id: the dataset to start from; "" for the one that it was taught with, where that is here.

    Raises:
        NotFound: no such dataset.
    """
    base = load_dataset(base_id) if base_id else own_dataset(model)
    try:
        if base is not None and not base.finished:
            raise DatasetUnfinished(unfinished(base))
        told = list_corrections(model)
        known = _known(base)
        new = tuple(each for each in told if (each.id, each.label) not in known)
        if not told:
            raise DatasetTooSmall("Nobody has corrected it yet. Ask about photos, and say what it gets wrong.")
        if not new:
            raise DatasetTooSmall("Nothing among these is new to it. Correct more photos, then it can learn again.")
        if base is None:
            require_enough([each.label for each in new])
    except (DatasetTooSmall, DatasetUnfinished) as error:
        return Plan(base, (), str(error))
    return Plan(base, new)


def own_dataset(model: Model) -> Dataset | None:
    """The dataset that a model was taught with; None if it is not here."""
    try:
        return load_dataset(str(model.dataset.get("id", "")))
    except FittingRoomError:
        return None


def start_teaching(model: Model, base_id: str = "") -> str:
    """Starts to learn from the corrections of a model; returns the id of the teaching at once.

    Raises:
        DatasetTooSmall: there is nothing, or too little, to learn from.
        JobActive: that goes on already.
        NotFound: no such dataset.
    """
    plan = make_plan(model, base_id)
    if plan.problem:
        raise DatasetTooSmall(plan.problem)
    if any(each.state.active and each.model_id == model.id for each in list_teachings(model.id)):
        raise JobActive(f"{model.name} learns from its corrections right now. Wait for it, or stop it first.")
    teaching_id = new_id(f"{model.name} corrected")
    facts = {
        "model_id": model.id,
        "base_id": plan.base.id if plan.base else "",
        "corrections": [each.id for each in plan.corrections],
        "created_at": time.time(),
    }
    write_json(_path(teaching_id), facts)
    jobs.start(job_dir(teaching_id), "core.training.relearning:work", {"teaching_id": teaching_id})
    return teaching_id


def load_teaching(teaching_id: str) -> Teaching:
    """Reads a teaching and how it stands.

    Raises:
        NotFound: no such teaching.
    """
    facts: Any = read_json(_path(teaching_id)) if is_id(teaching_id) else None
    try:
        result = facts.get("result")
        return Teaching(
            id=teaching_id,
            model_id=facts["model_id"],
            base_id=facts["base_id"],
            corrections=tuple(facts["corrections"]),
            created_at=facts["created_at"],
            dataset_id=facts.get("dataset_id"),
            run_id=facts.get("run_id"),
            result=BeforeAfter.from_json(result) if result else None,
            decision=facts.get("decision"),
            state=jobs.state(job_dir(teaching_id)),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise NotFound(f"Nothing was learned under the id “{teaching_id}”. It may have been undone.") from error


def list_teachings(model_id: str) -> list[Teaching]:
    """What was learned from the corrections of a model, and what it came from itself; the newest first."""
    found = []
    for path in load_settings().teachings_dir.glob("*/teaching.json"):
        with contextlib.suppress(NotFound):
            found.append(load_teaching(path.parent.name))
    found = [each for each in found if model_id in (each.model_id, each.run_id)]
    return sorted(found, key=lambda each: each.created_at, reverse=True)


def job_dir(teaching_id: str) -> Path:
    """The folder of its job."""
    return _path(teaching_id).with_name("job")


def stop_teaching(teaching_id: str) -> None:
    """Asks it to stop; what its training has learned by then is kept and compared."""
    jobs.request_stop(job_dir(load_teaching(teaching_id).id))


def decide(teaching_id: str, use_new: bool) -> str:
    """Takes the new model, or keeps the old one, as the one in use.

    Returns:
        The id of the model in use.

    Raises:
        NotFound: it, or the model, is gone.
        ModelUnreadable: the model misses something.
    """
    teaching = load_teaching(teaching_id)
    chosen = teaching.run_id if use_new and teaching.run_id else teaching.model_id
    set_default_model(chosen)
    change(teaching_id, decision="used" if use_new else "kept")
    return chosen


def undo_teaching(teaching_id: str) -> str:
    """Moves the new dataset, the training and its model to the trash; if that model was in use, the old one is again.

    The corrections stay.

    Returns:
        A token for `restore_teaching`; `trash.GONE` when the disk was too full to keep all of it.

    Raises:
        NotFound: no such teaching.
        JobActive: it goes on right now.
    """
    teaching = load_teaching(teaching_id)
    if teaching.state.active:
        raise JobActive("It learns right now. Stop it first, then throw away what it learned.")
    in_use = default_model()
    was_in_use = teaching.decision == "used" and in_use is not None and in_use.id == teaching.run_id
    tokens = []
    for delete, thing_id in ((delete_run, teaching.run_id), (delete_dataset, teaching.dataset_id)):
        with contextlib.suppress(NotFound):  # somebody has deleted it already
            tokens += [delete(thing_id)] if thing_id else []
    if was_in_use:
        with contextlib.suppress(NotFound):
            set_default_model(teaching.model_id)
    change(teaching_id, thrown_away={"tokens": tokens, "was_in_use": was_in_use})
    token = trash.move_to_trash(_path(teaching.id).parent)
    return token if all(map(trash.kind_of, tokens)) else trash.GONE


def restore_teaching(token: str) -> str:
    """Brings back what `undo_teaching` threw away, and uses the new model again if it was in use.

    Returns:
        The id of the model to look at: the new one if it is in use, else the one that was corrected.

    Raises:
        NotFound: it is not in the trash any more.
    """
    teaching = load_teaching(trash.restore(token, "teachings").name)
    thrown_away = read_json(_path(teaching.id))["thrown_away"]
    for each in thrown_away["tokens"]:
        with contextlib.suppress(NotFound):  # somebody has brought it back already
            trash.restore(each)
    if thrown_away["was_in_use"] and teaching.run_id:
        with contextlib.suppress(NotFound):
            set_default_model(teaching.run_id)
            return teaching.run_id
    return teaching.model_id


def change(teaching_id: str, **facts: Any) -> None:
    """Writes facts of a teaching; those of other names stay."""
    path = _path(teaching_id)
    write_json(path, {**(read_json(path) or {}), **facts})


def _known(base: Dataset | None) -> set[tuple[str, str]]:
    """Photo and label of what an earlier learning has put into a dataset, or left out of it."""
    if base is None or base.source.get("kind") != KIND:
        return set()
    rows = base.as_made()
    return set(zip(rows["content_hash"], rows["label"], strict=True))


def _path(teaching_id: str) -> Path:
    return load_settings().teachings_dir / teaching_id / "teaching.json"
