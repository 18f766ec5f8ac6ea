"""What stands around every page: how the window looks, the way through the house, and what is on the table."""

import streamlit as st

from ui import demo, door, frame, signin, table, undo


def show() -> None:
    """The page that the address names, with the way through the house beside it; in front of a room without."""
    signin.begin()
    door.window()
    nobody = signin.is_on() and not signin.is_known()
    before_a_room = demo.is_on() or nobody
    st.logo(door.PICTURES_DIR / "wordmark.svg", icon_image=door.PICTURES_DIR / "mark.svg", size="large")
    page = st.navigation(door.sections(), position="hidden" if before_a_room else "sidebar")
    st.session_state["front_door"] = True  # the page takes it: see door.front_door
    st.html(frame.STYLE_PATH)
    if not before_a_room:
        with st.sidebar, frame.calm():
            table.show()
            if signin.is_on():
                signin.out()
    with (
        st.container(horizontal_alignment="center"),
        st.container(width=1280 if before_a_room else 1080),
        frame.calm(way_out=True),
    ):
        if nobody:
            signin.page()
            return
        if not before_a_room:
            frame.demo_line()
        undo.show()
        page.run()
