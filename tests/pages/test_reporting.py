"""The report on the Results page: made when asked for, then opened or taken along."""

from core import jobs
from core.files import write_json
from core.model import report
from core.model.bundle import Model, load_model, rename_model
from tests.pages.conftest import Open, press, troubles, words


def test_a_report_is_made_opened_and_taken_along(open_page: Open, model: Model, at_once) -> None:
    app = open_page("results", run="ended")
    assert troubles(app) == [] and not app.get("link_button")
    app = press(app, "Make a report")
    assert troubles(app) == []
    [link] = app.get("link_button")
    assert (link.proto.label, link.proto.url) == ("Open the report", "/report/ended")
    assert "Made today." in words(app) and "Since then" not in words(app)
    made = report.load_made(load_model("ended"), None)
    assert made is not None and b"Report on" in made.html.read_bytes()
    assert [each.proto.label for each in app.get("download_button")] == ["Save as PDF", "Save as HTML"]
    rename_model("ended", "Another name")
    assert "Since then" in words(open_page("results", run="ended"))


def test_a_failure_that_nobody_expected_shows_its_log(open_page: Open, model: Model) -> None:
    job_dir = report.job_dir(model, "")
    write_json(job_dir / "job.json", {"target": "x:y", "arguments": {}, "queue": None, "started_at": 1.0})
    write_json(job_dir / "end.json", {"status": "failed", "message": jobs.BUG, "at": 2.0})
    (job_dir / "log.txt").write_text("ZeroDivisionError", "utf-8")
    app = open_page("results", run="ended")
    assert "The log below says where" in troubles(app)[0]
    assert [each.label for each in app.expander][-1] == "What happened" and app.code[-1].value == "ZeroDivisionError"
