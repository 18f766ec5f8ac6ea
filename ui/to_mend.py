"""What to mend: the worst that the check has found, each a row with photos and a click that mends it."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.data.quality import words
from core.data.quality.finding import COPIES, Finding
from core.data.quality.found import Quality
from core.data.store import Dataset
from ui import photos, remedies
from ui.frame import keeps, muted, note, section
from ui.words import day, plain

FINDING = "finding"  # ?finding=blurred: the photos of that finding are shown instead of all
MENDED = "mended"  # ?mended=yes: those that are mended
WORST = 3  # shown before somebody asks for all
PHOTOS = 4  # in a row, where nothing is written below them
TILE_PX = 160
ROW_PX = 196  # all photos of a row, also on a phone
LONG_LABEL = 18  # characters below a photo of a row
PARTS = {"train": "learned", "validation": "watched", "test": "tested"}


def show(dataset: Dataset, found: Quality | None) -> None:
    """The rows; nothing where all is well, or was never looked at."""
    if FINDING in st.query_params and found is not None:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(":gray[Of that nothing is left here: it is mended, or was never found.]", width="content")
            if st.button("Fine", type="tertiary", key="close_finding"):
                close_finding()
    if found is None or not found.findings:
        return
    section("What to mend", "None of this stops you. Whatever you mend can be undone." if keeps() else None)
    key = f"all_findings_{dataset.id}"
    everything = st.session_state.get(key, False)
    for place, finding in enumerate(found.findings if everything else found.findings[:WORST]):
        _row(dataset, finding, place)
    more = len(found.findings) - WORST
    if more > 0 and st.button(
        "Show the worst three" if everything else f"Show all {len(found.findings)}",
        type="tertiary",
        key="more_findings",
    ):
        st.session_state[key] = not everything
        st.rerun()
    st.space("small")


def open_finding(finding: Finding) -> None:
    """Shows the photos of a finding, which the address names from then on. Does not return."""
    st.query_params.pop(MENDED, None)
    st.query_params[FINDING] = finding.kind
    st.rerun()


def close_finding() -> None:
    """Shows all photos again. Does not return."""
    st.query_params.pop(FINDING, None)
    st.rerun()


def named(found: Quality | None) -> Finding | None:
    """The finding that the address names, if there is anything left of it."""
    kind = st.query_params.get(FINDING)
    each = [] if found is None else [finding for finding in found.findings if finding.kind == kind and finding.groups]
    return next(iter(each), None)


def titled(finding: Finding) -> tuple[str, str]:
    """What was found in two or three words, and the term of art, small, to be written beside them."""
    name, _, term = words.title(finding).partition(" · ")
    return plain(name), f" :small[:gray[· {plain(term)}]]" if term else ""


def about(finding: Finding) -> str:
    """What was found and what it means; of suspects also by which training."""
    said = plain(words.sentence(finding))
    named, at = finding.facts.get("name"), finding.facts.get("at")
    if finding.kind != "suspects" or not named:
        return said
    return f"{said} Found by the training {plain(named)}{f', {day(at)}' if at else ''}."


def caption(row: pd.Series, finding: Finding, group: int, long_label: int = photos.LONG_LABEL) -> str:
    """What stands below a photo: its label, and of a copy its part, of a suspect what it was taken for."""
    label = plain(photos.shortened(str(row["label"]), long_label))
    if finding.kind in COPIES:
        return f"{label}, {PARTS.get(str(row['part']), '')}"
    offered = finding.label(group)
    return f"{label}, or {plain(photos.shortened(offered, long_label))}?" if offered else label


def pictures(dataset: Dataset, rows: pd.DataFrame, width_px: int) -> list[str | None]:
    """Their photos, small; None where one is not there any more."""
    return photos.tiles([dataset.photo_path(content_hash) for content_hash in rows["content_hash"]], width_px)


def _row(dataset: Dataset, finding: Finding, place: int) -> None:
    """The photos, what was found, and what can be done."""
    with st.container(border=True, key=f"finding_{finding.kind}_{place}"):
        if not finding.groups:
            _what(dataset, finding, place)
            return
        left, right = st.columns([22, 78], gap="medium", vertical_alignment="center")
        with left:
            _some(dataset, finding)
        with right:
            _what(dataset, finding, place)


def _some(dataset: Dataset, finding: Finding) -> None:
    """A pair of copies with their names and parts; of what stands alone up to four."""
    captioned = finding.kind in COPIES or bool(finding.labels)
    paired = len(finding.groups[0]) > 1
    first = finding.groups[0][:2] if paired else [group[0] for group in finding.groups[: 2 if captioned else PHOTOS]]
    rows = photos.rows(dataset).at(first, ["content_hash", "label", "part"])
    columns = len(rows) if captioned else max(2, len(rows))
    with st.grid(columns, wrap=False, min_column_width=40, gap=4, width=ROW_PX):
        for place, picture in enumerate(pictures(dataset, rows, TILE_PX)):
            row = rows.iloc[place]
            with st.container(gap="xxsmall"):
                photos.picture_or_blank(picture, str(row["label"]))
                if captioned:
                    note(caption(row, finding, 0 if paired else place, LONG_LABEL))


def _what(dataset: Dataset, finding: Finding, place: int) -> None:
    with st.container(gap="xsmall"):
        name, term = titled(finding)
        st.markdown(f"**{name}**{term}")
        muted(about(finding))
    _buttons(dataset, finding, place)


def _buttons(dataset: Dataset, finding: Finding, place: int) -> None:
    """The recommended remedy, the others, the way to all of its photos, and that they are fine."""
    key = f"{finding.kind}_{place}"
    # Which names are right a person can say, and only one photo after the other.
    look_first = finding.kind in LOOK_FIRST and len(finding.groups) > 1
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if look_first and st.button(f"Check all {len(finding.groups):,}", key=f"see_{key}"):
            open_finding(finding)
        for remedy in remedies.possible(finding) if keeps() else ():
            first = remedy == remedies.possible(finding)[0] and not look_first
            label = remedies.name(remedy, len(finding.groups))
            if st.button(label, type="secondary" if first else "tertiary", key=f"do_{remedy}_{key}"):
                remedies.do(dataset, finding, remedy)
        if finding.groups and not look_first:
            number = len(finding.groups)
            if st.button(f"See all {number:,}" if number > 1 else "See it", type="tertiary", key=f"see_{key}"):
                open_finding(finding)
        if keeps() and st.button(_fine(finding), type="tertiary", key=f"fine_{key}"):
            remedies.are_fine(dataset, finding)


LOOK_FIRST: Sequence[str] = ("suspects", "two_labels")


def _fine(finding: Finding) -> str:
    if not finding.groups:
        return "They differ" if finding.kind == "labels_alike" else "I know"
    return "It is fine" if finding.photos == 1 else "They are fine"
