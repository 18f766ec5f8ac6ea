"""Many answers: counted, chosen from and sorted, as photos or as a table in which wrong ones are put right."""

import base64
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.model import corrections
from core.model.answer import Answer
from core.model.answers import Batch
from core.model.bundle import Model, Thresholds
from core.model.verdict import kind_of
from core.sources.links import row_link
from ui import answers, photos, teaching
from ui.frame import calm, keeps, note
from ui.words import plain, share

FEW = 12  # answers that need no table
A_PAGE = 50  # rows of the table
PHOTO_PX = 72
CLASSES = 12  # that fit side by side as pills
ORDERS = ("As they came", "Least sure first", "Surest first", "By class")


def show(batch: Batch, model: Model) -> None:
    """The answers of a model; of more than a few, those that were chosen."""
    if len(batch.answers) <= FEW:
        answers.show(batch, model)
        return
    kinds = [kind_of(answer, model.thresholds) for answer in batch.answers]
    hidden: Any = {"label_visibility": "collapsed"}  # they say themselves what they are
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        ways = ["Photos", "Table"]
        view = st.segmented_control("View", ways, default=ways[0], required=True, key=f"view_{batch.id}", **hidden)
        order = st.selectbox("Order", ORDERS, width=200, key=f"order_{batch.id}", **hidden)
    counts = Counter(kinds)
    shown = [kind for kind in answers.KINDS if counts[kind]]
    kind = st.pills(
        "How sure it is",
        shown,
        format_func=lambda each: f"{answers.KINDS[each].capitalize()} · {counts[each]:,}",
        key=f"kind_{batch.id}",
        **hidden,
    )
    label = _class_pills(batch)
    chosen = [
        index
        for index, answer in enumerate(batch.answers)
        if kind in (None, kinds[index]) and label in (None, answer.label)
    ]
    chosen = _ordered(chosen, batch.answers, order)
    if not chosen:
        note("No photo is both.")
    elif view == "Table":
        _table(batch, model, chosen)
    else:
        answers.show(batch, model, chosen)


def _class_pills(batch: Batch) -> str | None:
    """The class to look at; None for all."""
    counts = Counter(answer.label for answer in batch.answers if answer.label is not None)
    labels = [label for label, _ in counts.most_common()]
    if len(labels) > CLASSES:
        return st.selectbox(
            "What it is",
            labels,
            index=None,
            placeholder="All classes",
            key=f"class_{batch.id}",
            label_visibility="collapsed",
        )
    return st.pills(
        "What it is",
        labels,
        format_func=lambda each: f"{plain(each)} · {counts[each]:,}",
        key=f"class_{batch.id}",
        label_visibility="collapsed",
    )


def _ordered(chosen: Sequence[int], found: Sequence[Answer], order: str) -> list[int]:
    """Indices of answers, in the order that a person chose; what could not be read comes last."""

    def place(index: int) -> tuple[bool, str, float]:
        answer = found[index]
        probability = answer.probability or 0.0
        if order == "By class":
            return answer.error is not None, answer.label or "", -probability
        return answer.error is not None, "", {ORDERS[1]: probability, ORDERS[2]: -probability}.get(order, 0.0)

    return sorted(chosen, key=place)


def _table(batch: Batch, model: Model, chosen: list[int]) -> None:
    """A page of rows. Thumbnails are made for these alone."""
    slot = st.container()
    start = 0
    if len(chosen) > A_PAGE:
        pages = -(-len(chosen) // A_PAGE)
        with st.container(horizontal=True, horizontal_alignment="center"):
            start = (st.pagination(pages, max_visible_pages=5, key=f"table_page_{batch.id}_{len(chosen)}") - 1) * A_PAGE
    here = chosen[start : start + A_PAGE]
    said = {index: found.label for index, found in corrections.find_in(batch, here).items()}
    rows = pd.DataFrame([_row(batch, index, model.thresholds, said.get(index)) for index in here])
    key = f"table_{batch.id}_{start}_{hash(tuple(here)) & 0xFFFFFF}_{st.session_state.get('table_turn', 0)}"
    labels = [*model.class_names, *sorted({*said.values()} - {*model.class_names})]
    with slot, calm():
        if keeps():
            note("Something wrong? Click on what it is, and choose what it really is.")
        st.data_editor(
            rows,
            hide_index=True,
            row_height=PHOTO_PX,
            height=min(620, 44 + (PHOTO_PX + 1) * len(rows)),
            disabled=[column for column in rows.columns if column != "label" or not keeps()],
            column_order=[column for column in rows.columns if column != "row" or rows["row"].notna().any()],
            column_config=_columns(labels, rows),
            key=key,
        )
        edited = st.session_state[key]["edited_rows"]
        wrong = {here[int(place)]: change["label"] for place, change in edited.items() if change.get("label")}
        for index, label in wrong.items() if keeps() else ():
            teaching.save(batch, index, model, label)
        if wrong and keeps():
            st.session_state["table_turn"] = st.session_state.get("table_turn", 0) + 1
            st.rerun()


def _columns(labels: list[str], rows: pd.DataFrame) -> dict[str, object]:
    config = st.column_config
    linked = rows["row"].map(lambda cell: isinstance(cell, str)).any()
    row = config.LinkColumn if linked else config.NumberColumn
    return {
        "photo": config.ImageColumn("Photo", width=84),
        "label": config.SelectboxColumn("It is", options=labels, width=130),
        "percent": config.ProgressColumn("How sure", format="%d%%", min_value=0, max_value=100, width=130),
        "kind": config.TextColumn("In a word", width=120),
        "second": config.TextColumn("Or else", width=150),
        "row": row("Row", width=60, **({"display_text": r"range=A(\d+)$"} if linked else {"format": "%d"})),
        "name": config.TextColumn("File", width=260),
    }


def _row(batch: Batch, index: int, thresholds: Thresholds, said: str | None) -> dict[str, object]:
    answer = batch.answers[index]
    ranked = list((answer.probabilities or {}).items())
    second = f"{ranked[1][0]} {share(ranked[1][1])}" if len(ranked) > 1 else ""
    if said:
        second = f"it said {answer.label}"
    link = row_link(str((batch.source or {}).get("address", "")), answer.row) if answer.row is not None else None
    return {
        "photo": _thumbnail(batch, index),
        "label": said or answer.label,
        "percent": None if answer.probability is None or said else 100 * answer.probability,
        "kind": "you said so" if said else answers.KINDS[kind_of(answer, thresholds)],
        "second": second,
        "row": link or answer.row,
        "name": answer.photo if answer.error is None else f"{answer.photo}: {answer.error}",
    }


def _thumbnail(batch: Batch, index: int) -> str | None:
    path = batch.photo_path(index)
    if path is None or not photos.exists(path):
        return None
    small = photos.tile(str(path), answers.RATIO, 2 * PHOTO_PX)
    return f"data:image/jpeg;base64,{base64.b64encode(small).decode()}"
