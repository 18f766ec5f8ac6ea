"""What a page shows of a run: its events, read into numbers, points to draw, and a sentence in plain words."""

from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from core import jobs
from core.saying import per_100
from core.training.checkpoint import best_epoch
from core.training.coach import Word, say
from core.training.runs import Run, list_runs
from core.training.told import BEFORE_LEARNING, Told, read_events

Phase = Literal[
    "waiting", "starting", "loading", "head", "learning", "paused", "saving", "testing", "suspects",
    "stopping", "done", "stopped", "failed", "died",
]  # fmt: skip
Point = TypeVar("Point", bound=tuple[float, ...])
MAX_POINTS = 300  # more cannot be told apart on a screen
GETTING_READY = {
    "pixels": "bringing the photos to its size",
    "features": "looking at every photo once",
    "download": "fetching the network it starts from",
}
READY = "building the network"  # follows each of them, and says nothing of itself
ENDED = {"no_better": "stopped by itself, no better for a while, after", "time": "its time was up after"}
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True)
class Live:
    """A run as it stands."""

    phase: Phase
    epoch: int  # the round in work, from 1; of an ended run the last finished one; 0 before the first
    epochs: int  # the plan
    progress: float  # of the learning, 0 to 1
    points: list[tuple[float, float, float]]  # (rounds, loss, accuracy) on photos it learns from, at most MAX_POINTS
    learning_rates: list[tuple[float, float]]  # (rounds, rate), at most MAX_POINTS
    learning_rate: float | None  # now
    epoch_rows: list[dict[str, Any]]  # see `core.training.runs.HISTORY_COLUMNS`, and biggest_share
    best_epoch: int | None  # the round whose weights it keeps
    photos_per_s: float | None
    seconds_left: float | None  # of the learning; None while it is paused
    getting_ready: tuple[str, int, int] | None  # before the learning: pixels or features or download, done, total
    network: list[dict[str, Any]]  # its layers: name, kind, shape without the batch, parameters, trainable
    precision: str | None  # of the arithmetic: float32 or bfloat16
    guesses: list[dict[str, Any]]  # content_hash, label, guess, probability: eight photos held back
    sentence: str  # how it goes: "still improving"
    coach: Word | None  # how the finished rounds went, and what to do about it
    title: str  # the news: "Right on 78 of 100, and still improving"
    message: str  # for people, why it failed or died
    result: dict[str, Any] | None  # of an ended run: see `core.training.runs.result`
    stopped_because: str | None  # of an ended run: finished, stopped, no_better or time


def live(run: Run) -> Live:
    """Reads how a run stands."""
    told = read_events(jobs.events(run.job_dir))
    epochs = told.plan.get("epochs", run.recipe.epochs)
    done_epochs = told.points[-1][0] if told.points else float(len(told.epoch_rows))
    result = told.result or {}
    best = result.get("best_epoch", best_epoch(told.epoch_rows))
    phase: Phase = told.stage if run.state.status == "running" else run.state.status
    in_work = min(epochs, int(done_epochs) + 1) if phase in ("learning", "paused") else len(told.epoch_rows)
    sentence = _sentence(run, phase, told, best)
    return Live(
        phase=phase,
        epoch=in_work,
        epochs=epochs,
        progress=min(1.0, done_epochs / epochs),
        points=_thinned(told.points),
        learning_rates=_thinned(told.learning_rates),
        learning_rate=told.learning_rates[-1][1] if told.learning_rates else None,
        epoch_rows=told.epoch_rows,
        best_epoch=best,
        photos_per_s=told.photos_per_s,
        seconds_left=_seconds_left(told, epochs, done_epochs) if phase in ("learning", "stopping") else None,
        getting_ready=told.getting_ready if phase in BEFORE_LEARNING and not _is_ready(told) else None,
        network=told.network,
        precision=told.plan.get("precision"),
        guesses=told.guesses,
        sentence=sentence,
        coach=say(told.epoch_rows, run.recipe) if told.epoch_rows else None,
        title=_title(phase, told, sentence),
        message=run.state.message,
        result=told.result,
        stopped_because=result.get("stopped_because"),
    )


