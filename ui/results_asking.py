"""Asking a model about photos whose labels are known: which there are, how far it is, and what was asked before."""

from contextlib import suppress

import streamlit as st

from core import jobs
from core.data.store import Dataset, list_datasets
from core.errors import JobActive
from core.files import read_json
from core.model.bundle import Model
from core.model.exam import is_own
from core.model.examining import job_dir, paper_of, start_exam
from core.model.exams import About, Exam, list_exams
from ui import pickers, watching
from ui.frame import calm, keeps, muted, note
from ui.results_exams import KEY, dataset_of
from ui.words import count, day, plain

STAGES = {"pixels": "Getting the photos ready", "asking": "Looking at them"}


def others(model: Model, key: str) -> None:
    """The way to what it said of other photos, and to asking it about more."""
    with st.popover("Other photos", type="tertiary", key=f"other_photos_{key}"), calm():  # another key closes it
        for each, about in list_exams(model).items():
            if each == key:
                continue
            facts = f"{count(about.photos, 'photo')}, {day(about.created_at)}"
            if st.button(f"{_name(about)} :small[:gray[{facts}]]", type="tertiary", key=f"exam_{each}"):
                st.query_params[KEY] = each
                st.rerun()
        if keeps():
            _ask(model, _not_asked(model))
        elif len(list_exams(model)) < 2:
            muted("It was asked about no others.")


def title(model: Model, key: str, exam: Exam | None) -> str:
    """Instead of how often it is right, where nobody knows."""
    if jobs.state(job_dir(model, key)).active:
        return "It is being asked"
    return "No photo is left to measure on" if exam is not None else "Not measured on these yet"


def progress_of(model: Model, key: str, exam: Exam | None) -> None:
    """How far the asking is, why it ended, and whether its photos have changed since."""
    if jobs.state(job_dir(model, key)).active:
        watching.watch(job_dir(model, key), STAGES, "stop_exam")
        return
    watching.end(job_dir(model, key))
    if (
        keeps()
        and exam is None
        and (job := read_json(job_dir(model, key) / "job.json"))
        and st.button("Ask again", key="ask_again")
    ):
        _start(model, job["arguments"]["place"], job["arguments"]["part"])
    if exam is not None and exam.about.kind == "dataset":
        dataset = dataset_of(exam.about)
        if dataset is not None and dataset.fingerprint != exam.about.fingerprint:
            _changed_since(model, exam, dataset)


def offer_photos(model: Model, exam: Exam | None, key: str) -> None:
    """For numbers without the photos behind them: the way to these, or why there is none."""
    if exam is not None or jobs.state(job_dir(model, key)).active:
        return
    dataset = dataset_of(About("test", "", str(model.dataset.get("id", ""))))
    if dataset is None:
        whose = "came with Fitting Room; the photos it was tested on did not" if model.is_bundled else ""
        why = f"This model {whose}" if whose else "The photos it was tested on are not here any more"
        muted(f"{why}, so none can be shown. Ask it about a dataset of your own to see photos behind the numbers.")
    elif not keeps():
        note("The photos behind these numbers are shown once it has been asked about them again. Nobody has.")
    elif is_own(model, dataset):
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("Look at the photos", key="look_at_photos"):
                _start(model, "", "test")
            note("It is asked about them once more, and then each number leads to its photos.")
    else:
        muted(
            f"{plain(dataset.name)} has changed since it learned from it, so none of its photos can be shown for these "
            "numbers."
        )


def _not_asked(model: Model) -> dict[tuple[str, str], str]:
    """What it may be asked about and was not: (id of a dataset, part), with a name for people."""
    kept, found = list_exams(model), {}
    for dataset in list_datasets():
        if not dataset.finished or not set(dataset.classes) & set(model.class_names):
            continue
        if is_own(model, dataset):
            if "validation" not in kept and dataset.parts.get("validation"):
                found[dataset.id, "validation"] = "the photos it was watched with · validation"
        elif dataset.id not in kept:
            found[dataset.id, ""] = f"{dataset.name} · {count(dataset.ok, 'photo')}"
    return found


def _ask(model: Model, offered: dict[tuple[str, str], str]) -> None:
    if not offered:
        muted("No other photos here are of classes that it was taught. Add some, then ask it about them.")
        if st.button("Add photos", icon=":material/add:", key="exam_add_photos"):
            pickers.go("dataset", dataset=pickers.NEW)
        return
    place = st.selectbox("Photos", [*offered], format_func=offered.__getitem__, key=f"ask_about_{model.id}")
    note("It is asked about every one whose class it was taught. What it says is kept.")
    if st.button("Ask", key="start_exam"):
        _start(model, *place)


def _start(model: Model, place: str, part: str) -> None:
    """Begins an exam, or joins the one that has begun elsewhere, and shows how far it is. Does not return."""
    with suppress(JobActive):
        start_exam(model.id, place, part)
    st.query_params[KEY] = paper_of(model, place, part).key
    st.rerun()


def _changed_since(model: Model, exam: Exam, dataset: Dataset) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        note(f"{plain(dataset.name)} has changed since it was asked, {day(exam.about.created_at)}.")
        if keeps() and st.button("Ask again", type="tertiary", key="ask_again"):
            _start(model, dataset.id, exam.about.part)


def _name(about: About) -> str:
    if about.kind == "test":
        return "Photos it never saw · test"
    if about.kind == "validation":
        return "Photos it was watched with · validation"
    return plain(f"{about.name}, {about.part} part" if about.part else about.name)
