"""A report as PDF, set by Typst. What people wrote reaches it as data, so no sign in it is ever taken for markup."""

import json
import tempfile
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.charts import drawn
from core.model.report.document import Report

HERE = Path(__file__).parent
MARK = HERE.parents[2] / "pictures" / "mark.svg"
LIGHT = drawn.rules("#1D2025", "#5D626B", "#E6E6E0", "#F3F3F0", "#CBD6EF")  # as core.charts on a white page


def as_pdf(report: Report, now: float) -> bytes:
    """The document; the same report at the same moment gives the same bytes.

    Args:
        now: Unix seconds, which the file says it was made at.
    """
    import typst

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)

        def keep(content: bytes, ending: str) -> str:
            path = folder / f"{sum(1 for _ in folder.iterdir())}.{ending}"
            path.write_bytes(content)
            return path.name

        document = _plain(report, keep)
        (folder / "report.json").write_text(json.dumps(document, ensure_ascii=False), "utf-8")
        for source in (HERE / "page.typ", MARK):
            (folder / source.name).write_bytes(source.read_bytes())
        made: bytes = typst.compile(
            str(folder / "page.typ"),
            root=place,
            format="pdf",
            timestamp=datetime.fromtimestamp(int(now), UTC),
        )
    return made


def _plain(thing: Any, keep: Callable[[bytes, str], str]) -> Any:
    """What JSON can say; photos and figures are files beside it, by name."""
    if is_dataclass(thing):
        facts = {field.name: _plain(getattr(thing, field.name), keep) for field in fields(thing)}
        if "svg" in facts:
            facts["svg"] = keep(_styled(facts["svg"]).encode(), "svg")
        return {"kind": type(thing).__name__, **facts}
    if isinstance(thing, bytes):
        return keep(thing, "jpg")
    return [_plain(each, keep) for each in thing] if isinstance(thing, tuple | list) else thing


def _styled(svg: str) -> str:
    return svg.replace("<title>", f"<style>{LIGHT}</style><title>", 1)
