"""Ray's job server, asked over HTTP as Ray's documentation describes it, so that nobody who only submits loads Ray.

Ray's own client would follow `RAY_ADDRESS` elsewhere, which is always set inside a job, and waits without an end.
"""

import os
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core.errors import FittingRoomError

TIMEOUT_S = 10.0
SUBMIT_PATIENCE_S = 60.0  # a Ray that has just been started first waits for its own parts
NOT_READY = "try again later"  # as it says then
GAVE_UP_WAITING = "JOB_SUPERVISOR_ACTOR_START_TIMEOUT"  # after RAY_JOB_START_TIMEOUT_SECONDS of its head, 15 minutes


@dataclass(frozen=True)
class Told:
    """What Ray says of a job that it was given."""

    status: str  # PENDING, RUNNING, STOPPED, SUCCEEDED or FAILED
    message: str
    error: str  # its kind, if Ray names one
    ended_at: float | None  # Unix seconds

    @property
    def ended(self) -> bool:
        """True when nothing more comes."""
        return self.status in ("STOPPED", "SUCCEEDED", "FAILED")


def submit(address: str, request: dict[str, Any]) -> None:
    """Gives Ray a job: `submission_id`, `entrypoint` and so on, as its interface names them.

    Raises:
        FittingRoomError: it does not answer, or refuses.
    """
    deadline = time.monotonic() + SUBMIT_PATIENCE_S
    while True:
        try:
            _asked("POST", address, "/api/jobs/", request, SUBMIT_PATIENCE_S)
            return
        except FittingRoomError as error:
            if NOT_READY not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def stop(address: str, submission_id: str) -> None:
    """Takes a job from Ray, whether it waits or works.

    Raises:
        FittingRoomError: it does not answer, or refuses.
    """
    _asked("POST", address, f"/api/jobs/{submission_id}/stop")


def told(address: str) -> dict[str, Told]:
    """What Ray says of all that it was given, by their submission ids.

    Raises:
        FittingRoomError: it does not answer, or refuses.
    """
    return {
        each["submission_id"]: _told(each) for each in _asked("GET", address, "/api/jobs/") if each["submission_id"]
    }


def told_of(address: str, submission_id: str) -> Told:
    """What Ray says of one.

    Raises:
        FittingRoomError: it does not answer, or does not know it.
    """
    return _told(_asked("GET", address, f"/api/jobs/{submission_id}"))


def log(address: str, submission_id: str) -> str:
    """What a job has printed, as far as it printed to Ray.

    Raises:
        FittingRoomError: it does not answer, or does not know it.
    """
    return str(_asked("GET", address, f"/api/jobs/{submission_id}/logs")["logs"])


def _asked(
    method: str, address: str, path: str, content: dict[str, Any] | None = None, timeout_s: float = TIMEOUT_S
) -> Any:
    import httpx  # 0.2 s, and nobody without Ray needs it

    try:
        answer = _client().request(method, address + path, json=content, headers=_signed_in(), timeout=timeout_s)
    except httpx.HTTPError as error:
        raise FittingRoomError(
            f"Ray does not answer at {address}: {error or type(error).__name__}. Start it, or correct FITTING_ROOM_RAY."
        ) from error
    if answer.status_code in (401, 403):
        raise FittingRoomError(
            f"Ray at {address} wants another token than this. Set RAY_AUTH_TOKEN or RAY_AUTH_TOKEN_PATH to the one "
            f"that Ray was started with. Ray said: {answer.text.strip()[:200]}"
        )
    if answer.status_code != httpx.codes.OK:
        lines = answer.text.strip().splitlines() or ["nothing"]
        raise FittingRoomError(f"Ray at {address} refused ({answer.status_code}). It said: {lines[-1][:200]}")
    try:
        return answer.json()
    except ValueError as error:
        raise FittingRoomError(
            f"What answers at {address} is not Ray's job server. Correct FITTING_ROOM_RAY: it is the address of Ray's "
            "dashboard, such as http://127.0.0.1:8265."
        ) from error


@cache
def _client() -> Any:
    """One for all, since each loads the certificates; a Ray that was started anew finds no connection kept open."""
    import httpx

    return httpx.Client(limits=httpx.Limits(max_keepalive_connections=0))


def _signed_in() -> dict[str, str]:
    """With the token that Ray's own programs would find, in the places where they look."""
    if os.environ.get("RAY_AUTH_MODE", "token").lower() != "token":
        return {}
    token = os.environ.get("RAY_AUTH_TOKEN", "")
    path = Path(os.environ.get("RAY_AUTH_TOKEN_PATH") or Path.home() / ".ray" / "auth_token")
    if not token and path.is_file():
        token = path.read_text("utf-8")
    return {"Authorization": f"Bearer {token.strip()}"} if token.strip() else {}


def _told(each: dict[str, Any]) -> Told:
    ended_ms = each.get("end_time")
    return Told(
        status=str(each["status"]),
        message=str(each.get("message") or ""),
        error=str(each.get("error_type") or ""),
        ended_at=None if ended_ms is None else ended_ms / 1000,
    )
