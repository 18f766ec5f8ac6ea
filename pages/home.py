"""Home: what this is in one sentence and three pictures, the two ways in, and where one left off."""

import streamlit as st

from ui import pickers, showcase, tour
from ui.door import front_door
from ui.frame import keeps, section

front_door()

model = pickers.model()
with st.container(gap=None):
    st.title("Teach a computer to recognise clothes", anchor=False)
st.markdown("Show it photos with their names. Watch it learn. Then ask it about one it has never seen.")
with st.container(horizontal=True):
    if model and st.button("Try it now", type="primary"):
        pickers.go("predict", model=model.id)
    if keeps() and st.button("Take the five-minute tour", type="secondary" if model else "primary"):
        pickers.go("dataset", dataset=tour.dataset_id())

st.space("xsmall")
if model:
    showcase.verdicts(model)
else:
    showcase.steps()

left_off = showcase.left_off()
if left_off:
    section("Where you left off")
    with st.grid(3, min_column_width=240, gap=(28, 24)):
        for thing in left_off:
            with st.container(gap="small"):
                showcase.card(thing)
elif keeps():
    section("Nothing on the table yet", "Bring your own photos, or borrow ours.")
    with st.container(horizontal=True):
        if st.button("Add photos"):
            pickers.go("dataset", dataset=pickers.NEW)
        if st.button("Borrow 3,000 clothing photos", type="tertiary"):
            pickers.go("dataset", dataset=tour.borrow("clothing-photos"))
