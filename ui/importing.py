"""Bringing a model in: a file is dropped, what is missing is asked, and a model like any other is there."""

from typing import Any

import streamlit as st

from core import jobs
from core.data.store import list_datasets
from core.files import new_id
from core.model.bundle import load_model
from core.model.importing import (
    SCALINGS,
    Import,
    answer_import,
    forget_import,
    job_dir,
    load_import,
    start_import,
)
from core.model.importing.checking import photos_to_check
from core.model.importing.files import labels_of
from ui import pickers, strips, uploads
from ui.frame import calm, heading, keeps, note, problem, section
from ui.words import count, listed, of_100, plain

KEY = "bring"  # in the address: "new", or the id of an import
NEW = "new"
TYPES = ["zip", "keras", "h5", "hdf5", "tflite"]
TICK_S = 0.7
STAGES = {
    "reading": "Reading the file, in a process of its own",
    "checking": "Trying it on photos",
    "making": "Making a model of it",
}


def offer() -> None:
    """The button that begins it."""
    if keeps() and st.button("Bring one in", icon=":material/upload:", key="bring_one_in"):
        st.query_params[KEY] = NEW
        st.rerun()


def show() -> bool:
    """The step that it stands at, if one is going on: then it fills the page."""
    named = st.query_params.get(KEY)
    if named is None or not keeps():
        return False
    with calm(way_out=True):
        if named == NEW:
            _drop()
            return True
        now = load_import(named)
        heading("Models", TITLES[now.state], plain(now.file_name) if now.state != "done" else None)
        if now.state not in ("refused", "failed"):
            _understood(now)
        STEPS[now.state](now)
    return True


def _drop() -> None:
    heading(
        "Models",
        "Bring one in",
        "A model that was made elsewhere, to be asked and examined here like your own.",
    )
    files = st.file_uploader(
        "Drop the file here, or choose it", type=TYPES, accept_multiple_files=True, key=uploads.fresh_key(KEY)
    )
    note(
        "A ZIP that Fitting Room made · Teachable Machine (Keras, TFLite or TensorFlow.js) · .keras · .h5 · .tflite · "
        "a SavedModel as ZIP"
    )
    note(
        "Somebody else's file may hold a program. Nothing of it is run: a process without network reads the numbers, "
        "and the model is made anew of them."
    )
    if len(files) > 1:
        problem("One model at a time. Take the others out above.")
    elif files:
        with calm():
            _take(files[0])
    if st.button("Back to the models", type="tertiary", key="bring_back"):
        _leave()


def _take(file: Any) -> None:
    upload_id = new_id("model")
    path = uploads.folder(upload_id, made=True) / uploads.safe_name(file.name)
    try:
        uploads.write(file, path)
        import_id = start_import(path)
    finally:
        uploads.discard(upload_id)
    uploads.reset(KEY, [file])
    st.query_params[KEY] = import_id
    st.rerun()


def _understood(now: Import) -> None:
    """What the file turned out to be."""
    found = now.understood
    if found is None:
        return
    colours = "in colour" if found.channels == 3 else "in grey"
    said = [
        f"It is {found.words}: photos of {found.size_px} × {found.size_px}, {colours}, "
        f"{count(found.outputs, 'class', 'classes')}."
    ]
    if now.class_names:
        said.append(
            f"They are {listed([plain(name) for name in now.class_names[:12]])}"
            + (" …" if len(now.class_names) > 12 else ".")
        )
    if now.scaling and found.kind != "own":
        why = f" ({plain(found.why_scaling)})" if now.scaling == found.scaling and found.why_scaling else ""
        said.append(f"Its photos' numbers go from {SCALINGS[now.scaling].words}{why}.")
    if found.scores:
        said.append("It gave scores; they are turned into probabilities :gray[(softmax)].")
    if found.kind in ("tflite", "saved_model"):
        note("Of this kind there is no Keras file: it can be asked and examined, and not exported to other formats.")
    st.markdown(" ".join(said))


