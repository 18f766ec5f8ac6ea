"""Home's pictures: three large photos with what the model says of them, and cards of where one left off."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core import jobs
from core.data.store import Dataset, list_datasets, load_dataset
from core.errors import FittingRoomError, NotFound
from core.model.bundle import Model, list_models
from core.model.predictor import Predictor, load_predictor
from core.model.verdict import verdict
from core.settings import load_settings
from core.sources import garments
from core.training.live import live
from core.training.runs import Run, list_runs
from ui import photos, pickers
from ui.frame import muted, note
from ui.words import count, duration, of_100, plain

LARGE = 0.78  # width to height of the three on Home
CANDIDATES = 500  # photos of the test part, the classes in turns, among which the clearest are looked for
FIRST = ("outwear", "dress", "shoes")  # the three drawings that stand there before a person's photos do
STEPS = (
    ("Show it photos", "A sheet of links, a ZIP, or loose files"),
    ("Watch it learn", "Live on this computer, round by round"),
    ("Ask it", "It says what it sees, and how sure it is"),
)


@dataclass(frozen=True)
class Card:
    """One thing that somebody left here."""

    kind: str
    name: str
    line: str
    button: str
    page: str
    chosen: dict[str, str]  # what the page opens with
    dataset: Dataset | None  # whose photos stand for it
    skip: int  # so that three cards of one dataset show different photos


def steps() -> None:
    """Before there is a model: three drawings, and under them the way through the house."""
    large = [photos.drawn(label, garments.COVERS[label], LARGE, 640) for label in FIRST]
    _three(large, [plain(title) for title, _ in STEPS], [plain(line) for _, line in STEPS], FIRST)


def verdicts(model: Model) -> None:
    """What the model says of three photos it never learned from."""
    shown = _asked(model, model.id, model.created_at, str(load_settings().home))
    if len(shown) < 3:
        steps()
        return
    said = [_said(words) for _, _, words in shown]
    titles, lines = [plain(title) for title, _ in said], [line for _, line in said]
    _three([picture for picture, _, _ in shown], titles, lines, [label for _, label, _ in shown])


def left_off() -> list[Card]:
    """The newest dataset, training and model."""
    cards: list[Card] = []
    if datasets := list_datasets():
        dataset = datasets[0]
        cards.append(
            Card(
                "Dataset", dataset.name, _dataset_line(dataset), "Open", "dataset", {"dataset": dataset.id}, dataset, 0
            )
        )
    if runs := list_runs():
        run = next((run for run in runs if run.state.active), runs[0])
        line, button = _run_line(run)
        cards.append(
            Card("Training", run.name, line, button, "train", {"run": run.id}, _dataset_or_none(run.dataset_id), 3)
        )
    if models := [model for model in list_models() if not model.is_bundled]:
        model = models[0]
        line = f"Right on {of_100(model.test['accuracy'])}" if model.test else "Not measured yet"
        source = _dataset_or_none(str(model.dataset.get("id", "")))
        cards.append(Card("Model", model.name, line, "Ask it", "predict", {"model": model.id}, source, 6))
    return cards


def card(thing: Card) -> None:
    """A strip, a name, one line and one button."""
    if thing.dataset is not None and thing.dataset.finished and thing.dataset.ok:
        strip = photos.covers(thing.dataset, 3, thing.skip)
    else:
        strip = photos.drawn_covers(3, thing.skip)
    photos.strip(strip, thing.name)
    with st.container(gap=None):
        note(thing.kind)
        st.markdown(f"**{plain(thing.name)}**")
        muted(thing.line)
    if st.button(thing.button, key=f"open_{thing.kind}"):
        pickers.go(thing.page, **thing.chosen)


def _said(words: str) -> tuple[str, str]:
    """A verdict as the label beside a picture: what it is, and under it how sure."""
    for opening, how_sure in (("Probably ", "probably"), ("Not sure: perhaps ", "perhaps")):
        if words.startswith(opening):
            named = words.removeprefix(opening)
            return named[:1].upper() + named[1:], how_sure
    title, _, how_sure = words.partition(", very ")
    return title, f"very {how_sure}" if how_sure else "not sure"


def _three(large: list[bytes], titles: list[str], lines: list[str], alts: tuple[str, ...] | list[str]) -> None:
    with st.grid(3, wrap=False, min_column_width=90, gap=16):
        for picture, title, line, alt in zip(large, titles, lines, alts, strict=True):
            with st.container(gap="xxsmall"):
                st.image(picture, width="stretch", alt=alt)
                with st.container(gap=None):
                    st.markdown(title)
                    note(line)


@st.cache_data(max_entries=8, show_spinner=False)
def _asked(_model: Model, model_id: str, created_at: float, home: str) -> list[tuple[bytes, str, str]]:
    """Three large photos of different classes with the model's verdict, the clearest of the quiet ones.

    Taken from the photos that it was tested on, so that it never learned from them; else from our drawings.
    """
    predictor = load_predictor(_model)
    dataset = _dataset_or_none(str(_model.dataset.get("id", "")))
    if dataset is None or not dataset.finished:
        return _asked_about_drawings(_model, predictor)
    tested = photos.rows(dataset).page(0, CANDIDATES, part="test")
    candidates: pd.DataFrame = tested.groupby("label").head(6)
    paths = [dataset.photo_path(content_hash) for content_hash in candidates["content_hash"]]
    answers = predictor.predict_photos((path.name, path.read_bytes()) for path in paths)
    clearest: dict[str, tuple[float, bytes, str]] = {}
    for path, label, answer in zip(paths, candidates["label"], answers, strict=True):
        probability = answer.probability or 0.0
        if answer.label == label and probability > clearest.get(label, (0.0, b"", ""))[0]:
            clearest[label] = (probability, photos.tile(str(path), LARGE, 640), verdict(answer, _model.thresholds))
    best = sorted(clearest.items(), key=lambda pair: -pair[1][0])[:3]
    return [(picture, label, words) for label, (_, picture, words) in best]


def _asked_about_drawings(model: Model, predictor: Predictor) -> list[tuple[bytes, str, str]]:
    known = [label for label in FIRST if label in model.class_names]
    pictures = [photos.drawn(label, garments.COVERS[label], LARGE, 640) for label in known]
    answers = predictor.predict_photos((label, picture) for label, picture in zip(known, pictures, strict=True))
    return [
        (picture, label, verdict(answer, model.thresholds))
        for label, picture, answer in zip(known, pictures, answers, strict=True)
    ]


def _dataset_or_none(dataset_id: str) -> Dataset | None:
    try:
        return load_dataset(dataset_id)
    except NotFound:
        return None


def _dataset_line(dataset: Dataset) -> str:
    if dataset.finished:
        return f"{count(dataset.ok, 'photo')} in {count(len(dataset.classes), 'class', 'classes')}"
    return "Its photos are on their way" if jobs.state(dataset.job_dir).active else "Half-made: go on, or delete it"


def _run_line(run: Run) -> tuple[str, str]:
    try:
        now = live(run)
    except FittingRoomError as error:
        return plain(error), "Have a look"
    if not run.state.active:
        return plain(now.title), "Have a look"
    if now.phase == "learning":
        left = f", {duration(now.seconds_left)} left" if now.seconds_left is not None else ""
        return f"Round {now.epoch} of {now.epochs}{left}", "Watch"
    return plain(now.sentence[:1].upper() + now.sentence[1:]), "Watch"
