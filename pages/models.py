"""Models: what there is, what each was taught and how good it is; one of them is in use."""

import streamlit as st

from core.model.bundle import default_model, list_models
from ui import models
from ui.door import front_door
from ui.frame import heading

front_door()

found = list_models()
if not found:
    models.none_yet()
    st.stop()
in_use = default_model()
heading("Models", models.title(len(found)))
for model in found:
    models.row(model, in_use=in_use is not None and model.id == in_use.id)
