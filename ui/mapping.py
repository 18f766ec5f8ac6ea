"""Which look alike: the map of a dataset, the photos picked on it, and those that lie among photos of another name."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pandas as pd
import streamlit as st

from core import jobs
from core.charts import FEW, dataset_map
from core.data.store import Dataset
from core.errors import JobActive
from core.files import stamp
from core.model import eyes, mapping
from core.model.bundle import clothing_model_dir
from ui import mended, photos, progress, watching
from ui.datasets import A_PAGE
from ui.figures import pickable_chart
from ui.frame import calm, facts, keeps, muted, note, section
from ui.words import count, duration, in_words, many, plain, tally

TICK_S = 0.7
STRAYS = 12
NAMED = 4  # classes in the sentence about what was picked
IN_COLOUR = 3  # of more classes than can have a colour each
HEIGHT_PX = 560
BY = {"model": "by what the clothing model sees in them", "colours": "by colour and shape"}
STAGES = {"looking": "Looking at the photos", "placing": "Laying them out, those that look alike side by side"}
TITLE = "Which look alike?"


def show(dataset: Dataset) -> None:
    """The section of the Dataset page; nothing for a handful of photos."""
    if dataset.ok < mapping.FEWEST:
        return
    if jobs.state(mapping.job_dir(dataset)).active:
        section(TITLE, "A map of the photos is being drawn. You can leave this page; it goes on.")
        _live(dataset)
    elif (found := _map(dataset)) is None and not keeps():
        section(TITLE)
        note("Nobody has had a map of these photos drawn.")
    elif found is None:
        section(
            TITLE,
            "A map of all photos, each a dot: those that look alike lie near each other. What lies among others may be "
            "named wrongly.",
        )
        _not_yet(dataset)
    else:
        section(TITLE, _about(dataset, found))
        _explore(dataset)


def _not_yet(dataset: Dataset) -> None:
    by: eyes.By = "model" if eyes.name_of(clothing_model_dir()) else "colours"
    state = jobs.state(mapping.job_dir(dataset))
    if state.status == "stopped":
        note("You stopped it. Nothing of it is kept.")
    elif state.status == "done":
        note("There was one, but the photos, or what they are compared by, have changed since.")
    elif state.started_at is not None:
        watching.failed(mapping.job_dir(dataset), state, "Draw it again.")
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Draw the map", key="draw_map"):
            with suppress(JobActive):  # drawn from another window
                mapping.start_map(dataset.id)
            st.rerun()
        on_it = f"{mapping.MOST:,} of the photos" if dataset.ok > mapping.MOST else count(dataset.ok, "photo")
        note(f"Compares {on_it} {BY[by]}. That takes {duration(mapping.expected_seconds(dataset, by))}.")


@st.fragment(run_every=TICK_S)
def _live(dataset: Dataset) -> None:
    with calm():
        job_dir = mapping.job_dir(dataset)
        if not jobs.state(job_dir).active:
            st.rerun()
        now = progress.now(job_dir)
        progress.bar(job_dir, now, _how_far(now), "Stop", "stop_map")


def _how_far(now: dict[str, Any] | None) -> str:
    if now is None:
        return "Getting ready"
    done = f"{now['done']:,} of {now['total']:,}" if now["stage"] == "looking" else None
    return facts(STAGES[now["stage"]], done, f"{duration(now['left_s'])} left" if now["left_s"] else None)


@st.fragment
def _explore(dataset: Dataset) -> None:
    """The map and what is picked on it; a pick asks for nothing else of the page."""
    with calm():
        found = _map(dataset)
        if found is None:  # gone or out of date, while the page was open
            st.rerun()
        strays = found.strays
        points = found.points.assign(odd=found.points.index.isin(strays.index))
        picked = pickable_chart(
            dataset_map(points, _in_colour(dataset, strays)),
            HEIGHT_PX,
            key="dataset_map",
            alt=f"A map of {count(len(points), 'photo')}: {len(strays):,} lie among photos of another name",
        )
        _show_picked(dataset, points.iloc[picked])
        _show_strays(dataset, strays)


def _in_colour(dataset: Dataset, strays: pd.DataFrame) -> list[str]:
    """Which of many classes have a colour; at first those from which most photos stray."""
    if len(dataset.classes) <= FEW:
        return []
    usual = strays["label"].value_counts().index.tolist()[:IN_COLOUR]
    chosen: list[str] = st.multiselect(
        "Classes in colour",
        dataset.class_names,
        usual,
        max_selections=IN_COLOUR,
        key=f"in_colour_{dataset.id}",
    )
    return chosen


def _show_picked(dataset: Dataset, picked: pd.DataFrame) -> None:
    if picked.empty:
        note("Click a dot to see its photo here. With the lasso above the map you can draw around several.")
        return
    st.subheader(_tally(picked["label"].tolist()), anchor=False)
    rarest_first = picked.loc[picked.groupby("label")["label"].transform("size").sort_values(kind="stable").index]
    _gallery(dataset, rarest_first, A_PAGE, f"picked_{hash(tuple(picked.index))}")


def _tally(labels: Sequence[str]) -> str:
    """Seven photos: five dresses and two skirts. Of many classes only the commonest are named."""
    if len(labels) == 1:
        return f"One photo, labelled {plain(labels[0])}"
    commonest = [label for label, _ in Counter(labels).most_common(NAMED)]
    named = [label for label in labels if label in commonest]
    rest = f", and {in_words(len(labels) - len(named))} of other classes" if len(named) < len(labels) else ""
    return f"{in_words(len(labels)).capitalize()} photos: {tally(named)}{rest}"


def _show_strays(dataset: Dataset, strays: pd.DataFrame) -> None:
    """The same without a mouse: photos whose neighbours bear another name."""
    st.space("xsmall")
    with st.container(gap="xxsmall"):
        st.subheader("Strays", anchor=False)
        if strays.empty:
            muted("None: every photo lies among photos of its own name, or of several.")
            return
        lies = "photo lies" if len(strays) == 1 else "photos lie"
        muted(
            f"{in_words(len(strays)).capitalize()} {lies} among photos of one other name, the strangest first. "
            "Is the name wrong, or the photo unusual?"
        )
    by_label = strays["label"].value_counts()
    label = st.selectbox(
        "Named",
        [None, *by_label.index],
        format_func=lambda each: "anything" if each is None else f"{each} ({by_label[each]})",
        width=260,
        key=f"strays_{dataset.id}",
    )
    shown = strays if label is None else strays[strays["label"] == label]
    _gallery(dataset, shown, STRAYS, f"strays_page_{label}", odd=True)


def _gallery(dataset: Dataset, shown: pd.DataFrame, a_page: int, key: str, odd: bool = False) -> None:
    slot = st.container()
    start = 0
    if len(shown) > a_page:
        with st.container(horizontal=True, horizontal_alignment="center"):
            start = (st.pagination(-(-len(shown) // a_page), max_visible_pages=5, key=key) - 1) * a_page
    page = shown.iloc[start : start + a_page]
    captions = [
        f"labelled {plain(photos.shortened(label))}, lies among {many(photos.shortened(among))}"
        for label, among in zip(page["label"], page["among"], strict=True)
    ]
    with slot:
        clicked = photos.gallery(dataset, page, captions if odd else None, "strays" if odd else "picked")
    if clicked is not None:
        mended.open_photo(clicked)


def _about(dataset: Dataset, found: mapping.Map) -> str:
    """What the map shows, by what, and what to look for."""
    on_it = len(found.points)
    sample = f" {on_it:,} of {dataset.ok:,} are on it, the same share of each class." if on_it < dataset.ok else ""
    few = len(dataset.classes) <= FEW
    larger = "islands of another colour within a group, and for larger dots" if few else "larger dots, mostly ochre"
    wrong = "often" if found.by == "model" else "sometimes"  # many clothes of one colour and shape are of two kinds
    return (
        f"Each dot is a photo. Those that look alike, {BY[found.by]}, lie near each other.{sample} Look for {larger}: "
        f"they lie among photos of another name, and {wrong} theirs is wrong."
    )


def _map(dataset: Dataset) -> mapping.Map | None:
    changed = stamp(mapping.map_path(dataset))
    if changed is None:
        return None
    return _read(dataset, dataset.id, dataset.version, eyes.name_of(clothing_model_dir()), changed)


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(_dataset: Dataset, dataset_id: str, version: str, by_whom: str, changed: object) -> mapping.Map | None:
    """The map, shared by all visitors: to be read, never changed."""
    return mapping.load_map(_dataset)
