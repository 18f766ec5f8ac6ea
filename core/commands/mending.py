"""`dataset mend` and `dataset mends`: what people change in a dataset, photo by photo, and take back."""

from typing import Any

import pandas as pd

from core.commands import Result
from core.data import mends
from core.data.mends import Mend
from core.data.store import Dataset, load_dataset
from core.errors import NotFound

SHOWN = 20


def mend(options: Any) -> Result:
    """Gives a photo another label, leaves it out, or makes it what it was."""
    dataset = load_dataset(options.id)
    rows = dataset.as_made(["row", "source"])
    found = rows.index[rows["row"] == options.photo]
    if not len(found):
        raise NotFound(f"{dataset.name} has no row {options.photo:,}. The rows are numbered as in its source.")
    position = int(found[0])
    if options.undo:
        mends.take_back(dataset, position)
    elif options.exclude:
        mends.exclude(dataset, position)
    else:
        mends.relabel(dataset, position, options.label)
    now = load_dataset(dataset.id)
    word = now.mends.photos.get(position)
    said = _line(word, rows) if word else f"row {options.photo}: as it was ({rows['source'].iat[position]})"
    facts = {"dataset": now.id, "row": options.photo, "position": position, "mend": word and _facts(word, rows)}
    return facts | {"classes": now.classes}, f"{said}\n{summary(now)}"


def show(options: Any) -> Result:
    """What is mended in a dataset, in the order of its rows."""
    dataset = load_dataset(options.id)
    rows, found = dataset.as_made(["row", "source"]), dataset.mends
    lines = [summary(dataset), *(f"  {_line(word, rows)}" for word in [*found.photos.values()][:SHOWN])]
    if len(found.photos) > SHOWN:
        lines.append(f"  … and {len(found.photos) - SHOWN:,} more, all of them with --json")
    facts = {"dataset": dataset.id, "relabelled": found.relabelled, "excluded": found.excluded}
    return facts | {"mends": [_facts(word, rows) for word in found.photos.values()]}, "\n".join(lines)


def summary(dataset: Dataset) -> str:
    """How many photos are mended, in one line."""
    found = dataset.mends
    if not found.photos:
        return f"{dataset.name}: nothing is mended."
    return f"{dataset.name}: {found.relabelled:,} with another label, {found.excluded:,} left out"


def _line(mend: Mend, rows: pd.DataFrame) -> str:
    now = "left out" if mend.label is None else mend.label
    return f"row {rows['row'].iat[mend.position]}: {mend.was} → {now} ({rows['source'].iat[mend.position]})"


def _facts(mend: Mend, rows: pd.DataFrame) -> dict[str, Any]:
    """`label` is None for a photo that is left out."""
    return {
        "row": int(rows["row"].iat[mend.position]),
        "position": mend.position,
        "source": rows["source"].iat[mend.position],
        "content_hash": mend.content_hash,
        "was": mend.was,
        "label": mend.label,
        "at": mend.at,
    }
