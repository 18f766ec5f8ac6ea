"""One model on the Models page: its photos, how good it is, what was another before, and what can be done with it."""

import streamlit as st

from core.data.store import Dataset
from core.model.bundle import Model, delete_model, note_model, set_default_model
from core.model.card import rename_model
from core.model.evaluation import summary_interval
from core.model.speed import speed_of
from core.training.compare import Difference
from core.training.recipe import RECIPES
from core.training.versions import MovedOn, Step, teach_again
from ui import cards, exporting, knobs, photos, pickers, shared, sharing, signin, strips, tour, undo
from ui.frame import calm, heading, keeps, muted, note
from ui.words import count, day, in_words, listed, megabytes, of_100, plain, took

CLASSES = 8  # that are named
KNOBS = 3  # that are named


def none_yet() -> None:
    """The page without a model."""
    heading(
        "Models",
        "No model yet",
        "Each training leaves one here: what it was taught, how good it is, and a button to ask it.",
    )
    with st.container(horizontal=True):
        if keeps() and st.button("Teach one", type="primary"):
            pickers.go("train")
        if keeps() and st.button("Take the five-minute tour"):
            pickers.go("dataset", dataset=tour.dataset_id())
    st.space("xsmall")
    photos.strip(photos.drawn_covers(6), "Drawn garments")


def title(number: int) -> str:
    """Three models, one in use."""
    return "One model, in use" if number == 1 else f"{in_words(number).capitalize()} models, one in use"


def row(
    model: Model, dataset: Dataset | None, in_use: bool, before: tuple[Model, Step] | None, moved: MovedOn | None
) -> None:
    """A strip on the left, words and buttons on the right.

    Args:
        model: the one.
        dataset: that it was taught with; None if that is not here.
        in_use: whether it answers when none is named.
        before: the model before it that was taught with the same photos, and what is another since; None for none.
        moved: what has changed in its photos since it was taught; None for nothing.
    """
    st.space("xsmall")
    left, right = st.columns([50, 50], gap="medium")
    with left:
        strips.show(model, dataset)
    with right:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.subheader(plain(model.name), anchor=False, width="content")
            if in_use:
                st.badge("In use", color="blue")
        with st.container(gap=None):
            st.markdown(_right(model))
            kinds = count(len(model.class_names), "kind")
            muted(", ".join([kinds, *_taught_with(model)]))
            note(_named(model))
            note(_came_about(model), help="How it was taught, when, its size, its speed here, and its photos' version.")
            if before is not None:
                note(_since(*before))
        if model.note:
            st.markdown(f"*{plain(model.note)}*")
        _doings(model, in_use)
        if moved is not None:
            _teach_again(model, moved)


