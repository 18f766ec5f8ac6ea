"""The route under `/report`: the page that was made about a model, in a window of its own, at an address to pass on."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from core.errors import FittingRoomError
from core.files import is_id
from core.model import report
from core.model.bundle import load_model
from core.settings import at_home

GONE = "There is no report here. Make it on the Results page of the model."


def routes(base_path: str = "", home_of: Callable[[Request], Path | None] | None = None) -> list[Route]:
    """What the app's server answers.

    Args:
        base_path: the part of the address under which the app is served, as "shop/fitting-room".
        home_of: where people sign in: the workspace of whoever asks; None of nobody that is known.
    """
    under = f"/{base_path.strip('/')}" if base_path.strip("/") else ""
    shown = show if home_of is None else partial(show_own, home_of=home_of)
    return [Route(under + "/report/{model_id}", shown), Route(under + "/report/{model_id}/{key}", shown)]


def address(model_id: str, key: str = "", base_path: str = "") -> str:
    """Where a report is shown, from the root of the server."""
    place = "/".join(filter(None, [base_path.strip("/"), "report", model_id, key]))
    return f"/{place}"


def show_own(request: Request, home_of: Callable[[Request], Path | None]) -> Response:
    """As `show`, to those alone who made it."""
    home = home_of(request)
    if home is None:
        return PlainTextResponse(GONE, 404)
    with at_home(home):
        return show(request)


def show(request: Request) -> Response:
    """The page as it was made last."""
    key = request.path_params.get("key", "")
    try:
        path = report.page_path(load_model(request.path_params["model_id"]), key) if is_id(key or "none") else None
    except FittingRoomError:
        path = None
    if path is None or not path.exists():
        return PlainTextResponse(GONE, 404)
    return FileResponse(path, media_type="text/html; charset=utf-8", headers={"Cache-Control": "no-cache"})