def _working(now: Import) -> None:
    _watch(now.id)


@st.fragment(run_every=TICK_S)
def _watch(import_id: str) -> None:
    """How far it is; once it has ended the page runs again."""
    with calm():
        folder = job_dir(import_id)
        state = jobs.state(folder)
        if not state.active:
            st.rerun()
        told = [each for each in jobs.events(folder, "progress") if each["at"] >= (state.started_at or 0.0)]
        last = told[-1] if told else None
        note(STAGES[last["stage"]] if last else "Getting ready")
        st.progress(last["done"] / last["total"] if last else 0.0)
        stopping = state.status == "stopping"
        if st.button("Stopping" if stopping else "Stop", disabled=stopping, key="bring_stop"):
            jobs.request_stop(folder)
            st.rerun(scope="fragment")


def _classes(now: Import) -> None:
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
            _answer(now, class_names=names)
        for each in fits[:3]:
            if st.button(f"Those of {plain(each.name)}", key=f"bring_as_{each.id}", help=", ".join(each.classes)):
                _answer(now, class_names=[*each.classes])
    _ways_out(now)


def _scaling(now: Import) -> None:
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
        _answer(now, scaling=chosen)
    _ways_out(now)


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
        _answer(now, dataset=picked)


def _refused(now: Import) -> None:
    problem(now.message or "You stopped it.")
    _ways_out(now)


def _done(now: Import) -> None:
    """The model, and what to do about a scaling that seems wrong."""
    model = load_model(now.model_id)
    if now.check is not None and now.scaling is not None:
        _said_of_photos(now)
    left, right = st.columns([50, 50], gap="medium")
    with left:
        strips.show(model)
    with right:
        st.subheader(plain(model.name), anchor=False)
        note(f"{count(len(model.class_names), 'class', 'classes')}, {model.size_bytes / 1e6:.1f} MB")
        with st.container(horizontal=True):
            if st.button("Ask it", type="primary", key="bring_ask"):
                st.query_params.pop(KEY, None)
                pickers.go("predict", model=model.id)
            if st.button("All models", key="bring_all"):
                _leave()


def _said_of_photos(now: Import) -> None:
    """What came of trying it on photos; a better scaling is one click away."""
    assert now.check is not None and now.scaling is not None
    check, doubt = now.check, now.doubt
    here = f"{count(check.photos, 'photo')} of {plain(check.dataset_name)}"
    right = check.right.get(now.scaling, 0.0)
    if doubt is None:
        st.markdown(f"It is right on **{of_100(right)}** of {here}.")
        return
    st.warning(
        f"This gets {right:.0%} on your data ({here}): the scaling is probably {SCALINGS[doubt].words} "
        f"({check.right[doubt]:.0%}).",
        icon=":material/tune:",
    )
    if st.button(f"Take {SCALINGS[doubt].words}", type="primary", key="bring_better"):
        _answer(now, scaling=doubt)


def _ways_out(now: Import) -> None:
    with st.container(horizontal=True):
        if st.button("Another file", type="tertiary", key="bring_other"):
            forget_import(now.id)
            st.query_params[KEY] = NEW
            st.rerun()
        if st.button("Back to the models", type="tertiary", key="bring_back"):
            _leave()


def _answer(now: Import, **said: Any) -> None:
    answer_import(now.id, **said)
    st.rerun()


def _leave() -> None:
    st.query_params.pop(KEY, None)
    st.rerun()


TITLES = {
    "working": "Bringing it in",
    "classes": "Bring one in",
    "scaling": "Bring one in",
    "refused": "Not taken",
    "failed": "Not taken",
    "done": "It is here",
}
STEPS = {
    "working": _working,
    "classes": _classes,
    "scaling": _scaling,
    "refused": _refused,
    "failed": _refused,
    "done": _done,
}
