"""The sections of a report about how good a model is: what it mixes up, class by class, and its surest mistakes."""

from dataclasses import replace

import numpy as np

from core.charts import DIGITS, drawn
from core.model.confused import most_confused
from core.model.report.document import (
    Bar,
    Beside,
    Block,
    Figure,
    Lines,
    Number,
    Numbers,
    Photos,
    Section,
    Table,
    Words,
)
from core.model.report.measured import Measured, bar, photos, written
from core.model.report.pictures import MISTAKES, mistakes
from core.saying import per_100

PAIRS = {True: 6, False: 10}  # said in words: with digits in the matrix, without


def numbers(found: Measured) -> tuple[Block, ...]:
    """The four large numbers, and the rest in a line."""
    facts = found.facts
    shown = (
        Number("Its word holds", "precision", f"{facts['macro_precision']:.0%}"),
        Number("It finds them", "recall", f"{facts['macro_recall']:.0%}"),
        Number("Both as one", "F1", f"{facts['macro_f1']:.0%}"),
        Number("Doubt", "calibration", f"±{100 * facts['ece']:.0f}%"),
    )
    low, high = facts["accuracy_interval"]
    more = [f"Accuracy {facts['accuracy']:.1%} (95 % interval {low:.1%} to {high:.1%}; Wilson)"]
    more += [f"right in {guesses} guesses {share:.1%}" for guesses, share in facts.get("top", {}).items()]
    more.append(f"log loss {facts['log_loss']:.3f}")
    if "brier" in facts:
        more.append(f"Brier score {facts['brier']:.3f}")
    more.append(f"calibration error {facts['ece']:.3f} (ECE, 15 bins)")
    means = "Precision, recall and F1 are means over the classes that have photos (macro)."
    return Numbers(shown), Words(f"{', '.join(more)}. {means}", muted=True)


def mixed_up(found: Measured) -> Section:
    """The matrix, and the pairs in words."""
    counts, names = found.counts, found.names
    if len(names) > DIGITS:
        order = np.argsort(-counts.sum(axis=1), kind="stable")
        counts, names = counts[np.ix_(order, order)], [names[index] for index in order]
    words = f"Confusion matrix of {len(names)} classes; right on {per_100(found.facts['accuracy'])} of 100 photos"
    pairs = most_confused(counts.tolist(), names, PAIRS[len(names) <= DIGITS])
    named = [replace(pair, label=written(pair.label), said=written(pair.said)) for pair in pairs]
    said = tuple(pair.sentence for pair in named) or ("nothing: every photo was named rightly",)
    matrix = Figure(drawn.matrix(counts, names), words)
    line = "Each row is what the photo shows, each column what it said; in percent of the row."
    most_often = Lines(said, "Most often")
    return Section("What it mixes up", (Beside(matrix, (most_often,), large=True),), "confusion matrix", line)


def by_class(found: Measured) -> Section:
    """Both scores of each class with their intervals, the hardest first."""
    scores = found.facts["classes"]

    def shown(label: str, score: str) -> Bar | str:
        interval = found.interval(label, score)
        return "–" if interval is None else bar(scores[label][score], interval)

    def both(label: str) -> str:
        return f"{scores[label]['f1']:.0%}" if scores[label]["support"] else "–"

    hardest = sorted(scores, key=lambda label: (not scores[label]["support"], scores[label]["f1"]))
    rows = [
        (label, shown(label, "recall"), shown(label, "precision"), both(label), f"{scores[label]['support']:,}")
        for label in hardest
    ]
    headings = (
        ("Class", ""),
        ("It finds them", "recall"),
        ("Its word holds", "precision"),
        ("Both", "F1"),
        ("Photos", ""),
    )
    line = (
        "The hardest first. The thin line says between what the number truly lies, at 95 %: long where photos are few."
    )
    return Section("Class by class", (Table(headings, tuple(rows)),), line=line)


def sure_and_wrong(found: Measured) -> Section | None:
    """The surest mistakes as photos; None where nothing is known of them."""
    if found.exam is None:
        return None
    wrong = found.exam.mistakes(MISTAKES)
    if wrong.empty:
        return Section("Sure, and wrong", (Words(f"Nothing: all {photos(found.photos)} were named rightly."),))
    shown = mistakes(wrong, found.exam.about.dataset)
    if not shown:
        said = [
            f"{written(row.name)}: said {written(row.said)}, filed as {written(row.label)}"
            for row in wrong.itertuples()
        ]
        line = (
            "Its most confident mistakes, by the names of the photos: the photos themselves are not on this computer."
        )
        return Section("Sure, and wrong", (Lines(tuple(said)),), line=line)
    line = "Its most confident mistakes. Sometimes the name is wrong, not the answer."
    return Section("Sure, and wrong", (Photos(shown, 6),), line=line)
