"""The parts of a finished dataset's page."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.data.mended import EXCLUDED
from core.data.split import PARTS
from core.data.status_table import has_table, status_csv
from core.data.store import Dataset, delete_dataset, list_datasets, rename_dataset
from core.errors import JobActive
from core.spreadsheet import safe_cell
from core.training.runs import list_runs
from ui import photos, pickers, refresh, undo
from ui.frame import calm, facts, muted
from ui.rows import row_cells
from ui.words import count, day, listed, plain

A_PAGE = 24
MENU_LENGTH = 12


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
    with st.popover("Other photos", type="tertiary"), calm():
        for other in [each for each in list_datasets() if each.id != dataset.id][:MENU_LENGTH]:
            line = count(other.ok, "photo") if other.finished else "half-made"
            if st.button(f"{plain(other.name)} :small[:gray[{line}]]", type="tertiary", key=f"other_{other.id}"):
                pickers.choose("dataset", other.id)
                st.rerun()
        if st.button("Add photos", icon=":material/add:", key="add_photos"):
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


def pick_class(dataset: Dataset) -> str | None:
    """The class whose photos are shown; None for all. In the address, so that a link shows the same."""
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
        return None
    st.query_params["class"] = chosen
    return str(chosen)


def pick_start(number: int) -> int:
    """Where the shown page of the gallery begins; in the address as well."""
    if number <= A_PAGE:
        return 0
    with st.container(horizontal=True, horizontal_alignment="center"):
        page = st.pagination(-(-number // A_PAGE), max_visible_pages=5, key="page", bind="query-params")
    return (page - 1) * A_PAGE


def _first_page() -> None:
    st.session_state["page"] = 1


def split_sentence(order: pd.DataFrame) -> None:
    """How many photos it learns from, is watched with, and is tested on."""
    parts = order["part"].value_counts()
    learn, watch, test = (int(parts.get(part, 0)) for part in ("train", "validation", "test"))
    everywhere = order.groupby("label")["part"].nunique() == len(PARTS)
    missing = [plain(label) for label in everywhere.index[~everywhere]]
    st.markdown(
        f"It learns from **{learn:,}** photos :small[:gray[training]], is watched with **{watch:,}** "
        f":small[:gray[validation]], and at the end it is tested on **{test:,}** that it never saw "
        f":small[:gray[test]]. {_everywhere(missing)}"
    )


def _everywhere(missing: list[str]) -> str:
    if not missing:
        return "Each class is in all three."
    if len(missing) > 3:
        return f"{len(missing)} classes have too few photos to be in all three."
    return f"{listed(missing)} {'has' if len(missing) == 1 else 'have'} too few photos to be in all three."


def set_aside(dataset: Dataset) -> None:
    """The rows that gave no photo, each with the source's own number and the reason."""
    aside = dataset.failed + dataset.duplicates
    if not aside:
        return
    rows = photos.manifest(dataset, dataset.id, dataset.version)
    rows = rows.loc[~rows["status"].isin(["ok", EXCLUDED]), ["row", "source", "label", "status", "reason"]]
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
        with st.container(horizontal=True):
            _saving("Save these rows", lambda: _csv(rows), f"{dataset.id}-set-aside.csv")
            if has_table(dataset):
                _saving(
                    "Save your whole table with the reasons",
                    lambda: status_csv(dataset).encode("utf-8-sig"),
                    f"{dataset.id}-status.csv",
                    "Your table line for line, with two more columns: status and reason. Paste those two beside yours.",
                )


def _saving(label: str, content: Callable[[], str | bytes], file_name: str, help: str | None = None) -> None:
    st.download_button(
        label,
        content,
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
