"""`sweep`, `learning-curve` and `series`: questions that many trainings answer together."""

from dataclasses import asdict
from typing import Any

from core import trash
from core.commands import Result, way_back
from core.commands.following import follow
from core.commands.knobs import recipe_from
from core.errors import FittingRoomError, SeriesInvalid
from core.training import series as on_disk
from core.training.knobs import SWEPT, Knob, suggested_knobs
from core.training.learning_curve import read_learning_curve, start_learning_curve
from core.training.recipe import CHOICES, RANGES, SWITCHES, Recipe
from core.training.sweep import read_sweep, start_sweep


def sweep(options: Any) -> Result:
    """Tries many places of some knobs and waits for the end."""
    recipe = recipe_from(options)
    knobs = [_knob(written, recipe) for written in options.turn or ["learning_rate"]]
    series_id = start_sweep(
        options.dataset,
        recipe,
        knobs,
        search=options.search,
        trials=options.trials,
        minutes=options.budget,
        name=options.name or "",
    )
    return _followed(series_id)


def learning_curve(options: Any) -> Result:
    """Learns from a part of the photos, and from more and more, and waits for the end."""
    series_id = start_learning_curve(
        options.dataset, recipe_from(options), seeds=options.seeds, minutes=options.budget, name=options.name or ""
    )
    return _followed(series_id)


def list_all(options: Any) -> Result:
    """All sweeps and learning curves, newest first."""
    found = on_disk.list_series()
    facts = [_facts(series) for series in found]
    lines = [f"{fact['series']}  {fact['status']:8}  {fact['ended']:3} trainings  {fact['name']}" for fact in facts]
    return facts, "\n".join(lines) or "No sweep yet. Try: sweep DATASET, or learning-curve DATASET"


def show(options: Any) -> Result:
    """What a sweep or a learning curve has found so far."""
    return _found(options.series)


def stop(options: Any) -> Result:
    """Asks a sweep or a learning curve to stop with what it has."""
    on_disk.stop_series(options.series)
    return _found(options.series)


def resume(options: Any) -> Result:
    """Goes on with one that was stopped or broke off, and waits for the end."""
    on_disk.resume_series(options.series)
    return _followed(options.series)


def delete(options: Any) -> Result:
    """Moves one to the trash, with its trainings."""
    token = on_disk.delete_series(options.series)
    said = f"{options.series} is deleted, with its trainings. {way_back('series restore', token)}"
    return {"series": options.series, "trash": token}, said


def restore(options: Any) -> Result:
    """Brings a deleted one back, with its trainings."""
    return _found(trash.restore(options.token, "series").name)


def _knob(written: str, recipe: Recipe) -> Knob:
    """A knob to turn: "learning_rate", "learning_rate=0.0001:0.01", "batch_size=16,32" or "optimizer=adam,sgd".

    Raises:
        SeriesInvalid: these are no such places.
    """
    name, _, places = written.partition("=")
    name = {"image_size": "image_size_px"}.get(name.strip().replace("-", "_"), name.strip().replace("-", "_"))
    if not places:
        suggested = suggested_knobs(recipe)
        if name not in suggested and name in SWEPT:
            raise SeriesInvalid(f"Say where to turn it: {name}=1,2 or {name}=0.1:0.5. Received: {written}")
        return suggested.get(name, Knob(name))
    low, colon, high = places.partition(":")
    try:
        if colon:
            return Knob(name, lowest=float(low), highest=float(high))
        return Knob(name, tuple(_place(name, each.strip()) for each in places.split(",")))
    except ValueError as error:
        raise SeriesInvalid(f"These are no places of a knob: {places}. Received: {written}") from error


def _place(name: str, written: str) -> Any:
    if name in SWITCHES:
        return {"yes": True, "true": True, "no": False, "false": False}.get(written.lower(), written)
    if name in CHOICES or name not in RANGES:
        return written
    return int(written) if RANGES[name].whole else float(written)


def _followed(series_id: str) -> Result:
    state = follow(on_disk.load_series(series_id).job_dir, _told)
    if not any(trial.status in ("done", "cut") for trial in on_disk.load_series(series_id).trials()):
        raise FittingRoomError(f"{series_id} ended ({state.status}) before any training of it did.")
    return _found(series_id)


def _told(event: dict[str, Any]) -> str | None:
    if event["kind"] == "trial":
        return f"training {event['number']}: {event['run']}"
    if event["kind"] == "trial_end" and event.get("held_back") is not None:
        return f"training {event['number']}: right on {event['held_back']:.1%} of the photos held back"
    if event["kind"] == "trial_end":
        return f"training {event['number']}: {event['status']}. {event.get('message', '')}"
    return None


def _facts(series: on_disk.Series) -> dict[str, Any]:
    trials = series.trials()
    return {
        "series": series.id,
        "kind": series.kind,
        "name": series.name,
        "dataset": series.dataset_id,
        "status": series.state.status,
        "message": series.state.message,
        "ended": sum(trial.status != "open" for trial in trials),
    }


def _found(series_id: str) -> Result:
    series = on_disk.load_series(series_id)
    facts = _facts(series)
    if series.kind == "sweep":
        swept = read_sweep(series)
        rows = swept.rows()
        best = None if swept.best is None else {"run": swept.best.run_id, "recipe": swept.best.recipe.to_json()}
        lines = [swept.sentence, *(_row([knob.name for knob in swept.knobs], row) for row in rows)]
        return {**facts, "sentence": swept.sentence, "best": best, "trials": rows}, "\n".join(lines)
    curve = read_learning_curve(series)
    points = [asdict(point) for point in curve.points]
    lines = [curve.sentence]
    lines += [
        f"  {point.photos:6,} photos  right on {point.accuracy:6.1%}  "
        f"(95 % interval: {point.interval[0]:.1%} to {point.interval[1]:.1%}, trained {len(point.accuracies)}×)"
        for point in curve.points
    ]
    return {**facts, "sentence": curve.sentence, "points": points, "line": curve.line}, "\n".join(lines)


def _row(knobs: list[str], row: dict[str, Any]) -> str:
    turned = "  ".join(
        f"{name} {row[name]:g}" if isinstance(row[name], float) else f"{name} {row[name]}" for name in knobs
    )
    scores = [f"{row[name]:6.1%}" if row[name] is not None else "     –" for name in ("held_back", "test")]
    return f"  {row['run']}  held back {scores[0]}  test {scores[1]}  {row['seconds']:6.0f} s  {turned}"
