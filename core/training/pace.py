"""How long a training takes on this machine: from what was measured here, by earlier runs or by a short try."""

import contextlib
import math
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from core import jobs, queues, standby
from core.errors import JobActive
from core.files import read_json, write_json
from core.locks import locked
from core.settings import load_settings
from core.training.precision import arithmetic
from core.training.recipe import Recipe, usual
from core.training.runs import QUEUE, Run

JUDGED = 1 / 3  # of the time that learning from a photo takes, to be judged by one: forwards only
ENOUGH_PHOTOS = 100  # of a run: fewer tell nothing
MOST_KEPT = 60
RETRY_S = 600.0  # between two tries to measure
WORK_A_PHOTO: Mapping[str, float] = {  # million multiplications at 224 px, by the papers: to guess one from another
    "clothing": 59,
    "mobilenet_v2_0.35": 59,
    "mobilenet_v2_0.5": 97,
    "mobilenet_v2_0.75": 209,
    "mobilenet_v2_1.0": 300,
    "mobilenet_v3_small": 56,
    "mobilenet_v3_large": 219,
    "efficientnet_v2_b0": 360,
    "convnext_tiny": 4500,
}


@dataclass(frozen=True)
class Measured:
    """What a training of one kind costs here."""

    name: str  # of the recipe
    fine_tune: bool
    backbone: str  # "" where none is borrowed
    image_size_px: int
    batch_size: int
    precision: str  # float32 or bfloat16
    seconds_a_photo: float  # to learn from it once
    seconds_a_feature: float  # to look at it once with the borrowed eyes; 0 without
    around_s: float  # before the first batch and after the last, whatever the photos

    @property
    def work_a_photo(self) -> float:
        """By how much it grows with the size of the photos and of the backbone: in no unit."""
        return self.image_size_px**2 * WORK_A_PHOTO.get(self.backbone, 1.0)


def measured(recipe: Recipe, seconds_a_photo: float, seconds_a_feature: float, around_s: float) -> Measured:
    """A measurement under the knobs that matter for it."""
    borrows = recipe.name == "transfer"
    return Measured(
        recipe.name,
        recipe.fine_tune,
        recipe.backbone if borrows else "",
        recipe.image_size_px,
        recipe.batch_size,
        arithmetic(recipe),
        round(seconds_a_photo, 8),
        round(seconds_a_feature, 8),
        round(around_s, 3),
    )


def expected_seconds(recipe: Recipe, num_train: int, num_validation: int) -> float | None:
    """How long a training will take, from its start to its model, when nothing else is at work.

    Args:
        recipe: how.
        num_train: photos of the training part, before the recipe takes its share of them.
        num_validation: photos held back.

    Returns:
        Seconds; None while nothing of the kind was measured, unless the recipe has a time budget.
    """
    asked = measured(recipe, 0.0, 0.0, 0.0)
    alike = [each for each in kept() if (each.name, each.fine_tune) == (asked.name, asked.fine_tune)]
    budget_s = recipe.minutes * 60
    if not alike:
        return budget_s or None
    nearest = min(alike, key=lambda each: _distance(each, asked))
    ratio = asked.work_a_photo / nearest.work_a_photo
    photos = num_train * recipe.train_share
    a_photo = nearest.seconds_a_photo * (1 if _on_features(recipe) else ratio)
    learning_s = recipe.epochs * (photos + JUDGED * num_validation) * a_photo
    features_s = (photos + num_validation) * nearest.seconds_a_feature * ratio
    return nearest.around_s + features_s + (min(learning_s, budget_s) if budget_s else learning_s)


def kept() -> list[Measured]:
    """All measurements, oldest first."""
    found = read_json(load_settings().cache_dir / "pace.json") or []
    with contextlib.suppress(TypeError):  # of another version: it will be measured again
        return [Measured(**each) for each in found]
    return []


def keep(new: Measured) -> None:
    """Keeps a measurement, in the place of an earlier one under the same knobs."""
    folder = load_settings().cache_dir
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / "pace.lock", patience_s=2.0):
        others = [each for each in kept() if _knobs(each) != _knobs(new)]
        write_json(folder / "pace.json", [asdict(each) for each in [*others, new][-MOST_KEPT:]])


