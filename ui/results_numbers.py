"""The numbers of a model: how often it is right and between what, on which photos, and what is not counted."""

from typing import Any

import streamlit as st

from core.model.answered import NOT_TAUGHT
from core.model.bundle import Model
from core.model.evaluation import wilson_interval
from core.model.exam import UNREADABLE
from core.model.exams import EXCLUDED, Exam
from core.model.reliability import NUM_BINS
from ui.frame import muted
from ui.results_exams import read_report
from ui.words import count, in_words, listed, of_100, per_100, plain

NAMED = 4  # classes in a sentence
PRECISION = "Precision: of all it calls a dress, how many are one. The mean over the classes that have photos."
RECALL = "Recall: of all dresses, how many it calls so. The mean over the classes that have photos."
F1 = "F1: the harmonic mean of precision and recall. The mean over the classes that have photos."
ECE = "Expected calibration error: when it says 80 %, how far from 80 of 100 it is right, on average over the photos."
TOP = "Top-{0} accuracy: how often the right name is among the {1} that it finds likeliest."
LOSS = "Log loss: 0 if it were always right and quite sure; a wrong answer costs more the surer it was."
BRIER = "Brier score: how far its probabilities lie from what is so; 0 is best, 2 is worst."


def report(model: Model, exam: Exam | None, key: str) -> dict[str, Any] | None:
    """The numbers of an exam, or those that a training left of its test; None where there are none."""
    if exam is not None:
        return None if exam.photos.empty else exam.evaluation.to_json()
    return read_report(model) if key == "test" else None


def show(model: Model, exam: Exam | None, report: dict[str, Any]) -> None:
    """The sentence, four numbers, some more, and what is not counted."""
    st.markdown(_sentence(exam, report))
    for line in _not_counted(exam, report):
        muted(line)
    if exam is not None and (mended := _mended(model, exam, report)):
        muted(mended)
    _row(
        ("Its word holds", "precision", f"{report['macro_precision']:.0%}", PRECISION),
        ("It finds them", "recall", f"{report['macro_recall']:.0%}", RECALL),
        ("Both as one", "F1", f"{report['macro_f1']:.0%}", F1),
        ("Doubt", "calibration", f"±{100 * report['ece']:.0f}%", ECE),
    )
    with st.expander("More numbers"):
        _more(report)


def intervals(report: dict[str, Any], label: str) -> dict[str, tuple[float, float] | None]:
    """Between what precision and recall of a class lie; of older reports from what they count."""
    if known := report.get("class_intervals"):
        return {name: interval and tuple(interval) for name, interval in known[label].items()}
    place = report["class_names"].index(label)
    right, called = report["confusion"][place][place], sum(row[place] for row in report["confusion"])
    support = report["classes"][label]["support"]
    return {
        "precision": wilson_interval(right, called) if called else None,
        "recall": wilson_interval(right, support) if support else None,
    }


def _sentence(exam: Exam | None, report: dict[str, Any]) -> str:
    """Measured on how many, between what, and what the simplest guess would reach."""
    low, high = (per_100(share) for share in report["accuracy_interval"])
    support = {label: score["support"] for label, score in report["classes"].items()}
    biggest = max(support, key=support.__getitem__)
    baseline = per_100(support[biggest] / max(1, report["photos"]))
    return (
        f"Measured on {count(report['photos'], 'photo')} {_which(exam)}; give or take, between {low} and {high}. "
        f"Always saying “{plain(biggest)}” would be right on {baseline}."
    )


def _which(exam: Exam | None) -> str:
    if exam is None or exam.about.kind == "test":
        return "it never saw while learning"
    if exam.about.kind == "validation":
        return "it was watched with while it learned, so it may look better here than it is"
    name = plain(exam.about.name)
    return f"in the folder {name}" if exam.about.kind == "folder" else f"of {name}"


def _not_counted(exam: Exam | None, report: dict[str, Any]) -> list[str]:
    """What these numbers do not say: photos left out and why, classes without photos, photos it has learned from."""
    lines = []
    if left_out := report.get("left_out"):
        strangers = {why.removeprefix(NOT_TAUGHT): n for why, n in left_out.items() if why.startswith(NOT_TAUGHT)}
        parts = [f"{n:,} of {plain(label)}" for label, n in sorted(strangers.items(), key=lambda each: -each[1])]
        rest = sum(sorted(strangers.values(), reverse=True)[NAMED:])
        parts = parts[:NAMED] + ([f"{rest:,} of {len(strangers) - NAMED:,} other classes"] if rest else [])
        if parts:
            parts[-1] += ", which it was not taught"
        if unreadable := left_out.get(UNREADABLE):
            parts.append(f"{count(unreadable, 'file')} that could not be read")
        if excluded := left_out.get(EXCLUDED):
            parts.append(f"{count(excluded, 'photo')} that somebody left out")
        lines.append(f"Not counted: {listed(parts)}.")
    if missing := [plain(label) for label, score in report["classes"].items() if not score["support"]]:
        named = listed(missing, "or") if len(missing) <= NAMED else f"{len(missing)} of its classes"
        lines.append(f"No photo here is of {named}, so these numbers say nothing about that.")
    known = 0 if exam is not None and exam.about.kind == "validation" else report.get("known", 0)
    if known:
        which = "all" if known == report["photos"] else f"{known:,}"
        lines.append(f"It has learned from {which} of these: there it only shows what it knows by heart.")
    return lines


def _mended(model: Model, exam: Exam, report: dict[str, Any]) -> str:
    """How many photos were mended here, and what it was right on when it was tested."""
    renamed, left_out = int(exam.photos["was"].notna().sum()), exam.left_out.get(EXCLUDED, 0)
    parts = [f"{in_words(number)} {what}" for number, what in ((renamed, "renamed"), (left_out, "left out")) if number]
    if not parts:
        return ""
    tested = model.test["accuracy"] if model.test and exam.about.kind == "test" else report["accuracy"]
    was = f" When it was tested, it was right on {of_100(tested)}." if tested != report["accuracy"] else ""
    return f"{count(renamed + left_out, 'photo')} mended here: {listed(parts)}.{was}"


def _more(report: dict[str, Any]) -> None:
    guesses = {number: f"{share:.1%}" for number, share in report.get("top", {}).items()}
    tops = [
        (f"Right in {in_words(int(number))} guesses", f"top-{number}", share, TOP.format(number, in_words(int(number))))
        for number, share in guesses.items()
    ]
    brier = [("How far off", "Brier", f"{report['brier']:.3f}", BRIER)] if "brier" in report else []
    _row(
        ("Right", "accuracy", f"{report['accuracy']:.1%}", "Accuracy: how many of the photos it names rightly."),
        *tops,
        ("How wrong", "log loss", f"{report['log_loss']:.3f}", LOSS),
        *brier,
        ("Doubt", "ECE", f"{report['ece']:.3f}", f"{ECE} With {NUM_BINS} steps of equal width."),
    )


def _row(*numbers: tuple[str, str, str, str]) -> None:
    """Each number with plain words first, the term of art beside them, and what it means."""
    with st.grid(4, min_column_width=160, gap=(16, 12)):
        for words, term, value, help in numbers:
            st.metric(f"{words} :gray[· {term}]", value, help=help)