def about(seconds: float) -> str:
    """A length of time as a person says it: "less than a minute", "about four minutes", "about two hours"."""
    minutes = round(seconds / 60)
    if seconds < 45:
        return "less than a minute"
    if minutes < 90:
        return f"about {_number(max(1, minutes))} minute{'s' if minutes > 1 else ''}"
    return f"about {_number(round(minutes / 60))} hours"


def _seconds_left(told: Told, epochs: int, done_epochs: float) -> float | None:
    """From the pace of the last rounds; in the first round from the photos a second."""
    if told.epoch_rows:
        recent = [row["seconds"] for row in told.epoch_rows[-3:]]
        return float(sum(recent) / len(recent) * max(0.0, epochs - done_epochs))
    if told.photos_per_s:
        return float((epochs - done_epochs) * told.plan["photos"] / told.photos_per_s)
    return None


def _is_ready(told: Told) -> bool:
    """Whether what comes before the learning has come to its end, and the next thing has not begun."""
    if told.getting_ready is None:
        return False
    _, done, total = told.getting_ready
    return done >= total > 0


def _sentence(run: Run, phase: Phase, told: Told, best: int | None) -> str:
    """One clause in plain words, without a capital or a full stop."""
    rounds = _rounds(len(told.epoch_rows))
    kept = f"keeping round {best}" if best else "keeping what it has learned" if told.points else "nothing learned yet"
    match phase:
        case "waiting":
            return _waiting(run)
        case "starting" | "loading":
            if _is_ready(told):
                return READY
            return GETTING_READY.get(told.getting_ready[0], "getting ready") if told.getting_ready else "getting ready"
        case "head":
            return "learning what to call what it sees"
        case "learning":
            return say(told.epoch_rows, run.recipe).sentence
        case "paused":
            return f"paused in round {len(told.epoch_rows) + 1}" if told.points else "paused before its first round"
        case "saving":
            return "writing down what it learned"
        case "testing":
            return "answering about photos it never saw"
        case "suspects":
            return "looking for photos that may bear the wrong name"
        case "stopping":
            return f"stopping, {kept}"
        case "done":
            return f"{ENDED.get((told.result or {}).get('stopped_because', ''), 'learned for')} {rounds}, {kept}"
        case "stopped":
            return f"stopped after {rounds}, {kept}"
        case "failed":
            return "it could not go on"
        case "died":
            return "it broke off"


def _waiting(run: Run) -> str:
    """How many go first, and for how long if that is known: only the run at work has a pace."""
    ahead = run.state.ahead
    if ahead is None:
        return "waiting for a place on the cluster" + (", which does not answer" if run.state.message else "")
    sentence = f"waiting behind {_number(ahead)} other{'s' if ahead != 1 else ''}"
    if ahead == 0:
        return "its turn is next"
    if ahead > 1:
        return sentence
    runs = [other for other in list_runs(include_series=True) if other.id != run.id]
    at_work = next((other for other in runs if other.state.status in ("running", "paused", "stopping")), None)
    if at_work is None:
        return sentence
    if at_work.state.status == "paused":
        return f"{sentence}, which is paused"
    seconds_left = live(at_work).seconds_left
    return sentence if seconds_left is None else f"{sentence}, {about(seconds_left)}"


def _title(phase: Phase, told: Told, sentence: str) -> str:
    if phase in ("suspects", "done", "stopped") and told.result is not None:
        return f"Right on {per_100(told.result['test']['accuracy'])} of 100 photos"
    if phase == "learning" and told.epoch_rows:
        right = per_100(told.epoch_rows[-1]["val_accuracy"])
        return f"Right on {right} of 100, and {sentence.split(';')[0]}"
    return sentence[0].upper() + sentence[1:]


def _thinned(points: list[Point]) -> list[Point]:
    """At most `MAX_POINTS`, evenly spread, the last one always among them."""
    if len(points) <= MAX_POINTS:
        return points
    step = (len(points) - 1) / (MAX_POINTS - 1)
    return [points[round(position * step)] for position in range(MAX_POINTS)]


def _rounds(count: int) -> str:
    return f"{_number(count)} round{'s' if count != 1 else ''}"


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"
