"""Where people sign in, each has a workspace of their own; what they open to everybody is asked and read, no more."""

import asyncio
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.requests import Request

from core.api import reports, routes
from core.data.store import list_datasets
from core.errors import FittingRoomError, NotFound, SignInMissing
from core.files import read_json, write_json
from core.model import bundle, gallery
from core.model.bundle import BUNDLED_DIR as MODELS
from core.model.bundle import delete_model, list_models, load_model, restore_model
from core.model.report import page_path
from core.processes import environment
from core.settings import ask_whose, at_home, at_this_home, common_home, home_of, load_settings

ADA, BEN = "ada0", "ben0"


@pytest.fixture
def signed_in() -> Iterator[Callable[[str | None], None]]:
    """People sign in; says who does in this thread. Nobody is known in others."""
    this, who = threading.get_ident(), [""]
    ask_whose(lambda: who[0] if threading.get_ident() == this else None)
    yield lambda person: who.__setitem__(0, person or "")
    ask_whose(None)


@pytest.fixture
def adas(signed_in: Callable[[str | None], None]) -> str:
    """The id of a model of Ada's, who is signed in."""
    signed_in(ADA)
    made = load_settings().runs_dir / "adas" / "model"
    shutil.copytree(MODELS / "garments", made)
    write_json(made / "model.json", {**read_json(made / "model.json"), "name": "Adas own"})
    return "adas"


def in_a_thread(function: Callable[[], object]) -> list[object]:
    """What it gives, or raises, in a thread that knows nobody."""
    found: list[object] = []

    def run() -> None:
        try:
            found.append(function())
        except FittingRoomError as error:
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found


def test_where_nobody_signs_in_there_is_one_workspace(workspace: Path) -> None:
    assert load_settings().home == load_settings().scratch == workspace == common_home()
    assert at_this_home(list_datasets) is list_datasets


def test_each_has_a_workspace_and_so_have_their_jobs(workspace: Path, signed_in: Callable[[str | None], None]) -> None:
    for person in (ADA, BEN):
        signed_in(person)
        assert load_settings().home == workspace / "people" / person == home_of(person)
        assert load_settings().uploads_dir.is_relative_to(home_of(person))
        assert environment()["FITTING_ROOM_HOME"] == str(home_of(person))


def test_a_thread_that_knows_nobody_finds_no_workspace(signed_in: Callable[[str | None], None]) -> None:
    signed_in(ADA)
    [error] = in_a_thread(list_datasets)
    assert isinstance(error, SignInMissing)
    [flag] = in_a_thread(lambda: load_settings().allow_private_hosts)
    assert flag is True
    signed_in(None)
    with pytest.raises(SignInMissing):
        environment()


def test_a_thread_is_told_for_whom_it_works(signed_in: Callable[[str | None], None]) -> None:
    signed_in(ADA)
    told = at_this_home(lambda: load_settings().home)
    signed_in(BEN)
    assert in_a_thread(told) == [home_of(ADA)]
    assert load_settings().home == home_of(BEN)


def test_other_programs_ask_the_common_workspace(adas: str, workspace: Path) -> None:
    def asked() -> object:
        return json.loads(asyncio.run(routes.health(Request({"type": "http"}))).body)["model"]

    assert [model.id for model in list_models()] == ["adas"]
    assert in_a_thread(asked) == [None]
    shutil.copytree(MODELS / "garments", workspace / "models" / "everybodys")
    assert in_a_thread(asked) == ["everybodys"]


def test_a_report_is_shown_to_those_alone_who_made_it(adas: str) -> None:
    page = page_path(load_model(adas))
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("a report")

    def shown(home: Path | None) -> object:
        [route, _] = reports.routes("", lambda _: home)
        request = Request({"type": "http", "path_params": {"model_id": adas}})
        return in_a_thread(lambda: route.endpoint(request).status_code)

    assert [shown(home) for home in (home_of(ADA), home_of(BEN), None)] == [[200], [404], [404]]


def test_an_open_model_is_read_by_others_until_it_is_closed(adas: str, signed_in: Callable[[str | None], None]) -> None:
    gallery.open_to_everybody(adas, " A. ")
    assert gallery.is_open(adas) and gallery.shared_by_others() == []
    signed_in(BEN)
    [shared] = gallery.shared_by_others()
    assert (shared.model.id, shared.model.name, shared.by, shared.home) == (adas, "Adas own", "A.", home_of(ADA))
    card = gallery.card_of_shared(shared)
    assert "# Adas own" in card and "--model adas`" in card and load_settings().home == home_of(BEN)
    with pytest.raises(NotFound):
        load_model(adas)
    gallery.close_again(adas)
    assert not gallery.is_open(adas) and gallery.shared_by_others()
    signed_in(ADA)
    gallery.close_again(adas)
    signed_in(BEN)
    assert gallery.shared_by_others() == []
    with pytest.raises(NotFound, match="closed it again"):
        gallery.load_shared(adas)


def test_a_deleted_model_is_not_shared_and_brought_back_it_is(
    adas: str, signed_in: Callable[[str | None], None]
) -> None:
    gallery.open_to_everybody(adas, "A.")
    token = delete_model(adas)
    signed_in(BEN)
    assert gallery.shared_by_others() == []
    signed_in(ADA)
    restore_model(token)
    signed_in(BEN)
    assert len(gallery.shared_by_others()) == 1


def test_what_is_not_ones_own_cannot_be_opened(
    adas: str, signed_in: Callable[[str | None], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery.open_to_everybody(adas, "A.")
    monkeypatch.setattr(bundle, "BUNDLED_DIR", MODELS)
    with pytest.raises(FittingRoomError, match="came with Fitting Room"):
        gallery.open_to_everybody("garments", "A.")
    signed_in(BEN)
    with pytest.raises(NotFound):
        gallery.open_to_everybody(adas, "Ben")
    shutil.copytree(MODELS / "garments", load_settings().models_dir / adas)
    with pytest.raises(FittingRoomError, match="somebody else"):
        gallery.open_to_everybody(adas, "Ben")
    ask_whose(None)
    shutil.copytree(MODELS / "garments", load_settings().models_dir / "mine")
    with pytest.raises(FittingRoomError, match="Nobody signs in"):
        gallery.open_to_everybody("mine", "me")


@pytest.mark.parametrize("said", [{"home": "../people/ada0"}, {"home": ""}, {"model": "other"}, {"by": 3}, None])
def test_a_file_that_says_something_else_shares_nothing(
    adas: str, signed_in: Callable[[str | None], None], said: dict[str, object] | None
) -> None:
    gallery.open_to_everybody(adas, "A.")
    path = common_home() / "shared" / "adas.json"
    write_json(path, None if said is None else {**read_json(path), **said})
    signed_in(BEN)
    assert gallery.shared_by_others() == []
    with at_home(home_of(ADA)), pytest.raises(NotFound):
        gallery.load_shared("../shared/adas")
