"""That's wrong: said under an answer, seen in a section of its own, learned from, and undone."""

import io
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import jobs
from core.data.store import Dataset
from core.files import write_json
from core.model import answers, corrections
from core.model.answer import Answer
from core.model.bundle import Model, default_model, load_model
from core.sources import garments
from core.training import teaching
from core.training.before_after import BeforeAfter, Score
from tests.pages.conftest import Open, add_model, make_run, press, troubles, words


def drawing(seed: int) -> bytes:
    kept = io.BytesIO()
    garments.draw("skirt", seed, 64).save(kept, "JPEG")
    return kept.getvalue()


@pytest.fixture
def batch(model: Model) -> answers.Batch:
    said = Answer("a.jpg", "dress", 0.93, True, {"dress": 0.93, "shirt": 0.05, "shoes": 0.02})
    bad = Answer("scan.jpg", None, None, None, None, "This is a PDF.")
    return answers.save_batch(model.id, model.name, [("a.jpg", drawing(1)), ("scan.jpg", b"%PDF")], [said, bad])


@pytest.fixture
def told(model: Model) -> corrections.Correction:
    return corrections.correct(drawing(2), Answer("b.jpg", "dress", 0.8, False, {"dress": 0.8}), "<b>*skirt*", model)


@pytest.fixture
def learned(model: Model, dataset: Dataset, told: corrections.Correction, monkeypatch: pytest.MonkeyPatch) -> Model:
    """A model that has learned from corrections, about which nobody has decided."""
    run_dir = make_run(dataset, "newer", "done")
    add_model(run_dir, dataset)

    def start(job_dir: Path, target: str, arguments: dict[str, str]) -> None:
        test = Score(6, 4, 5, 2, 1, {"dress": (2, 2, 2), "shirt": (0, 1, 2), "shoes": (2, 2, 2)})
        corrected = Score(2, 0, 1, 1, 0, {"<b>*skirt*": (0, 1, 2)})
        job_dir.mkdir()
        (job_dir / "end.json").write_text('{"status": "done", "message": "", "at": 1.0}')
        teaching.change(
            arguments["teaching_id"], run_id="newer", result=BeforeAfter(test, corrected, tested=1).to_json()
        )

    monkeypatch.setattr(jobs, "start", start)
    teaching.start_teaching(model)
    return model


def open_answers(open_page: Open, batch: answers.Batch) -> AppTest:
    return open_page("predict", model="ended", answers=batch.id)


def test_a_press_keeps_what_it_is_and_can_be_undone(open_page: Open, batch: answers.Batch) -> None:
    app = open_answers(open_page, batch)
    assert troubles(app) == [] and "What it was told" not in words(app)
    pills = app.button_group(key=f"it_is_{batch.id}_0")
    assert pills.options == ["shirt", "shoes"], "what it said is not offered again"
    app = pills.set_value("shoes").run()
    assert troubles(app) == []
    assert "You said: **shoes**" in words(app) and "What it was told" in words(app)
    assert [each.label for each in corrections.list_corrections()] == ["shoes"]
    app = app.button(key=f"unsay_{batch.id}_0").click().run()
    assert troubles(app) == [] and corrections.list_corrections() == []
    assert "You said" not in words(app)


def test_a_new_name_is_typed_and_offered_from_then_on(open_page: Open, batch: answers.Batch) -> None:
    app = open_answers(open_page, batch)
    app = app.text_input(key=f"something_else_{batch.id}_0").set_value(" Silk  scarf ").run()
    assert [each.label for each in corrections.list_corrections()] == ["Silk scarf"]
    app = app.button(key=f"unsay_{batch.id}_0").click().run()
    corrections.correct(drawing(5), batch.answers[0], "Silk scarf", load_model("ended"))
    app = open_answers(open_page, batch)
    assert app.button_group(key=f"it_is_{batch.id}_0").options == ["shirt", "shoes", r"Silk scarf"]


def test_what_is_no_photo_cannot_be_corrected(open_page: Open, batch: answers.Batch) -> None:
    app = open_answers(open_page, batch)
    with pytest.raises(KeyError):
        app.button_group(key=f"it_is_{batch.id}_1")


