"""The list on the Models page: by dataset, the newest first, a few at a time; one can look at one dataset's alone."""

from collections.abc import Sequence

import streamlit as st

from core.model.bundle import Model, default_model
from core.model.speed import measure_in_background
from core.training.versions import ELSEWHERE, Datasets, Line, lines, moved_on, step
from ui import models
from ui.frame import calm, section
from ui.words import count, in_words, plain

KEY = "of"  # in the address: whose models are shown
A_PAGE = 12
FEW = 6  # datasets that fit side by side
CAME_ALONG = "came-with-the-app"
NO_LINE = (CAME_ALONG, ELSEWHERE)  # side by side, and none of them a version of another


def show(found: Sequence[Model]) -> None:
    """All models, or those of the dataset that is chosen."""
    datasets, in_use = Datasets(), default_model(found)
    every = _lines(found, datasets)
    chosen = _chosen(every)
    shown = [line for line in every if line.key == chosen] or every
    entries = [(line, place) for line in shown for place in range(len(line.models))]
    slot, start = st.container(), 0
    if len(entries) > A_PAGE:
        with st.container(horizontal=True, horizontal_alignment="center"):
            pages = -(-len(entries) // A_PAGE)
            start = (st.pagination(pages, max_visible_pages=5, key=f"models_page_{chosen}") - 1) * A_PAGE
    headed, under = any(len(line.models) > 1 and line.key not in NO_LINE for line in shown), ""
    with slot:
        for line, place in entries[start : start + A_PAGE]:
            if headed and line.key != under:
                _head(line)
                under = line.key
            model, earlier = line.models[place], line.models[place + 1 :]
            before = (earlier[0], step(model, earlier[0])) if earlier and line.key not in NO_LINE else None
            dataset = datasets.get(str(model.dataset.get("id") or ""))
            is_in_use = in_use is not None and model.id == in_use.id
            with calm():
                models.row(model, dataset, is_in_use, before, moved_on(model, datasets))
    measure_in_background(line.models[place] for line, place in entries[start : start + A_PAGE])


def _lines(found: Sequence[Model], datasets: Datasets) -> list[Line]:
    """By dataset; those that came with the app together at the end."""
    along = tuple(model for model in found if model.is_bundled)
    own = lines([model for model in found if not model.is_bundled], datasets)
    return [*own, Line(CAME_ALONG, "Came with the app", None, along)] if along else own


def _chosen(every: list[Line]) -> str:
    """The key of the line to show; "" for all. Asks where there are several."""
    if len(every) < 2:
        return ""
    names = {line.key: f"{plain(line.name)} :gray[{len(line.models)}]" for line in every}
    named = st.query_params.get(KEY, "")
    usual = named if named in names else None
    if len(every) <= FEW:
        picked = st.pills(
            "Taught with", [*names], default=usual, format_func=names.__getitem__, key=KEY, label_visibility="collapsed"
        )
    else:
        texts = {line.key: f"{line.name} ({count(len(line.models), 'model')})" for line in every}
        picked = st.selectbox(
            "Taught with",
            [*texts],
            index=[*texts].index(usual) if usual else None,
            placeholder="All photos",
            format_func=texts.__getitem__,
            key=KEY,
            width=360,
        )
    if picked and picked != named:
        st.query_params[KEY] = picked
    elif not picked:
        st.query_params.pop(KEY, None)
    return picked or ""


def _head(line: Line) -> None:
    number = len(line.models)
    versions = f"{in_words(number).capitalize()} taught with these photos, the newest first." if number > 1 else None
    section(plain(line.name), versions if line.key not in NO_LINE else None)
