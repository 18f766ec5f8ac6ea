"""Predict: photos in, and what they show, how sure it is, and what could not be read."""

from functools import partial

import streamlit as st

from core.model.answer import to_csv
from core.sources import garments
from ui import answers, asking, photos, pickers, uploads
from ui.door import front_door
from ui.frame import heading, note, section
from ui.words import plain

front_door()

model = pickers.model()
if model is None:
    asking.nothing_to_ask()
    st.stop()
pickers.choose("model", model.id)
batch = answers.current()

heading("Predict", "What is it?")
files = st.file_uploader(
    "Drop photos here, or choose them",
    type=uploads.PHOTO_TYPES,
    accept_multiple_files=True,
    max_upload_size=20,
    key=uploads.fresh_key("ask"),
)
if files:
    asked = [(file.name, file.getvalue()) for file in files]
    uploads.reset("ask", files)
    asking.about(model, asked, batch)
with st.container(horizontal=True, vertical_alignment="center"):
    if st.button("Take a photo", type="tertiary", icon=":material/photo_camera:"):
        asking.camera(model, batch)
    asking.link(model, batch)
    with st.popover(f"Asking {plain(model.name)}", type="tertiary", icon=":material/checkroom:"):
        pickers.pick_model("Which one to ask")
note(asking.what_it_knows(model))

if batch is not None and batch.model_id != model.id and batch.photo_bytes():
    asking.again(model, batch)
if batch is not None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(answers.summary(batch, model.thresholds), width="content")
        st.download_button(
            "Save as CSV",
            partial(to_csv, batch.answers),
            file_name=f"{batch.id}.csv",
            mime="text/csv",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
        )
        if st.button("Clear", type="tertiary", icon=":material/close:"):
            del st.query_params[answers.KEY]
            st.rerun()
    answers.show(batch, model)
else:
    section("No photo at hand?", "Ask about one of these.")
    with st.grid(6, min_column_width=104, gap=(12, 12)):
        for place, (label, seed) in enumerate(garments.SAMPLES):
            with st.container(gap="xxsmall"):
                st.image(photos.drawn(label, seed), width="stretch", alt=f"A drawing, number {place + 1}")
                if st.button("This one", type="tertiary", width="stretch", key=f"this_one_{place}"):
                    asking.about(model, [(f"drawing-{place + 1}.jpg", photos.drawn(label, seed, width_px=400))], None)
