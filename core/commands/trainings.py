"""`train`, `stop`, `pause`, `continue` and `find-rate`: trainings started and steered."""

from typing import Any

from core import jobs
from core.commands import Result
from core.commands.following import follow
from core.commands.knobs import given, recipe_from
from core.errors import FittingRoomError, NotFound, RecipeInvalid
from core.training import finder, repeating, runs, starting
from core.training.coach import say
from core.training.recipe import Recipe

RESULT = ("run", "model", "epochs", "stopped_because", "seconds", "test")
STOP_TIMEOUT_S = 120.0
STAGES = {
    "loading": "getting ready",
    "head": "learning what to call what it sees",
    "learning": "learning",
    "saving": "writing down what it learned",
    "testing": "answering about photos it never saw",
    "suspects": "looking for photos that may bear the wrong name",
}


def train(options: Any) -> Result:
    """Trains, repeats a training, or goes on with one, and waits for the end."""
    return followed(_started(options))


def followed(run_id: str) -> Result:
    """Waits for the end of a training.

    Raises:
        FittingRoomError: it failed, or ended before there was anything to keep.
    """
    run = runs.load_run(run_id)
    state = follow(run.job_dir, Telling(run.recipe))
    result = runs.result(runs.load_run(run_id))
    if result is None:
        raise FittingRoomError(f"The training {run_id} ended ({state.status}) before there was anything to keep.")
    test = result["test"]
    text = (
        f"Right on {test['accuracy']:.1%} of {test['photos']:,} photos it never saw "
        f"(precision {test['macro_precision']:.1%}, recall {test['macro_recall']:.1%}, F1 {test['macro_f1']:.1%}).\n"
        f"{result['epochs']} epochs in {result['seconds']:.0f} s, {result['stopped_because']}. Model: {result['model']}"
    )
    return {name: result[name] for name in RESULT}, text


def stop(options: Any) -> Result:
    """Stops a training and waits until its best is kept."""
    run = runs.load_run(options.run)
    if not run.state.active:
        return _standing(run.id)
    runs.stop_run(run.id)
    jobs.wait(run.job_dir, STOP_TIMEOUT_S)
    return _standing(run.id)


def pause(options: Any) -> Result:
    """Lets a training rest where it is; it keeps its memory and its turn."""
    runs.pause_run(options.run)
    return _standing(options.run)


def go_on(options: Any) -> Result:
    """Lets a paused training go on."""
    runs.continue_run(options.run)
    return _standing(options.run)


def find_rate(options: Any) -> Result:
    """Searches for a step size and waits for it."""
    finder_id = finder.start_finder(options.dataset, recipe_from(options))
    follow(finder.load_finder(finder_id).job_dir, _stage)
    found = finder.load_finder(finder_id)
    names = ("suggested", "rates", "losses", "smoothed")
    return {"finder": found.id, **{name: getattr(found, name) for name in names}}, found.sentence


class Telling:
    """Says a training's events, and what the coach would say whenever that changes."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._rows: list[dict[str, Any]] = []
        self._kind = ""

    def __call__(self, event: dict[str, Any]) -> str | None:
        if event["kind"] != "epoch":
            return _stage(event)
        self._rows = [*(row for row in self._rows if row["epoch"] < event["epoch"]), event]
        line = (
            f"epoch {event['epoch']}: loss {event['loss']:.3f}, accuracy {event['accuracy']:.1%}, "
            f"validation loss {event['val_loss']:.3f}, validation accuracy {event['val_accuracy']:.1%}"
        )
        word = say(self._rows, self._recipe)
        news = word.advice and word.kind != self._kind
        self._kind = word.kind
        return f"{line}\n  {word.sentence[0].upper()}{word.sentence[1:]}. {word.advice}" if news else line


def _started(options: Any) -> str:
    if options.resume:
        _require_alone(options, "--resume")
        starting.resume_run(options.resume)
        return str(options.resume)
    if options.from_run:
        _require_alone(options, "--from-run")
        return repeating.repeat_run(options.from_run)
    if options.dataset is None:
        raise NotFound(
            "Which dataset should it learn from? Give its id (see: dataset list), or --resume RUN, or --from-run RUN."
        )
    return starting.start_run(
        options.dataset,
        recipe_from(options),
        name=options.name,
        start_from=options.start_from,
        tensorboard=options.tensorboard,
    )


def _require_alone(options: Any, flag: str) -> None:
    """Makes sure that nothing was given that the run brings with it."""
    others = [f"--{name}" for name in ("name", "tensorboard") if getattr(options, name)]
    received = [*([options.dataset] if options.dataset else []), *others, *given(options)]
    if received:
        raise RecipeInvalid(
            f"With {flag} photos and recipe are those of the run. Leave out the rest. Received: {', '.join(received)}"
        )


def _stage(event: dict[str, Any]) -> str | None:
    match event["kind"]:
        case "queued":
            return "waiting for its turn"
        case "stage":
            return STAGES.get(event["name"], str(event["name"]))
        case "paused" | "continued":
            return str(event["kind"])
        case "suspects":
            return _suspects(event["photos"], event["reason"])
        case "progress" if event["done"] == event["total"] and event["stage"] not in ("testing", "suspects"):
            return f"{event['stage']}: {event['total']:,}"
    return None


def _suspects(photos: int | None, reason: str) -> str:
    if photos is None:
        return f"photos that may bear the wrong name were not looked for. {reason}"
    return f"{photos:,} photos may bear the wrong name: dataset suspects" if photos else "no photo seems wrongly named"


def _standing(run_id: str) -> Result:
    status = runs.load_run(run_id).state.status
    return {"run": run_id, "status": status}, f"{run_id}  {status}"
