"""Bringing a model in: a file is dropped, what is missing is asked, and a model like any other is there."""

from typing import Any

import streamlit as st

from core import jobs
from core.files import new_id
from core.model.importing import Import, job_dir, load_import, start_import
from ui import import_questions, imported, uploads, watching
from ui.frame import calm, heading, keeps, note, problem
from ui.import_questions import KEY, NEW
from ui.words import plain

TYPES = ["zip", "keras", "h5", "hdf5", "tflite"]
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
            imported.understood(now)
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
        "Somebody else's file may hold a program. Nothing of it is run: a process of its own, on Linux without network "
        "access, reads the numbers, and the model is made anew of them."
    )
    if len(files) > 1:
        problem("One model at a time. Take the others out above.")
    elif files:
        with calm():
            _take(files[0])
    if st.button("Back to the models", type="tertiary", key="bring_back"):
        import_questions.leave()


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


def _working(now: Import) -> None:
    watching.narrow(job_dir(now.id), STAGES, "bring_stop")


def _refused(now: Import) -> None:
    problem(now.message or "You stopped it.")
    watching.log_of(job_dir(now.id), jobs.state(job_dir(now.id)))
    import_questions.ways_out(now)


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
    "classes": import_questions.classes,
    "scaling": import_questions.scaling,
    "refused": _refused,
    "failed": _refused,
    "done": imported.done,
}
