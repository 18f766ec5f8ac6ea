"""Which photos the numbers are from: the exam that a model sat, chosen in the address."""

from typing import Any

import streamlit as st

from core.data import mends
from core.data.store import Dataset, load_dataset
from core.errors import DatasetDamaged, NotFound
from core.files import is_id, read_json, stamp
from core.model.bundle import Model
from core.model.examining import job_dir
from core.model.exams import About, Exam, exams_dir, list_exams, load_exam
from core.settings import load_settings

KEY = "exam"  # in the address


def chosen(model: Model) -> str:
    """The key of the exam that is shown: the one in the address, else on the test part, else the newest.

    Raises:
        NotFound: the address names one that this model never sat.
    """
    kept = list_exams(model)
    named = st.query_params.get(KEY)
    if named is None:
        return next(iter(kept), "test") if kept and "test" not in kept and not has_report(model) else "test"
    if named not in kept and named != "test" and not (is_id(named) and job_dir(model, named).exists()):
        raise NotFound(f"“{model.name}” was never asked about these photos. Received: exam={named}")
    return named


def load(model: Model, key: str) -> Exam | None:
    """An exam with all mends so far; None if it has to be sat first. Read again only when something has changed."""
    about = list_exams(model).get(key)
    if about is None:
        return None
    mended = load_settings().datasets_dir / about.dataset / mends.FILE if is_id(about.dataset) else None
    place = exams_dir(model) / key / "exam.json"
    changed = str(place), stamp(place), None if mended is None else stamp(mended)
    return _read(model, model.id, model.created_at, key, changed)


def has_report(model: Model) -> bool:
    """Whether its training left the numbers of the test part."""
    return read_report(model) is not None


def read_report(model: Model) -> dict[str, Any] | None:
    """The numbers that its training left; of an older training they are all there is."""
    found = read_json(model.folder / "evaluation.json") or read_json(model.folder.parent / "evaluation.json")
    return None if found is None else dict(found)


def dataset_of(about: About) -> Dataset | None:
    """The dataset that an exam was on, if it is still here."""
    try:
        dataset = load_dataset(about.dataset)
    except (NotFound, DatasetDamaged):
        return None
    return dataset if dataset.finished else None


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(_model: Model, model_id: str, created_at: float, key: str, changed: object) -> Exam | None:
    """An exam, shared by all visitors: to be read, never changed."""
    return load_exam(_model, key)
