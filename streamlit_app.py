"""The front door: what the window is called and looks like, the way through the house, and what is on the table."""

import os

import streamlit as st

os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # before Arrow is loaded: its own pool holds on to 20 MB

from ui import door, frame, table, undo

door.window()
st.logo(door.PICTURES_DIR / "wordmark.svg", icon_image=door.PICTURES_DIR / "mark.svg", size="large")
page = st.navigation(door.sections())
st.session_state["front_door"] = True  # the page takes it: see door.front_door
st.html(frame.STYLE_PATH)
with st.sidebar, frame.calm():
    table.show()
with st.container(horizontal_alignment="center"), st.container(width=1080), frame.calm(way_out=True):
    undo.show()
    page.run()
