"""`report`, as somebody types it, and the address at which the app shows what it made."""

from pathlib import Path

from starlette.requests import Request

from core.api import reports
from tests.core.commands.conftest import Said
from tests.core.conftest import Home


def test_a_report_is_written_where_it_is_wanted(trained_home: Home, at_once, tmp_path: Path, said: Said, refused):
    made = said("report", trained_home.run_id)
    assert made["exam"] == "test" and made["file"] is None
    html = Path(made["html"]).read_bytes()
    assert html.startswith(b"<!doctype html>") and Path(made["pdf"]).read_bytes().startswith(b"%PDF-")
    for name, start in (("one.html", b"<!doctype html>"), ("one.PDF", b"%PDF-")):
        wanted = tmp_path / name
        assert said("report", trained_home.run_id, "--to", str(wanted))["file"] == str(wanted)
        assert wanted.read_bytes().startswith(start)
    watched = said("report", trained_home.run_id, "--part", "validation")
    assert watched["exam"] == "validation" and b"watched with" in Path(watched["html"]).read_bytes()
    assert "ends in .html or .pdf" in refused("report", trained_home.run_id, "--to", "one.docx")
    folder = tmp_path / "others"
    (folder / "dress").mkdir(parents=True)
    assert f"evaluate {trained_home.run_id} {folder}" in refused("report", trained_home.run_id, str(folder))


def test_what_was_made_is_shown_at_an_address_of_its_own(trained_home: Home, at_once, said: Said):
    def status(**path: str) -> int:
        return reports.show(Request({"type": "http", "path_params": path})).status_code

    run_id = trained_home.run_id
    assert status(model_id=run_id, key="test") == 404
    said("report", run_id)
    assert status(model_id=run_id, key="test") == 200
    for other in ({"model_id": run_id}, {"model_id": "nobody"}, {"model_id": run_id, "key": "../exams/test"}):
        assert status(**other) == 404
    assert [route.path for route in reports.routes("/shop/")] == [
        "/shop/report/{model_id}", "/shop/report/{model_id}/{key}",
    ]  # fmt: skip
    assert reports.address(run_id, "test", "shop") == f"/shop/report/{run_id}/test"
    assert reports.address("garments") == "/report/garments"
