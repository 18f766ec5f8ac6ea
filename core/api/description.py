"""What other programs may ask and what they are answered: one description, for machines (OpenAPI) and for people."""

from html import escape
from pathlib import Path
from typing import Any

from core.api.asked import MAX_FORM_BYTES, MAX_PHOTOS
from core.settings import MAX_PHOTO_BYTES

MB = 1024**2
STYLE = (Path(__file__).parent / "docs.css").read_text("utf-8")
ERROR: dict[str, Any] = {
    "type": "object",
    "properties": {"error": {"type": "string", "description": "What happened, in a sentence."}},
}
MODEL: dict[str, Any] = {"type": "string", "description": "The id of a model. Default: the one in use."}
TOP: dict[str, Any] = {
    "type": "integer",
    "minimum": 1,
    "description": "How many classes to tell of each photo. Default: all.",
}
ADDRESS: dict[str, Any] = {
    "oneOf": [{"type": "string", "format": "uri"}, {"type": "array", "items": {"type": "string", "format": "uri"}}],
    "description": "The address of a photo on the web, or several. Private addresses are refused.",
}
ANSWER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "photo": {"type": "string", "description": "The name of the file, or the address."},
        "label": {"type": ["string", "null"], "description": "The likeliest class."},
        "probability": {"type": ["number", "null"], "description": "Of that class, 0 to 1."},
        "sure": {"type": ["boolean", "null"], "description": "Whether it would be said without a doubt."},
        "probabilities": {
            "type": ["object", "null"],
            "additionalProperties": {"type": "number"},
            "description": "Of each class, the likeliest first.",
        },
        "error": {"type": ["string", "null"], "description": "Why there is no answer about this photo, in words."},
        "unlike": {
            "type": ["boolean", "null"],
            "description": "Whether it is unlike anything the model was taught; null if the model cannot say.",
        },
        "similar": {
            "type": "array",
            "items": {"type": "array", "items": {"type": "string"}},
            "description": "Content hash and label of the photos it learned from that look most like this one.",
        },
    },
}
REFUSALS = {
    "401": "No token, or another one.",
    "404": "No such model, or none yet.",
    "405": "Not asked with POST.",
    "408": "The request did not arrive in time.",
    "413": f"A photo of more than {MAX_PHOTO_BYTES // MB} MB, more than {MAX_PHOTOS} photos, "
    f"or more than {MAX_FORM_BYTES // MB} MB in all.",
    "415": "A body of another kind.",
    "422": "A body that is not understood: no photo, no address, or a field that makes no sense.",
    "429": "Too many photos a minute; Retry-After says how many seconds to wait.",
    "500": "A model that cannot be read, or a mistake of ours.",
    "503": "It took too long.",
}


def document(version: str) -> dict[str, Any]:
    """The description as OpenAPI 3.1 wants it."""
    text_fields = {"address": ADDRESS, "model": MODEL, "top": TOP}
    photo = {"type": "string", "format": "binary", "description": f"A photo; up to {MAX_PHOTOS}, one field each."}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Fitting Room",
            "version": version,
            "description": "Ask a model what is on photos, from another program.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "."}],  # beside this document, whatever the address is
        "paths": {
            "/predict": {
                "post": {
                    "operationId": "predict",
                    "summary": "What is on these photos?",
                    "description": "One answer a photo, in the order of the request. A photo that cannot be read or "
                    "fetched has its reason in error and null elsewhere; the others are answered.",
                    "security": [{"token": []}],
                    "requestBody": {
                        "required": True,
                        "content": {
                            "multipart/form-data": _body({"photo": {"type": "array", "items": photo}, **text_fields}),
                            "application/json": _body(text_fields),
                            "application/x-www-form-urlencoded": _body(text_fields),
                        },
                    },
                    "responses": {
                        "200": _response("The answers.", {"type": "array", "items": ANSWER}),
                        **{status: _response(why, ERROR) for status, why in REFUSALS.items()},
                    },
                }
            },
            "/health": {
                "get": {
                    "operationId": "health",
                    "summary": "Is it there, and which model would answer?",
                    "description": "Needs no token.",
                    "responses": {"200": _response("It is.", _health())},
                }
            },
        },
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def page(described: dict[str, Any], api_address: str) -> str:
    """The description for people, as HTML that loads nothing.

    Args:
        described: what `document` gives.
        api_address: where the interface is, as "http://localhost:8501/api".
    """
    parts = [
        f"<h1>{escape(described['info']['title'])}, for other programs</h1>",
        f"<p>{escape(described['info']['description'])} "
        'The same for machines: <a href="openapi.json">openapi.json</a>.</p>',
    ]
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            parts.append(f"<h2><code>{method.upper()} /api{escape(path)}</code></h2>")
            parts.append(f"<p><strong>{escape(operation['summary'])}</strong> {escape(operation['description'])}</p>")
            parts.append(_asking(api_address, path))
            bodies: dict[str, list[str]] = {}
            for kind, body in operation.get("requestBody", {}).get("content", {}).items():
                bodies.setdefault(_fields(body["schema"]), []).append(kind)
            parts += [f"<h3>Sent as {escape(' or '.join(kinds))}</h3>{table}" for table, kinds in bodies.items()]
            answers = operation["responses"]["200"]["content"]["application/json"]["schema"]
            many = answers["type"] == "array"
            parts.append(f"<h3>{'Answered, a list of' if many else 'Answered'}</h3>")
            parts.append(_fields(answers["items"] if many else answers))
            statuses = {status: each["description"] for status, each in operation["responses"].items()}
            if len(statuses) > 1:
                parts.append("<h3>Statuses; but for 200 the answer says in <code>error</code> what happened</h3>")
                parts.append(_table(statuses))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Fitting Room, for other programs</title><style>{STYLE}</style><main>{''.join(parts)}</main></html>"
    )


def _body(fields: dict[str, Any]) -> dict[str, Any]:
    return {"schema": {"type": "object", "properties": fields}}


def _response(why: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": why, "content": {"application/json": {"schema": schema}}}


def _health() -> dict[str, Any]:
    fields = {
        "status": {"type": "string", "const": "ok", "description": "Always ok: else there is no answer."},
        "model": {"type": ["string", "null"], "description": "The id of the model in use; null if there is none."},
        "version": {"type": "string", "description": "Of Fitting Room."},
    }
    return {"type": "object", "properties": fields}


def _asking(api_address: str, path: str) -> str:
    lines = [f"curl {api_address}{path}"]
    if path == "/predict":
        head = f'curl -H "Authorization: Bearer $TOKEN" {api_address}{path}'
        lines = [f"{head} -F photo=@dress.jpg -F photo=@coat.jpg -F top=3"]
        lines.append(f'{head} --json \'{{"address": "https://example.com/coat.jpg"}}\'')
    return f"<pre>{escape(chr(10).join(lines))}</pre>"


def _fields(schema: dict[str, Any]) -> str:
    return _table({name: _words(field) for name, field in schema["properties"].items()})


def _words(field: dict[str, Any]) -> str:
    words: str = field.get("description") or field["items"]["description"]
    return words


def _table(rows: dict[str, str]) -> str:
    cells = (f"<tr><th><code>{escape(name)}</code></th><td>{escape(words)}</td></tr>" for name, words in rows.items())
    return f"<table>{''.join(cells)}</table>"
