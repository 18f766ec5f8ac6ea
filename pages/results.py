"""Results: how often it is right and between what, what it mixes up, and class by class."""

import numpy as np
import streamlit as st

from core import charts
from ui import frame, pickers, results
from ui.door import front_door
from ui.figures import chart
from ui.frame import section
from ui.words import of_100, per_100, plain

front_door()

model = results.pick()
if model is None:
    results.nothing_yet()
    st.stop()
pickers.choose("run", model.id)
report = results.read(model)

with frame.title_row():
    with st.container(width="content"):
        frame.heading(f"Results of {plain(model.name)}", f"Right on {of_100(report['accuracy'])} photos")
    with frame.buttons():
        if st.button("Ask it", type="primary"):
            pickers.go("predict", model=model.id)
        results.others(model)
st.markdown(results.sentence(report))
results.numbers(report)

section(
    "What it mixes up :small[:gray[· confusion matrix]]",
    "Each row is what the photo shows, each column what it said; in percent of the row.",
)
names = report["class_names"]
counts, names = results.in_order(np.array(report["confusion"]), names)
left, right = st.columns([68, 32] if len(names) <= charts.DIGITS else [80, 20], gap="medium")
with left:
    chart(
        charts.confusion(counts, names),
        charts.confusion_height(len(names)),
        key="confusion",
        alt=f"Confusion matrix of {len(names)} classes; right on {per_100(report['accuracy'])} of 100",
    )
with right:
    results.most_often(counts, names)

section("Class by class", "The hardest first.")
results.class_table(report)
