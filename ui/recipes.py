"""How it should learn: a recipe by name, how long it takes and how good it usually is, and where its knobs begin."""

from collections.abc import Sequence

import streamlit as st

from core import jobs
from core.data.split import require_trainable
from core.data.store import Dataset
from core.errors import DatasetTooSmall, DatasetUnfinished, NotFound
from core.settings import load_settings
from core.training import pace
from core.training.backbones import BACKBONES, is_here
from core.training.recipe import RECIPES, Recipe, usual
from core.training.runs import Run, load_run
from core.training.unseen import eyes_for
from ui import earlier, knobs, photos, pickers, progress, turning
from ui.frame import heading, note, problem
from ui.words import count, duration, listed, per_100, plain

AGAIN = "again"  # in the address: the run whose recipe the knobs begin with
FINE_TUNED = (
    "Starts from a network that has already seen many photos. First it learns what to call what it sees, then "
    "the network itself goes on learning from yours. Better, and many times as long."
)
WANTED = "recipe_wanted"  # the choice itself cannot be changed once it stands on the page


def nothing_to_learn_from() -> None:
    """The page without a dataset."""
    heading(
        "Train", "Nothing to learn from yet", "Bring your own photos, or borrow ours. Then watch it learn from them."
    )
    with st.container(horizontal=True):
        if st.button("Add photos", type="primary"):
            pickers.go("dataset", dataset=pickers.NEW)
    st.space("xsmall")
    photos.strip(photos.drawn_covers(6), "Drawn garments")


def photos_of(dataset: Dataset) -> str:
    """What it learns from, as the line under the title."""
    if not dataset.finished:
        return f"From **{plain(dataset.name)}**."
    size = f"{count(dataset.ok, 'photo')} in {count(len(dataset.classes), 'class', 'classes')}"
    return f"From **{plain(dataset.name)}**: {size}."


def require_enough(dataset: Dataset) -> None:
    """Stops the page with what is missing and the way to it, when these photos cannot be learned from."""
    if not dataset.finished and jobs.state(dataset.job_dir).active:
        _coming(dataset)
        st.stop()
    try:
        require_trainable(dataset)
    except (DatasetTooSmall, DatasetUnfinished) as error:
        problem(str(error))
        if st.button("To the photos", type="primary"):
            pickers.go("dataset", dataset=dataset.id)
        st.stop()


@st.fragment(run_every=2.0)
def _coming(dataset: Dataset) -> None:
    """How many photos are here, until all are."""
    if not jobs.state(dataset.job_dir).active:
        st.rerun()
    told = progress.now(dataset.job_dir)
    here = told["done"] if told and told["stage"] == "photos" else 0
    st.info(f"Its photos are still coming: {here:,} so far.", icon=":material/hourglass_empty:")
    if st.button("To the photos", type="primary"):
        pickers.go("dataset", dataset=dataset.id)


def instead(run: Run, name: str) -> None:
    """Leads to another recipe for the photos of this run."""
    st.session_state[WANTED] = name
    pickers.teach_another(run.dataset_id)


def begin_again(run: Run) -> None:
    """Leads to the knobs as they stood for this run."""
    pickers.forget("run")
    pickers.choose("dataset", run.dataset_id)
    st.query_params[AGAIN] = run.id
    st.session_state[WANTED] = run.recipe.name
    st.rerun()


