"""`predict --on` and `predict --job`: any number of photos, by as many processes as there are, to one table."""

import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.commands import Result, chosen_model
from core.errors import FittingRoomError, JobActive
from core.locks import locked
from core.model.asking_chunks import Table, ask_in_chunks, usual_folder, write_table
from core.model.bundle import Model
from core.sources.bare_rows import place_of
from core.spread import Carrier, carrier

TELL_EVERY_S = 2.0


def is_asked_for(options: Any) -> bool:
    """Whether `predict` is to go by chunks. Ends with wrong usage where it then cannot do what is asked."""
    if options.on is None and options.job is None and not any(map(_is_catalogue, options.photos)):
        return False
    if not options.csv or options.xlsx or options.sort_into:
        options.refuse("argument --csv: needed, and neither --xlsx nor --sort-into, with --on, --job or a catalogue")
    return True


def predict(options: Any) -> Result:
    """Asks a model about all photos of the places, and writes the table. What a stop leaves is gone on with."""
    model, on = chosen_model(options), carrier(options.on)
    places = [place_of(text, options.image_column) for text in options.photos]
    folder = Path(options.job).absolute() if options.job else usual_folder(model, places)
    to = Path(options.csv)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder / "lock") as held:
            if not held:
                raise JobActive(f"These photos are being asked about right now, by another process. It is in {folder}")
            began_at = time.monotonic()
            parts, numbered = ask_in_chunks(folder, model, places, options.photos, on, teller())
            table = write_table(parts, model, to, numbered)
            took_s = time.monotonic() - began_at
    except KeyboardInterrupt:
        raise FittingRoomError(
            "Stopped. What is answered is kept: the same words go on from there. To be rid of it, remove the folder "
            f"{folder}"
        ) from None
    if not options.job:
        shutil.rmtree(folder)
    return _facts(model, table, to, took_s, on), _text(table, to, took_s)


def _is_catalogue(text: str) -> bool:
    return bool(place_of(text)["kind"] == "catalogue")


def teller(what: str = "photos") -> Callable[[int, int], None]:
    """What to tell how far a work is: it says so on stderr, with the rate and the time left."""
    began_at, done_then, told_at = 0.0, 0, 0.0

    def tell(done: int, total: int) -> None:
        nonlocal began_at, done_then, told_at
        now = time.monotonic()
        if not began_at:
            began_at, done_then = now, done
        elif now - told_at < TELL_EVERY_S and done < total:
            return
        told_at, rate = now, (done - done_then) / max(now - began_at, 0.001)
        left = f", {rate:,.0f}/s, {(total - done) / rate:,.0f} s left" if rate and done < total else ""
        print(f"{done:,} of {total:,} {what}{left}", file=sys.stderr, flush=True)

    return tell


def _facts(model: Model, table: Table, to: Path, took_s: float, on: Carrier) -> dict[str, Any]:
    return {
        "model": model.id,
        "photos": table.photos,
        "unreadable": table.unreadable,
        "labels": table.labels,
        "csv": str(to),
        "on": on,
        "seconds": round(took_s, 1),
    }


def _text(table: Table, to: Path, took_s: float) -> str:
    lines = [f"{to}: {table.photos:,} photos in {took_s:,.0f} s, {table.unreadable:,} could not be read"]
    return "\n".join([*lines, *(f"  {label:20} {photos:10,}" for label, photos in table.labels.items())])
