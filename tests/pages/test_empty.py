"""Every page of a fresh workspace says what to do next, with one primary button at most."""

import pytest

from tests.pages.conftest import Open, press, troubles, words

TITLES = {
    "home": "Teach a computer to recognise clothes",
    "dataset": "Which photos should it learn from?",
    "train": "Nothing to learn from yet",
    "results": "Nothing has been taught yet",
    "predict": "Nothing to ask yet",
    "models": "No model yet",
}


@pytest.mark.parametrize("page", TITLES)
def test_an_empty_page_leads_on(open_page: Open, page: str) -> None:
    app = open_page(page)
    assert troubles(app) == []
    assert app.title[0].value == TITLES[page]
    primary = [button for button in app.button if button.proto.type == "primary"]
    assert len(primary) == 1


@pytest.mark.parametrize(
    ("page", "kind"), [("dataset", "dataset"), ("train", "run"), ("results", "run"), ("predict", "model")]
)
def test_an_id_that_is_not_there_is_said_calmly_and_leads_back(open_page: Open, page: str, kind: str) -> None:
    app = open_page(page, **{kind: "../../etc"})
    assert "There is no" in troubles(app)[0]
    assert "not expect" not in troubles(app)[0]
    app = press(app, "Show what there is")
    assert troubles(app) == []
    assert app.title[0].value == TITLES[page]


def test_the_tour_begins_with_the_drawn_sample(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[tuple[str, str]] = []

    def start(spec: dict[str, object], name: str) -> str:
        begun.append((str(spec["kind"]), name))
        return "not-there-yet"

    monkeypatch.setattr("ui.tour.start_dataset", start)
    press(open_page("home"), "Take the five-minute tour")
    assert begun == [("garments", "Drawn garments")]


def test_of_a_large_sample_some_or_all_can_be_borrowed(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[tuple[dict[str, object], str]] = []

    def start(spec: dict[str, object], name: str) -> str:
        begun.append((spec, name))
        return "not-there-yet"

    monkeypatch.setattr("ui.tour.start_dataset", start)
    press(open_page("dataset"), "Borrow 5,000")
    press(open_page("dataset"), "All 60,000")
    assert begun == [
        ({"kind": "fashion-mnist", "photos": 5000}, "Fashion-MNIST, 5,000 photos"),
        ({"kind": "cifar-10"}, "CIFAR-10"),
    ]


def test_an_answer_batch_that_is_gone_is_said(open_page: Open, model: object) -> None:
    app = open_page("predict", answers="answers-000000")
    assert "not kept any more" in troubles(app)[0]


def test_a_bug_of_ours_is_shown_with_its_text(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.model.bundle.list_models", lambda: 1 / 0)
    monkeypatch.setattr("ui.models.none_yet", lambda: 1 / 0)
    app = open_page("models")
    assert "Fitting Room did not expect" in troubles(app)[0]
    assert "ZeroDivisionError" in app.code[0].value
    assert "Models" not in words(app)
