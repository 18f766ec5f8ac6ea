"""Twenty visitors who ask at once: how long each waits, and whether the server's memory stays where it is.

python -m benchmarks.visitors
"""

import asyncio
import os
import statistics
import tempfile
import time
import zipfile
from dataclasses import dataclass, field

import aiohttp
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.places import ARCHIVE, machine
from benchmarks.server import resident_mb, web_server

PORT = 8745
STREAM = f"ws://127.0.0.1:{PORT}/_stcore/stream"
VISITORS = 20
PREDICTIONS = 2_000  # by other programs, while memory is watched
CLICKS = 5  # of each visitor of the page, twice
THINKING_S = 2.0  # between two clicks of one visitor
TOKEN = "of the benchmark"


@dataclass
class Watched:
    """What was seen."""

    milliseconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def line(self) -> str:
        """Median, 95th percentile and the longest."""
        p95 = statistics.quantiles(self.milliseconds, n=20)[-1]
        middle, longest = statistics.median(self.milliseconds), max(self.milliseconds)
        return f"{middle:,.0f} ms, {p95:,.0f} ms, {longest:,.0f} ms"


def photos(number: int = 100) -> list[bytes]:
    """Real photos from the archive."""
    with zipfile.ZipFile(ARCHIVE) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".jpg"))
        return [archive.read(name) for name in names[:: len(names) // number][:number]]


async def programs(asked: list[bytes], predictions: int, seen: Watched) -> None:
    """Visitors that are programs: each asks again as soon as it is answered."""

    async def one(session: aiohttp.ClientSession, first: int) -> None:
        for turn in range(first, predictions, VISITORS):
            form = aiohttp.FormData()
            form.add_field("photo", asked[turn % len(asked)], filename=f"{turn}.jpg")
            began = time.perf_counter()
            async with session.post(f"http://127.0.0.1:{PORT}/api/predict", data=form) as answered:
                [answer] = await answered.json() if answered.status == 200 else [{"error": await answered.text()}]
            seen.milliseconds.append(1000 * (time.perf_counter() - began))
            if answer["error"]:
                seen.errors.append(answer["error"])

    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session:
        await asyncio.gather(*(one(session, first) for first in range(VISITORS)))


async def presenter() -> None:
    """Somebody tries each sample before the room comes in: the first time they are drawn."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(STREAM, protocols=("streamlit",), max_msg_size=0) as socket,
    ):
        page = Page(socket)
        await page.run("demo=yes")
        for place in range(1, 7):
            await page.run(page.query, click=f"demo_{place}")


async def people(seen: Watched) -> None:
    """Visitors of Predict: each clicks on a sample, looks at the answer, and clicks on the next."""

    async def one(session: aiohttp.ClientSession, number: int) -> None:
        async with session.ws_connect(STREAM, protocols=("streamlit",), max_msg_size=0) as socket:
            page = Page(socket)
            await page.run("demo=yes")
            await asyncio.sleep(THINKING_S * number / VISITORS)
            for turn in range(CLICKS):
                began = time.perf_counter()
                await page.run(page.query, click=f"demo_{1 + (number + turn) % 6}")
                seen.milliseconds.append(1000 * (time.perf_counter() - began))
                if page.trouble or not page.answered:
                    seen.errors.append(page.trouble or "no answer on the page")
                await asyncio.sleep(THINKING_S)

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(one(session, number) for number in range(VISITORS)))


class Page:
    """The page Predict as one visitor has it, spoken to in the app's own protocol."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.query = ""
        self.buttons: dict[str, str] = {}  # ids by key
        self.answered, self.trouble = False, ""

    async def run(self, query: str, click: str | None = None) -> None:
        """Runs the page, after a click on the button of that key, until the server has sent all of it."""
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = "predict"
        if click is not None:
            state = message.rerun_script.widget_states.widgets.add()
            state.id, state.trigger_value = self.buttons[click], True
        self.answered, self.trouble = False, ""
        await self.socket.send_bytes(message.SerializeToString())
        while True:
            answer = ForwardMsg()
            answer.ParseFromString((await asyncio.wait_for(self.socket.receive(), 30)).data)
            kind = answer.WhichOneof("type")
            if kind == "page_info_changed":
                self.query = answer.page_info_changed.query_string
            elif kind == "delta":
                self._notice(answer)
            elif kind == "script_finished" and answer.script_finished == 0:
                return

    def _notice(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        if element.WhichOneof("type") == "button":
            self.buttons[element.button.id.rsplit("-", 1)[-1]] = element.button.id
        if element.WhichOneof("type") == "alert":
            self.trouble = element.alert.body
        self.answered |= element.WhichOneof("type") == "html" and 'class="bars' in element.html.body


def main() -> str:
    """Asks the clothing model that comes with the app; returns the section for docs/benchmarks.md."""
    asked, by_programs, by_people = photos(), Watched(), Watched()
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"FITTING_ROOM_HOME": home, "FITTING_ROOM_API_TOKEN": TOKEN}
        os.environ["FITTING_ROOM_API_PHOTOS_PER_MINUTE"] = "1000000"
        with web_server(PORT) as pid:
            asyncio.run(programs(asked, 200, Watched()))
            before = resident_mb(pid)
            began = time.perf_counter()
            asyncio.run(programs(asked, PREDICTIONS // 2, by_programs))
            halfway = resident_mb(pid)
            asyncio.run(programs(asked, PREDICTIONS // 2, by_programs))
            rate = PREDICTIONS / (time.perf_counter() - began)
            after = resident_mb(pid)
            asyncio.run(presenter())
            asyncio.run(people(by_people))
            after_people = resident_mb(pid)
            asyncio.run(people(by_people))
            at_the_end = resident_mb(pid)
    errors = by_programs.errors + by_people.errors
    return (
        f"**{VISITORS} visitors at once** ask the clothing model about real photos: programs through `/api/predict`, "
        f"each again as soon as it is answered; people in demo mode, where somebody has tried each sample before, "
        f"a click {THINKING_S:.0f} s after each answer "
        f"({machine()}; those who ask run on the same cores).\n\n"
        "| | |\n|---|---|\n"
        f"| {PREDICTIONS:,} questions of programs: median, 95th percentile, longest | {by_programs.line()} |\n"
        f"| answered | {rate:,.0f} photos a second |\n"
        f"| {2 * VISITORS * CLICKS:,} clicks of people, until the page is whole | {by_people.line()} |\n"
        f"| errors | {', '.join(sorted(set(errors))) or 'none'} |\n"
        f"| memory of the server after 200 questions, {PREDICTIONS // 2 + 200:,} and {PREDICTIONS + 200:,} "
        f"| {before:.0f} MB, {halfway:.0f} MB, {after:.0f} MB |\n"
        f"| and after {VISITORS} people, and {VISITORS} others | {after_people:.0f} MB, {at_the_end:.0f} MB |\n"
    )


if __name__ == "__main__":
    print(main())
