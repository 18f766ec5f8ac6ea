"""The parts of the Results page: the numbers of a model's report, in words and tables."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.charts import DIGITS
from core.errors import ModelUnreadable
from core.files import read_json
from core.model.bundle import Model, list_models, load_model
from ui import photos, pickers
from ui.frame import calm, heading, muted, note
from ui.words import count, of_100, per_100, plain

PAIRS = 5
MANY_PAIRS = 10


def pick() -> Model | None:
    """The model whose report is shown: of the run in the address, else the newest that was measured."""
    if named := st.query_params.get("run"):
        return load_model(named)
    measured = [model for model in list_models() if model.test]
    remembered = st.session_state.get("run")
    return next((model for model in measured if model.id == remembered), measured[0] if measured else None)


def nothing_yet() -> None:
    """The page before a training has ended."""
    heading(
        "Results",
        "Nothing has been taught yet",
        "When a training ends, this page shows how often it is right, what it mixes up, and what is hard for it.",
    )
    with st.container(horizontal=True):
        if st.button("Teach a network", type="primary"):
            pickers.go("train")
    st.space("xsmall")
    photos.strip(photos.drawn_covers(6), "Drawn garments")


def read(model: Model) -> dict[str, Any]:
    """The report that lies in a model's folder.

    Raises:
        ModelUnreadable: there is none.
    """
    report = read_json(model.folder / "evaluation.json") or read_json(model.folder.parent / "evaluation.json")
    if report is None:
        raise ModelUnreadable(f"“{model.name}” has no report: it was not tested. Train it again to get one.")
    return dict(report)


def sentence(report: dict[str, Any]) -> str:
    """Measured on how many, between what, and what the simplest guess would reach."""
    low, high = report["accuracy_interval"]
    support = {label: score["support"] for label, score in report["classes"].items()}
    biggest = max(support, key=support.__getitem__)
    baseline = support[biggest] / max(1, sum(support.values()))
    return (
        f"Measured on {count(report['photos'], 'photo')} it never saw while learning; give or take, between "
        f"{per_100(low)} and {per_100(high)}. Always saying “{plain(biggest)}” would be right on {per_100(baseline)}."
    )


def numbers(report: dict[str, Any]) -> None:
    """Precision, recall, F1 and calibration, each in plain words first."""
    shown = (
        ("Its word holds", "precision", f"{report['macro_precision']:.0%}",
         "Precision: of all it calls a dress, how many are one. The mean over the classes."),
        ("It finds them", "recall", f"{report['macro_recall']:.0%}",
         "Recall: of all dresses, how many it calls so. The mean over the classes."),
        ("Both as one", "F1", f"{report['macro_f1']:.0%}",
         "F1: the harmonic mean of precision and recall. The mean over the classes."),
        ("Doubt", "calibration", f"±{100 * report['ece']:.0f}%",
         "Expected calibration error: when it says 80 %, how far from 80 of 100 it is right, on average."),
    )  # fmt: skip
    with st.grid(4, min_column_width=160, gap=(16, 12)):
        for words, term, value, help in shown:
            st.metric(f"{words} :gray[· {term}]", value, help=help)


def in_order(counts: NDArray[np.int64], names: list[str]) -> tuple[NDArray[np.int64], list[str]]:
    """Classes by name; many of them by size, so that the big ones stand together."""
    if len(names) <= DIGITS:
        return counts, list(names)
    order = np.argsort(-counts.sum(axis=1), kind="stable")
    return counts[np.ix_(order, order)], [names[index] for index in order]


def most_often(counts: NDArray[np.int64], names: list[str]) -> None:
    """The commonest mix-ups in words."""
    mistakes = counts.copy()
    np.fill_diagonal(mistakes, 0)
    per_row = counts.sum(axis=1)
    worst = np.argsort(-mistakes, axis=None, kind="stable")[: PAIRS if len(names) <= DIGITS else MANY_PAIRS]
    pairs = [divmod(int(place), len(names)) for place in worst if mistakes.flat[place]]
    st.subheader("Most often", anchor=False)
    if not pairs:
        muted("Nothing: every photo was named rightly.")
    for true, named in pairs:
        with st.container(gap=None):
            st.markdown(f"{plain(names[true])} named {plain(names[named])}")
            note(f"{mistakes[true, named]:,} of {per_row[true]:,}")


def class_table(report: dict[str, Any]) -> None:
    """Recall and precision of every class, the hardest first."""
    rows = pd.DataFrame(
        [
            {
                "Class": label,
                "finds": round(100 * score["recall"]),
                "holds": round(100 * score["precision"]),
                "f1": round(100 * score["f1"]),
                "Photos": score["support"],
            }
            for label, score in report["classes"].items()
        ]
    ).sort_values("f1", kind="stable")
    bar = st.column_config.ProgressColumn
    st.dataframe(
        rows,
        hide_index=True,
        height="content",
        column_config={
            "Class": st.column_config.TextColumn(width="small"),
            "finds": bar("It finds them · recall", format="%d%%", min_value=0, max_value=100),
            "holds": bar("Its word holds · precision", format="%d%%", min_value=0, max_value=100),
            "f1": st.column_config.NumberColumn("Both · F1", format="%d%%", width=90),
            "Photos": st.column_config.NumberColumn(width=70),
        },
    )


def others(model: Model) -> None:
    """The way to another model's results."""
    rest = [each for each in list_models() if each.id != model.id and each.test]
    if not rest:
        return
    with st.popover("Other results", type="tertiary"), calm():
        for each in rest[:12]:
            line = f"right on {of_100(each.test['accuracy'])}" if each.test else ""
            if st.button(f"{plain(each.name)} :small[:gray[{line}]]", type="tertiary", key=f"results_{each.id}"):
                pickers.choose("run", each.id)
                st.rerun()
