"""All photos of one finding, group by group: ticked ones are mended, or said to be fine."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.data.quality.finding import REMEDIES, Finding, Remedy
from core.data.store import Dataset
from ui import mended, photos, placeholders, remedies, to_mend
from ui.frame import calm, keeps, muted, note, section
from ui.words import count, share

ALONE_A_PAGE = 24  # photos
GROUPS_A_PAGE = 12
OF_A_GROUP = 4  # photos of it that are shown
WIDTH_PX = 240
CERTAIN = 0.995
SHOWN = ["content_hash", "label", "part"]


def show(dataset: Dataset, finding: Finding) -> None:
    """What was found, all of it, and the way back."""
    section("".join(to_mend.titled(finding)), to_mend.about(finding))
    if st.button("Show all photos", type="tertiary", icon=":material/arrow_back:", key="close_finding"):
        to_mend.close_finding()
    if finding.kind == "placeholders":
        placeholders.of_finding(dataset, finding)
    _explore(dataset, finding)


@st.fragment
def _explore(dataset: Dataset, finding: Finding) -> None:
    """A page of groups to be ticked, and below it what can be done with those; a tick asks nothing else of the page."""
    with calm():
        alone = all(len(group) == 1 for group in finding.groups)
        a_page = ALONE_A_PAGE if alone else GROUPS_A_PAGE
        slot = st.container()
        start = 0
        if len(finding.groups) > a_page:
            with st.container(horizontal=True, horizontal_alignment="center"):
                pages = -(-len(finding.groups) // a_page)
                start = (st.pagination(pages, max_visible_pages=5, key=f"page_of_{finding.kind}") - 1) * a_page
        places = range(start, min(start + a_page, len(finding.groups)))
        with slot:
            ticked, labels = _groups(dataset, finding, places, alone)
        if keeps():
            _mend(dataset, finding, ticked, labels)


def _groups(dataset: Dataset, finding: Finding, places: range, alone: bool) -> tuple[list[int], dict[int, str | None]]:
    """The groups of a page; which are ticked, and what each is to be called, where it can be renamed."""
    shown = {place: finding.groups[place][:OF_A_GROUP] for place in places}
    positions = [position for group in shown.values() for position in group]
    rows = photos.rows(dataset).at(positions, SHOWN)
    found = dict(zip(rows.index, to_mend.pictures(dataset, rows, WIDTH_PX), strict=True))
    round_ = st.session_state.get(_ROUND, 0)
    all_ticked = keeps() and st.checkbox(
        f"Tick all {len(shown)} on this page" if len(finding.groups) > len(shown) else f"Tick all {len(shown)}",
        key=f"tick_all_{finding.kind}_{places.start}_{round_}",
    )
    names = sorted(dataset.classes, key=lambda label: (-dataset.classes[label], label))
    ticked, labels = [], {}
    with st.grid(6, min_column_width=104, gap=(12, 16)) if alone else st.grid(3, min_column_width=260, gap=(28, 28)):
        for place, group in shown.items():
            with st.container(gap="xxsmall"):
                _photos(finding, place, rows.loc[[*group]], found)
                if more := len(finding.groups[place]) - len(group):
                    note(f"and {count(more, 'more', 'more')}")
                if not keeps():
                    note(_sure(finding.sure[place]))
                    continue
                key = f"{finding.kind}_{place}_{round_}"
                if st.checkbox(f":small[{_sure(finding.sure[place])}]", all_ticked, key=f"tick_{key}_{all_ticked}"):
                    ticked.append(place)
                if "relabel" in REMEDIES[finding.kind]:
                    own = rows["label"].loc[[*group]].unique().tolist() if len(group) > 1 else []
                    labels[place] = _label(finding.label(place), [*dict.fromkeys([*own, *names])], key)
    return ticked, labels


def _photos(finding: Finding, place: int, rows: pd.DataFrame, found: dict[int, str | None]) -> None:
    """One photo, or copies side by side, each with its name, which opens it."""
    with st.grid(max(1, len(rows)), wrap=False, min_column_width=40, gap=4):
        for position, row in rows.iterrows():
            with st.container(gap="xxsmall"):
                photos.picture_or_blank(found[int(str(position))], str(row["label"]))
                said = to_mend.caption(row, finding, place)
                if st.button(f":small[:gray[{said}]]", key=f"photo_found_{position}", type="tertiary"):
                    mended.open_photo(int(str(position)))


def _label(offered: str | None, options: Sequence[str], key: str) -> str | None:
    """What it is to be called: as offered, and changeable."""
    options = [*options, offered] if offered and offered not in options else [*options]
    chosen: str | None = st.selectbox(
        "It shows",
        options,
        options.index(offered) if offered else None,
        placeholder="It shows …",
        label_visibility="collapsed",
        accept_new_options=True,
        key=f"shows_{key}",
    )
    return chosen


def _sure(sure: float) -> str:
    return "certain" if sure >= CERTAIN else f"{share(sure)} sure"


def _mend(dataset: Dataset, finding: Finding, ticked: list[int], labels: dict[int, str | None]) -> None:
    """What can be done with what is ticked."""
    if not ticked:
        muted("Tick what is to be mended, or what is fine.")
        return
    offered = [labels.get(place, finding.label(place)) for place in range(len(finding.groups))]
    as_chosen = remedies.with_labels(finding, offered) if labels else finding
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="mend_ticked"):
        for number, remedy in enumerate(REMEDIES[finding.kind]):
            named = remedy != "relabel" or all(offered[place] for place in ticked)
            name = _counted(remedies.name(remedy, len(ticked)), remedy, len(ticked))
            kind = "tertiary" if number else "secondary"
            if st.button(name, type=kind, key=f"ticked_{remedy}", disabled=not named):  # type: ignore[arg-type]
                _untick()
                remedies.do(dataset, as_chosen, remedy, ticked)
        if st.button("It is fine" if len(ticked) == 1 else "They are fine", type="tertiary", key="ticked_fine"):
            _untick()
            remedies.are_fine(dataset, finding, ticked)


def _counted(name: str, remedy: Remedy, number: int) -> str:
    """Leave them out: with how many they are, where a click is about more than one."""
    return f"{name} · {number:,}" if number > 1 and remedy != "merge" else name


_ROUND = "ticks"  # in the session: nothing is ticked any more after a mend


def _untick() -> None:
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
