"""Models: what there is, what each was taught and how good it is; one of them is in use."""

import streamlit as st

from core.model.bundle import list_models
from ui import importing, models, models_list, shared, signin
from ui.door import front_door
from ui.frame import heading, title_row

front_door()
if importing.show():
    st.stop()

found = list_models()
if not found:
    models.none_yet()
    importing.offer()
    if signin.is_on():
        shared.show()
    st.stop()
with title_row():
    with st.container(width="content"):
        heading("Models", models.title(len(found)))
    importing.offer()
models_list.show(found)
if signin.is_on():
    shared.show()
