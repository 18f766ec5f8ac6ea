"""The learning-rate finder on a page: its curve, and the step size that suggests itself."""

import streamlit as st

from core.charts import rate_finder
from core.data.store import Dataset
from core.errors import NotFound
from core.training.finder import Finder, load_finder, start_finder, stop_finder
from core.training.recipe import Recipe
from ui import turning
from ui.figures import chart
from ui.frame import calm, note
from ui.words import plain

TICK_S = 0.7
CHOSEN = "finder"  # in the address
HELP = "Learns for a moment with ever larger steps and looks where it learns fastest. Nothing of it is kept."


def show(dataset: Dataset, recipe: Recipe, place: str) -> None:
    """The button, and what the last search on these photos with this recipe found."""
    with calm():
        if st.button("Find a step size :small[:gray[learning-rate finder]]", key="find_rate", help=HELP):
            st.query_params[CHOSEN] = start_finder(dataset.id, recipe)
        finder = _chosen()
        if finder is None or (finder.dataset_id, finder.recipe.name) != (dataset.id, recipe.name):
            return
        if finder.state.active:
            _watch(finder.id)
        else:
            _found(finder, place)


def _chosen() -> Finder | None:
    named = st.query_params.get(CHOSEN)
    try:
        return load_finder(named) if named else None
    except NotFound:
        st.query_params.pop(CHOSEN, None)
        return None


@st.fragment(run_every=TICK_S)
def _watch(finder_id: str) -> None:
    with calm():
        finder = load_finder(finder_id)
        if not finder.state.active:
            st.rerun()
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f":gray[{plain(finder.sentence.capitalize())}]", width="content")
            if st.button("Stop", type="tertiary", key="stop_finder"):
                stop_finder(finder.id)
        st.progress(finder.progress)
        _curve(finder)


def _found(finder: Finder, place: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(plain(finder.sentence), width="content")
        if finder.suggested is not None:
            st.button("Use this step size", key="use_rate", on_click=_use, args=(place, finder.suggested))
    _curve(finder)


def _use(place: str, rate: float) -> None:
    st.session_state[turning.key("learning_rate", place)] = rate


def _curve(finder: Finder) -> None:
    if len(finder.rates) < 2:
        return
    note("How wrong it was, by step size")
    alt = f"How wrong it was by step size; suggested: {finder.suggested or 'none yet'}"
    chart(rate_finder(finder.rates, finder.losses, finder.smoothed, finder.suggested), 220, "rate_finder", alt)
