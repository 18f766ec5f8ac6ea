"""Learning from corrections, watched: how far it is, then before and after, and which of the two to use."""

import streamlit as st

from core.model.bundle import Model
from core.training import teaching
from core.training.before_after import BeforeAfter, Score
from core.training.live import live
from core.training.teaching import Teaching
from ui import pickers, undo
from ui.frame import calm, muted, note, problem
from ui.words import count, duration, in_words, plain

TICK_S = 0.7
CLASSES = 8
BEFORE_AFTER = "The new one has learned from these, so being right on them shows only that it learned them."


def show(model: Model) -> bool:
    """What was learned from the corrections of a model; returns whether something may be learned now."""
    newest = next(iter(teaching.list_teachings(model.id)), None)
    if newest is None:
        return True
    if newest.run_id == model.id:
        if newest.result is not None:
            _came_from(newest, newest.result)
        return True
    if newest.state.active:
        _watch(newest.id)
        return False
    if newest.result is None:
        _broke_off(newest)
        return True
    if newest.decision is None:
        _choice(newest, newest.result)
        return False
    _decided(newest)
    return True


@st.fragment(run_every=TICK_S)
def _watch(teaching_id: str) -> None:
    """How far it is; ends in a full rerun when it ends."""
    with calm():
        now = teaching.load_teaching(teaching_id)
        if not now.state.active:
            st.rerun()
        share, words = _how_far(now)
        st.progress(share, words)
        with st.container(horizontal=True):
            stopping = now.state.status == "stopping"
            if st.button("Stopping" if stopping else "Stop and keep the best", disabled=stopping, key="stop_teaching"):
                teaching.stop_teaching(teaching_id)
                st.rerun(scope="fragment")


def _how_far(now: Teaching) -> tuple[float, str]:
    run = now.run
    if run is None:
        return 0.0, "Putting the photos together"
    if not run.state.active:
        return 1.0, "Asking both about the same photos"
    told = live(run)
    if told.getting_ready is not None:
        _, done, total = told.getting_ready
        return (done / total if total else 0.0), told.title
    if told.phase == "learning":
        left = f", {duration(told.seconds_left)} left" if told.seconds_left is not None else ""
        return told.progress, f"Learning: round {told.epoch} of {told.epochs}{left}"
    return told.progress, told.title


def _choice(done: Teaching, result: BeforeAfter) -> None:
    with st.container(gap="xxsmall"):
        st.subheader("Before and after", anchor=False)
        muted("Both were asked about the same photos. Which one is to be used?")
    _before_after(result)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Use the new one", type="primary"):
            pickers.choose("model", teaching.decide(done.id, use_new=True))
            st.rerun()
        if st.button("Keep the old one"):
            pickers.choose("model", teaching.decide(done.id, use_new=False))
            st.rerun()
        _throw_away(done)


def _decided(done: Teaching) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        used = done.decision == "used"
        st.markdown(":gray[The one that learned from them is in use.]" if used else ":gray[You kept this one.]")
        if done.run_id and st.button("Ask the new one", type="tertiary"):
            pickers.choose("model", done.run_id)
            st.rerun()
        _throw_away(done)


def _came_from(done: Teaching, result: BeforeAfter) -> None:
    """Of a model that learned from corrections: which, and the way back."""
    with st.container(horizontal=True, vertical_alignment="center"):
        learned = in_words(result.corrected.photos - result.tested)
        st.markdown(f":gray[It has learned from {learned} of these.]", width="content")
        with st.popover("What changed", type="tertiary"):
            _before_after(result)
        _throw_away(done)


def _broke_off(done: Teaching) -> None:
    if done.state.status in ("failed", "died"):
        problem(f"It could not learn from these. {done.state.message}")
    else:
        muted("You stopped it before it had learned anything.")
    _throw_away(done, "Clear away", "What was left of it is cleared away.")


def _throw_away(
    done: Teaching, label: str = "Throw away what it learned", gone: str = "What it learned is thrown away."
) -> None:
    """The new dataset, training and model go to the trash, from where they can come back; the corrections stay."""
    if st.button(label, type="tertiary", help="What it was told stays.", key=f"throw_away_{done.id}"):
        undo.offer(teaching.undo_teaching(done.id), gone)
        pickers.forget("run")
        pickers.choose("model", done.model_id)
        st.rerun()


def _before_after(result: BeforeAfter) -> None:
    left, right = st.columns(2, gap="medium")
    with left, st.container(gap="xsmall"):
        _score("Photos that neither has learned from" if not result.known else "Photos that test it", result.test)
        if result.known:
            note(f"The one before has learned from {result.known:,} of these, so it knows them by heart.")
    with right, st.container(gap="xsmall"):
        named = count(result.corrected.photos, "photo")
        _score(f"The {named} you named" if result.corrected.photos != 1 else "The photo you named", result.corrected)
        note(BEFORE_AFTER)
        if result.tested:
            them = "it" if result.tested == 1 else "them"
            tested = in_words(result.tested).capitalize()
            note(f"{tested} of these it is tested on as well, so it has not learned from {them}.")


def _score(title: str, score: Score) -> None:
    if not score.photos:
        st.markdown(f"**{title}**")
        muted("There is none.")
        return
    change = score.after - score.before
    st.metric(
        title,
        f"{score.after:,} of {score.photos:,}",
        f"{change:+,} (before: {score.before:,})" if change else f"as before: {score.before:,}",
        delta_color="normal" if change else "off",
        width="content",
    )
    note(_flips(score))
    changed = [(label, *each) for label, each in score.classes.items() if each[0] != each[1]]
    changed.sort(key=lambda each: -abs(each[2] - each[1]))
    for label, was, now, total in changed[:CLASSES]:
        note(f"{plain(label)}: {was:,} → **{now:,}** of {total:,}")
    if len(changed) > CLASSES:
        note(f"and {count(len(changed) - CLASSES, 'other class', 'other classes')}")


def _flips(score: Score) -> str:
    if not score.gained and not score.lost:
        return "Right and wrong on the same photos as before."
    gained, lost = (in_words(number) if number else "none" for number in (score.gained, score.lost))
    were = "was" if score.gained == 1 else "were"
    return f"{gained.capitalize()} that {were} wrong, right now; {lost} the other way round."
