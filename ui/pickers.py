"""What is chosen: dataset, run and model, in the address, so that a reload, a second window or a link shows the same.

The session remembers the ids as well, because the navigation's links lead to bare addresses.
"""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from core.data.store import Dataset, list_datasets, load_dataset
from core.errors import NotFound
from core.model.bundle import Model, default_model, list_models, load_model
from core.training.runs import Run, load_run
from ui import words
from ui.frame import keeps

T = TypeVar("T")
NEW = "new"  # ?dataset=new: about to add one


def choose(kind: str, thing_id: str) -> None:
    """Makes this the chosen one, in the address and for the pages to come."""
    st.session_state[kind] = thing_id
    st.query_params[kind] = thing_id


def forget(kind: str) -> None:
    """Chooses nothing of that kind, as after deleting it."""
    st.session_state.pop(kind, None)
    st.query_params.pop(kind, None)


def go(page: str, **chosen: str) -> None:
    """Goes to another page with something chosen there. Does not return."""
    st.session_state.update({kind: thing_id for kind, thing_id in chosen.items() if thing_id != NEW})
    st.switch_page(f"pages/{page}.py", query_params=chosen)


def teach_another(dataset_id: str) -> None:
    """Leads to the choice of how to learn, from these photos or, when they are gone, from the newest."""
    known = [each.id for each in list_datasets()]
    forget("run")
    choose("dataset", dataset_id if dataset_id in known else next(iter(known), NEW))
    st.rerun()


def dataset() -> Dataset | None:
    """The chosen dataset, or the newest; None if there is none or a new one is wanted."""
    if st.query_params.get("dataset") == NEW:
        return None if keeps() else next(iter(list_datasets()), None)
    return _chosen("dataset", _load_dataset, lambda: next(iter(list_datasets()), None))


def run(at_work: list[Run]) -> Run | None:
    """The run that the address names, else the one at work; None when it is about choosing how to learn."""
    if named := st.query_params.get("run"):
        return load_run(named)
    return at_work[-1] if at_work and "dataset" not in st.query_params else None


def model() -> Model | None:
    """The chosen model, or the one in use; None if there is none."""
    return _chosen("model", load_model, default_model)


def pick_model(label: str) -> None:
    """A menu of the models there are, when there are several."""
    models = list_models()
    names = {each.id: each.name for each in models}
    chosen = model()
    if chosen is None:
        return
    picked = st.radio(
        label,
        [*names],
        index=[*names].index(chosen.id) if chosen.id in names else 0,
        format_func=lambda model_id: words.plain(names[model_id]),
        captions=[_model_line(each) for each in models],
        key=f"pick_model_{chosen.id}",  # follows a choice made elsewhere
    )
    if picked != chosen.id:
        choose("model", picked)
        st.rerun()


def _load_dataset(dataset_id: str) -> Dataset:
    """A dataset; for a draft the one that it was made for."""
    found = load_dataset(dataset_id)
    return load_dataset(found.refreshes) if found.refreshes else found


def _model_line(model: Model) -> str:
    right = f"right on {words.of_100(model.test['accuracy'])}" if model.test else "not measured"
    return f"{right}, {words.count(len(model.class_names), 'class', 'classes')}, {words.day(model.created_at)}"


def _chosen(kind: str, load: Callable[[str], T], otherwise: Callable[[], T | None]) -> T | None:
    """What the address names; else what the session remembers; else the usual one.

    Raises:
        NotFound: the address names something that is not there.
    """
    if named := st.query_params.get(kind):
        found = load(named)
        st.session_state[kind] = named
        return found
    if remembered := st.session_state.get(kind):
        try:
            return load(remembered)
        except NotFound:
            del st.session_state[kind]
    return otherwise()
