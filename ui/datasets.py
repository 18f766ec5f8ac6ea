"""The parts of a finished dataset's page."""

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from core.data.status_table import has_table, status_csv
from core.data.store import Dataset, delete_dataset, list_datasets, rename_dataset
from core.errors import JobActive
from core.settings import at_this_home
from core.spreadsheet import safe_cell
from core.training.runs import list_runs
from ui import photos, pickers, refresh, undo
from ui.frame import calm, facts, heading, keeps, muted, note
from ui.rows import row_cells
from ui.words import count, day, plain

A_PAGE = 24
MENU_LENGTH = 12
MOST_ASIDE = 1_000  # rows of a large dataset that a browser gets
MOST_SAVED = 100_000  # rows of one download, which the server holds until it is fetched
COME = "come_to_photos"  # in the session


def facts_line(dataset: Dataset) -> None:
    """3,068 photos · 10 classes · 36 rows set aside · added today."""
    aside = dataset.failed + dataset.duplicates
    muted(
        facts(
            count(dataset.ok, "photo"),
            count(len(dataset.classes), "class", "classes"),
            f"{count(aside, 'row')} set aside" if aside else None,
            f"added {day(dataset.created_at)}",
        )
    )


def others(dataset: Dataset) -> None:
    """The way to another dataset, and to a new one."""
    rest = [each for each in list_datasets() if each.id != dataset.id]
    if not rest and not keeps():
        return
    with st.popover("Other photos", type="tertiary"), calm():
        for other in rest[:MENU_LENGTH]:
            line = count(other.ok, "photo") if other.finished else "half-made"
            if st.button(f"{plain(other.name)} :small[:gray[{line}]]", type="tertiary", key=f"other_{other.id}"):
                pickers.choose("dataset", other.id)
                st.rerun()
        if keeps() and st.button("Add photos", icon=":material/add:", key="add_photos"):
            st.query_params["dataset"] = pickers.NEW
            st.rerun()


def more(dataset: Dataset) -> None:
    """Rename, look for changes, delete."""
    with st.popover("More", type="tertiary"), calm():
        with st.form("rename_dataset", border=False):
            name = st.text_input("Name", dataset.name, max_chars=60)
            if st.form_submit_button("Rename"):
                rename_dataset(dataset.id, name)
                st.rerun()
        refresh.offer(dataset)
        if st.button("Delete", icon=":material/delete:", key="delete_dataset"):
            if any(run.dataset_id == dataset.id and run.state.active for run in list_runs()):
                raise JobActive(f"A training is learning from {dataset.name} right now. Stop it first, then delete it.")
            token = delete_dataset(dataset.id)
            pickers.forget("dataset")
            undo.offer(token, f"{dataset.name} is deleted.")
            st.rerun()


def none_here() -> None:
    """The page of a demo without photos."""
    heading("Dataset", "No photos here yet", "Where this demo comes from, nobody has added any.")


def pick_class(dataset: Dataset) -> None:
    """Chooses the class whose photos are shown. In the address, so that a link shows the same."""
    by_size = sorted(dataset.classes, key=lambda label: -dataset.classes[label])
    options = ["All", *(label for label in by_size if label != "All")]
    named = st.query_params.get("class")  # bound to the address by hand: Streamlit would write the escaped words there
    chosen = st.pills(
        "Class",
        options,
        default=named if named in options else "All",  # and a value set from here is lost when the pills come back
        required=True,
        format_func=plain,
        label_visibility="collapsed",
        wrap=False,
        key=f"class_{dataset.id}",
        on_change=_first_page,
    )
    if chosen in (None, "All"):
        st.query_params.pop("class", None)
    else:
        st.query_params["class"] = str(chosen)


def pick_start(number: int) -> int:
    """Where the shown page of the gallery begins; in the address as well."""
    if number <= A_PAGE:
        return 0
    with st.container(horizontal=True, horizontal_alignment="center"):
        page = st.pagination(-(-number // A_PAGE), max_visible_pages=5, key="page", bind="query-params")
    return (page - 1) * A_PAGE


def _first_page() -> None:
    st.session_state["page"] = 1


def shown_label(dataset: Dataset) -> str | None:
    """The class that the address names, whose photos alone the gallery shows; None: it shows all."""
    named = st.query_params.get("class")
    return named if named in dataset.classes and named != "All" else None


def show_class(dataset: Dataset, label: str) -> None:
    """Leads to the gallery of one class: for `on_click`, before the pills are drawn once more."""
    _first_page()
    st.session_state[f"class_{dataset.id}"] = label
    st.query_params["class"] = label
    st.session_state[COME] = True


def come_here(key: str) -> None:
    """Moves the page to the container of that key, if `show_class` led here."""
    if st.session_state.pop(COME, False):
        goes = f"document.querySelector('.st-key-{key}')?.scrollIntoView({{behavior: 'smooth', block: 'start'}})"
        st.html(f"<script>{goes}</script>", unsafe_allow_javascript=True)


def set_aside(dataset: Dataset) -> None:
    """The rows that gave no photo, each with the source's own number and the reason."""
    aside = dataset.failed + dataset.duplicates
    if not aside:
        return
    rows = _aside(dataset, dataset.id, dataset.version)
    cells, row_column = row_cells(dataset, rows["row"].tolist())
    with st.expander(f"{count(aside, 'row')} set aside", expanded=not dataset.ok):
        st.dataframe(
            rows.assign(row=cells),
            hide_index=True,
            column_order=["row", "reason", "label", "source"],  # on a phone there is room for two
            column_config={
                "row": row_column,
                "source": st.column_config.TextColumn("Photo", width="medium"),
                "label": st.column_config.TextColumn("Name", width="small"),
                "status": None,
                "reason": st.column_config.TextColumn("Why", width="large"),
            },
        )
        if aside > len(rows):
            all_of_them = f"`dataset status {dataset.id} --csv FILE` writes every row with its status"
            note(f"These are the first {len(rows):,}. On the command line {all_of_them}.")
        with st.container(horizontal=True):
            saved = partial(photos.rows(dataset).aside, MOST_SAVED)
            _saving("Save these rows", lambda: _csv(saved()), f"{dataset.id}-set-aside.csv")
            if has_table(dataset):
                _saving(
                    "Save your whole table with the reasons",
                    lambda: status_csv(dataset).encode("utf-8-sig"),
                    f"{dataset.id}-status.csv",
                    "Your table line for line, with two more columns: status and reason. Paste those two beside yours.",
                )


@st.cache_resource(max_entries=8, show_spinner=False)
def _aside(_dataset: Dataset, dataset_id: str, version: str) -> pd.DataFrame:
    return photos.rows(_dataset).aside(MOST_ASIDE if _dataset.is_large else _dataset.rows)


def _saving(label: str, content: Callable[[], str | bytes], file_name: str, help: str | None = None) -> None:
    st.download_button(
        label,
        at_this_home(content),
        file_name=file_name,
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        help=help,
    )


def _csv(rows: pd.DataFrame) -> str:
    safe = rows.astype("string").fillna("")
    return str(safe.map(safe_cell).to_csv(index=False))
