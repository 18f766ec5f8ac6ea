"""The sections of a report about what a model was taught with, and how it learned."""

import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from core.charts import drawn
from core.data.mend_layer import mends_of
from core.data.store import Dataset, load_dataset
from core.errors import FittingRoomError
from core.model.bundle import Model
from core.model.report.document import Bar, Block, Fact, Facts, Figure, Figures, Legend, Photos, Section, Table, Words
from core.model.report.measured import listed, photos, written
from core.model.report.pictures import STRIP, examples
from core.sources.samples import SAMPLES

MOST_CLASSES = 15  # of more, the biggest ones have a bar each
SHOWN_CLASSES = 10
PARTS = {"train": "learned from", "validation": "watched with", "test": "kept for the end"}
TITLES = {"transfer": "Borrowed eyes", "classic": "Classic", "deep": "Deep", "compact": "Compact"}
LEGEND: Legend = (("model", "photos it learns from"), ("check", "photos held back"))


def own_dataset(model: Model) -> Dataset | None:
    """The dataset that a model was taught with, as it was then; None if it is not here."""
    try:
        dataset = load_dataset(str(model.dataset.get("id") or ""))
    except FittingRoomError:
        return None
    same = dataset.finished and dataset.fingerprint == model.dataset.get("fingerprint")
    return dataset if same and (dataset.folder / "manifest.parquet").exists() else None


def taught_with(model: Model) -> Section:
    """The photos: how many, of what, from where, which part was for what, and what was left out."""
    dataset = own_dataset(model)
    facts = [
        Fact("Photos", f"{model.dataset['photos']:,} of “{model.dataset['name']}”"),
        Fact("Classes", f"{len(model.class_names):,}: {listed([written(label) for label in model.class_names], 40)}"),
    ]
    blocks: list[Block] = []
    if dataset is None:
        here = "Its photos are not on this computer, so none are shown, and nothing more is known of them here."
        blocks.append(Words(here, muted=True))
    else:
        strip = examples(dataset)
        blocks.append(Photos(strip, STRIP)) if strip else None
        parts = [f"{dataset.parts[part]:,} {words}" for part, words in PARTS.items() if dataset.parts.get(part)]
        facts.append(Fact("Which for what", listed(parts), "split"))
        facts.append(Fact("From", came_from(dataset.source)))
        facts.append(Fact("Left out", left_out(dataset)))
        facts += _mended(dataset)
    if model.licence:
        facts.append(Fact("Licence", model.licence))
    blocks.append(Facts(tuple(facts)))
    if dataset is not None:
        blocks.append(_sizes(dataset.classes))
    return Section("What it was taught with", tuple(blocks), "data")


def came_from(source: dict[str, Any]) -> str:
    """Where photos come from; of an address or a path only as much as strangers may know."""
    kind, place = source.get("kind"), str(source.get("address") or source.get("path") or "")
    if kind == "table":
        host = urlsplit(place).hostname
        return f"a table at {host}" if host else f"the table {Path(place).name}"
    if kind in ("archive", "folder"):
        return f"the {kind} {Path(place).name}"
    return next((f"the sample “{each.name}”" for each in SAMPLES if each.spec["kind"] == kind), str(kind))


def left_out(dataset: Dataset) -> str:
    """Rows of the source that gave no photo, by why."""
    gone = Counter(str(status) for status in dataset.manifest()["status"] if status != "ok")
    if not gone:
        return f"nothing of {dataset.rows:,} rows"
    each = [f"{number:,} {status.replace('_', ' ')}" for status, number in gone.most_common()]
    return f"{gone.total():,} of {dataset.rows:,} rows: {listed(each)}"


def learned_how(model: Model) -> Section:
    """The recipe in words and numbers, and the two curves."""
    history = read_history(model)
    facts = [*_recipe(model.recipe, model.input_size_px)]
    if len(history):
        facts.append(Fact("Rounds", f"{len(history):,} of {model.recipe.get('epochs', len(history)):,}", "epochs"))
    facts.append(Fact("It took", f"{_lasted(model.seconds)}, until {day(model.created_at)}"))
    blocks: list[Block] = [Facts(tuple(facts))]
    if len(history) > 1:
        blocks.insert(0, _curves(history, int(model.recipe.get("epochs", len(history)))))
    elif history.empty:
        blocks.append(Words("How it went from round to round was not kept with it.", muted=True))
    return Section("How it learned", tuple(blocks), "recipe and learning curves")


