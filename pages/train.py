"""Train: before, the recipe and how long it takes; then a training that people watch, and its end in words."""

import streamlit as st

from core.errors import RecipeInvalid
from core.settings import load_settings
from core.training.pace import measure_in_background
from core.training.runs import list_runs
from core.training.standby import prepare
from core.training.starting import start_run
from ui import (
    beginning,
    earlier,
    ending,
    history,
    knobs,
    learning_curve,
    pickers,
    recipes,
    seeing,
    serial,
    steps,
    sweeping,
    training,
    turning,
    waiting,
)
from ui.door import front_door
from ui.frame import heading, keeps, muted, note, problem
from ui.words import count

front_door()

if asked := serial.chosen():
    serial.page(asked)
    st.stop()
known = list_runs(include_series=True)
runs = [run for run in known if run.series is None]
at_work = [run for run in known if run.state.active]
run = pickers.run([run for run in runs if run.state.active])
if run is not None:
    pickers.choose("run", run.id)
    serial.way_back(run)
    if run.state.active:
        training.watch(run.id)
        waiting.show()
    else:
        ending.ended(run)
        waiting.show()
        earlier.show(runs, but=run.id)
        history.show(runs)
    st.stop()

if not keeps():
    heading("Train", "What was taught here")
    if not runs:
        muted("Nobody has taught anything here yet.")
    serial.listed()
    earlier.show(runs)
    history.show(runs)
    st.stop()

dataset = pickers.dataset()
if dataset is None:
    recipes.nothing_to_learn_from()
    st.stop()
pickers.choose("dataset", dataset.id)
heading("Train", "How should it learn?", recipes.photos_of(dataset))
recipes.require_enough(dataset)
prepare()
measure_in_background()

left, right = st.columns([60, 40], gap="medium")
with left:
    base, place = recipes.pick(dataset)
    start_here = st.container()
with right:
    photos_here = st.container()
    strength = turning.strength(base, place)
with left, st.expander("Adjust the recipe", key="adjust"):
    trouble_here = st.container()
    places = turning.groups(base, place)
try:
    recipe = turning.turned(base, {**places.said, **strength})
except RecipeInvalid as error:
    with trouble_here:
        problem(knobs.said_of(error))
    with start_here:
        problem("One of the knobs stands where it makes no sense. “Adjust the recipe” says which.")
        st.button("Start learning", type="primary", disabled=True)
    with photos_here:
        seeing.what_it_sees(dataset, base)
    st.stop()
with places.rooms["How it steps"]:
    steps.show(dataset, recipe, place)
with places.rooms["For engineers"]:
    extras = beginning.extras(runs, recipe)
with start_here:
    recipes.promise(dataset, recipe, runs)
    if st.button("Start learning", type="primary"):
        pickers.go("train", run=start_run(dataset.id, recipe, **extras))
    if at_work:
        others = count(len(at_work), "other training")
        on_a_cluster = f"{others} at work or waiting; each begins as soon as the cluster has room."
        note(on_a_cluster if load_settings().ray else f"{others} before it; this one waits for its turn.")
    recipes.what_changed(base, recipe, place)
with photos_here:
    seeing.what_it_sees(dataset, recipe)
sweeping.setting_up(dataset, recipe)
learning_curve.setting_up(dataset, recipe)
waiting.show()
serial.listed()
earlier.show(runs)
history.show(runs)
