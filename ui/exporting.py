"""Taking a model away: one ZIP with every format, made and proved when somebody asks for it."""

import streamlit as st

from core import jobs
from core.model import export
from core.model.bundle import Model
from core.model.export import Export
from ui import watching
from ui.frame import calm, keeps, note
from ui.words import count, day, duration, megabytes, plain

STAGES = {
    "photos": "Finding photos to check it with",
    "network": "Loading the network",
    "saved_model": "Making it for TensorFlow Serving",
    "onnx": "Making it for browsers",
    "int8": "Making a smaller one",
    "proof": "Checking each file",
    "speed": "Timing it",
    "zip": "Packing",
}
KINDS = {
    "keras": "Keras",
    "tflite": "LiteRT, for phones",
    "int8": "LiteRT, smaller :gray[(int8)]",
    "onnx": "ONNX, for browsers",
    "saved_model": "TensorFlow Serving",
}


def offer(model: Model) -> None:
    """A button that opens what there is to take away, or to make; while it is made, how far it is."""
    menu = st.popover("Take away", type="tertiary", key=f"export_{model.id}", on_change="rerun")
    if not menu.open:
        return
    folder = export.job_dir(model)
    with menu, calm():
        if jobs.state(folder).active:
            watching.narrow(folder, STAGES, f"stop_export_{model.id}")
            return
        made = export.load_export(model)
        if made is not None:
            _take(model, made)
            return
        note("One ZIP :gray[· export]")
        st.markdown(
            "The model in every format, for phones, browsers and servers, with its card and examples in Python, "
            "JavaScript and curl. Each file is checked before you get it."
        )
        if not keeps():
            note("Nobody has had it made yet.")
            return
        watching.end(folder)
        if st.button("Make it", key=f"make_export_{model.id}"):
            export.start_export(model.id)
            st.rerun()
        note(f"It takes {duration(export.expected_seconds(model))}. You can go on meanwhile.")


def _take(model: Model, made: Export) -> None:
    """The download, and what was found out about each file."""
    st.download_button(
        f"Download ZIP, {megabytes(made.size_bytes)}",
        made.path.read_bytes,
        file_name=f"{model.id}.zip",
        mime="application/zip",
        type="primary",
        on_click="ignore",
        key=f"take_export_{model.id}",
    )
    pictures = count(made.proved_with, "drawing" if made.drawn else "photo")
    note(
        f"Made {day(made.made_at)}. Each file was asked about {pictures}, away from the app; it says the same as here:"
    )
    with st.container(gap=None):
        for name in made.files:
            st.markdown(_line(made, name))
    if "tflite" in made.files and "int8" in made.files:
        note(_smaller(made))
    for name, why in made.left_out.items():
        note(f"{KINDS[name]} is left out: {plain(why)}.")


def _line(made: Export, name: str) -> str:
    """A file, its size, and of how many photos it says what the model says."""
    file = made.files[name]
    return f"{KINDS[name]} :small[:gray[· {megabytes(file.size_bytes)}, the same on {file.agree}]]"


def _smaller(made: Export) -> str:
    """What the smaller file costs and brings."""
    floats, ours = made.files["tflite"], made.files["int8"]
    said = []
    if floats.right is not None and ours.right is not None:
        kind = "drawing" if made.drawn else "photo"
        measured = count(made.measured_with, kind)
        said.append(f"The smaller one is right on {ours.right:.1%} of {measured}, the other on {floats.right:.1%}.")
    if floats.latency_ms and ours.latency_ms:
        said.append(f"A photo takes {ours.latency_ms[0]:.1f} ms instead of {floats.latency_ms[0]:.1f}.")
    return " ".join([*said, plain(made.int8_note)])
