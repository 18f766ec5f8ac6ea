"""The making of a dataset in a process that kills itself, with a signal that nothing can catch, at one moment."""

import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.data import making
from core.data.recording import Recorder
from core.jobs import Work

PHOTOS_FIRST = 12  # kept before the end comes


def die(*_: object, **__: object) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def make(work: Work, dataset_id: str, moment: str) -> None:
    """As `core.data.making.make`, up to a moment of `MOMENTS`."""
    MOMENTS[moment]()
    making.make(work, dataset_id)


def _while_the_pixels_are_laid_out() -> None:
    def cut(path: Path, *_: object, **__: object) -> None:
        path.write_bytes(b"\x93NUMPY\x01\x00v\x00{'descr'")
        die()

    np.lib.format.open_memmap = cut


def _before_a_photo_is_in_its_place() -> None:
    _die_at_replacing(lambda to: to.endswith(".jpg"), before=True)


def _before_the_line_of_a_photo() -> None:
    _die_at_replacing(lambda to: to.endswith(".jpg"), before=False)


def _in_the_middle_of_a_line() -> None:
    record = Recorder._record

    def cut(recorder: Recorder, row: dict[str, Any]) -> None:
        if len(recorder.rows) >= PHOTOS_FIRST:
            with recorder._lock:
                recorder._ledger._lines.write(str(row).replace("'", '"')[:40])
                recorder._ledger._lines.flush()
                die()
        record(recorder, row)

    Recorder._record = cut  # type: ignore[method-assign]


def _while_the_manifest_is_written() -> None:
    def cut(frame: pd.DataFrame, path: Path, **_: object) -> None:
        path.write_bytes(b"PAR1 and then nothing")
        die()

    pd.DataFrame.to_parquet = cut


def _between_the_manifest_and_the_counts() -> None:
    _die_at_replacing(lambda to: to.endswith("dataset.json"), before=True, after=0)


def _after_the_counts() -> None:
    _die_at_replacing(lambda to: to.endswith("dataset.json"), before=False, after=0)


def _die_at_replacing(is_it: Any, before: bool, after: int = PHOTOS_FIRST) -> None:
    """Dies where a file is put into its place, before or after that; the first few such files are let through."""
    replace, left = os.replace, [after]

    def cut(source: Any, to: Any) -> None:
        fits = is_it(str(to))
        left[0] -= fits
        if fits and before and left[0] < 0:
            die()
        replace(source, to)
        if fits and left[0] < 0:
            die()

    os.replace = cut


MOMENTS = {
    "while the pixels are laid out": _while_the_pixels_are_laid_out,
    "before a photo is in its place": _before_a_photo_is_in_its_place,
    "before the line of a photo": _before_the_line_of_a_photo,
    "in the middle of a line": _in_the_middle_of_a_line,
    "while the manifest is written": _while_the_manifest_is_written,
    "between the manifest and the counts": _between_the_manifest_and_the_counts,
    "after the counts": _after_the_counts,
}
