"""A web shop on 127.0.0.1 with photos that come, go and change, and a list of all that it was asked."""

import contextlib
import http.server
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Shelf:
    """What is at one address."""

    content: bytes
    content_type: str = "image/jpeg"
    etag: str = ""
    last_modified: str = ""
    status: int = 200
    head_status: int = 200
    says_length: bool = True
    minds_conditions: bool = True
    hangs: bool = False  # after its head and a few bytes


@dataclass
class Shop:
    """The running shop; its shelves may be filled and emptied while it is open."""

    base: str
    shelves: dict[str, Shelf] = field(default_factory=dict)
    asked: list[tuple[str, str, int]] = field(default_factory=list)  # method, path, status
    on_visit: Callable[[], object] = lambda: None

    def url(self, path: str) -> str:
        return self.base + path

    def put(self, path: str, content: bytes, **facts: Any) -> str:
        """Puts something there, and returns its address."""
        self.shelves[path] = Shelf(content, **facts)
        return self.url(path)

    def given(self) -> list[str]:
        """Whose bytes it has given away, sorted."""
        return sorted(path for method, path, status in self.asked if method == "GET" and status == 200)

    def answers(self, path: str) -> list[tuple[str, int]]:
        """How it was asked for something, and what it answered."""
        return [(method, status) for method, asked, status in self.asked if asked == path]


@contextlib.contextmanager
def open_shop() -> Iterator[Shop]:
    """Opens a shop, and closes it at the end."""
    shop = Shop("")

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self._answer()

        def do_GET(self) -> None:
            self._answer()

        def _answer(self) -> None:
            path = self.path.partition("?")[0]
            shelf = shop.shelves.get(path) or Shelf(b"nothing here", "text/plain", status=404)
            status = shelf.head_status if self.command == "HEAD" and shelf.status == 200 else shelf.status
            if status == 200 and shelf.minds_conditions and self._knows(shelf):
                status = 304
            shop.asked.append((self.command, path, status))
            shop.on_visit()
            self.send_response(status)
            signs = {"ETag": shelf.etag, "Last-Modified": shelf.last_modified, "Content-Type": shelf.content_type}
            for name, sign in signs.items():
                if sign:
                    self.send_header(name, sign)
            has_body = self.command == "GET" and status != 304
            if status != 304 and shelf.says_length:
                self.send_header("Content-Length", str(len(shelf.content)))
            elif status != 304:
                self.send_header("Connection", "close")
            self.end_headers()
            if has_body:
                self._give(shelf)

        def _knows(self, shelf: Shelf) -> bool:
            by_etag = shelf.etag and self.headers.get("If-None-Match") == shelf.etag
            return bool(
                by_etag or (shelf.last_modified and self.headers.get("If-Modified-Since") == shelf.last_modified)
            )

        def _give(self, shelf: Shelf) -> None:
            with contextlib.suppress(ConnectionError):
                self.wfile.write(shelf.content[:16] if shelf.hangs else shelf.content)
                if shelf.hangs:
                    self.wfile.flush()
                    time.sleep(1)

    class Server(http.server.ThreadingHTTPServer):
        request_queue_size = 64  # or many at once wait a second each

        def handle_error(self, *_: object) -> None:
            """Whoever leaves in the middle is no trouble."""

    server = Server(("127.0.0.1", 0), Handler)
    shop.base = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
