"""A host of photos where every twentieth comes to grief, in one of ten ways; it counts what it is asked.

python -m benchmarks.mishap_host FOLDER PORT LATENCY_MS
"""

import asyncio
import io
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from PIL import Image

FAILURE_EVERY = 20
BUSY_EVERY = 1000  # rows; such a photo is given at the second try only, as the host asks


@dataclass(frozen=True)
class Mishap:
    """What the dataset says of a photo that came to grief."""

    status: str
    words: str  # in its reason


MISHAPS = {
    "gone": Mishap("unreachable", "404"),
    "closed": Mishap("unreachable", "403"),
    "troubled": Mishap("unreachable", "500"),
    "cut": Mishap("unreachable", "broke off"),
    "round": Mishap("unreachable", "redirects more than 5 times"),
    "page": Mishap("not_an_image", "web page"),
    "empty": Mishap("not_an_image", "0 bytes"),
    "half": Mishap("damaged", "breaks off"),
    "dot": Mishap("too_small", "1 × 1 pixels"),
    "boast": Mishap("too_large", "20 MB"),
}
DOT = io.BytesIO()
Image.new("RGB", (1, 1)).save(DOT, "PNG")


def planted(number: int) -> str | None:
    """The mishap of a photo, by its number from 0; None if all is well."""
    turn, left = divmod(number, FAILURE_EVERY)
    return [*MISHAPS][turn % len(MISHAPS)] if left == FAILURE_EVERY - 1 else None


def path_of(number: int) -> str:
    """The path of a photo at this host."""
    kind = planted(number) or ("busy" if number % BUSY_EVERY == 7 else "photo")
    return f"/{kind}/{number}.jpg"


def app(folder: Path, latency_s: float) -> web.Application:
    """Answers `/table.csv?rows=N`, its photos, and `/asked`: how often each path was asked for."""
    photos = sorted(folder.glob("*/*.jpg"))
    asked: Counter[str] = Counter()

    async def photo(request: web.Request) -> web.StreamResponse:
        kind, number = request.match_info["kind"], int(request.match_info["number"])
        asked[request.path] += 1
        await asyncio.sleep(latency_s)
        path = photos[number % len(photos)]
        match kind:
            case "photo":
                return web.FileResponse(path)
            case "busy" if asked[request.path] == 1:
                return web.Response(status=503, headers={"Retry-After": "1"})
            case "busy":
                return web.FileResponse(path)
            case "gone" | "closed" | "troubled":
                return web.Response(status={"gone": 404, "closed": 403, "troubled": 500}[kind])
            case "round":
                raise web.HTTPFound(request.path)
            case "page":
                return web.Response(text="<!doctype html><title>A shop</title>", content_type="text/html")
            case "empty":
                return web.Response(body=b"", content_type="image/jpeg")
            case "half":
                content = path.read_bytes()
                return web.Response(body=content[: len(content) // 2], content_type="image/jpeg")
            case "dot":
                return web.Response(body=DOT.getvalue(), content_type="image/png")
        promised = 10**12 if kind == "boast" else path.stat().st_size
        response = web.StreamResponse(headers={"Content-Length": str(promised)})
        await response.prepare(request)
        await response.write(path.read_bytes()[:1000])
        if request.transport is not None:
            request.transport.close()
        return response

    async def table(request: web.Request) -> web.Response:
        base = f"{request.scheme}://{request.host}"
        rows = [
            f"{base}{path_of(number)},{photos[number % len(photos)].parent.name}"
            for number in range(int(request.query["rows"]))
        ]
        return web.Response(text="\n".join(["image_url,label", *rows, ""]), content_type="text/csv")

    async def counts(_: web.Request) -> web.Response:
        return web.json_response(asked)

    server = web.Application()
    server.add_routes(
        [web.get("/table.csv", table), web.get("/asked", counts), web.get(r"/{kind:[a-z]+}/{number:\d+}.jpg", photo)]
    )
    return server


if __name__ == "__main__":
    web.run_app(app(Path(sys.argv[1]), float(sys.argv[3]) / 1000), host="127.0.0.1", port=int(sys.argv[2]), print=None)
