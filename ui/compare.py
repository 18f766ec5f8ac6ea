"""Two trainings side by side: what differed in the recipe, and what changed in the result."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.data.store import Dataset, load_dataset
from core.errors import NotFound
from core.training.compare import Comparison, Difference, Flips, Result, compare
from core.training.runs import Run
from ui import knobs, photos
from ui.frame import muted, note
from ui.words import count, of_100, per_100, plain, took

FLIPPED = 8
CLASSES = 8
FACTS = {"photos": "Photos", "start_from": "Started from"}


def side_by_side(one: Run, other: Run) -> None:
    """Two runs, the older on the left: what was changed since shows on the right."""
    one, other = sorted((one, other), key=lambda run: run.created_at)
    found = compare(one, other)
    st.space("xsmall")
    with st.container(gap="xxsmall"):
        st.subheader("Side by side", anchor=False)
        muted(plain(found.sentence))
    left, right = st.columns(2, gap="medium")
    for column, run, result in ((left, one, found.one), (right, other, found.other)):
        with column:
            _result(run, result)
    names = (one.name, other.name) if one.name != other.name else (f"{one.name} · 1", f"{other.name} · 2")
    left, right = st.columns(2, gap="medium")
    with left:
        _differences(found, names)
    with right:
        _classes(found, names)
    if found.flips is not None:
        _flips(one, found.flips, names)


def _result(run: Run, result: Result) -> None:
    accuracy = "not measured" if result.accuracy is None else of_100(result.accuracy)
    st.metric(plain(run.name), accuracy, width="content")
    facts = []
    if result.interval is not None:
        facts.append(f"give or take, between {per_100(result.interval[0])} and {per_100(result.interval[1])}")
    if result.epochs:
        facts.append(count(result.epochs, "round"))
    if result.seconds:
        facts.append(took(result.seconds))
    note(" &nbsp;·&nbsp; ".join(facts))


def _differences(found: Comparison, names: tuple[str, str]) -> None:
    st.markdown("**What differed**")
    differences = [*found.knobs, *found.facts]
    if not differences:
        note("Nothing: the same recipe, photos and libraries.")
        return
    _table(
        pd.DataFrame(
            {
                "Knob": [_title(each) for each in differences],
                names[0]: [knobs.said(each.one) for each in differences],
                names[1]: [knobs.said(each.other) for each in differences],
            }
        ),
        f"What differed between {names[0]} and {names[1]}",
    )


def _title(difference: Difference) -> str:
    return FACTS.get(difference.name) or knobs.title(difference.name)


def _classes(found: Comparison, names: tuple[str, str]) -> None:
    st.markdown("**What changed** :small[:gray[F1 by class]]")
    changed = [each for each in found.classes if each.one is not None or each.other is not None]
    if not changed:
        note("Only trainings that ended can be compared class by class.")
        return
    _table(
        pd.DataFrame(
            {
                "Class": [each.label for each in changed[:CLASSES]],
                names[0]: [each.one for each in changed[:CLASSES]],
                names[1]: [each.other for each in changed[:CLASSES]],
                "Change": [None if None in (each.one, each.other) else each.change for each in changed[:CLASSES]],
            }
        ),
        "F1 by class of both, the largest change first",
        scores=names,
    )
    if len(changed) > CLASSES:
        note(f"and {count(len(changed) - CLASSES, 'other')} that changed less")


def _table(rows: pd.DataFrame, alt: str, scores: Sequence[str] = ()) -> None:
    score, change = st.column_config.NumberColumn(format="%.2f"), st.column_config.NumberColumn(format="%+.2f")
    numbers = {**dict.fromkeys(scores, score), "Change": change} if scores else {}
    st.dataframe(rows, hide_index=True, height="content", placeholder="", column_config=numbers, alt=alt)


def _flips(one: Run, flips: Flips, names: tuple[str, str]) -> None:
    try:
        dataset = load_dataset(one.dataset_id)
    except NotFound:
        return
    left, right = st.columns(2, gap="medium")
    with left:
        _strip(dataset, flips.lost, f"Only {names[0]} finds")
    with right:
        _strip(dataset, flips.gained, f"Only {names[1]} finds")


def _strip(dataset: Dataset, hashes: tuple[str, ...], title: str) -> None:
    if not hashes:
        return
    note(f"{plain(title)}: {count(len(hashes), 'photo')}")
    with st.grid(FLIPPED // 2, wrap=False, min_column_width=40, gap=4):
        for picture in photos.tiles([dataset.photo_path(content_hash) for content_hash in hashes[:FLIPPED]], 200):
            if picture is not None:
                st.image(picture, width="stretch", alt=title)
    if len(hashes) > FLIPPED:
        note(f"and {len(hashes) - FLIPPED:,} more")
