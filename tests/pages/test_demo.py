"""Demo mode, and the code for phones."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.data.store import Dataset
from core.jobs import JobState
from core.model.answers import load_batch
from core.model.bundle import Model
from core.settings import load_settings
from tests.conftest import picture
from tests.pages.conftest import Open, Oracle, press, troubles, words
from ui import answers, phones


def asked(app: AppTest) -> list[str]:
    """The names of the photos that the page shows answers about."""
    return [answer.photo for answer in load_batch(app.query_params["answers"]).answers]


def sidebar(app: AppTest) -> list[object]:
    return [element for element in app.sidebar.children.values()]


def click(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


def test_demo_mode_is_one_click_away_and_has_no_sidebar(model: Model, open_page: Open) -> None:
    page = open_page("predict", model=model.id)
    assert sidebar(page)
    page = click(page, "demo_begin")
    assert page.query_params["demo"] == "yes" and not troubles(page)
    assert not sidebar(page)
    assert "Photos it never saw while it learned" in words(page) and "Drawings" in words(page)


def test_a_sample_is_asked_about_with_one_click_and_one_more_starts_over(model: Model, open_page: Open) -> None:
    page = click(open_page("predict", model=model.id, demo="yes"), "demo_1")
    assert not troubles(page)
    assert [header.value for header in page.header] == ["A dress\\, very likely"]
    page = click(click(page, "demo_2"), "demo_reset")
    assert "answers" not in page.query_params and not page.header
    assert page.query_params["demo"] == "yes"


def test_the_photos_of_its_test_come_before_the_drawings(model: Model, dataset: Dataset, open_page: Open) -> None:
    rows = dataset.manifest().query("status == 'ok' and part == 'test'")
    page = open_page("predict", model=model.id, demo="yes")
    [first] = asked(click(page, "demo_1"))
    assert first == "photo-1.jpg"
    number = min(6, len(rows))
    assert asked(click(page, f"demo_{number + 1}")) == ["drawing-1.jpg"]
    kept = next(load_settings().answers_dir.glob("*/00000.jpg"))
    assert kept.stat().st_size > 0


def test_without_its_photos_there_are_the_drawings(bundled: object, open_page: Open) -> None:
    page = open_page("predict", demo="yes")
    assert "Drawings" in words(page) and "never saw" not in words(page)
    assert asked(click(page, "demo_2")) == ["drawing-2.jpg"]
    assert not troubles(page)


def test_leaving_shows_the_same_answer_on_the_usual_page(model: Model, open_page: Open) -> None:
    page = click(open_page("predict", model=model.id, demo="yes"), "demo_1")
    answered = page.query_params["answers"]
    page = click(page, "demo_leave")
    assert "demo" not in page.query_params and page.query_params["answers"] == answered
    assert sidebar(page)


def test_several_answers_are_shown_together(model: Model, open_page: Open) -> None:
    asked_now = answers.ask(model, [("a.jpg", picture(1)), ("b.jpg", picture(2)), ("c.jpg", b"%PDF")])
    page = open_page("predict", model=model.id, answers=asked_now.id, demo="yes")
    assert not troubles(page) and not page.header
    assert words(page).count("A dress") == 2 and "Could not be read" in words(page)


def test_an_answer_can_be_asked_why_and_told_that_it_is_wrong(bundled: object, open_page: Open) -> None:
    page = click(open_page("predict", demo="yes"), "demo_1")
    page = press(page, "Why?")
    assert not troubles(page) and any("With the warmest tenth" in each.value for each in page.markdown)
    ways = next(group for group in page.button_group if group.label == "It's a …")
    page = ways.set_value(ways.options[0].replace("\\", "")).run()
    assert not troubles(page) and "You said: " in words(page)


def test_many_are_asked_about_by_a_job_that_shows_how_far_it_is(
    at_once: None, model: Model, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.model.asking.load_predictor", Oracle)
    page = open_page("predict", model=model.id, demo="yes")
    files = [(f"{number}.jpg", picture(number), "image/jpeg") for number in range(61)]
    page = page.file_uploader[0].set_value(files).run()
    assert not troubles(page) and page.query_params["demo"] == "yes"
    assert "61 photos: all sure" in words(page) and "Drawings" not in words(page)
    batch = load_batch(page.query_params["answers"])
    assert batch.source is not None
    monkeypatch.setattr("core.jobs.state", lambda job_dir: JobState("running"))
    page = open_page("predict", model=model.id, demo="yes", answers=batch.id)
    assert not troubles(page)
    assert "61 of 61 photos are answered" in words(page), "the progress"
    assert "Stop here" in [button.label for button in page.button] and len(page.get("image")) == 8
    page = click(page, "demo_reset")
    assert "answers" not in page.query_params and "Drawings" in words(page)


@pytest.mark.parametrize(
    ("url", "bound", "own", "found"),
    [
        ("http://localhost:8501/predict", "localhost", "192.168.1.20", None),
        ("http://localhost:8501/predict", "127.0.0.1", "192.168.1.20", None),
        ("http://localhost:8501/predict", "0.0.0.0", "192.168.1.20", "http://192.168.1.20:8501/predict"),
        ("http://127.0.0.1:8501/predict", None, "192.168.1.20", "http://192.168.1.20:8501/predict"),
        ("http://0.0.0.0:8501/predict", "0.0.0.0", "192.168.1.20", "http://192.168.1.20:8501/predict"),
        ("http://localhost:8501/predict", "0.0.0.0", None, None),
        ("http://localhost:8501/predict", "10.0.0.7", None, "http://10.0.0.7:8501/predict"),
        ("http://[::1]:8501/predict", "::", "fd00::7", "http://[fd00::7]:8501/predict"),
        ("http://10.0.0.7:8501/predict?a=b", "0.0.0.0", "192.168.1.20", "http://10.0.0.7:8501/predict"),
        ("https://clothes.example/room/predict", "127.0.0.1", None, "https://clothes.example/room/predict"),
        ("", "0.0.0.0", "192.168.1.20", None),
    ],
)
def test_phones_are_sent_to_an_address_that_they_can_reach(
    url: str, bound: str | None, own: str | None, found: str | None
) -> None:
    assert phones.address(url, bound, own) == found


@pytest.fixture
def browsing(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """As if a browser showed that address, of a server that answers on that one."""

    def browse(url: str, bound: str) -> None:
        monkeypatch.setattr("streamlit.runtime.context.ContextProxy.url", url)
        monkeypatch.setattr("ui.phones.st.get_option", lambda name: bound)

    return browse


def test_where_phones_get_in_there_is_a_code_with_the_address_and_the_model(
    model: Model, open_page: Open, browsing: Callable[[str, str], None]
) -> None:
    browsing("http://10.0.0.7:8501/predict", "0.0.0.0")
    page = open_page("predict", model=model.id, demo="yes")
    assert "http://10.0.0.7:8501/predict" in words(page) and not troubles(page)
    alts = [shown.alt for image in page.get("image") for shown in image.proto.imgs]
    assert f"A QR code with the address http://10.0.0.7:8501/predict?model={model.id}" in alts


def test_where_they_do_not_the_page_says_how_to_let_them_in(
    model: Model, open_page: Open, browsing: Callable[[str, str], None]
) -> None:
    browsing("http://localhost:8501/predict", "localhost")
    assert "make run ADDRESS=0.0.0.0" in words(open_page("predict", model=model.id, demo="yes"))
