"""What the events of a run have told so far, session after session."""

from dataclasses import dataclass, field
from typing import Any, Literal

Stage = Literal["starting", "loading", "head", "learning", "saving", "testing", "suspects"]
BEFORE_LEARNING = ("starting", "loading", "head")


@dataclass
class Told:
    """A resumed run forgets what came after the place where it goes on."""

    stage: Stage = "starting"
    plan: dict[str, Any] = field(default_factory=dict)  # epochs, batches, photos, precision
    network: list[dict[str, Any]] = field(default_factory=list)  # name, kind, shape, parameters, trainable: each layer
    points: list[tuple[float, float, float]] = field(default_factory=list)  # rounds, loss, accuracy
    learning_rates: list[tuple[float, float]] = field(default_factory=list)  # rounds, rate
    epoch_rows: list[dict[str, Any]] = field(default_factory=list)
    guesses: list[dict[str, Any]] = field(default_factory=list)
    photos_per_s: float | None = None
    getting_ready: tuple[str, int, int] | None = None  # what before the learning is at work, done, total
    result: dict[str, Any] | None = None
    _planned: bool = False  # anew, and no batch since
    _rested: bool = False  # no batch since a pause


def read_events(events: list[dict[str, Any]]) -> Told:
    """Puts the events of a job together, oldest first."""
    told = Told()
    for event in events:
        match event["kind"]:
            case "begun":
                told.stage, told.result, told.getting_ready = "starting", None, None
            case "stage":
                told.stage, told.getting_ready = event["name"], None
            case "progress" if told.stage in BEFORE_LEARNING:
                told.getting_ready = event["stage"], event["done"], event["total"]
            case "network":
                told.network = event["layers"]
            case "result":
                told.result = event
            case "continued":
                told._rested = True
            case "plan" | "batch" | "epoch" | "guesses" if told.stage != "head":
                _learning(told, event)
    return told


def _learning(told: Told, event: dict[str, Any]) -> None:
    match event["kind"]:
        case "plan":
            told.plan, told._planned = event, True
            told.epoch_rows = [row for row in told.epoch_rows if row["epoch"] <= event["first_epoch"]]
        case "batch":
            _batch(told, event)
        case "epoch":
            told.epoch_rows.append({key: value for key, value in event.items() if key not in ("at", "kind")})
        case "guesses":
            told.guesses = event["guesses"]


def _batch(told: Told, event: dict[str, Any]) -> None:
    """The first one after a plan shows where learning goes on, which may be within a round."""
    if told._planned:
        told._planned = False
        told.points = [point for point in told.points if point[0] < event["epoch"]]
        told.learning_rates = [point for point in told.learning_rates if point[0] < event["epoch"]]
    told.points.append((event["epoch"], event["loss"], event["accuracy"]))
    if not told._rested:  # or the pause would count as slowness
        told.photos_per_s = event["photos_per_s"] or told.photos_per_s
    told._rested = False
    if event.get("learning_rate") is not None:
        told.learning_rates.append((event["epoch"], event["learning_rate"]))
