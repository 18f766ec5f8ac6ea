"""Models that others opened: their owners show them to everybody who signs in, who can ask them and no more."""

import streamlit as st

from core.errors import SourceNotUnderstood
from core.model.answers import Batch
from core.model.bundle import Model
from core.model.gallery import (
    Shared,
    card_of_shared,
    close_again,
    is_open,
    load_shared,
    open_to_everybody,
    shared_by_others,
)
from core.model.verdict import verdict
from ui import answers, asking, cards, photos, pickers, sharing, uploads
from ui.frame import calm, heading, muted, note, section
from ui.words import count, listed, of_100, plain

KEY = "shared"  # in the address of Predict
CLASSES = 8  # that are named
MOST = 30  # photos at a time


def offer(model: Model) -> None:
    """For the owner: opens it to everybody, or closes it again."""
    if model.is_bundled:
        note("It came with the app: everybody has it.")
    elif is_open(model.id):
        note("Open to everybody who signs in: they can ask it and read its card, and change nothing.")
        st.code(_address(model), language=None, wrap_lines=True)
        if st.button("Close it again", key=f"close_{model.id}", icon=":material/lock:"):
            close_again(model.id)
            st.rerun()
    else:
        with st.form(f"open_{model.id}", border=False):
            note("Others see the model, its numbers and its card. Of your photos they see none.")
            by = st.text_input("Your name there", max_chars=60, placeholder="As others are to know you")
            if st.form_submit_button("Open it to everybody", icon=":material/group:"):
                open_to_everybody(model.id, by)
                st.rerun()


def show() -> None:
    """What others have opened; nothing while nobody has."""
    found = shared_by_others()
    if not found:
        return
    section("Shared with you", "Models that others have opened to everybody: ask them; they stay as they are.")
    with st.grid(3, min_column_width=240, gap=(24, 32)):
        for each in found:
            with st.container(gap="xsmall"), calm():
                _row(each)


def ask(model_id: str) -> None:
    """The whole of Predict, for a model of somebody else: photos in, answers out."""
    shared = load_shared(model_id)
    heading("Predict", "What is it?")
    note(f"Asking {sharing.line(shared.model, shared.by)}")
    note(asking.what_it_knows(shared.model))
    batch = answers.current()
    files = st.file_uploader(
        f"Drop up to {MOST} photos here, or choose them",
        type=uploads.PHOTO_TYPES,
        accept_multiple_files=True,
        key=uploads.fresh_key("ask_shared"),
    )
    if files:
        with calm():
            asked = [(file.name, file.getvalue()) for file in files[:MOST]]
            uploads.reset("ask_shared", files)
            if len(files) > MOST:
                raise SourceNotUnderstood(f"Hand over {MOST} photos at most. Received: {len(files):,}")
            asking.about(shared.model, asked, None)
    if batch is not None and batch.model_id == model_id:
        _answers(batch, shared.model)
        return
    asking.samples(shared.model)


def _row(shared: Shared) -> None:
    model = shared.model
    st.subheader(plain(model.name), anchor=False)
    muted(f"by {plain(shared.by)}")
    st.markdown(f"Right on **{of_100(model.test['accuracy'])}**" if model.test else "Not measured")
    names = [plain(name) for name in model.class_names]
    note(listed(names) if len(names) <= CLASSES else count(len(names), "kind"))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button("Ask it", key=f"ask_shared_{model.id}"):
            pickers.go("predict", shared=model.id)
        if st.button("Card", type="tertiary", key=f"card_shared_{model.id}"):
            _card(shared)


@st.dialog("Card", width="large")
def _card(shared: Shared) -> None:
    with calm():
        cards.read_words(card_of_shared(shared))


def _answers(batch: Batch, model: Model) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(answers.summary(batch, model.thresholds), width="content")
        if st.button("Clear", type="tertiary", icon=":material/close:"):
            del st.query_params[answers.KEY]
            st.rerun()
    with st.grid(3, min_column_width=240, gap=(40, 28)):
        for index, answer in enumerate(batch.answers):
            path = batch.photo_path(index)
            with st.container(gap="xsmall"):
                if answer.error is not None or not photos.exists(path):
                    answers.no_photo(answer)
                    continue
                st.image(photos.tile(str(path), answers.RATIO, 560), width="stretch", alt=answer.photo)
                st.subheader(plain(verdict(answer, model.thresholds)), anchor=False)
                st.html(answers.bars(answer, model.thresholds))


def _address(model: Model) -> str:
    return f"{sharing.predict_page(st.context.url or '')}?{KEY}={model.id}"
