"""How fast a model answers on this machine: measured once, and kept under the name of the machine."""

import contextlib
import io
import threading
import time
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.errors import FittingRoomError
from core.files import read_json, write_json
from core.machine import machine
from core.model.bundle import Model
from core.model.predictor import Predictor
from core.settings import at_this_home, load_settings
from core.sources import garments

PHOTO_PX = 480  # of the drawing that is asked about
TRIES, MOST_S = 15, 1.0

_at_work = threading.Lock()
_in_vain: set[tuple[str, float]] = set()  # by id and time: models that cannot be asked


def speed_of(model: Model) -> float | None:
    """Milliseconds from a photo's file to the answer, on this machine; None while nobody has measured that."""
    known = _kept().get(model.id)
    return float(known["ms"]) if isinstance(known, dict) and known.get("created_at") == model.created_at else None


def measure(model: Model) -> float:
    """Measures and keeps it, which takes a second at most: what three of four photos take no longer than.

    Raises:
        ModelUnreadable: it cannot be asked.
    """
    predictor, photo = Predictor(model), _photo()
    predictor.predict_photos([("drawing.jpg", photo)])  # the first one prepares
    took: list[float] = []
    until = time.perf_counter() + MOST_S
    while len(took) < TRIES and time.perf_counter() < until:
        began = time.perf_counter()
        predictor.predict_photos([("drawing.jpg", photo)])
        took.append(1000 * (time.perf_counter() - began))
    ms = round(sorted(took)[len(took) * 3 // 4], 2)
    if load_settings().read_only:
        return ms
    path, everywhere = load_settings().cache_dir / "speed.json", _everywhere()
    here = {**_kept(), model.id: {"ms": ms, "created_at": model.created_at}}
    write_json(path, {**everywhere, machine(): here})
    return ms


def measure_in_background(models: Iterable[Model]) -> None:
    """Measures those of which nothing is known, one after another beside the visitors; returns at once."""
    unknown = [each for each in models if speed_of(each) is None and (each.id, each.created_at) not in _in_vain]
    if unknown and load_settings().standby and _at_work.acquire(blocking=False):
        threading.Thread(target=at_this_home(_measure_all), args=(unknown,), daemon=True, name="speed").start()


def _measure_all(models: Iterable[Model]) -> None:
    try:
        for model in models:
            try:
                measure(model)
            except (FittingRoomError, OSError):  # damaged, or the workspace cannot be written
                _in_vain.add((model.id, model.created_at))
    finally:
        _at_work.release()


def _photo() -> bytes:
    kept = io.BytesIO()
    with contextlib.closing(garments.draw("dress", 1, PHOTO_PX)) as drawing:
        drawing.save(kept, "JPEG", quality=88)
    return kept.getvalue()


def _kept() -> dict[str, Any]:
    here = _everywhere().get(machine())
    return here if isinstance(here, dict) else {}


def _everywhere() -> dict[str, Any]:
    path = load_settings().cache_dir / "speed.json"
    try:
        told = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    return _read(path, told.st_mtime_ns, told.st_size)


@lru_cache(maxsize=64)  # a workspace each
def _read(path: Path, changed_at: int, size: int) -> dict[str, Any]:
    """What a file says, for a page that asks of each of its models. Read again when it has changed."""
    found = read_json(path)
    return found if isinstance(found, dict) else {}