def test_the_section_shows_said_and_corrected_and_takes_back(open_page: Open, told: corrections.Correction) -> None:
    app = open_page("predict")
    assert troubles(app) == []
    assert ":gray[~~dress~~ →] " in words(app) and r"**\<b\>\*skirt\***" in words(app) and "<b>" not in words(app)
    app = press(app, "Take back")
    assert corrections.list_corrections() == [] and "What it was told" not in words(app)
    app = press(app, "Undo")
    assert corrections.list_corrections() == [told] and "What it was told" in words(app)


def test_a_model_that_knows_the_test_by_heart_is_not_called_new_to_it(open_page: Open, learned: Model) -> None:
    [done] = teaching.list_teachings(learned.id)
    teaching.change(done.id, result={**(done.result.to_json() if done.result else {}), "known": 4})
    said = words(open_page("predict", model=learned.id))
    assert "The one before has learned from 4 of these" in said and "neither has learned from" not in said


def test_before_and_after_stand_side_by_side_and_the_new_one_is_taken(open_page: Open, learned: Model) -> None:
    app = open_page("predict", model=learned.id)
    assert troubles(app) == []
    assert [(metric.value, metric.delta) for metric in app.metric] == [
        ("5 of 6", "+1 (before: 4)"),
        ("1 of 2", "+1 (before: 0)"),
    ]
    said = words(app)
    assert "Two that were wrong, right now; one the other way round" in said
    assert "One that was wrong, right now; none the other way round" in said
    assert "shirt: 0 → **1** of 2" in said and "shoes:" not in said
    assert "only that it learned them" in said and "One of these it is tested on as well" in said
    app = press(app, "Use the new one")
    assert troubles(app) == [] and app.query_params["model"] in ("newer", ["newer"])
    assert (default_model() or learned).id == "newer" and "It has learned from one of these" in words(app)
    app = press(app, "Throw away what it learned")
    assert troubles(app) == [] and default_model() == learned
    assert "What it was told" in words(app), "what it was told stays"
    assert "What it learned is thrown away" in words(app)
    app = press(app, "Undo")
    assert troubles(app) == [] and app.query_params["model"] in ("newer", ["newer"])
    assert (default_model() or learned).id == "newer" and "It has learned from one of these" in words(app)


def test_what_was_thrown_away_is_offered_back_after_a_reload_too(open_page: Open, learned: Model) -> None:
    app = press(open_page("predict", model=learned.id), "Throw away what it learned")
    assert teaching.list_teachings(learned.id) == []
    token = app.query_params["undo"]
    app = open_page("predict", model=learned.id, undo=token[0] if isinstance(token, list) else token)
    app = press(app, "Undo")
    assert troubles(app) == [] and app.query_params["model"] in (learned.id, [learned.id])
    assert load_model("newer").id == "newer"
    assert "Before and after" in "".join(head.value for head in app.subheader), "and it is still to be decided"


def test_the_old_one_is_kept(open_page: Open, learned: Model) -> None:
    app = press(open_page("predict", model=learned.id), "Keep the old one")
    assert troubles(app) == [] and "You kept this one" in words(app)
    assert default_model() == learned


def test_the_button_starts_and_the_page_shows_how_far_it_is(
    open_page: Open, told: corrections.Correction, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = jobs.state
    started: list[dict[str, str]] = []
    monkeypatch.setattr(jobs, "start", lambda job_dir, target, arguments: started.append(arguments))
    monkeypatch.setattr(
        jobs, "state", lambda path: jobs.JobState("running") if "teachings" in path.parts else state(path)
    )
    app = open_page("predict")
    assert "and 1 photo more" in words(app)
    app = press(app, "Learn from these")
    assert troubles(app) == [] and len(started) == 1
    assert "Stop and keep the best" in [button.label for button in app.button]
    assert "Learn from these" not in [button.label for button in app.button]


def test_what_failed_says_why(open_page: Open, learned: Model) -> None:
    found = teaching.list_teachings(learned.id)[0]
    teaching.change(found.id, result=None)
    end = {"status": "failed", "message": "The disk is full.", "at": 1.0}
    write_json(teaching.job_dir(found.id) / "end.json", end)
    app = open_page("predict", model=learned.id)
    assert troubles(app) == [r"It could not learn from these\. The disk is full\."]
    app = press(app, "Clear away")
    assert troubles(app) == [] and teaching.list_teachings(learned.id) == []
