"""What the interface for other programs answers, and what it refuses, over a real connection."""

import json
import re
import socket
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import pytest

from core.api import asked, routes
from core.api.description import ANSWER
from core.model.bundle import default_model
from core.model.predictor import load_predictor
from core.sources import garments
from tests.conftest import picture
from tests.core.api.conftest import TOKEN, Client
from tests.shop import Shop

PHOTO = picture(1)


def photo(name: str = "dress.jpg", content: bytes = PHOTO) -> tuple[str, tuple[str, bytes]]:
    return ("photo", (name, content))


def said(response: Any, status: int) -> str:
    """The sentence of a refusal."""
    assert (response.status_code, response.headers["content-type"]) == (status, "application/json"), response.text
    assert list(response.json()) == ["error"]
    return str(response.json()["error"])


@pytest.mark.parametrize("path", ["/health", "/predict", "/docs", "/openapi.json", "/nothing"])
def test_nothing_is_there_until_a_token_is_set(api: Client, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setenv("FITTING_ROOM_API_TOKEN", " ")
    for method in ("GET", "POST"):
        assert "FITTING_ROOM_API_TOKEN" in said(api.ask(method, path), 404)


def test_health_names_the_model_without_a_token(api: Client) -> None:
    response: Any = api.ask("GET", "/health", token=None)
    assert response.json() == {"status": "ok", "model": "clothing-photos", "version": "0.1.0"}


def test_photos_get_the_answers_of_the_page_in_their_order_and_a_bad_one_its_reason(api: Client) -> None:
    drawing = garments.draw("pants", 24, 200)
    response: Any = api.ask(files=[photo("b.jpg"), photo("=scan.jpg", b"%PDF-1.4"), photo("a.png")], data={"top": "2"})
    assert response.status_code == 200, response.text
    first, bad, last = response.json()
    model = default_model()
    assert model is not None and drawing is not None
    [expected] = load_predictor(model).predict_photos([("b.jpg", PHOTO)])
    assert (first["photo"], first["label"], first["sure"]) == ("b.jpg", expected.label, expected.sure)
    assert list(first["probabilities"].items()) == list((expected.probabilities or {}).items())[:2]
    assert {**last, "photo": "b.jpg"} == first
    assert bad["photo"] == "=scan.jpg" and "PDF" in bad["error"]
    assert bad["label"] is bad["probability"] is bad["probabilities"] is None


def test_addresses_are_asked_about_as_json_and_as_a_form(api: Client, shop: Shop) -> None:
    address = shop.put("/dress.jpg", PHOTO)
    as_json: Any = api.ask(json={"address": [address, shop.url("/gone.jpg")], "model": "clothing-photos"})
    found, gone = as_json.json()
    assert (found["photo"], found["error"]) == (address, None)
    assert "404" in gone["error"] and gone["label"] is None
    as_form: Any = api.ask(data={"address": address})
    assert as_form.json() == [found]


def test_private_addresses_are_refused(api: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FITTING_ROOM_ALLOW_PRIVATE_HOSTS")
    response: Any = api.ask(json={"address": shop.put("/dress.jpg", PHOTO)})
    assert "private" in response.json()[0]["error"]
    assert shop.asked == []


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer another", f"Basic {TOKEN}", f"Bearer {TOKEN}x"])
def test_without_the_token_nobody_is_answered(api: Client, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    response: Any = api.ask(token=None, headers=headers, files=[photo()])
    assert "Authorization: Bearer" in said(response, 401)
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_model_that_is_not_there_and_a_path_that_leads_out_are_not_found(api: Client) -> None:
    for model in ("coats", "../clothing-photos"):
        assert model in said(api.ask(files=[photo()], data={"model": model}), 404)


def test_without_any_model_it_says_to_teach_one(api: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr("core.model.bundle.BUNDLED_DIR", tmp_path)
    assert "Teach one" in said(api.ask(files=[photo()]), 404)
    response: Any = api.ask("GET", "/health")
    assert response.json()["model"] is None


def test_other_methods_and_other_places_are_told_where_to_look(api: Client) -> None:
    response: Any = api.ask("GET")
    assert "GET" in said(response, 405) and response.headers["Allow"] == "POST"
    assert "/api/docs" in said(api.ask("POST", "/nothing"), 404)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"data": {}, "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, "Nothing was asked"),
        ({"files": [("picture", ("a.jpg", PHOTO))]}, "Nothing was asked"),
        ({"data": {"photo": "dress.jpg"}}, "takes a file"),
        ({"data": {"address": " "}}, "address"),
        ({"data": b"--", "headers": {"Content-Type": "multipart/form-data"}}, "boundary"),
        ({"files": [photo()], "data": {"top": "0"}}, "'0'"),
        ({"files": [photo()], "data": {"top": "²"}}, "'²'"),
        ({"json": {"address": "https://example.com/a.jpg", "top": 1.5}}, "1.5"),
        ({"json": {"address": "https://example.com/a.jpg", "top": True}}, "True"),
        ({"json": {"address": "https://example.com/a.jpg", "model": 3}}, "3"),
        ({"json": {"address": [1]}}, "address"),
        ({"json": []}, "no object"),
        ({"data": b"{", "headers": {"Content-Type": "application/json"}}, "is none"),
        ({"data": b"[" * 60_000, "headers": {"Content-Type": "application/json"}}, "is none"),
    ],
)
def test_what_makes_no_sense_is_said(api: Client, given: dict[str, Any], told: str) -> None:
    assert told in said(api.ask(**given), 422)


def test_another_kind_of_body_is_refused(api: Client) -> None:
    assert "image/jpeg" in said(api.ask(data=PHOTO, headers={"Content-Type": "image/jpeg"}), 415)
    assert "no kind" in said(api.ask(data=b""), 415)


def test_too_many_photos_and_too_large_ones_are_refused(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "33" in said(api.ask(files=[photo()] * 33), 413)
    monkeypatch.setattr(asked, "MAX_PHOTO_BYTES", 1024**2)
    large = photo("large.jpg", b"x" * (3 * 1024**2 // 2))
    assert "large.jpg, 1.5 MB" in said(api.ask(files=[photo(), large]), 413)


def test_a_request_is_read_no_further_than_it_may_be_long(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "64 KB" in said(api.ask(data=b"a" * 70_000, headers={"Content-Type": "application/json"}), 413)
    monkeypatch.setattr(asked, "MAX_FORM_BYTES", 100_000)
    pieces = (b"x" * 10_000 for _ in range(11))  # sent without saying how long it will be
    head = b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a"\r\n\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    assert "too long" in said(api.ask(data=(piece for piece in (head, *pieces)), headers=kind), 413)


def test_who_asks_too_much_is_told_when_to_come_back(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FITTING_ROOM_API_PHOTOS_PER_MINUTE", "6")
    first: Any = api.ask(files=[photo()] * 5)
    assert first.status_code == 200
    refused: Any = api.ask(files=[photo()] * 5)
    assert "6 photos a minute" in said(refused, 429)
    assert 20 <= int(refused.headers["Retry-After"]) <= 40
    for _ in range(6):  # those who guess at the token are counted by themselves
        said(api.ask(token="guess"), 401)
    said(api.ask(token="guess"), 429)


def test_a_request_that_does_not_arrive_is_given_up(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "SENDING_S", 0.2)
    place = urlsplit(api.base)
    with socket.create_connection((place.hostname, place.port), timeout=10) as slow:
        head = f"POST {place.path}/predict HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n"
        slow.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 50\r\n\r\n".encode())
        assert b" 408 " in slow.recv(1000)


def test_answers_that_take_too_long_are_given_up(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "ANSWERING_S", 0.2)
    monkeypatch.setattr(routes, "fetch_photo", lambda address: time.sleep(0.5))
    assert "fewer photos" in said(api.ask(json={"address": "https://example.com/a.jpg"}), 503)


def test_others_are_answered_while_a_photo_is_fetched(api: Client, shop: Shop) -> None:
    fetching, go_on = threading.Event(), threading.Event()
    shop.on_visit = lambda: (fetching.set(), go_on.wait(10))
    address = shop.put("/dress.jpg", PHOTO)
    waiting = threading.Thread(target=api.ask, kwargs={"json": {"address": address}})
    waiting.start()
    try:
        assert fetching.wait(10)
        response: Any = api.ask(files=[photo()])
        assert response.status_code == 200
    finally:
        go_on.set()
        waiting.join()


def test_a_mistake_of_ours_is_said_without_its_insides(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(predictor: object, name: str, content: bytes) -> None:
        raise RuntimeError("a secret path")

    monkeypatch.setattr(routes, "_look", broken)
    assert "our mistake" in said(api.ask(files=[photo()]), 500)


def test_the_description_holds_what_is_answered(api: Client) -> None:
    response: Any = api.ask("GET", "/openapi.json", token=None)
    described = response.json()
    assert sorted(described["paths"]) == ["/health", "/predict"]
    answered: Any = api.ask(files=[photo()])
    assert sorted(answered.json()[0]) == sorted(ANSWER["properties"])
    statuses = {int(status) for status in described["paths"]["/predict"]["post"]["responses"]}
    assert statuses == {200, 401, 404, 405, 408, 413, 415, 422, 429, 500, 503}
    assert json.dumps(described).count(TOKEN) == 0


def test_the_page_for_people_loads_nothing_and_names_this_server(api: Client) -> None:
    response: Any = api.ask("GET", "/docs", token=None)
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert re.findall(r'(?:href|src)="([^"]+)"', response.text) == ["openapi.json"]
    assert f"{api.base}/predict" in response.text
