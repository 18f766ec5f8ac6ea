"""What a page shows of a run: its events, read into numbers, points to draw, and a sentence in plain words."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

from core import jobs
from core.training.checkpoint import best_epoch
from core.training.runs import Run, list_runs

Phase = Literal[
    "waiting", "starting", "loading", "learning", "saving", "testing", "stopping", "done", "stopped", "failed", "died"
]
MAX_POINTS = 300  # more cannot be told apart on a screen
PATIENCE = 3  # rounds without a better one, or with rising validation loss, before a sentence says so
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True)
class Live:
    """A run as it stands."""

    phase: Phase
    epoch: int  # the round in work, from 1; of an ended run the last finished one; 0 before the first
    epochs: int  # the plan
    progress: float  # of the learning, 0 to 1
    points: list[tuple[float, float, float]]  # (rounds, loss, accuracy) on photos it learns from, at most MAX_POINTS
    epoch_rows: list[dict[str, Any]]  # epoch, loss, accuracy, val_loss, val_accuracy, seconds
    best_epoch: int | None  # the round whose weights it keeps
    photos_per_s: float | None
    seconds_left: float | None  # of the learning
    guesses: list[dict[str, Any]]  # content_hash, label, guess, probability: eight photos held back
    sentence: str  # how it goes: "still improving"
    title: str  # the news: "Right on 78 of 100, and still improving"
    message: str  # for people, why it failed or died
    result: dict[str, Any] | None  # of an ended run: see `core.training.runs.result`


@dataclass
class _Told:
    """What the events have told so far; a resumed run forgets what came after its checkpoint."""

    stage: Phase = "starting"
    plan: dict[str, Any] = field(default_factory=dict)  # epochs, batches, photos
    points: list[tuple[float, float, float]] = field(default_factory=list)
    epoch_rows: list[dict[str, Any]] = field(default_factory=list)
    guesses: list[dict[str, Any]] = field(default_factory=list)
    photos_per_s: float | None = None
    result: dict[str, Any] | None = None


def live(run: Run) -> Live:
    """Reads how a run stands."""
    told = _read(jobs.events(run.job_dir))
    epochs = told.plan.get("epochs", run.recipe.epochs)
    done_epochs = told.points[-1][0] if told.points else float(len(told.epoch_rows))
    best = best_epoch(told.epoch_rows)
    phase: Phase = told.stage if run.state.status == "running" else run.state.status
    seconds_left = _seconds_left(told, epochs, done_epochs) if phase in ("learning", "stopping") else None
    sentence = _sentence(run, phase, told, best)
    in_work = min(epochs, int(done_epochs) + 1) if phase == "learning" else len(told.epoch_rows)
    return Live(
        phase=phase,
        epoch=in_work,
        epochs=epochs,
        progress=min(1.0, done_epochs / epochs),
        points=_thinned(told.points),
        epoch_rows=told.epoch_rows,
        best_epoch=best,
        photos_per_s=told.photos_per_s,
        seconds_left=seconds_left,
        guesses=told.guesses,
        sentence=sentence,
        title=_title(phase, told, sentence),
        message=run.state.message,
        result=told.result,
    )


def about(seconds: float) -> str:
    """A length of time as a person says it: "less than a minute", "about four minutes", "about two hours"."""
    minutes = round(seconds / 60)
    if seconds < 45:
        return "less than a minute"
    if minutes < 90:
        return f"about {_number(max(1, minutes))} minute{'s' if minutes > 1 else ''}"
    return f"about {_number(round(minutes / 60))} hours"


def _read(events: list[dict[str, Any]]) -> _Told:
    told = _Told()
    for event in events:
        match event["kind"]:
            case "begun":
                told.stage, told.result = "starting", None
            case "stage":
                told.stage = event["name"]
            case "plan":
                told.plan = event
                finished = event["first_epoch"]
                told.points = [point for point in told.points if point[0] <= finished]
                told.epoch_rows = [row for row in told.epoch_rows if row["epoch"] <= finished]
            case "batch":
                told.points.append((event["epoch"], event["loss"], event["accuracy"]))
                told.photos_per_s = event["photos_per_s"] or told.photos_per_s
            case "epoch":
                told.epoch_rows.append({key: value for key, value in event.items() if key not in ("at", "kind")})
            case "guesses":
                told.guesses = event["guesses"]
            case "result":
                told.result = event
    return told


def _seconds_left(told: _Told, epochs: int, done_epochs: float) -> float | None:
    """From the pace of the last rounds; in the first round from the photos a second."""
    if told.epoch_rows:
        recent = [row["seconds"] for row in told.epoch_rows[-3:]]
        return float(sum(recent) / len(recent) * max(0.0, epochs - done_epochs))
    if told.photos_per_s:
        return float((epochs - done_epochs) * told.plan["photos"] / told.photos_per_s)
    return None


def _sentence(run: Run, phase: Phase, told: _Told, best: int | None) -> str:
    """One clause in plain words, without a capital or a full stop."""
    kept = f"keeping round {best}" if best else "keeping what it has learned" if told.points else "nothing learned yet"
    sentences: dict[Phase, str] = {
        "starting": "getting ready",
        "loading": "getting ready",
        "saving": "writing down what it learned",
        "testing": "answering about photos it never saw",
        "stopping": f"stopping, {kept}",
        "done": f"learned for {_rounds(len(told.epoch_rows))}, {kept}",
        "stopped": f"stopped after {_rounds(len(told.epoch_rows))}, {kept}",
        "failed": "it could not go on",
        "died": "it broke off",
    }
    if phase == "waiting":
        return _waiting(run)
    return sentences.get(phase) or _how_it_learns(told.epoch_rows, best)


def _how_it_learns(rows: list[dict[str, Any]], best: int | None) -> str:
    if best is None:
        return "looking at its first photos"
    recent = rows[-PATIENCE - 1 :]
    steps = list(pairwise(recent))
    if len(steps) == PATIENCE and all(b["val_loss"] > a["val_loss"] and b["loss"] < a["loss"] for a, b in steps):
        return "starting to memorise"
    if rows[-1]["epoch"] - best >= PATIENCE:
        return "has stopped improving; it keeps the best"
    return "still improving"


def _waiting(run: Run) -> str:
    """How many go first, and for how long if that is known: only the run at work has a pace."""
    ahead = run.state.ahead
    sentence = f"waiting behind {_number(ahead)} other{'s' if ahead != 1 else ''}"
    if ahead == 0:
        return "its turn is next"
    if ahead > 1:
        return sentence
    at_work = [other for other in list_runs() if other.state.status in ("running", "stopping") and other.id != run.id]
    seconds_left = live(at_work[0]).seconds_left if at_work else None
    return sentence if seconds_left is None else f"{sentence}, {about(seconds_left)}"


def _title(phase: Phase, told: _Told, sentence: str) -> str:
    if phase in ("done", "stopped") and told.result is not None:
        return f"Right on {100 * told.result['test']['accuracy']:.0f} of 100 photos"
    if phase == "learning" and told.epoch_rows:
        right = round(100 * told.epoch_rows[-1]["val_accuracy"])
        return f"Right on {right} of 100, and {sentence.split(';')[0]}"
    return sentence[0].upper() + sentence[1:]


def _thinned(points: list[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """At most `MAX_POINTS`, evenly spread, the last one always among them."""
    if len(points) <= MAX_POINTS:
        return points
    step = (len(points) - 1) / (MAX_POINTS - 1)
    return [points[round(position * step)] for position in range(MAX_POINTS)]


def _rounds(count: int) -> str:
    return f"{_number(count)} round{'s' if count != 1 else ''}"


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"
