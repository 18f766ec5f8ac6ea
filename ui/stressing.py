"""As phones take photos: what a model loses on photos that are tilted, dark, blurred or small."""

import contextlib
import io

import streamlit as st
from PIL import Image, ImageOps

from core import charts, jobs
from core.data.photo import decode
from core.errors import JobActive, PhotoError
from core.model import stress
from core.model.bundle import Model
from core.model.exams import Exam
from core.model.spoiling import AS_IT_IS, CONDITIONS, spoilt
from core.model.stress import Stress
from ui import photos, watching
from ui.figures import chart
from ui.frame import calm, keeps, muted, note, section
from ui.results_exams import dataset_of
from ui.results_photos import path_of
from ui.words import count, duration, plain

TITLE = "As phones take photos :small[:gray[· stress test]]"
STAGES = {"stress": "Spoiling photos and asking again"}
ASKING_S, MEGAPIXEL_S = 0.06, 0.13  # for a photo: to look ten times, and to spoil each megapixel, on two cores
LARGE_PX = 480  # an example is made smaller first: what happens to it goes by its size
ACROSS = 10
TILE_PX = 200


def show(model: Model, exam: Exam) -> None:
    """The section of the Results page."""
    if exam.photos.empty:
        return
    with calm():
        section(TITLE, "Phones tilt, hurry and find no light. How much does it lose then?")
        if exam.about.kind == "folder":
            muted("Photos are spoilt where a dataset keeps them. Make a dataset of that folder and ask it about that.")
            return
        folder, found = stress.job_dir(model, exam.key), stress.load_stress(exam)
        if jobs.state(folder).active:
            watching.watch(folder, STAGES, "stop_stress")
        elif found is None and keeps():
            _offer(model, exam)
        elif found is None:
            note("Nobody has tried this with these photos yet.")
        else:
            _found(model, exam, found)
        _example(model, exam)


def _offer(model: Model, exam: Exam) -> None:
    """What it will do, how long that takes, and how it ended if it was begun before."""
    number = min(stress.MOST, len(exam.photos))
    which = f"{number:,} of these photos are" if number < len(exam.photos) else f"{count(number, 'photo')} are"
    st.markdown(
        f"{which} spoilt in {len(CONDITIONS) - 1} ways, as below, and it is asked about each again. "
        f"That takes {_how_long(exam, number)}; you can leave this page, it goes on."
    )
    watching.end(stress.job_dir(model, exam.key))
    if st.button("Spoil them and ask", key="start_stress"):
        _start(model, exam)


def _start(model: Model, exam: Exam) -> None:
    """Begins, or joins what somebody else has just begun. Does not return."""
    with contextlib.suppress(JobActive):
        stress.start_stress(model.id, exam.key)
    st.rerun()


def _how_long(exam: Exam, number: int) -> str:
    """For so many photos, by their size; where nobody knows that, as if they were of one megapixel."""
    megapixels = 1.0
    if (dataset := dataset_of(exam.about)) is not None:
        megapixels = photos.rows(dataset).megapixels()
    return duration(number * (ASKING_S + MEGAPIXEL_S * megapixels))


@st.fragment
def _found(model: Model, exam: Exam, found: Stress) -> None:
    with calm():
        st.markdown(plain(found.sentence))
        if found.known:
            muted(f"It has learned from {found.known:,} of these: on others it may lose more.")
        _legend(found)
        chart(
            charts.losses(found),
            charts.losses_height(found),
            key="losses",
            alt=f"What it loses under each condition; the weakest: {found.weakest or 'none'}",
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            by_class = st.toggle("Class by class", key=f"stress_classes_{exam.key}")
            if keeps() and st.button("Ask again", type="tertiary", key="stress_again"):
                _start(model, exam)
        if by_class:
            note("How many of 100 photos of a class it loses. The stronger the colour, the more.")
            chart(
                charts.class_losses(found),
                charts.class_losses_height(len(found.class_photos)),
                key="class_losses",
                alt=f"What it loses of {len(found.class_photos)} classes under each condition",
            )


def _legend(found: Stress) -> None:
    unsure = any(not found.is_more_than_luck(each) for each in found.right if each != AS_IT_IS)
    luck = " &emsp; :gray[●] may be luck" if unsure else ""
    note(
        f"Photos of 100 that it loses, of the {count(found.photos, 'photo')} that were spoilt in each way. "
        f":orange[●] more than luck{luck}",
        help="More than luck: McNemar's exact test gives such flips less than 5 in 100 if spoiling did nothing.",
    )


def _example(model: Model, exam: Exam) -> None:
    """One photo, spoilt in each way, as the network gets to see it."""
    sure = exam.photos.sort_values("confidence", ascending=False)
    paths = (path_of(exam, content_hash) for content_hash in sure["content_hash"][:3])
    path = next((each for each in paths if each is not None), None)
    tiles = None if path is None else _spoilt(str(path), model.input_size_px)
    if tiles is None:
        return
    note("What that does to a photo, as the network gets to see it")
    with st.grid(ACROSS, min_column_width=70, gap=(12, 8)):
        for condition, tile in tiles.items():
            with st.container(gap="xxsmall"):
                st.image(tile, width="stretch", alt=f"A photo, {condition}")
                note(condition)


@st.cache_data(max_entries=20, show_spinner=False)
def _spoilt(path: str, size_px: int) -> dict[str, bytes] | None:
    """A photo by what happened to it, as JPEGs of what a network of that size sees; None if it cannot be read."""
    try:
        with open(path, "rb") as file:
            photo = decode(file.read())
    except (OSError, PhotoError):
        return None
    photo.thumbnail((LARGE_PX, LARGE_PX))
    return {condition: _tile(photo, condition, size_px) for condition in CONDITIONS}


def _tile(photo: Image.Image, condition: str, size_px: int) -> bytes:
    seen = Image.fromarray(spoilt(photo, condition, size_px))
    width = min(TILE_PX, photo.width)
    upright = seen.resize((width, round(width * photo.height / photo.width)), Image.Resampling.BICUBIC)
    kept = io.BytesIO()
    ImageOps.fit(upright, (width, round(width / photos.PORTRAIT))).save(kept, "JPEG", quality=90)
    return kept.getvalue()