def pick(dataset: Dataset) -> tuple[Recipe, str]:
    """The recipe by name, with its sentence.

    Args:
        dataset: decides whose eyes are borrowed at first.

    Returns:
        The recipe with its knobs where they stand at first, and a word for that beginning: see `ui.turning.key`.
    """
    earlier_run = _again()
    if wanted := st.session_state.pop(WANTED, None):
        st.session_state["recipe"] = wanted
    elif earlier_run is not None:
        st.session_state.setdefault("recipe", earlier_run.recipe.name)
    name = str(
        st.segmented_control(
            "Recipe",
            [*RECIPES],
            default="transfer" if is_here(eyes_for(dataset)) else "classic",  # works offline too
            required=True,
            format_func=lambda name: RECIPES[name].title,
            label_visibility="collapsed",
            key="recipe",
            bind="query-params",
        )
    )
    sentence_here = st.container()
    if earlier_run is not None and earlier_run.recipe.name == name:
        note(f"The knobs stand as they did for {plain(earlier_run.name)}.")
        base, place = earlier_run.recipe, earlier_run.id
    else:
        st.query_params.pop(AGAIN, None)
        base, place = usual(name, **({"backbone": eyes_for(dataset)} if name == "transfer" else {})), name
    if name == "transfer":
        base, place = _fine_tuned(base, place)
    sentence_here.markdown(plain(FINE_TUNED if base.fine_tune else RECIPES[name].sentence), help=RECIPES[name].source)
    return base, place


def _again() -> Run | None:
    named = st.query_params.get(AGAIN)
    try:
        return load_run(named) if named else None
    except NotFound:
        st.query_params.pop(AGAIN, None)
        return None


def _fine_tuned(base: Recipe, place: str) -> tuple[Recipe, str]:
    learn = st.toggle(
        "Let the eyes learn too :small[:gray[fine-tuning]]",
        base.fine_tune,
        help="First it learns only what to call what it sees. Then the borrowed network itself goes on learning from "
        "your photos: better, and many times as long.",
        key=f"fine_tune_{place}",
        persist_state="session",
    )
    if learn == base.fine_tune:
        return base, place
    other = usual("transfer", backbone=base.backbone, **({"fine_tune": True} if learn else {}))
    return other, knobs.variant(other)


def promise(dataset: Dataset, recipe: Recipe, runs: Sequence[Run]) -> None:
    """How long it takes on this computer, and how good it usually gets on these photos, where that is known.

    Args:
        dataset: what it learns from.
        recipe: how.
        runs: the earlier ones.
    """
    seconds, reached = expected_seconds(dataset, recipe), earlier.usual(runs, dataset.id, recipe)
    with st.container(horizontal=True, gap="medium"):
        if seconds is not None:
            st.metric("On this computer", duration(seconds), width="content")
        elif jobs.state(load_settings().cache_dir / "pace").active:
            _measuring(dataset, recipe)
        else:
            st.metric("On this computer", "not measured yet", width="content")
        if reached is not None:
            low, high = per_100(reached[0]), per_100(reached[1])
            value = f"{low} to {high} of 100" if low != high else f"{low} of 100"
            st.metric("Usually right on", value, width="content")
    if recipe.name == "transfer" and not is_here(recipe.backbone):
        backbone = BACKBONES[recipe.backbone]
        size = f"{backbone.size_mb:.0f} MB"
        here = [BACKBONES[name].title for name in BACKBONES if is_here(name)]
        note(f"It fetches {backbone.title} first, {size}, once. {_without_internet(here)}")


def expected_seconds(dataset: Dataset, recipe: Recipe) -> float | None:
    """How long a training takes on this computer; None while that is not known."""
    return pace.expected_seconds(recipe, dataset.parts.get("train", 0), dataset.parts.get("validation", 0))


@st.fragment(run_every=2.0)
def _measuring(dataset: Dataset, recipe: Recipe) -> None:
    if expected_seconds(dataset, recipe) is not None:
        st.rerun()
    st.metric("On this computer", "being measured", width="content")


def _without_internet(here: list[str]) -> str:
    return f"Without the internet: {listed([*here, 'Compact', 'Classic'], 'or')}."


def what_changed(base: Recipe, recipe: Recipe, place: str) -> None:
    """Which knobs do not stand where they did at first, and the way back."""
    changed = turning.changed(base, recipe)
    if changed is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":small[:gray[Changed: {plain(changed)}.]]", width="content")
        st.button("As it was", type="tertiary", on_click=turning.put_back, args=(base, place), key="put_back")