def remember(run: Run) -> None:
    """Keeps what a run took that was neither paused nor resumed; its worker calls it at the very end."""
    events = jobs.events(run.job_dir)
    begun = max((place for place, event in enumerate(events) if event["kind"] == "begun"), default=0)
    session = events[begun:]
    kinds = {event["kind"] for event in session}
    plan = next((event for event in session if event["kind"] == "plan"), None)
    rows = [event for event in session if event["kind"] == "epoch"]
    if (
        "result" not in kinds
        or plan is None
        or not rows
        or "paused" in kinds
        or plan["first_epoch"] > 0
        or plan["photos"] < ENOUGH_PHOTOS
    ):
        return
    seconds = [row["seconds"] for row in rows[1:] or rows]  # the first has the graph to build
    a_photo = median(seconds) / (plan["photos"] + JUDGED * plan["validation_photos"])
    learning_s = session[-1].get("seconds", math.inf)  # the result's: with the round that a person broke off
    spent = {stage: _spent(session, stage) for stage in ("features", "pixels", "download")}
    around_s = session[-1]["at"] - session[0]["at"] - learning_s - sum(spent_s for spent_s, _ in spent.values())
    features_s, features = spent["features"]
    a_feature = features_s / features if features else _known_feature(run.recipe)
    with contextlib.suppress(OSError):  # a full disk takes nothing from a training that ended well
        keep(measured(run.recipe, a_photo, a_feature, max(0.0, around_s)))


def measure_in_background() -> None:
    """Starts a short measurement of the recipes of which nothing is known, if nothing else is at work; returns at once.

    A page calls it when a person may want to know.
    """
    folder = load_settings().cache_dir / "pace"
    if not load_settings().standby or not missing() or queues.busy(QUEUE):
        return
    state = jobs.state(folder)
    if state.active or time.time() - (state.started_at or 0.0) < RETRY_S or standby.free_bytes() < standby.ENOUGH_BYTES:
        return
    with contextlib.suppress(JobActive):  # another visitor was quicker
        jobs.start(folder, "core.training.measuring:work", {})


def missing() -> list[Recipe]:
    """The recipes, as they stand at first, of which nothing was measured."""
    known = {(each.name, each.fine_tune) for each in kept()}
    recipes = [usual("transfer"), usual("classic"), usual("deep"), usual("compact"), usual("transfer", fine_tune=True)]
    return [recipe for recipe in recipes if (recipe.name, recipe.fine_tune) not in known]


def _on_features(recipe: Recipe) -> bool:
    """Whether it learns from what a backbone says of the photos, whose size then costs nothing."""
    return recipe.name == "transfer" and not recipe.fine_tune


def _distance(one: Measured, other: Measured) -> float:
    size = abs(math.log(one.work_a_photo / other.work_a_photo))
    batch = abs(math.log(one.batch_size / other.batch_size))
    return size + batch / 2 + (one.precision != other.precision) + (one.backbone != other.backbone)


def _knobs(each: Measured) -> tuple[object, ...]:
    return (each.name, each.fine_tune, each.backbone, each.image_size_px, each.batch_size, each.precision)


def _spent(session: list[dict[str, Any]], stage: str) -> tuple[float, int]:
    """Seconds that a stage took by its progress, and how many things it was about."""
    told = [event for event in session if event["kind"] == "progress" and event["stage"] == stage]
    if not told or told[-1]["done"] <= told[0]["done"]:
        return 0.0, 0
    share = (told[-1]["done"] - told[0]["done"]) / told[-1]["done"]
    return (told[-1]["at"] - told[0]["at"]) / share, told[-1]["done"]


def _known_feature(recipe: Recipe) -> float:
    """Of a run whose features were there already."""
    asked = measured(recipe, 0.0, 0.0, 0.0)
    alike = [each for each in kept() if each.backbone == asked.backbone != "" and each.seconds_a_feature]
    if not alike:
        return 0.0
    nearest = min(alike, key=lambda each: _distance(each, asked))
    return nearest.seconds_a_feature * asked.work_a_photo / nearest.work_a_photo
