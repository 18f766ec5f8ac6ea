"""The routes under `/api`: is it there, what is on this photo, and how to ask. Off until a token is set."""

import asyncio
import hmac
import math
import tomllib
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from core.api import description
from core.api.allowance import Allowance
from core.api.asked import Asked, bounded, read
from core.errors import FittingRoomError, NotFound, RequestRefused
from core.model.answer import Answer
from core.model.bundle import Model, default_model, load_model
from core.model.predictor import Predictor, load_predictor
from core.settings import at_home, common_home, load_settings
from core.sources.web import fetch_photo

P = ParamSpec("P")
T = TypeVar("T")
SENDING_S = 60.0  # for the body of a request to arrive
ANSWERING_S = 90.0  # for all its answers, addresses fetched
LOOKING = ThreadPoolExecutor(2, "api-look")  # decoding overlaps; a model answers one call at a time
FETCHING = ThreadPoolExecutor(4, "api-fetch")  # each holds a photo of up to 20 MB
ALLOWANCE = Allowance()
OFF = "Other programs are not answered here. Start Fitting Room with FITTING_ROOM_API_TOKEN set to let them in."


def routes(base_path: str = "") -> list[Mount]:
    """What the app's server answers besides its pages.

    Args:
        base_path: the part of the address under which the app is served, as "shop/fitting-room".
    """
    under = f"/{base_path.strip('/')}" if base_path.strip("/") else ""
    inner = Starlette(
        routes=[
            Route("/health", health),
            Route("/predict", predict, methods=["POST"]),
            Route("/openapi.json", openapi),
            Route("/docs", docs),
        ],
        exception_handlers={FittingRoomError: _said, HTTPException: _said_by_starlette, Exception: _our_mistake},
    )
    return [Mount(f"{under}/api", app=_WhenOn(inner))]


class _WhenOn:
    """Lets requests through while a token is set; else nothing is here."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        on = scope["type"] != "http" or load_settings().api_token
        await (self.app if on else JSONResponse({"error": OFF}, 404))(scope, receive, send)


async def health(request: Request) -> Response:
    """That it is there, and who would answer. Needs no token: the pages show as much to everybody."""
    model = await _in(LOOKING, default_model)
    return JSONResponse({"status": "ok", "model": None if model is None else model.id, "version": _version()})


async def predict(request: Request) -> Response:
    """What is on these photos."""
    asker = _admitted(request)
    body = bounded(request)
    try:
        asked = await _within(SENDING_S, read(body), 408, "The request did not arrive in {} s. Send it again.")
        _take(asker, asked.number - 1)
        answers = await _within(ANSWERING_S, _answers(asked), 503, "It took more than {} s. Ask about fewer photos.")
    finally:
        await body.close()
    return JSONResponse([_told(answer, asked.top) for answer in answers])


async def openapi(request: Request) -> Response:
    """The description for machines."""
    return JSONResponse(description.document(_version()))


async def docs(request: Request) -> Response:
    """The description for people; it loads nothing."""
    page = description.page(description.document(_version()), str(request.url.replace(query="")).removesuffix("/docs"))
    return HTMLResponse(page, headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"})


def _admitted(request: Request) -> str:
    """Who asks: known by the token, told apart by where they ask from. Those who guess have an allowance too.

    Raises:
        RequestRefused: 401 without the right token, 429 too often.
    """
    kind, _, shown = request.headers.get("authorization", "").partition(" ")
    right = kind.lower() == "bearer" and hmac.compare_digest(
        shown.strip().encode(), load_settings().api_token.encode()
    )  # takes the same time wherever the first wrong character stands
    place = request.client.host if request.client else ""
    asker = f"{'known' if right else 'stranger'} {place}"
    _take(asker, 1)
    if not right:
        raise RequestRefused(
            "Show the token that Fitting Room was started with: Authorization: Bearer …",
            401,
            {"WWW-Authenticate": "Bearer"},
        )
    return asker


def _take(asker: str, number: int) -> None:
    per_minute = load_settings().api_photos_per_minute
    wait_s = math.ceil(ALLOWANCE.take(asker, number, per_minute))
    if wait_s:
        raise RequestRefused(
            f"That is more than {per_minute:,} photos a minute. Ask again in {wait_s} s.",
            429,
            {"Retry-After": str(wait_s)},
        )


async def _answers(asked: Asked) -> list[Answer]:
    """The answers in the order of the request, photos before addresses; other requests have their turn in between."""
    predictor = await _in(LOOKING, _predictor, asked.model_id)
    fetched = asyncio.gather(*(_in(FETCHING, _fetch_and_look, predictor, each) for each in asked.addresses))
    try:
        answers = [
            await _in(LOOKING, _look, predictor, photo.filename or "photo", await photo.read())
            for photo in asked.photos
        ]
        return answers + await fetched
    finally:
        fetched.cancel()


def _predictor(model_id: str | None) -> Predictor:
    model: Model | None = load_model(model_id) if model_id else default_model()
    if model is None:
        raise NotFound("There is no model yet. Teach one first, on the page Train.")
    return load_predictor(model)


def _look(predictor: Predictor, name: str, content: bytes) -> Answer:
    [answer] = predictor.predict_photos([(name, content)])
    return answer


def _fetch_and_look(predictor: Predictor, address: str) -> Answer:
    try:
        content = fetch_photo(address)
    except FittingRoomError as error:
        return Answer(address, None, None, None, None, str(error))
    return _look(predictor, address, content)


def _told(answer: Answer, top: int | None) -> dict[str, Any]:
    """An answer as it is described, with its likeliest classes."""
    told = {name: getattr(answer, name) for name in description.ANSWER["properties"]}
    if answer.probabilities is not None:
        told["probabilities"] = dict(list(answer.probabilities.items())[:top])
    return told


async def _within(seconds: float, work: Awaitable[T], http_status: int, too_late: str) -> T:
    try:
        return await asyncio.wait_for(work, seconds)
    except TimeoutError as error:
        raise RequestRefused(too_late.format(f"{seconds:.0f}"), http_status) from error


async def _in(pool: ThreadPoolExecutor, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Does it in a thread: whoever looks at a page meanwhile notices nothing.

    A token is nobody's: it is for the common workspace, also where people sign in.
    """

    def done() -> T:
        with at_home(common_home()):
            return function(*args, **kwargs)

    return await asyncio.get_running_loop().run_in_executor(pool, done)


def _said(request: Request, error: Exception) -> Response:
    """An error that a person can mend."""
    if isinstance(error, RequestRefused):
        return JSONResponse({"error": str(error)}, error.http_status, error.headers)
    return JSONResponse({"error": str(error)}, 404 if isinstance(error, NotFound) else 500)


def _said_by_starlette(request: Request, error: Exception) -> Response:
    """Another path, or another method."""
    assert isinstance(error, HTTPException)
    words = {
        404: "There is nothing at this address. /api/docs says what there is.",
        405: f"{request.url.path} is not asked with {request.method}. /api/docs says how.",
    }
    said = words.get(error.status_code, error.detail)
    return JSONResponse({"error": said}, error.status_code, dict(error.headers or {}))


def _our_mistake(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": "Something went wrong that Fitting Room did not expect. That is our mistake."}, 500)


@cache
def _version() -> str:
    facts: dict[str, Any] = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    return str(facts["project"]["version"])
