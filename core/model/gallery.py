"""Models that their owners have opened to everybody who signs in: to be asked and read about, never to be changed.

`<common workspace>/shared/<model id>.json` says whose a model is, and what its owner wants to be called. The model
stays where it is: once it is closed, renamed or deleted there, everybody sees that at once.
"""

from dataclasses import dataclass
from pathlib import Path

from core.data.store import checked_name
from core.errors import FittingRoomError, ModelUnreadable, NotFound
from core.files import is_id, read_json, write_json
from core.model.bundle import Model, load_model, read_model
from core.model.card import card_of
from core.settings import PEOPLE, at_home, common_home, home_of, load_settings


@dataclass(frozen=True)
class Shared:
    """A model of somebody's that everybody may ask."""

    model: Model
    by: str  # as its owner wants to be called
    home: Path  # of its owner


def open_to_everybody(model_id: str, by: str) -> None:
    """Lets everybody who signs in ask a model of one's own.

    Args:
        model_id: of the model.
        by: what they are told whose it is.

    Raises:
        NotFound, ModelUnreadable: as `core.model.bundle.load_model`.
        NameInvalid: `by` is empty or too long.
        FittingRoomError: it came with the app, nobody signs in here, or the id is taken.
    """
    model, home = load_model(model_id), load_settings().home
    if model.is_bundled:
        raise FittingRoomError(f"“{model.name}” came with Fitting Room: everybody has it already.")
    if home.parent != common_home() / PEOPLE:
        raise FittingRoomError("Nobody signs in here: whoever can open this page can ask all its models already.")
    said = _said(model_id)
    if said is not None and said["home"] != home.name:
        raise FittingRoomError("A model of somebody else with this very id is open. Export yours, and import it again.")
    write_json(_path(model_id), {"home": home.name, "model": model_id, "by": checked_name(by)})


def close_again(model_id: str) -> None:
    """Takes a model of one's own back; does nothing with those of others, or where it is closed."""
    if is_open(model_id):
        _path(model_id).unlink(missing_ok=True)


def is_open(model_id: str) -> bool:
    """Whether a model of one's own is open to everybody."""
    said = _said(model_id)
    return said is not None and said["home"] == load_settings().home.name


def shared_by_others() -> list[Shared]:
    """What others have opened, newest first."""
    own, found = load_settings().home, []
    for path in (common_home() / "shared").glob("*.json"):
        try:
            shared = load_shared(path.stem)
        except (NotFound, ModelUnreadable):
            continue  # deleted meanwhile; undone, it is back
        if shared.home != own:
            found.append(shared)
    return sorted(found, key=lambda each: each.model.created_at, reverse=True)


def load_shared(model_id: str) -> Shared:
    """A model that somebody has opened.

    Raises:
        NotFound: nobody has, or it is closed or deleted by now.
        ModelUnreadable: it misses something.
    """
    said = _said(model_id)
    if said is not None:
        home = home_of(said["home"])
        for folder in (home / "runs" / model_id / "model", home / "models" / model_id):
            if folder.is_dir():
                with at_home(home):  # which says what its id is
                    return Shared(read_model(folder), said["by"], home)
    raise NotFound(f"Nobody shares a model with the id “{model_id}” any more. Its owner may have closed it again.")


def card_of_shared(shared: Shared) -> str:
    """Its card in Markdown, as its owner sees it."""
    with at_home(shared.home):
        return card_of(shared.model)


def _said(model_id: str) -> dict[str, str] | None:
    """What its file says; None without one, or of one that says something else."""
    said = read_json(_path(model_id)) if is_id(model_id) else None
    if not isinstance(said, dict) or said.get("model") != model_id or not isinstance(said.get("by"), str):
        return None
    return said if is_id(str(said.get("home"))) else None


def _path(model_id: str) -> Path:
    return common_home() / "shared" / f"{model_id}.json"
