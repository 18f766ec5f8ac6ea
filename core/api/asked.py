"""A request of another program, read: which photos, which model, how many classes; and what no request may be."""

import json
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive

from core.errors import RequestRefused
from core.settings import MAX_PHOTO_BYTES

MAX_PHOTOS = 32  # of one request, addresses included
MAX_FORM_BYTES = 200 * 1024**2  # of a whole request with photos
MAX_TEXT_BYTES = 64 * 1024  # of a request without
KINDS = ("multipart/form-data", "application/x-www-form-urlencoded", "application/json")
MB = 1024**2


@dataclass(frozen=True)
class Asked:
    """What somebody wants to know."""

    photos: tuple[UploadFile, ...]
    addresses: tuple[str, ...]
    model_id: str | None  # None: the one in use
    top: int | None  # how many classes to tell of each photo; None: all

    @property
    def number(self) -> int:
        """How many photos it asks about."""
        return len(self.photos) + len(self.addresses)


def bounded(request: Request) -> Request:
    """The same request, which is read no further than it may be long; whoever reads it closes it.

    Raises:
        RequestRefused: 413 too long, as it announces or, later, as it turns out; 415 another kind of body.
    """
    kind = _kind(request)
    if kind not in KINDS:
        raise RequestRefused(
            f"Send photos as multipart/form-data, or an address as JSON or as a form. Received: {kind or 'no kind'}",
            415,
        )
    max_bytes = MAX_FORM_BYTES if kind == KINDS[0] else MAX_TEXT_BYTES
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > max_bytes:
        raise _too_long(max_bytes)
    return Request(request.scope, _at_most(request.receive, max_bytes))


async def read(request: Request) -> Asked:
    """Reads a request that `bounded` gave.

    Raises:
        RequestRefused: 413 too large or too many, 422 one that is not understood.
    """
    asked = _of_json(await request.body()) if _kind(request) == KINDS[2] else await _of_form(request)
    if not asked.number:
        raise RequestRefused("Nothing was asked. Send photos in the field photo, or an address in address.", 422)
    if asked.number > MAX_PHOTOS:
        raise RequestRefused(
            f"At most {MAX_PHOTOS} photos a request. Send the others in another. Received: {asked.number:,}", 413
        )
    for photo in asked.photos:
        if (photo.size or 0) > MAX_PHOTO_BYTES:
            size = (photo.size or 0) / MB
            raise RequestRefused(
                f"A photo may have {MAX_PHOTO_BYTES // MB} MB. Save it smaller and send it again. "
                f"Received: {photo.filename}, {size:.1f} MB",
                413,
            )
    return asked


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _at_most(receive: Receive, max_bytes: int) -> Receive:
    """The same stream, which ends with a refusal where it becomes too long, whatever it announced."""
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > max_bytes:
            raise _too_long(max_bytes)
        return message

    return counted


def _too_long(max_bytes: int) -> RequestRefused:
    much = f"{max_bytes // MB} MB" if max_bytes >= MB else f"{max_bytes // 1024} KB"
    return RequestRefused(f"The request is too long: this kind may have {much}. Send fewer photos at once.", 413)


async def _of_form(request: Request) -> Asked:
    try:
        form = await request.form(max_part_size=MAX_TEXT_BYTES)
    except HTTPException as error:
        raise RequestRefused(f"The form cannot be read: {error.detail}", 422) from error
    photos = form.getlist("photo")
    if not all(isinstance(photo, UploadFile) for photo in photos):
        raise RequestRefused("The field photo takes a file, with curl: -F photo=@dress.jpg", 422)
    return Asked(
        tuple(photo for photo in photos if isinstance(photo, UploadFile)),
        _addresses(form.getlist("address")),
        _model_id(form.get("model")),
        _top(form.get("top")),
    )


def _of_json(body: bytes) -> Asked:
    try:
        fields: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RequestRefused(f"The body says it is JSON, and is none: {error}", 422) from error
    if not isinstance(fields, dict):
        raise RequestRefused('The JSON is no object. Send for instance {"address": "https://…/dress.jpg"}', 422)
    given = fields.get("address", [])
    addresses = _addresses(given if isinstance(given, list) else [given])
    return Asked((), addresses, _model_id(fields.get("model")), _top(fields.get("top")))


def _addresses(given: list[Any]) -> tuple[str, ...]:
    if not all(isinstance(each, str) and each.strip() for each in given):
        raise RequestRefused("The field address takes the address of a photo, or several of them.", 422)
    return tuple(each.strip() for each in given)


def _model_id(given: Any) -> str | None:
    if given is None or given == "":
        return None
    if not isinstance(given, str):
        raise RequestRefused(f"The field model takes the id of a model. Received: {given!r}", 422)
    return given


def _top(given: Any) -> int | None:
    if given is None or given == "":
        return None
    text = str(given)
    if isinstance(given, (str, int)) and text.isascii() and text.isdecimal() and 1 <= len(text) <= 4 and int(text):
        return int(text)
    raise RequestRefused(f"The field top takes a whole number from 1. Received: {given!r}"[:200], 422)
