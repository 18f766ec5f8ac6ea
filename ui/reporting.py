"""The report of a model, on its Results page: make it, open it in a window of its own, or take it along."""

from pathlib import Path

import streamlit as st

from core import jobs
from core.api import reports
from core.files import safe_name
from core.model import report
from core.model.bundle import Model
from core.model.exams import Exam
from core.model.report import Made
from ui import progress, watching
from ui.frame import calm, keeps, muted, note, section
from ui.words import day

TICK_S = 0.4  # it takes a second or two
STAGES = {"writing": "Gathering numbers and photos", "page": "Setting it for screens", "paper": "Setting it for paper"}


def offer(model: Model, exam: Exam | None) -> None:
    """The section of the Results page.

    Args:
        model: the one that the page is about.
        exam: what the page shows; None for the numbers that came with the model.
    """
    section("For others :small[:gray[· report]]")
    key = exam.key if exam else ""
    folder = report.job_dir(model, key)
    if jobs.state(folder).active:
        _watch(folder)
        return
    made = report.load_made(model, exam)
    if made is None and not keeps():
        muted("Nobody has made a report of this yet.")
        return
    muted("One page with these numbers, photos and limits, to send or to print. It needs no app and no network.")
    watching.end(folder)
    with calm(), st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if made is not None:
            _take(model, made, key)
        again = made is not None
        if keeps() and st.button(
            "Make it again" if again else "Make a report", type="tertiary" if again else "secondary", key="make_report"
        ):
            report.start(model.id, key)
            st.rerun()
    if made is not None:
        since = "" if made.fits else " Since then names, labels, photos, or how sure it has to be have changed."
        note(f"Made {day(made.made_at)}.{since}")


def _take(model: Model, made: Made, key: str) -> None:
    """The ways to it; a file is read when somebody wants it."""
    base_path = st.get_option("server.baseUrlPath") or ""
    st.link_button("Open the report", reports.address(model.id, key, base_path))
    name = f"{safe_name(model.name)}, report"
    for words, path, mime in (("Save as PDF", made.pdf, "application/pdf"), ("Save as HTML", made.html, "text/html")):
        st.download_button(
            words, path.read_bytes, file_name=f"{name}{path.suffix}", mime=mime, type="tertiary", on_click="ignore"
        )


@st.fragment(run_every=TICK_S)
def _watch(folder: Path) -> None:
    """How far it is; once it has ended the page runs again."""
    with calm():
        if not jobs.state(folder).active:
            st.rerun()
        told = progress.now(folder)
        progress.bar(folder, told, STAGES[told["stage"]] if told else "Getting ready", "Stop", "stop_report")
