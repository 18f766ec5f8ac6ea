"""Predict: photos in, and what they show, how sure it is, and what could not be read."""

import streamlit as st

from ui import (
    answers,
    asking,
    asking_job,
    beside,
    demo,
    intake,
    many,
    pickers,
    saving,
    shared,
    sharing,
    signin,
    teaching,
)
from ui.door import front_door
from ui.frame import heading, note
from ui.words import plain

front_door()

if signin.is_on() and (named := st.query_params.get(shared.KEY)):
    shared.ask(named)
    st.stop()
model = pickers.model()
if model is None:
    asking.nothing_to_ask()
    st.stop()
pickers.choose("model", model.id)
if demo.is_on():
    demo.show(model)
    st.stop()
batch = answers.current()

heading("Predict", "What is it?")
intake.uploader(model, batch)
with st.container(horizontal=True, vertical_alignment="center"):
    if st.button("Take a photo", type="tertiary", icon=":material/photo_camera:"):
        asking.camera(model, batch)
    intake.link(model, batch)
    intake.folder(model)
    with st.popover(f"Asking {plain(model.name)}", type="tertiary", icon=":material/checkroom:"):
        pickers.pick_model("Which one to ask")
    demo.way_in(model)
with st.container(gap=None):
    note(sharing.line(model))
    note(asking.what_it_knows(model))

if batch is not None and batch.model_id != model.id and any(batch.photos):
    intake.ask_again(model, batch)
if batch is not None:
    intake.another_column(batch, model)
if batch is not None and not asking_job.show(batch):
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(answers.summary(batch, model.thresholds), width="content")
        saving.menu(batch, model.thresholds)
        other = beside.pick(model)
        if st.button("Clear", type="tertiary", icon=":material/close:"):
            del st.query_params[answers.KEY]
            st.rerun()
    if other is not None:
        beside.show(batch, model, other)
    else:
        many.show(batch, model)
elif batch is None:
    asking.samples(model)

teaching.section(model)
