"""Bringing a model in, on the Models page: what was understood, what is asked, and why a file was not taken."""

from pathlib import Path
from typing import Any

import pytest

from core import jobs
from core.files import write_json
from core.model.importing.understood import Understood
from core.settings import load_settings
from tests.pages.conftest import LABELS, Open, at_work, press, troubles, words


def brought(**files: Any) -> str:
    """An import whose job has ended."""
    folder: Path = load_settings().imports_dir / "theirs-1"
    facts = Understood("h5", 96, 3, 3, 99, None, None, "", False).to_json()
    usual = {"import": {"name": "", "file_name": "their <b>model</b>.h5", "created_at": 1.0}, "understood": facts}
    for name, content in {**usual, **files}.items():
        write_json(folder / f"{name}.json", content)
    write_json(folder / "job" / "job.json", {"target": "x:y", "arguments": {}, "queue": None, "started_at": 1.0})
    write_json(folder / "job" / "end.json", {"status": "done", "message": "", "at": 2.0})
    return folder.name


def test_the_button_leads_to_where_a_file_is_dropped(open_page: Open, workspace: Path) -> None:
    app = press(open_page("models"), "Bring one in")
    assert troubles(app) == [] and "Nothing of it is run" in words(app)
    assert app.query_params["bring"] == "new"


def test_names_and_scaling_are_asked_and_the_best_is_offered(
    open_page: Open, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []
    monkeypatch.setattr("core.jobs.start", lambda *told: started.append(told))
    app = open_page("models", bring=brought())
    assert troubles(app) == [] and "photos of 96 × 96, in colour, 3 classes" in words(app)
    app.text_area[0].set_value("dress\nshirt").run()
    app = press(app, "Go on")
    assert "tells 3 classes apart" in troubles(app)[0] and started == []

    check = {
        "dataset": "d",
        "dataset_name": "Shop",
        "photos": 200,
        "right": {"0..255": 0.12, "-1..1": 0.86, "0..1": 0.3},
    }
    said = {"name": "", "file_name": "theirs.h5", "created_at": 1.0, "class_names": LABELS}
    app = open_page("models", bring=brought(check=check, **{"import": said}))
    assert "86 of 100" in words(app) and app.radio[0].value == "-1..1"
    press(app, "Take it")
    assert len(started) == 1


def test_while_it_is_read_it_can_be_stopped_and_a_failure_shows_its_log(open_page: Open, workspace: Path) -> None:
    folder = load_settings().imports_dir / brought()
    (folder / "job" / "end.json").unlink()
    with at_work(folder):
        app = open_page("models", bring=folder.name)
        assert troubles(app) == [] and "Getting ready" in words(app)
        press(app, "Stop")
        assert (folder / "job" / "stop").exists()
    write_json(folder / "job" / "end.json", {"status": "failed", "message": jobs.BUG, "at": 2.0})
    (folder / "job" / "log.txt").write_text("ZeroDivisionError", "utf-8")
    app = open_page("models", bring=folder.name)
    assert "The log below says where" in troubles(app)[0] and app.code[-1].value == "ZeroDivisionError"


def test_a_refusal_says_why_and_shows_nothing_of_the_file_as_markup(open_page: Open, workspace: Path) -> None:
    app = open_page("models", bring=brought(refused="It has a Lambda layer: <b>a program</b>."))
    assert "a Lambda layer" in troubles(app)[0] and "<b>" not in words(app).replace("\\<b\\>", "")
