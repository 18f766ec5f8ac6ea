"""Train: before, the recipe and how long it takes; then a training that people watch, and its end in words."""

import streamlit as st

from core.training.recipe import RECIPES
from core.training.runs import list_runs, start_run
from ui import earlier, pickers, recipes, training
from ui.door import front_door
from ui.frame import heading, note
from ui.words import count, duration, per_100, plain

front_door()

at_work = [run for run in list_runs() if run.state.active]
run = pickers.run(at_work)
if run is not None:
    pickers.choose("run", run.id)
    if run.state.active:
        training.watch(run.id)
    else:
        training.ended(run)
        earlier.show()
    st.stop()

dataset = pickers.dataset()
if dataset is None:
    recipes.nothing_to_learn_from()
    st.stop()
pickers.choose("dataset", dataset.id)
size = f"{count(dataset.ok, 'photo')} in {count(len(dataset.classes), 'class', 'classes')}"
heading("Train", "How should it learn?", f"From **{plain(dataset.name)}**: {size}.")
recipes.require_enough(dataset)
left, right = st.columns([60, 40], gap="medium")
with left:
    name = recipes.pick()
    st.markdown(plain(RECIPES[name].sentence))
    recipe = recipes.adjusted(name)
    time, usual = recipes.expected(dataset, recipe)
    if time is not None or usual is not None:
        with st.container(horizontal=True, gap="medium"):
            if time is not None:
                st.metric("On this computer", duration(time), width="content")
            if usual is not None:
                low, high = per_100(usual[0]), per_100(usual[1])
                st.metric(
                    "Usually right on", f"{low} to {high} of 100" if low != high else f"{low} of 100", width="content"
                )
    if st.button("Start learning", type="primary"):
        pickers.go("train", run=start_run(dataset.id, recipe))
    if at_work:
        note(f"{count(len(at_work), 'other training')} before it; this one waits for its turn.")
    recipes.knobs(name)
with right:
    recipes.what_it_sees(dataset, recipe.image_size_px)
earlier.show()
