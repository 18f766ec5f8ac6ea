"""What can be done with a training that has ended: another name, a note, taking it elsewhere, deleting it."""

import streamlit as st

from core.settings import at_this_home
from core.training.export import as_notebook, as_script
from core.training.runs import Run, delete_run, note_run, rename_run
from ui import pickers, undo
from ui.frame import calm


def more(run: Run, place: str) -> None:
    """Rename, note, export, delete. `place` keeps two of these on one page apart."""
    with st.popover("More", type="tertiary", key=f"more_{place}_{run.id}"), calm():
        _renaming(run, place)
        if not run.state.active:
            _taking(run, place)
            if st.button("Delete", icon=":material/delete:", key=f"delete_{place}_{run.id}"):
                token = delete_run(run.id)
                pickers.forget("run")
                undo.offer(token, f"{run.name} is deleted, with its model.")
                st.rerun()


def _renaming(run: Run, place: str) -> None:
    with st.form(f"keep_{place}_{run.id}", border=False):
        name = st.text_input("Name", run.name, max_chars=60)
        words = st.text_area("Note", run.note, max_chars=2000, height=90, placeholder="What was tried, and why")
        if st.form_submit_button("Keep"):
            if name != run.name:
                rename_run(run.id, name)
            if words != run.note:
                note_run(run.id, words)
            st.rerun()


def _taking(run: Run, place: str) -> None:
    st.download_button(
        "As a notebook",
        at_this_home(lambda: as_notebook(run)),
        file_name=f"{run.id}.ipynb",
        mime="application/x-ipynb+json",
        icon=":material/download:",
        help="A Jupyter notebook that repeats this training outside Fitting Room.",
        on_click="ignore",
        key=f"notebook_{place}_{run.id}",
    )
    st.download_button(
        "As a script",
        at_this_home(lambda: as_script(run)),
        file_name=f"{run.id}.py",
        mime="text/x-python",
        icon=":material/download:",
        help="The same as one Python file.",
        on_click="ignore",
        key=f"script_{place}_{run.id}",
    )
