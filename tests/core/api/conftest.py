"""The interface for other programs on a real server of its own, in front of the model that comes with the app."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import uvicorn
from starlette.applications import Starlette

from core.api import routes
from core.api.allowance import Allowance

TOKEN = "a token of 24 characters"


class Client:
    """Asks the interface, with the token unless told otherwise."""

    def __init__(self, base: str) -> None:
        self.base = base

    def ask(self, method: str = "POST", path: str = "/predict", token: str | None = TOKEN, **given: object) -> object:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        headers |= given.pop("headers", {})  # type: ignore[arg-type]
        return requests.request(method, self.base + path, headers=headers, timeout=30, **given)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """The address of the interface."""
    app = Starlette(routes=routes.routes("shop"))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/shop/api"
        server.should_exit = True
        thread.join()


@pytest.fixture
def api(served: str, bundled: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Switched on, with nothing asked yet."""
    monkeypatch.setenv("FITTING_ROOM_API_TOKEN", TOKEN)
    monkeypatch.setattr(routes, "ALLOWANCE", Allowance())
    return Client(served)
