"""What it learns from, and what tests it: the three parts, what their sizes allow, and how to share them out anew."""

from contextlib import suppress
from typing import Any

import pandas as pd
import streamlit as st

from core import jobs
from core.data import dividing, mends
from core.data.mends import Act
from core.data.split import PARTS, Shares
from core.data.store import Dataset
from core.errors import JobActive
from core.model.size_of_test import what_it_allows
from ui import last_mended, photos, progress, watching
from ui.frame import calm, keeps, note, section
from ui.words import count, listed, of_100, plain

TICK_S = 0.7
TITLE = "What it learns from, and what tests it"
SMALLEST, LARGEST = 5, 50  # per cent of the photos, of one part
GIVEN = {"train": "what it learns from", "validation": "what it is watched with", "test": "what tests it"}
DIVIDED = "divided"  # in the session: the dataset that somebody here has shared out


def show(dataset: Dataset) -> None:
    """The section of the Dataset page."""
    section(TITLE)
    counts = photos.rows(dataset).counts()
    parts = {part: int(counts[part].sum()) for part in PARTS}
    _bar(parts)
    _sentences(dataset, counts, parts)
    if jobs.state(dividing.job_dir(dataset)).active:
        _live(dataset)
        return
    if not keeps():
        return
    _how_it_went(dataset)
    with st.expander("Share them out anew", key="divide"), calm():
        _controls(dataset, parts)


def _bar(parts: dict[str, int]) -> None:
    """The three parts side by side, each as long as it is large."""
    total = max(1, sum(parts.values()))
    pieces = "".join(
        f'<b class="{part}" style="width:{100 * number / total:.2f}%"></b>' for part, number in parts.items() if number
    )
    st.html(f'<div class="parts">{pieces}</div>')


def _sentences(dataset: Dataset, counts: pd.DataFrame, parts: dict[str, int]) -> None:
    missing = [plain(photos.shortened(label)) for label in counts.index[(counts == 0).any(axis=1)]]
    learn, watch, test = parts.values()
    st.markdown(
        f"It learns from **{learn:,}** photos :small[:gray[training]], is watched with **{watch:,}** "
        f":small[:gray[validation]], and at the end it is tested on **{test:,}** that it never saw "
        f":small[:gray[test]]. {_everywhere(missing)}"
    )
    said = what_it_allows(test)
    if given := [part for part in PARTS if part in dataset.given]:
        one = len(given) == 1
        what = "The parts" if len(given) == len(PARTS) else listed([GIVEN[part] for part in given])
        said += f" {what[:1].upper()}{what[1:]} {'is' if one else 'are'} as your source gave {'it' if one else 'them'}."
    st.markdown(f":gray[{said}]")


def _everywhere(missing: list[str]) -> str:
    if not missing:
        return "Each class is in all three."
    if len(missing) > 3:
        return f"{len(missing)} classes have too few photos to be in all three."
    return f"{listed(missing)} {'has' if len(missing) == 1 else 'have'} too few photos to be in all three."


def _controls(dataset: Dataset, parts: dict[str, int]) -> None:
    """How large the parts are to be, what that would be in photos, and the button."""
    total = max(1, sum(parts.values()))
    given = [part for part in PARTS[1:] if part in dataset.given]
    keep_test = parts["test"] > 0 and st.toggle(
        "Keep the photos it is tested on :small[:gray[frozen test part]]",
        True,
        help="Then what you measured before and what you measure from now on can be compared.",
        wrap=True,
        key=f"keep_test_{dataset.id}",
    )
    keep_given = bool(given) and st.toggle(
        f"Keep {listed([GIVEN[part] for part in given])} as the source gave {'it' if len(given) == 1 else 'them'}",
        True,
        wrap=True,
        key=f"keep_given_{dataset.id}",
    )
    left, right = st.columns(2, gap="large")
    kept = {part for part in given if keep_given} | ({"test"} if keep_test else set())
    with left:
        test = _share("It is tested on", "test", parts["test"] / total, dataset, "test" in kept)
    with right:
        watch = _share("It is watched with", "validation", parts["validation"] / total, dataset, "validation" in kept)
    too_much = test + watch > dividing.MOST
    if too_much:
        note(f"Then too little is left to learn from: hold back {of_100(dividing.MOST)} at most.")
    tested, watched = round(test * total), round(watch * total)
    learned = max(0, total - tested - watched)
    st.markdown(
        f"It would learn from about **{learned:,}**, be watched with **{watched:,}** and be tested on **{tested:,}**. "
        f":gray[{what_it_allows(tested)}]"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Share them out", key="start_divide", disabled=too_much):
            with suppress(JobActive):  # begun from another window
                shares = Shares(test=test, validation=watch)
                dividing.start_divide(dataset.id, shares, keep_test=keep_test, keep_given=keep_given)
                st.session_state[DIVIDED] = dataset.id
            st.rerun()
        note("Copies of one photo stay together, and each class is shared out alike. You can undo it.")


def _share(title: str, part: str, now: float, dataset: Dataset, kept: bool) -> float:
    """The share of a part, by a slider; as it is now where it is kept."""
    asked: int = st.slider(
        f"{title} :small[:gray[{part}]]",
        SMALLEST,
        LARGEST,
        min(LARGEST, max(SMALLEST, round(100 * now))),
        format="%d of 100",
        disabled=kept,
        key=f"share_{part}_{dataset.id}_{kept}",
    )
    return now if kept else asked / 100


@st.fragment(run_every=TICK_S)
def _live(dataset: Dataset) -> None:
    with calm():
        job_dir = dividing.job_dir(dataset)
        if not jobs.state(job_dir).active:
            st.rerun()
        now = progress.now(job_dir)
        progress.bar(job_dir, now, _how_far(now), "Stop", "stop_divide")


def _how_far(now: dict[str, Any] | None) -> str:
    done = f": {now['done']:,} of {now['total']:,}" if now else ""
    return f"Looking for copies, so that they stay together{done}"


def _how_it_went(dataset: Dataset) -> None:
    """What the last time brought, with a way back; or why it did not come to its end."""
    state = jobs.state(dividing.job_dir(dataset))
    if state.started_at is None:
        return
    if state.status in ("failed", "died"):
        watching.failed(dividing.job_dir(dataset), state, "Nothing was moved.")
    if state.status != "done" or st.session_state.get(DIVIDED) != dataset.id:  # else the history of mends tells it
        return
    act = _act_since(dataset, state.started_at, state.ended_at or state.started_at)
    if act is not None and not act.standing:  # somebody has undone it elsewhere on the page
        del st.session_state[DIVIDED]
        return
    with st.container(horizontal=True, vertical_alignment="center", key="divided"):
        said = "They were shared out like that already." if act is None else _moved(act)
        st.markdown(f":gray[{said}]", width="content")
        if act is not None and st.button("Undo", key="undo_divided"):
            del st.session_state[DIVIDED]
            before = mends.undo(dataset, act.at)
            last_mended.done(
                dataset, before, f"{count(len(before), 'photo')} {'is' if len(before) == 1 else 'are'} back."
            )
        if st.button("Fine", type="tertiary", key="keep_divided"):
            del st.session_state[DIVIDED]
            st.rerun()


def _act_since(dataset: Dataset, began: float, ended: float) -> Act | None:
    """What the job has done. Who mends photos meanwhile renames them or leaves them out, and moves none."""
    return next((act for act in mends.acts(dataset) if began <= act.at <= ended and act.moved), None)


def _moved(act: Act) -> str:
    are = "photo is" if act.moved == 1 else "photos are"
    return f"{act.moved:,} {are} in another part now. Trainings that you made before keep what they learned from."
