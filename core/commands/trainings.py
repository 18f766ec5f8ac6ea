"""`train`, `runs` and `stop`."""

from typing import Any

from core import jobs
from core.commands import Result
from core.commands.following import follow
from core.errors import FittingRoomError, NotFound
from core.training import runs
from core.training.recipe import Recipe

KNOBS = ("epochs", "batch_size", "learning_rate", "optimizer", "image_size_px", "seed")
RESULT = ("run", "model", "epochs", "stopped_because", "seconds", "test")
STOP_TIMEOUT_S = 120.0


def train(options: Any) -> Result:
    """Trains, or goes on training, and waits for the end."""
    if options.resume:
        run_id = options.resume
        runs.resume_run(run_id)
    elif options.dataset is None:
        raise NotFound("Which dataset should it learn from? Give its id (see: dataset list), or --resume RUN.")
    else:
        turned = {name: getattr(options, name) for name in KNOBS if getattr(options, name) is not None}
        run_id = runs.start_run(options.dataset, Recipe(options.recipe, **turned))
    state = follow(runs.load_run(run_id).job_dir, _progress)
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


def list_all(options: Any) -> Result:
    """All trainings, newest first."""
    found = runs.list_runs()
    facts = [
        {
            "id": run.id,
            "name": run.name,
            "dataset": run.dataset_id,
            "recipe": run.recipe.to_json(),
            "status": run.state.status,
            "message": run.state.message,
        }
        for run in found
    ]
    lines = [f"{run.id}  {run.state.status:8}  {run.recipe.name} on {run.dataset_name}" for run in found]
    return facts, "\n".join(lines) or "No training yet. Try: train DATASET"


def stop(options: Any) -> Result:
    """Stops a training and waits until its best is kept."""
    run = runs.load_run(options.run)
    if not run.state.active:
        text = f"{run.id} is not learning any more ({run.state.status})."
        return {"run": run.id, "status": run.state.status}, text
    runs.stop_run(run.id)
    status = jobs.wait(run.job_dir, STOP_TIMEOUT_S).status
    return {"run": run.id, "status": status}, f"{run.id}  {status}"


def _progress(event: dict[str, Any]) -> str | None:
    if event["kind"] == "queued":
        return "waiting for its turn"
    if event["kind"] == "stage":
        return str(event["name"])
    if event["kind"] == "epoch":
        return (
            f"epoch {event['epoch']}: loss {event['loss']:.3f}, accuracy {event['accuracy']:.1%}, "
            f"validation loss {event['val_loss']:.3f}, validation accuracy {event['val_accuracy']:.1%}"
        )
    return None
