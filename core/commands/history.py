"""`runs` and `run`: trainings listed, shown, renamed, noted, moved up, deleted and brought back, compared, exported."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from core import queues, trash
from core.commands import Result, way_back
from core.errors import JobActive, SourceNotUnderstood
from core.files import write_bytes
from core.training import runs
from core.training.compare import FOR_TRANSFER, Comparison, compare
from core.training.live import live


def list_all(options: Any) -> Result:
    """All trainings, newest first."""
    found = runs.list_runs(include_series=options.all)
    facts = [_facts(run) for run in found]
    lines = [_line(run, fact) for run, fact in zip(found, facts, strict=True)]
    return facts, "\n".join(lines) or "No training yet. Try: train DATASET"


def show(options: Any) -> Result:
    """One training: its recipe, its rounds, how it stands and what it came to."""
    run = runs.load_run(options.run)
    now, facts = live(run), _facts(run)
    rows = runs.history(run).to_dict("records")
    lines = [_line(run, facts), now.title]
    if now.coach is not None and run.state.active:
        lines.append(now.coach.advice)
    if run.note:
        lines.append(f"Note: {run.note}")
    unused = () if run.recipe.name == "transfer" else FOR_TRANSFER
    knobs = [f"{name} {_said(value)}" for name, value in run.recipe.to_json().items() if name not in unused]
    lines.append(", ".join(knobs))
    lines += [f"  {layer['kind']:24}{layer['shape']!s:22}{layer['parameters']:10,}" for layer in now.network]
    lines += [
        f"  round {row['epoch']:3}  loss {row['loss']:7.3f} {row['val_loss']:7.3f} held back  "
        f"accuracy {row['accuracy']:6.1%} {row['val_accuracy']:6.1%} held back"
        for row in rows
    ]
    return {**facts, "history": rows, "network": now.network}, "\n".join(line for line in lines if line)


def rename(options: Any) -> Result:
    """Gives a training, and its model, another name."""
    runs.rename_run(options.run, options.name)
    return _shown(options.run)


def note(options: Any) -> Result:
    """Keeps words with a training; without any it takes them away."""
    runs.note_run(options.run, " ".join(options.words))
    return _shown(options.run)


def first(options: Any) -> Result:
    """Lets a waiting training go before all others that wait."""
    run = runs.load_run(options.run)
    if run.state.status != "waiting":
        raise JobActive(f"{run.id} does not wait for its turn ({run.state.status}).")
    if run.state.ahead is None:
        raise JobActive(f"{run.id} waits on the cluster, where Ray decides what goes first.")
    queues.move_first(run.job_dir, runs.QUEUE)
    return _shown(options.run)


def delete(options: Any) -> Result:
    """Moves a training, with its model, to the trash."""
    token = runs.delete_run(options.run)
    return {"run": options.run, "trash": token}, f"{options.run} is deleted. {way_back('run restore', token)}"


def restore(options: Any) -> Result:
    """Brings a deleted training back."""
    return _shown(trash.restore(options.token, "runs").name)


def side_by_side(options: Any) -> Result:
    """What differed between two trainings, and what changed."""
    found = compare(runs.load_run(options.one), runs.load_run(options.other))
    result = asdict(found)
    if found.flips is not None:
        result["flips"]["chance"] = found.flips.chance
    return result, _compared(found)


def export(options: Any) -> Result:
    """Writes a training as a script or a notebook that runs outside the app."""
    from core.training.export import as_notebook, as_script

    run, path = runs.load_run(options.run), Path(options.to)
    if path.suffix not in (".py", ".ipynb"):
        raise SourceNotUnderstood(f"A script ends in .py, a notebook in .ipynb. Received: {path.name}")
    write_bytes(path, as_notebook(run) if path.suffix == ".ipynb" else as_script(run).encode())
    return {"run": run.id, "file": str(path)}, f"{path} trains as {run.id} did."


def _facts(run: runs.Run) -> dict[str, Any]:
    result, rows = runs.result(run) or {}, runs.history(run)
    return {
        "id": run.id,
        "name": run.name,
        "dataset": run.dataset_id,
        "recipe": run.recipe.to_json(),
        "status": run.state.status,
        "message": run.state.message,
        "accuracy": result.get("test", {}).get("accuracy"),
        "held_back": None if rows.empty else float(rows["val_accuracy"].max()),
        "epochs": len(rows),
        "best_epoch": result.get("best_epoch"),
        "seconds": result.get("seconds", round(float(rows["seconds"].sum()), 2)),
        "stopped_because": result.get("stopped_because"),
        "note": run.note,
        "series": run.series,
        "start_from": run.start_from,
    }


def _line(run: runs.Run, facts: dict[str, Any]) -> str:
    score = "      " if facts["accuracy"] is None else f"{facts['accuracy']:6.1%}"
    ahead = run.state.ahead
    waits = f" behind {ahead}" if run.state.status == "waiting" and ahead is not None else ""
    rounds = f"{facts['epochs']:4} rounds {facts['seconds']:7.0f} s"
    best = f", kept round {facts['best_epoch']}" if facts["best_epoch"] else ""
    note = f"  ({run.note})" if run.note else ""
    return f"{run.id}  {run.state.status + waits:8}  {score}  {rounds}{best}  {run.name}, {run.recipe.name}{note}"


def _shown(run_id: str) -> Result:
    run = runs.load_run(run_id)
    facts = _facts(run)
    return facts, _line(run, facts)


def _compared(found: Comparison) -> str:
    lines = [found.sentence]
    lines += [f"  {each.name}: {_said(each.one)} -> {_said(each.other)}" for each in (*found.knobs, *found.facts)]
    for name in ("accuracy", "macro_f1", "epochs", "seconds"):
        one, other = getattr(found.one, name), getattr(found.other, name)
        if one is not None and other is not None:
            lines.append(f"  {name.replace('_', ' '):12} {one:10.4g} {other:10.4g}")
    for change in found.classes:
        if change.one is not None and change.other is not None:
            lines.append(f"  F1 {change.label:20} {change.one:6.1%} {change.other:6.1%}  {change.change:+.1%}")
    return "\n".join(lines)


def _said(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " ".join(map(str, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
