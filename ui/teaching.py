"""Teaching back: a wrong answer is put right under its card, and what was put right can be learned from."""

import streamlit as st

from core.data.store import list_datasets
from core.model import corrections
from core.model.answers import Batch
from core.model.bundle import Model
from core.model.corrections import Correction
from core.settings import load_settings
from core.training import teaching
from ui import frame, photos, teaching_results, undo
from ui.frame import calm, keeps, muted, note
from ui.words import count, plain

FEW = 12  # classes that fit side by side as pills
A_PAGE = 12
ALONE = "Only the photos you named"


def offer(batch: Batch, index: int, model: Model) -> None:
    """Under an answer: what somebody said of the photo, or else the way to say it. Nothing of what was no photo."""
    path = batch.photo_path(index)
    if not keeps() or path is None or not path.exists():
        return
    found = corrections.find(path.read_bytes())
    if found is not None:
        said(found, f"{batch.id}_{index}")
    else:
        wrong(batch, index, model)


def said(found: Correction, place: str) -> None:
    """What somebody said of a photo, and the way to take it back. `place` keeps two of these on one page apart."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        note(f"You said: **{plain(found.label)}**")
        if st.button("Undo", type="tertiary", key=f"unsay_{place}"):
            corrections.remove_correction(found.id)
            st.rerun()


def wrong(batch: Batch, index: int, model: Model) -> None:
    """The way to say what a photo of a batch shows instead of what the model says."""
    with st.popover("That's wrong", type="tertiary", key=f"wrong_{batch.id}_{index}"), calm():
        label = _what_it_is(batch, index, model)
        if label:
            save(batch, index, model, label)
            st.rerun()


def save(batch: Batch, index: int, model: Model, label: str) -> Correction:
    """Keeps what a photo of a batch shows, as a person says.

    Raises:
        NotFound: the photo is not kept any more, or was none.
        NameInvalid: the label is empty or too long.
    """
    return corrections.correct_answer(batch, index, model, label)


def section(model: Model) -> None:
    """What a model was told, and the way to learn from it. Nothing while nobody told it anything."""
    told = corrections.list_corrections(model)
    if not keeps() or not (told or teaching.list_teachings(model.id)):
        return
    frame.section(
        "What it was told",
        f"{count(len(told), 'photo')} that somebody has named. They stay on this computer, and it learns from them "
        "only when you say so."
        if told
        else "Nothing is left of it: every name was taken back.",
    )
    _gallery(told[::-1])
    if teaching_results.show(model):
        _learning(model)


def _what_it_is(batch: Batch, index: int, model: Model) -> str | None:
    """Asks what a photo shows: the classes, the likeliest first, or something else."""
    answer = batch.answers[index]
    known = _labels(model, model.id, str(load_settings().home), _changed_at())
    ranked = [label for label in dict.fromkeys([*(answer.probabilities or {}), *known]) if label != answer.label]
    place = f"{batch.id}_{index}"
    if len(ranked) > FEW:
        return st.selectbox(
            "It's a …",
            ranked,
            index=None,
            placeholder="Choose, or type something else",
            accept_new_options=True,
            key=f"it_is_{place}",
        )
    picked = st.pills("It's a …", ranked, format_func=plain, key=f"it_is_{place}")
    other = st.text_input("Something else", placeholder="scarf", max_chars=60, key=f"something_else_{place}")
    return picked or other.strip() or None


@st.cache_data(max_entries=8, show_spinner=False)
def _labels(_model: Model, model_id: str, home: str, changed_at: int) -> list[str]:
    """What a photo can be named with one press; read again when somebody has named another."""
    return corrections.known_labels(_model)


def _changed_at() -> int:
    folder = load_settings().corrections_dir
    return folder.stat().st_mtime_ns if folder.exists() else 0


def _gallery(told: list[Correction]) -> None:
    slot, start = st.container(), 0
    if len(told) > A_PAGE:
        with st.container(horizontal=True, horizontal_alignment="center"):
            start = (st.pagination(-(-len(told) // A_PAGE), max_visible_pages=5, key="told_page") - 1) * A_PAGE
    with slot, st.grid(6, min_column_width=104, gap=(12, 12)):
        for each in told[start : start + A_PAGE]:
            with st.container(gap="xxsmall"):
                st.image(photos.tile(str(each.photo_path)), width="stretch", alt=f"{each.photo}: {each.label}")
                st.markdown(f":small[{_was_said(each)}**{plain(photos.shortened(each.label))}**]")
                if st.button("Take back", type="tertiary", key=f"take_back_{each.id}"):
                    undo.offer(corrections.remove_correction(each.id), f"“{each.label}” is taken back.")
                    st.rerun()


def _was_said(each: Correction) -> str:
    """What the model said, crossed out; nothing if it was right or was not asked."""
    if each.said is None or each.said == each.label:
        return ""
    return f":gray[~~{plain(photos.shortened(each.said))}~~ →] "


def _learning(model: Model) -> None:
    """The button, and what it will do; or why there is none."""
    base_id = "" if teaching.own_dataset(model) else _start_from()
    plan = teaching.make_plan(model, base_id)
    if plan.problem:
        muted(plain(plan.problem))
        return
    number = count(len(plan.corrections), "photo")
    if plan.base is None:
        muted(f"It would learn from these {number} alone, and be tested on a few of them.")
    else:
        muted(
            f"It would learn from **{plain(plan.base.name)}** and {number} more. The photos that it is tested on stay "
            "the same, so before and after can be compared. The old one stays as well. Only the last step, from what "
            "it sees to a name, is learned: that takes about a minute."
        )
    if st.button("Learn from these"):
        teaching.start_teaching(model, base_id)
        st.rerun()


def _start_from() -> str:
    """The dataset to start from, where the photos that a model was taught with are not here; "" for none."""
    names = {dataset.id: dataset.name for dataset in list_datasets() if dataset.finished}
    if not names:
        return ""
    picked = st.selectbox(
        "The photos that it was taught with are not here. Start from",
        ["", *names],
        format_func=lambda dataset_id: names.get(dataset_id, ALONE),
        key="start_from_dataset",
    )
    return str(picked)
