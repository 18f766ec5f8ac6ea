"""A new dataset: a link, files of this computer, or one of ours; and first a look at what was understood.

What was named or handed over stands in the address (`?look=` a link, `?upload=` files on disk): a reload loses nothing.
"""

import pandas as pd
import streamlit as st

from core.data.store import list_datasets
from core.errors import SourceError
from core.sources import is_archive
from core.sources.samples import SAMPLES, Sample
from ui import handover, photos, pickers, preview, sorting, tour, uploads, whole_folders
from ui.frame import heading, muted, note, problem, section
from ui.words import plain

EXAMPLE = pd.DataFrame(
    {
        "photo": ["https://…/blue-dress.jpg", "https://…/coat-14.jpg", "https://…/pumps.jpg"],
        "name": ["dress", "outwear", "shoes"],
    }
)
SHEET_HELP = (
    "A Google Sheet that anyone with the link may view, or the address of a CSV file. "
    "One column holds the address of each photo, another its name."
)


def show() -> None:
    """The page without a dataset."""
    trouble = None
    try:
        if link := st.query_params.get("look"):
            return preview.table(link, None)
        if upload_id := st.query_params.get("upload"):
            handover.remembered().clear()
            return _handed_over(upload_id)
        if stored := handover.remembered().pop("upload", None):
            handover.look_at("upload", stored)
    except SourceError as error:  # what was named cannot be used: say why, above the way to name something else
        trouble = str(error)
    _ways_in(trouble)


def _ways_in(trouble: str | None) -> None:
    heading(
        "Dataset",
        "Which photos should it learn from?",
        "At least two kinds of things, and about twenty photos of each. More is better.",
    )
    if trouble:
        problem(trouble)
    link_tab, computer_tab = st.tabs(
        ["From a link", "From this computer"], key="way_in", bind="query-params", on_change="rerun"
    )
    with link_tab:
        _from_a_link()
    with computer_tab:
        handover.from_this_computer(None)
    section("Or borrow ours")
    _samples()
    if earlier := list_datasets():
        st.space("small")
        if st.button(f"Back to {plain(earlier[0].name)}", type="tertiary", icon=":material/arrow_back:"):
            st.query_params.clear()
            pickers.choose("dataset", st.session_state.get("dataset") or earlier[0].id)
            st.rerun()


def _from_a_link() -> None:
    with st.form("link", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        link = st.text_input(
            "Google Sheet or CSV",
            st.query_params.get("look", ""),
            placeholder="https://docs.google.com/spreadsheets/…",
            help=SHEET_HELP,
            width=560,
        )
        if st.form_submit_button("Have a look", type="primary") and link.strip():
            handover.look_at("look", link.strip())
    note("One row a photo, like this:")
    with st.container(width=560):
        st.table(EXAMPLE, hide_index=True)


def _handed_over(upload_id: str) -> None:
    if whole := whole_folders.where(upload_id):
        return preview.archive(whole, upload_id)
    single = [
        path
        for path in uploads.folder(upload_id).iterdir()
        if path.is_file() and (uploads.is_table(path.name) or is_archive(path.name))
    ]
    if not single:
        sorting.show(upload_id)
    elif is_archive(single[0].name):
        preview.archive(single[0], upload_id)
    else:
        preview.table(str(single[0]), upload_id)


def _samples() -> None:
    """Those of clothes with their photos, or drawings in their place; below them those that textbooks begin with."""
    for samples in ([each for each in SAMPLES if not each.some], [each for each in SAMPLES if each.some]):
        with st.grid(3, min_column_width=240, gap=(28, 24)):
            for place, sample in enumerate(samples):
                with st.container(gap="small"):
                    _sample(sample, place)
        st.space("small")


def _sample(sample: Sample, place: int) -> None:
    borrowed = tour.borrowed(sample)
    if borrowed or not sample.some:  # drawn clothes cannot stand for frogs and lorries
        strip = photos.covers(borrowed, 3) if borrowed else photos.drawn_covers(3, 3 * place)
        photos.strip(strip, sample.name)
    with st.container(gap=None):
        st.markdown(f"**{plain(sample.name)}**")
        muted(plain(sample.sentence))
    if not sample.some:
        if st.button("Borrow", key=f"borrow_{sample.id}"):
            pickers.go("dataset", dataset=tour.borrow(sample.id))
        return
    with st.container(horizontal=True):
        if st.button(f"Borrow {sample.some:,}", key=f"borrow_{sample.id}"):
            pickers.go("dataset", dataset=tour.borrow(sample.id, sample.some))
        if st.button(f"All {sample.most:,}", key=f"borrow_all_{sample.id}", type="tertiary"):
            pickers.go("dataset", dataset=tour.borrow(sample.id))
