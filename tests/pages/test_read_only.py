"""A demo hides what would keep anything; whoever presses it all the same, from an older page or by hand, is refused."""

import shutil
import sys
from pathlib import Path

import pytest
import streamlit as st

from core import read_only
from core.data import mends
from core.data.store import Dataset
from core.model.bundle import Model
from core.model.exams import About
from tests.core.test_read_only import digest
from tests.pages.conftest import Open, make_exam, make_run, press, troubles, unfold, words


@pytest.fixture
def demo(
    workspace: Path, model: Model, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, tuple[str, int]]:
    """A workspace with everything in it that is only looked at; every file of it, as it is to stay."""
    make_run(dataset, "broken", "died")
    about = About("test", dataset.name, dataset.id, dataset.fingerprint, "", "test")
    make_exam(model, dataset, about, {1: ("shirt", 0.8)})
    mends.exclude(dataset, 2)
    monkeypatch.setenv(read_only.VARIABLE, "1")
    monkeypatch.setenv(read_only.SCRATCH_VARIABLE, str(tmp_path / "scratch"))
    for name in ("FITTING_ROOM_STANDBY", "FITTING_ROOM_CHECK_BY_ITSELF"):
        monkeypatch.setenv(name, "1")
    return digest(workspace)


@pytest.fixture
def shown_all_the_same(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Pages with the buttons that a demo hides."""

    def opened(name: str, **address: str) -> object:
        open_page(name, **address)  # loads the modules
        for each in [module for key, module in sys.modules.items() if key.startswith("ui.")]:
            if hasattr(each, "keeps"):
                monkeypatch.setattr(each, "keeps", lambda: True)
        return open_page(name, **address)

    return opened  # type: ignore[return-value]


PRESSED = {
    "dataset": ("Delete", "Rename", "Check the photos", "Undo all", "Share them out", "Look for changes"),
    "train": ("Start learning", "Find out"),
    "train?run=broken": ("Start again", "Delete"),
    "results?run=ended": ("Make a report", "Spoil them and ask"),
    "models": ("Keep", "Delete", "Teach again with the photos of today"),
    "home": ("Take the five-minute tour",),
}


@pytest.mark.parametrize("address", PRESSED)
def test_a_button_of_an_older_page_is_refused(
    workspace: Path, demo: dict[str, tuple[str, int]], shown_all_the_same: Open, address: str
) -> None:
    name, _, chosen = address.partition("?")
    app = shown_all_the_same(name, **dict([chosen.split("=")] if chosen else []))
    if name == "models":
        app = unfold(app, "more_ended")
    for button in PRESSED[address]:
        if button in ("Rename", "Keep"):
            app.text_input[0].set_value("Another")
        press(app, button)
        assert any("nothing is kept" in trouble for trouble in troubles(app)), (button, troubles(app), words(app))
        assert digest(workspace) == demo, button
        app.run()


@pytest.mark.parametrize("address", PRESSED)
def test_it_is_not_there_to_be_pressed(
    workspace: Path, demo: dict[str, tuple[str, int]], open_page: Open, address: str
) -> None:
    name, _, chosen = address.partition("?")
    app = open_page(name, **dict([chosen.split("=")] if chosen else []))
    assert not {button.label for button in app.button} & set(PRESSED[address])
    assert read_only.SENTENCE in words(app)
    assert digest(workspace) == demo


def test_what_the_network_sees_of_a_photo_leads_to_no_training(
    dataset: Dataset, demo: dict[str, tuple[str, int]], open_page: Open
) -> None:
    app = open_page("dataset", dataset=dataset.id, photo="3")
    app.session_state["what_it_sees"] = True
    app = app.run()
    assert troubles(app) == [] and app.slider(key="knob_augment_compact").value == 1.0
    assert "Teach with that much" not in [button.label for button in app.button]


@pytest.mark.parametrize("page", ["home", "dataset", "models"])
def test_photos_that_nobody_has_made_small_are_shown_as_they_come(
    workspace: Path, dataset: Dataset, demo: dict[str, tuple[str, int]], open_page: Open, page: str
) -> None:
    with pytest.MonkeyPatch.context() as owner:
        owner.delenv(read_only.VARIABLE)
        shutil.rmtree(dataset.folder / "pixels")
    st.cache_resource.clear()
    before = digest(workspace)
    app = open_page(page)
    assert not troubles(app) and digest(workspace) == before