def _doings(model: Model, in_use: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button("Ask it", key=f"ask_{model.id}"):
            pickers.go("predict", model=model.id)
        if model.test and st.button("Results", type="tertiary", key=f"results_{model.id}"):
            pickers.go("results", run=model.id)
        if st.button("Card", type="tertiary", key=f"card_{model.id}"):
            cards.show(model)
        if keeps() and not in_use and st.button("Use this one", type="tertiary", key=f"use_{model.id}"):
            set_default_model(model.id)
            pickers.forget("model")
            st.rerun()
        exporting.offer(model)
        _more(model)


def _more(model: Model) -> None:
    menu = st.popover("More", type="tertiary", key=f"more_{model.id}", on_change="rerun")
    if not menu.open:
        return
    with menu, calm():
        if signin.is_on():
            shared.offer(model)
        else:
            sharing.offer(model)
        if not keeps():
            return
        with st.form(f"keep_{model.id}", border=False):
            own = not model.is_bundled
            name = st.text_input("Name", model.name, max_chars=60) if own else model.name
            words = st.text_area("Note", model.note, max_chars=2000, height=90, placeholder="What it is good for")
            if st.form_submit_button("Keep"):
                if name != model.name:
                    rename_model(model.id, name)
                if words.strip() != model.note:
                    note_model(model.id, words)
                st.rerun()
        if own and st.button("Delete", icon=":material/delete:", key=f"delete_{model.id}"):
            token = delete_model(model.id)
            pickers.forget("model")
            undo.offer(token, f"{model.name} is deleted.")
            st.rerun()


def _teach_again(model: Model, moved: MovedOn) -> None:
    """What has changed since, and the way to learn it."""
    changes = [
        count(number, one, many)
        for number, one, many in (
            (moved.renamed, "was renamed", "were renamed"),
            (moved.added, "was added", "were added"),
            (moved.gone, "was taken out", "were taken out"),
        )
        if number
    ]
    with st.container(gap="xsmall"):
        note(f"Taught with the photos as they were {_on(moved.since)}; {listed(changes)} since.")
        with calm():
            if keeps() and st.button(
                "Teach again with the photos of today",
                type="tertiary",
                icon=":material/autorenew:",
                key=f"again_{model.id}",
                help="A new training by the same recipe. This one stays as it is.",
            ):
                pickers.go("train", run=teach_again(model.id))


def _right(model: Model) -> str:
    """Right on 85 of 100, give or take 4."""
    if not model.test:
        return "Not measured"
    low, high = summary_interval(model.test)
    return f"Right on **{of_100(model.test['accuracy'])}**, give or take {max(1, round(50 * (high - low)))}"


def _taught_with(model: Model) -> list[str]:
    """From what photos; of a model that was brought along only what it says itself."""
    name, number = model.dataset.get("name"), int(model.dataset.get("photos") or 0)
    return [*([f"from {plain(name)}"] if name else []), *([count(number, "photo")] if number else [])]


def _named(model: Model) -> str:
    """The classes, as far as there is room."""
    names = [plain(photos.shortened(name, 24)) for name in model.class_names]
    return listed(names) if len(names) <= CLASSES else f"{', '.join(names[:CLASSES])} and {len(names) - CLASSES} more"


def _came_about(model: Model) -> str:
    """How and when it was taught, its size, its speed, and which photos; of one that came with the app less."""
    ms = speed_of(model)
    kind = RECIPES.get(str(model.recipe.get("name", "")))
    how = "Came with the app" if model.is_bundled else kind.title if kind else None
    when = [] if model.is_bundled else [took(model.seconds), day(model.created_at)]
    speed = None if ms is None else f"{ms:.0f} ms a photo" if ms >= 1 else "under 1 ms a photo"
    mends = model.dataset.get("mends") or {}
    mended = mends.get("relabelled", 0) + mends.get("excluded", 0)
    fingerprint = str(model.dataset.get("fingerprint") or "")[:6]
    version = (f"version {fingerprint}" if fingerprint else "") + (f", {mended:,} mended" if mended else "")
    return ", ".join(filter(None, [how, *when, megabytes(model.size_bytes), speed, version]))


def _since(before: Model, step: Step) -> str:
    """What is another in it than in the one before, and what came of it."""
    said = [_turned(each) for each in step.knobs[:KNOBS]]
    if len(step.knobs) > KNOBS:
        said.append(f"{count(len(step.knobs) - KNOBS, 'other knob')}")
    if step.photos:
        said.append(count(abs(step.photos), "photo") + (" more" if step.photos > 0 else " fewer"))
    news = "; ".join([", ".join(said) or "the same recipe", *_points(step)])
    return f"Since {plain(photos.shortened(before.name, 30))}: {news}"


def _points(step: Step) -> list[str]:
    if step.points is None:
        return []
    if step.points == 0:
        return ["right about as often"]
    return [f"right on {abs(step.points)} {'more' if step.points > 0 else 'fewer'} of 100"]


def _turned(each: Difference) -> str:
    return f"{knobs.plain_title(each.name).lower()} {plain(knobs.said(each.one))} → {plain(knobs.said(each.other))}"


def _on(moment: float) -> str:
    """On 3 November; today."""
    said = day(moment)
    return said if said in ("today", "yesterday") else f"on {said}"
