"""What a model that is brought in does not say of itself: its classes, and what the numbers of its photos were."""

from typing import Any

import streamlit as st

from core.data.store import list_datasets
from core.model.importing import SCALINGS, Import, answer_import, forget_import
from core.model.importing.checking import photos_to_check
from core.model.importing.files import labels_of
from ui.frame import note, section
from ui.words import count, of_100, plain

KEY = "bring"  # in the address: "new", or the id of an import
NEW = "new"


def classes(now: Import) -> None:
    """The file does not name its classes."""
    assert now.understood is not None
    wanted = now.understood.outputs
    section(
        "What are its classes called?",
        "One a line, in the order in which it was taught. Usually that is the alphabet's.",
    )
    text = st.text_area(
        "Class names", height=min(400, 40 + 26 * wanted), key="bring_names", label_visibility="collapsed"
    )
    names = labels_of(text)
    note(f"{len(names):,} of {count(wanted, 'class', 'classes')}")
    fits = [each for each in list_datasets() if each.finished and len(each.classes) == wanted]
    with st.container(horizontal=True):
        if st.button("Go on", type="primary", key="bring_named"):
            answer(now, class_names=names)
        for each in fits[:3]:
            if st.button(f"Those of {plain(each.name)}", key=f"bring_as_{each.id}", help=", ".join(each.classes)):
                answer(now, class_names=[*each.classes])
    ways_out(now)


def scaling(now: Import) -> None:
    """The file does not say what the numbers of its photos were."""
    section(
        "What were the numbers of its photos?",
        "A photo is numbers from 0 to 255. Most networks were taught with smaller ones, and guess wildly with others.",
    )
    if now.check is not None:
        _tried(now)
    else:
        note("Photos whose class is known tell which is right: choose some, or say it yourself.")
    _other_photos(now)
    likely = [*SCALINGS].index(now.check.best) if now.check and now.check.clear else None
    chosen = st.radio(
        "Scaling",
        [*SCALINGS],
        index=likely,
        format_func=lambda name: _option(now, name),
        key="bring_scaling",
        label_visibility="collapsed",
    )
    if st.button("Take it", type="primary", disabled=chosen is None, key="bring_scaled"):
        answer(now, scaling=chosen)
    ways_out(now)


def answer(now: Import, **said: Any) -> None:
    """Goes on with what somebody has said. Does not return."""
    answer_import(now.id, **said)
    st.rerun()


def ways_out(now: Import) -> None:
    """To another file, and back."""
    with st.container(horizontal=True):
        if st.button("Another file", type="tertiary", key="bring_other"):
            forget_import(now.id)
            st.query_params[KEY] = NEW
            st.rerun()
        if st.button("Back to the models", type="tertiary", key="bring_back"):
            leave()


def leave() -> None:
    """Shows the models again. Does not return."""
    st.query_params.pop(KEY, None)
    st.rerun()


def _option(now: Import, name: str) -> str:
    right = f": right on {of_100(now.check.right[name])}" if now.check and name in now.check.right else ""
    return f"{SCALINGS[name].words}{right}"


def _tried(now: Import) -> None:
    assert now.check is not None
    best = now.check.best
    if not now.check.clear:
        st.markdown(
            f"Tried on {count(now.check.photos, 'photo')} of {plain(now.check.dataset_name)}, none stands out. Are the "
            "class names in the network's order, and are these photos of what it was taught?"
        )
        return
    st.markdown(
        f"Tried on {count(now.check.photos, 'photo')} of {plain(now.check.dataset_name)}, it is right on "
        f"**{of_100(now.check.right[best])}** with *{SCALINGS[best].words}*. So that is probably it."
    )


def _other_photos(now: Import) -> None:
    """Datasets that show what it was taught."""
    names = now.class_names or ()
    known = {each.id: each for each in list_datasets() if each.finished and photos_to_check(each, names)}
    if not known:
        return
    usual = [*known].index(now.check.dataset) if now.check and now.check.dataset in known else None
    picked = st.selectbox(
        "Photos to try it on",
        [*known],
        index=usual,
        format_func=lambda key: known[key].name,
        placeholder="Choose photos",
        key="bring_photos",
        width=360,
    )
    if picked and (now.check is None or picked != now.check.dataset):
        answer(now, dataset=picked)
