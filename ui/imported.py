"""A model that was brought in: what its file turned out to be, and how it fares on photos whose class is known."""

import streamlit as st

from core.model.bundle import load_model
from core.model.importing import SCALINGS, Import
from core.training.versions import Datasets
from ui import import_questions, pickers, strips
from ui.frame import note
from ui.words import count, listed, megabytes, of_100, plain


def understood(now: Import) -> None:
    """What the file turned out to be."""
    found = now.understood
    if found is None:
        return
    colours = "in colour" if found.channels == 3 else "in grey"
    said = [
        f"It is {found.words}: photos of {found.size_px} × {found.size_px}, {colours}, "
        f"{count(found.outputs, 'class', 'classes')}."
    ]
    if now.class_names:
        said.append(
            f"They are {listed([plain(name) for name in now.class_names[:12]])}"
            + (" …" if len(now.class_names) > 12 else ".")
        )
    if now.scaling and found.kind != "own":
        why = f" ({plain(found.why_scaling)})" if now.scaling == found.scaling and found.why_scaling else ""
        said.append(f"Its photos' numbers go from {SCALINGS[now.scaling].words}{why}.")
    if found.scores:
        said.append("It gave scores; they are turned into probabilities :gray[(softmax)].")
    if found.kind in ("tflite", "saved_model"):
        note("Of this kind there is no Keras file: it can be asked and examined, and not exported to other formats.")
    st.markdown(" ".join(said))


def done(now: Import) -> None:
    """The model, and what to do about a scaling that seems wrong."""
    model = load_model(now.model_id)
    if now.check is not None and now.scaling is not None:
        _said_of_photos(now)
    left, right = st.columns([50, 50], gap="medium")
    with left:
        strips.show(model, Datasets().get(str(model.dataset.get("id") or "")))
    with right:
        st.subheader(plain(model.name), anchor=False)
        note(f"{count(len(model.class_names), 'class', 'classes')}, {megabytes(model.size_bytes)}")
        with st.container(horizontal=True):
            if st.button("Ask it", type="primary", key="bring_ask"):
                st.query_params.pop(import_questions.KEY, None)
                pickers.go("predict", model=model.id)
            if st.button("All models", key="bring_all"):
                import_questions.leave()


def _said_of_photos(now: Import) -> None:
    """What came of trying it on photos; a better scaling is one click away."""
    assert now.check is not None and now.scaling is not None
    check, doubt = now.check, now.doubt
    here = f"{count(check.photos, 'photo')} of {plain(check.dataset_name)}"
    right = check.right.get(now.scaling, 0.0)
    if doubt is None:
        st.markdown(f"It is right on **{of_100(right)}** of {here}.")
        return
    st.warning(
        f"This gets {right:.0%} on your data ({here}): the scaling is probably {SCALINGS[doubt].words} "
        f"({check.right[doubt]:.0%}).",
        icon=":material/tune:",
    )
    if st.button(f"Take {SCALINGS[doubt].words}", type="primary", key="bring_better"):
        import_questions.answer(now, scaling=doubt)