def read_history(model: Model) -> pd.DataFrame:
    """A row a round: loss, accuracy, val_loss, val_accuracy; empty where nobody kept it."""
    for folder in (model.folder, model.folder.parent):
        try:
            history = pd.read_csv(folder / "history.csv")
        except (OSError, ValueError):
            continue
        if {"loss", "accuracy", "val_loss", "val_accuracy"} <= set(history):
            return history
    return pd.DataFrame()


def day(moment: float) -> str:
    """3 March 2026, in universal time: the report is read anywhere."""
    then = time.gmtime(moment)
    return f"{then.tm_mday} {time.strftime('%B %Y', then)}"


def _sizes(classes: dict[str, int]) -> Table:
    ranked = sorted(classes.items(), key=lambda each: -each[1])
    shown = ranked if len(ranked) <= MOST_CLASSES else ranked[:SHOWN_CLASSES]
    rows: list[tuple[str | Bar, ...]] = [(label, Bar(number / ranked[0][1], f"{number:,}")) for label, number in shown]
    rest = [number for _, number in ranked[len(shown) :]]
    if rest:
        rows.append((f"{len(rest):,} others", f"{sum(rest):,} photos, from {rest[-1]:,} to {rest[0]:,} each"))
    return Table((("Class", ""), ("Photos", "")), tuple(rows))


def _mended(dataset: Dataset) -> list[Fact]:
    mends = mends_of(dataset.folder)
    if not mends.photos:
        return []
    said = f"{photos(mends.relabelled)} renamed, {mends.excluded:,} taken out"
    if mends.moved:
        said += f", {mends.moved:,} moved to another part"
    said += "; now, which may be later than it learned"
    return [Fact("Mended by hand", said)]


def _curves(history: pd.DataFrame, planned: int) -> Figures:
    def figure(name: str, percent: bool, heading: str) -> Figure:
        learning, checking = history[name].tolist(), history[f"val_{name}"].tolist()
        told = [f"{each[-1]:.0%}" if percent else f"{each[-1]:.2f}" for each in (learning, checking)]
        words = f"{heading}; at the end {told[0]} on photos it learns from, {told[1]} on photos held back"
        svg = drawn.rounds(learning, checking, max(planned, len(history)), percent, words)
        return Figure(svg, words, heading, LEGEND)

    return Figures(
        (
            figure("accuracy", True, "How often it is right, by round"),
            figure("loss", False, "How wrong it is, by round · loss"),
        )
    )


def _recipe(recipe: dict[str, Any], size_px: int) -> list[Fact]:
    """What is not at rest, in words, each with what an engineer calls it."""
    name = str(recipe.get("name", ""))
    kind = TITLES.get(name, name) or "not known"
    if name == "transfer":
        kept = "which learned on" if recipe.get("fine_tune") else "which stayed as they were"
        kind += f": the eyes of {recipe.get('backbone')}, {kept}"
    seen = f"{size_px} × {size_px} pixels, {'brightness alone' if recipe.get('greyscale') else 'in colour'}"
    facts = [Fact("Recipe", kind, name), Fact("It sees", seen)]
    if recipe.get("learning_rate") is not None:
        way = f"{recipe['learning_rate']:g}" + (", falling to 0" if recipe.get("schedule") == "cosine" else "")
        warm = ", rising at first" if recipe.get("warmup_epochs") else ""
        facts.append(Fact("Step size", f"{way}{warm}, by {recipe.get('optimizer')}", "learning rate, optimizer"))
    if recipe.get("batch_size"):
        facts.append(Fact("Photos a step", f"{recipe['batch_size']:,}", "batch size"))
    varied = "not at all"
    if recipe.get("augment"):
        varied = f"{listed(list(recipe.get('variations', [])))}, at {recipe['augment']:g} of the usual strength"
    facts.append(Fact("Varied", varied, "augmentation"))
    against = [
        f"{words} {recipe[field]:g}"
        for field, words in (
            ("dropout", "dropout"), ("l2", "L2"), ("weight_decay", "weight decay"),
            ("label_smoothing", "label smoothing"), ("mixup", "mixup"),
        ) if recipe.get(field)
    ]  # fmt: skip
    if recipe.get("class_weights"):
        against.append("rare classes count for more")
    return [*facts, Fact("Against learning by heart", listed(against), "regularisation")] if against else facts


def _lasted(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"
