"""A training that has ended: the result in words, and what one can do next."""

import streamlit as st

from core import jobs
from core.data.quality.suspects import suspects_left
from core.data.store import load_dataset
from core.errors import DatasetDamaged, NotFound
from core.training.backbones import is_here
from core.training.coach import Word
from core.training.live import Live, live
from core.training.runs import Run
from core.training.starting import resume_run, start_run
from ui import curves, keeping, network, pickers, recipes
from ui.frame import heading, keeps, note, problem
from ui.training import lead
from ui.words import count, in_words, of_100, plain, took

WHY = {
    "no_better": "It stopped by itself: no round was better for a while.",
    "time": "It stopped when its time was up.",
    "stopped": "You stopped it.",
}
BAD = {"diverged": "", "collapsed": "", "stepped_back": "", "guessing": "is "}  # what leads over to the coach's words


def ended(run: Run) -> None:
    """The whole page of a run that has ended."""
    now = live(run)
    heading("Train", _title(now), lead(run, now))
    _outcome(run, now)
    _suspects(run)
    _next_steps(run, now)
    curves.two_curves(now)
    curves.eight_photos(run, now, "What it said at the end", "Eight photos it did not learn from.")
    network.under_the_hood(now)


def _title(now: Live) -> str:
    if now.result:
        return f"Right on {of_100(now.result['test']['accuracy'])} photos"
    if now.phase == "died":
        done = len(now.epoch_rows)
        rounds = f"{in_words(done)} {'round' if done == 1 else 'rounds'}"
        return f"It broke off after {rounds}" if done else "It broke off early"
    return "It could not go on" if now.phase == "failed" else "Stopped"


def _outcome(run: Run, now: Live) -> None:
    if now.phase in ("failed", "died"):
        problem(now.message)
    elif not run.has_model:
        kept = f"The {count(len(now.epoch_rows), 'round')} before are kept: go on when you like."
        nothing = "It was stopped before it had learned anything worth keeping."
        st.info(f"You stopped it. {kept}" if run.can_resume else nothing, icon=":material/pause_circle:")
    else:
        seconds = now.result["seconds"] if now.result else 0.0
        best = f", keeping round {now.best_epoch}" if now.best_epoch else ""
        rounds = count(len(now.epoch_rows), "round")
        why = WHY.get(now.stopped_because or "", "")
        ready = f"ready after {rounds}, {took(seconds)}{best}. {why}".rstrip()
        if word := _bad(run, now):
            said = f"**{plain(run.name)}** {BAD[word.kind]}{word.sentence}. {word.advice}"
            st.warning(f"{said} It is {ready}", icon=":material/lightbulb:")
        else:
            st.success(f"**{plain(run.name)}** is {ready}", icon=":material/check:")
    if run.note:
        note(plain(run.note))
    if run.tensorboard:
        note("Logs for TensorBoard:")
        st.code(f"tensorboard --logdir {run.folder / 'tensorboard'}", language=None, wrap_lines=True)


def _suspects(run: Run) -> None:
    """Leads to the photos that may bear the wrong name, where it found any that are not mended yet."""
    try:
        photos = suspects_left(load_dataset(run.dataset_id), run.id) if run.has_model else 0
    except (NotFound, DatasetDamaged):  # the model is there all the same
        return
    if not photos:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"{count(photos, 'photo')} may bear the wrong name.", width="content")
        if st.button("Look at them" if photos > 1 else "Look at it", type="tertiary", key="to_suspects"):
            pickers.go("dataset", dataset=run.dataset_id, finding="suspects")


def _bad(run: Run, now: Live) -> Word | None:
    """What the coach says of a model that is not worth using."""
    return now.coach if run.has_model and now.coach is not None and now.coach.kind in BAD else None


def _next_steps(run: Run, now: Live) -> None:
    bad = _bad(run, now) is not None
    blind = now.phase == "failed" and run.recipe.name == "transfer" and not is_here(run.recipe.backbone)
    with st.container(horizontal=True, vertical_alignment="center"):
        if bad and keeps():
            _again(run, prominent=True)
        if keeps() and blind and st.button("Use Classic instead", type="primary"):
            recipes.instead(run, "classic")
        if run.has_model:
            if st.button("See the results", type="secondary" if bad else "primary"):
                pickers.go("results", run=run.id)
            if st.button("Ask it"):
                pickers.go("predict", model=run.id)
        if keeps():
            _go_on(run, bad, blind)
    log = jobs.log_tail(run.job_dir)
    if now.phase in ("failed", "died") and log:
        with st.expander("What happened"):
            st.code(log, language=None, wrap_lines=True)


def _go_on(run: Run, bad: bool, blind: bool) -> None:
    """What teaches more, or keeps it otherwise."""
    if run.can_resume and st.button(
        f"Go on from round {run.kept_rounds + 1}", type="secondary" if run.has_model or blind else "primary"
    ):
        resume_run(run.id)
        st.rerun()
    if not run.has_model and st.button("Start again", type="secondary" if run.can_resume or blind else "primary"):
        pickers.choose("run", start_run(run.dataset_id, run.recipe))
        st.rerun()
    if not bad:
        _again(run)
    if st.button("Teach another"):
        pickers.teach_another(run.dataset_id)
    keeping.more(run, "ended")


def _again(run: Run, prominent: bool = False) -> None:
    help_text = "Opens the recipe with its knobs as they stood for this one."
    if st.button("Run again with …", type="primary" if prominent else "secondary", help=help_text):
        recipes.begin_again(run)
