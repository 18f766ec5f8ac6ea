"""Models of one dataset in a row: what each has that the one before had not, and whose photos have changed since."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from core.data.extending import KIND
from core.data.mend_layer import Mends, mends_of
from core.data.store import Dataset, list_datasets, load_dataset
from core.errors import FittingRoomError, NotFound, RecipeInvalid
from core.files import is_id, read_json
from core.model.bundle import Model, load_model
from core.settings import load_settings
from core.training.compare import Difference, knobs_between
from core.training.recipe import Recipe
from core.training.starting import start_run

ELSEWHERE = "elsewhere"  # the line of all models of which nobody here knows with which photos they were taught


@dataclass(frozen=True)
class Line:
    """Models that were taught with one dataset, as it was at several times."""

    key: str  # the id of the dataset that the others follow; `ELSEWHERE` of those without one
    name: str  # of the newest dataset; as a model says where that is not here
    dataset: Dataset | None  # the newest one; None if it is not here
    models: tuple[Model, ...]  # newest first


@dataclass(frozen=True)
class MovedOn:
    """What has become of the photos since a model was taught."""

    dataset: Dataset  # as it is now: the same one, or what has taken its place
    since: float  # Unix seconds: when the training was started
    renamed: int = 0
    added: int = 0
    gone: int = 0  # left out, or not in the source any more


@dataclass(frozen=True)
class Step:
    """From one model of a line to the next."""

    knobs: list[Difference]
    photos: int  # how many more it was taught and tested with
    points: int | None  # of 100: how many more it is right on; None where one was not measured


class Datasets:
    """The datasets of the workspace and which of them follows which: read once, for many models."""

    def __init__(self) -> None:
        self._known = {dataset.id: dataset for dataset in list_datasets()}
        self._after = {each.follows: each for each in self._known.values() if each.follows}

    def get(self, dataset_id: str) -> Dataset | None:
        """A dataset as it is; None if it is not here."""
        return self._known.get(dataset_id)

    def first(self, dataset_id: str) -> str:
        """The id of the dataset that all others of its line follow, or were made of."""
        seen = {dataset_id}
        while (before := self._before(dataset_id)) and before not in seen:
            seen.add(before)
            dataset_id = before
        return dataset_id

    def now(self, dataset_id: str) -> Dataset | None:
        """What has taken the place of a dataset, or the dataset itself; None if it is not here."""
        found, seen = self._known.get(dataset_id), {dataset_id}
        while found is not None and (later := self._after.get(found.id)) and later.id not in seen:
            seen.add(later.id)
            found = later
        return found if found is not None and found.finished else None

    def _before(self, dataset_id: str) -> str:
        dataset = self._known.get(dataset_id)
        if dataset is None:
            return ""
        made_of = str(dataset.source.get("dataset") or "") if dataset.source.get("kind") == KIND else ""
        return dataset.follows or made_of


def lines(models: Sequence[Model], datasets: Datasets) -> list[Line]:
    """The models by the dataset that they were taught with; the line with the newest model first.

    Args:
        models: newest first.
        datasets: those there are.
    """
    found: dict[str, list[Model]] = {}
    for model in models:
        dataset_id = str(model.dataset.get("id") or "")
        found.setdefault(datasets.first(dataset_id) if dataset_id else ELSEWHERE, []).append(model)
    made = []
    for key, members in found.items():
        dataset = next(filter(None, (datasets.now(str(each.dataset.get("id") or "")) for each in members)), None)
        said = "From elsewhere" if key == ELSEWHERE else str(members[0].dataset.get("name", ""))
        name = dataset.name if dataset else said
        made.append(Line(key, name, dataset, tuple(members)))
    return made


def moved_on(model: Model, datasets: Datasets) -> MovedOn | None:
    """What has changed in its photos since; None if nothing has, or they are not here."""
    dataset_id = str(model.dataset.get("id") or "")
    then, now = datasets.get(dataset_id), datasets.now(dataset_id)
    if now is None or then is None or (run := _run(model)) is None:
        return None
    if now.id == then.id:
        counts = _mended_since(mends_of(load_settings().runs_dir / model.id), now.mends)
    else:
        try:
            counts = _replaced_since(then.id, model.id, now.id, now.version)
        except FittingRoomError:  # a manifest is damaged: its own page says so
            return None
    return MovedOn(now, float(run["created_at"]), *counts) if any(counts) else None


def step(model: Model, before: Model) -> Step:
    """What is another in a model than in the one before it."""
    knobs: list[Difference] = []
    with contextlib.suppress(RecipeInvalid, TypeError):  # of another version, or brought along from elsewhere
        knobs = knobs_between(Recipe.from_json(before.recipe), Recipe.from_json(model.recipe))
    points = None
    if model.test and before.test:
        points = round(100 * model.test["accuracy"]) - round(100 * before.test["accuracy"])
    photos = int(model.dataset.get("photos") or 0) - int(before.dataset.get("photos") or 0)
    return Step([each for each in knobs if each.name != "seed"], photos, points)


def teach_again(model_id: str) -> str:
    """Starts a training by the recipe of a model with its photos as they are today; returns the id of the run at once.

    Raises:
        NotFound: no such model, its photos are not here any more, or nobody knows how it was taught.
        FittingRoomError: as `core.training.starting.start_run`.
    """
    model = load_model(model_id)
    now = Datasets().now(str(model.dataset.get("id") or ""))
    if now is None:
        raise NotFound(
            f"The photos that “{model.name}” was taught with are not here. Add them on the Dataset page, and teach a "
            "new one with them."
        )
    if not model.recipe.get("name"):
        raise NotFound(f"Nobody knows how “{model.name}” was taught, so it cannot be taught again. Teach a new one.")
    start_from = (_run(model) or {}).get("start_from")
    return start_run(now.id, Recipe.from_json(model.recipe), start_from=start_from if _is_here(start_from) else None)


def _run(model: Model) -> dict[str, Any] | None:
    """What the training that made a model says; None of one that came from elsewhere."""
    facts = read_json(load_settings().runs_dir / model.id / "config.json")
    return facts if isinstance(facts, dict) and "created_at" in facts else None


def _is_here(model_id: str | None) -> bool:
    with contextlib.suppress(FittingRoomError):
        return model_id is not None and is_id(model_id) and load_model(model_id).keras_path.exists()
    return False


def _mended_since(then: Mends, now: Mends) -> tuple[int, int, int]:
    """Photos renamed, brought back and left out."""
    renamed = added = gone = 0
    for position in {*then.photos, *now.photos}:
        made = (then.photos.get(position) or now.photos[position]).was
        before, after = then.label(position, made), now.label(position, made)
        renamed += before != after and None not in (before, after)
        added += before is None and after is not None
        gone += before is not None and after is None
    return renamed, added, gone


@lru_cache(maxsize=64)
def _replaced_since(then_id: str, run_id: str, now_id: str, version: str) -> tuple[int, int, int]:
    """Photos renamed, added and gone between a dataset as a training knew it and the one in its place.

    Args:
        then_id: of the dataset that it learned from.
        run_id: of the training.
        now_id: of the dataset in its place.
        version: of that one, so that it is read again once it has changed.
    """
    before = _names(load_dataset(then_id, load_settings().runs_dir / run_id))
    after = _names(load_dataset(now_id))
    both = before.keys() & after.keys()
    renamed = sum(before[each] != after[each] for each in both)
    return renamed, len(after.keys() - both), len(before.keys() - both)


def _names(dataset: Dataset) -> dict[str, set[str]]:
    """The labels of each good photo, by its content."""
    rows = dataset.manifest()
    good = rows[rows["status"] == "ok"]
    found: dict[str, set[str]] = {}
    for content_hash, label in zip(good["content_hash"], good["label"], strict=True):
        found.setdefault(content_hash, set()).add(label)
    return found
