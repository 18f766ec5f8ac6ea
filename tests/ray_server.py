"""A job server that speaks as Ray's does, for what nobody wants to wait for: its answers are set by hand."""

import contextlib
import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class JobServer:
    """What it was given, and what it says."""

    address: str
    token: str = ""  # that it wants to see; without one anybody may ask
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)  # what was asked, and status, message and so on
    stopped: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)  # "GET /api/jobs/"
    nodes: dict[str, Any] = field(default_factory=lambda: {"problem": "", "gpus": 0, "processors": 4})

    def of(self, name: str) -> dict[str, Any]:
        """The job that was given last under ids that begin like this."""
        return next(job for job_id, job in reversed(self.jobs.items()) if job_id.startswith(name))


@contextlib.contextmanager
def open_job_server() -> Iterator[JobServer]:
    """Opens one, and closes it at the end."""
    ray = JobServer("")

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(*self._get(self.path.removeprefix("/api/jobs/")))

        def do_POST(self) -> None:
            content = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
            if self.path.endswith("/stop"):
                ray.stopped.append(self.path.split("/")[-2])
            else:
                looks = content["submission_id"].startswith("look-")
                ray.jobs[content["submission_id"]] = content | {"status": "SUCCEEDED" if looks else "PENDING"}
            self._answer(200, {})

        def _get(self, path: str) -> tuple[int, Any]:
            if path.endswith("/logs"):
                return 200, {"logs": f"Running entrypoint\n{json.dumps(ray.nodes)}\n"}
            return 200, ray.jobs[path] if path else [*ray.jobs.values(), {"submission_id": None, "status": "RUNNING"}]

        def _answer(self, status: int, content: Any) -> None:
            ray.asked.append(f"{self.command} {self.path}")
            if ray.token and self.headers.get("Authorization") != f"Bearer {ray.token}":
                status, content = 401, "Unauthorized: Missing authentication token"
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        ray.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield ray
        finally:
            server.shutdown()
            thread.join()
