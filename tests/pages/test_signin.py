"""Who is not signed in sees one page and nothing else; who is, their own name and the way out."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import ScriptRunContext, add_script_run_ctx

from core import read_only
from core.data.store import Dataset
from core.errors import SettingInvalid, SignInMissing
from core.settings import ask_whose, load_settings
from tests.pages.conftest import Open, troubles, words
from ui import datasets, saving, signin

PROVIDERS = {"redirect_uri": "http://localhost:8501/oauth2callback", "cookie_secret": "x" * 32}
NAMED = {"google": {"client_id": "1"}, "github": {"client_id": "2"}}
PAGES = ["home", "dataset", "train", "results", "predict", "models"]


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(signin, "_configured", lambda: PROVIDERS | NAMED)
    yield
    ask_whose(None)


def person(number: str, issuer: str = "https://accounts.example") -> dict[str, Any]:
    return {"is_logged_in": True, "iss": issuer, "sub": number, "name": f"Number {number}"}


def home_seen_by(user: dict[str, Any]) -> Path | type[Exception]:
    """The workspace in a script that Streamlit runs for somebody; or what it raises."""
    context = ScriptRunContext("id", print, "", None, None, "", user, None, None)  # type: ignore[arg-type]
    found: list[Path | type[Exception]] = []

    def script() -> None:
        try:
            found.append(load_settings().home)
        except SignInMissing as error:
            found.append(type(error))

    thread = add_script_run_ctx(threading.Thread(target=script), context)
    thread.start()
    thread.join()
    return found[0]


def test_each_script_finds_the_workspace_of_its_visitor(configured: None, workspace: Path) -> None:
    signin.begin()
    homes = [home_seen_by(person("1")), home_seen_by(person("2")), home_seen_by(person("1", "https://other.example"))]
    assert len(set(homes)) == 3 and all(home.parent == workspace / "people" for home in homes)  # type: ignore[union-attr]
    assert home_seen_by({**person("1"), "name": "Renamed", "email": "new@example.com"}) == homes[0]
    for nobody in ({}, {"is_logged_in": False}, {**person("1"), "sub": ""}, {**person("1"), "is_logged_in": "yes"}):
        assert home_seen_by(nobody) is SignInMissing
    with pytest.raises(SignInMissing):
        _ = load_settings().home


@pytest.mark.parametrize("offer", [saving._button, datasets._saving])
def test_a_file_that_is_made_later_is_made_of_the_same_workspace(
    configured: None, monkeypatch: pytest.MonkeyPatch, offer: Callable[..., None]
) -> None:
    signin.begin()
    offered: list[Callable[[], object]] = []
    monkeypatch.setattr(st, "download_button", lambda _, make, *__, **___: offered.append(make))
    with monkeypatch.context() as visiting:
        visiting.setattr(signin, "_user", lambda: person("1"))
        offer("Table", lambda: load_settings().home, "table.csv", "text/csv")
        home = load_settings().home
    assert offered[0]() == home


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_sees_nothing_but_the_way_in(configured: None, dataset: Dataset, open_page: Open, page: str) -> None:
    app = open_page(page, dataset=dataset.id)
    assert troubles(app) == [] and [title.value for title in app.title] == ["Sign in to your fitting room"]
    assert [button.label for button in app.button] == ["Sign in with Google", "Sign in with GitHub"]
    assert "Wardrobe" not in words(app) and not app.sidebar.markdown


def test_somebody_known_sees_their_own_and_the_way_out(
    configured: None, dataset: Dataset, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signin, "_user", lambda: person("1"))
    app = open_page("home")
    assert troubles(app) == [] and "Wardrobe" not in words(app)
    assert "Number 1" in [element.value for element in app.sidebar.markdown]
    assert [button.label for button in app.sidebar.button] == ["Sign out"]


def test_a_demo_asks_nobody_who_they_are(
    configured: None, dataset: Dataset, open_page: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(read_only.VARIABLE, "1")
    monkeypatch.setenv(read_only.SCRATCH_VARIABLE, str(tmp_path / "scratch"))
    app = open_page("dataset")
    assert troubles(app) == [] and app.title[0].value.startswith("Wardrobe")


def test_secrets_that_cannot_be_read_open_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secrets.toml").write_text("[auth\n")
    monkeypatch.setattr(st, "get_option", lambda _: [str(tmp_path / "secrets.toml")])
    monkeypatch.setattr(st.secrets, "_secrets", None)
    monkeypatch.setattr("streamlit.config.get_option", lambda _: [str(tmp_path / "secrets.toml")])
    with pytest.raises(SettingInvalid, match=r"Mend .*secrets\.toml"):
        signin._configured.__wrapped__()
