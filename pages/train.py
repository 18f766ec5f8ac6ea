"""Train: before, the recipe and how long it takes; then a training that people watch, and its end in words."""

import streamlit as st

from core.errors import RecipeInvalid
from core.training.pace import measure_in_background
from core.training.runs import list_runs, start_run
from core.training.standby import prepare
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
    waiting,
)
from ui.door import front_door
from ui.frame import heading, note, problem
from ui.words import count, plain

front_door()

if named := st.query_params.get(serial.CHOSEN):
    serial.page(named)
    st.stop()
runs = list_runs()
at_work = [run for run in runs if run.state.active]
run = pickers.run(at_work)
if run is not None:
    pickers.choose("run", run.id)
    if run.state.active:
        training.watch(run.id)
        waiting.show()
    else:
        ending.ended(run)
        waiting.show()
        earlier.show(runs)
        history.show(runs)
    st.stop()

dataset = pickers.dataset()
if dataset is None:
    recipes.nothing_to_learn_from()
    st.stop()
pickers.choose("dataset", dataset.id)
size = f"{count(dataset.ok, 'photo')} in {count(len(dataset.classes), 'class', 'classes')}"
heading("Train", "How should it learn?", f"From **{plain(dataset.name)}**: {size}.")
recipes.require_enough(dataset)
prepare()
measure_in_background()

left, right = st.columns([60, 40], gap="medium")
with left:
    base, place = recipes.pick()
    start_here = st.container()
with right:
    photos_here = st.container()
    said = {"augment": knobs.turn(knobs.STRENGTH, base, place)} if knobs.variant(base) in knobs.STRENGTH.of else {}
with st.expander("Adjust the recipe", key="adjust"):
    trouble_here = st.container()
    turned = knobs.groups(base, place)
try:
    recipe = knobs.turned(base, {**turned.said, **said})
except RecipeInvalid as error:
    recipe = None
    with trouble_here:
        problem(str(error))
    extras = {}
else:
    with turned.rooms["How it steps"]:
        steps.show(dataset, recipe, place)
    with turned.rooms["For engineers"]:
        extras = beginning.extras(runs, recipe)
with start_here:
    if recipe is not None:
        recipes.promise(dataset, recipe, runs)
    else:
        problem("One of the knobs stands where it makes no sense. “Adjust the recipe” says which.")
    if st.button("Start learning", type="primary", disabled=recipe is None) and recipe is not None:
        pickers.go("train", run=start_run(dataset.id, recipe, **extras))
    if at_work:
        note(f"{count(len(at_work), 'other training')} before it; this one waits for its turn.")
    if recipe is not None:
        recipes.what_changed(base, recipe, place)
with photos_here:
    seeing.what_it_sees(dataset, recipe or base)
if recipe is not None:
    sweeping.setting_up(dataset, recipe)
    learning_curve.setting_up(dataset, recipe)
waiting.show()
serial.listed()
earlier.show(runs)
history.show(runs)
