"""`dataset mend`, `mends` and `undo`: what people change in a dataset, photo by photo, and take back."""

import time
from typing import Any

import pandas as pd

from core.commands import Result, checking
from core.data import mends
from core.data.mends import Act, Mend
from core.data.rows import rows_of
from core.data.store import Dataset, load_dataset
from core.errors import NotFound

SHOWN = 20
ABOUT = ["row", "source"]


def mend(options: Any) -> Result:
    """Gives a photo another label or another part, leaves it out, or makes it what it was; or mends a finding."""
    if checking.is_about_finding(options):
        return checking.mend_found(options)
    dataset = load_dataset(options.id)
    rows = rows_of(dataset)
    position = rows.position_of(options.photo)
    if position is None:
        raise NotFound(f"{dataset.name} has no row {options.photo:,}. The rows are numbered as in its source.")
    if options.undo:
        mends.take_back(dataset, position)
    elif options.exclude:
        mends.exclude(dataset, position)
    elif options.move_to:
        mends.move(dataset, position, options.move_to)
    else:
        mends.relabel(dataset, position, options.label)
    now = load_dataset(dataset.id)
    word = now.mends.photos.get(position)
    about = rows.at([position], ABOUT, mended=False)
    said = _line(word, about) if word else f"row {options.photo}: as it was ({about['source'].iat[0]})"
    facts = {"dataset": now.id, "row": options.photo, "position": position, "mend": word and _facts(word, about)}
    return facts | {"classes": now.classes}, f"{said}\n{summary(now)}"


def show(options: Any) -> Result:
    """What is mended in a dataset, in the order of its rows; or act by act."""
    dataset = load_dataset(options.id)
    if options.acts:
        return _acts(dataset)
    found = dataset.mends
    rows = rows_of(dataset).at([*found.photos], ABOUT, mended=False)
    lines = [summary(dataset), *(f"  {_line(word, rows)}" for word in [*found.photos.values()][:SHOWN])]
    if len(found.photos) > SHOWN:
        lines.append(f"  … and {len(found.photos) - SHOWN:,} more, all of them with --json")
    facts = {"dataset": dataset.id, "relabelled": found.relabelled, "excluded": found.excluded}
    facts["moved"] = found.moved
    return facts | {"mends": [_facts(word, rows) for word in found.photos.values()]}, "\n".join(lines)


def undo(options: Any) -> Result:
    """Makes the photos of an act what they were before it."""
    dataset = load_dataset(options.id)
    found = mends.acts(dataset)
    number = options.act
    if number is None:
        number = next((at for at, act in enumerate(found, start=1) if act.standing), None)
        if number is None:
            raise NotFound(f"Nothing that was mended in {dataset.name} still stands: there is nothing to undo.")
    if not 1 <= number <= len(found):
        raise NotFound(f"{dataset.name} has {len(found):,} acts: dataset mends {dataset.id} --acts. Received: {number}")
    before = mends.undo(dataset, found[number - 1].at)
    now = load_dataset(dataset.id)
    facts = {"dataset": now.id, "act": _act_facts(number, found[number - 1]), "photos": len(before)}
    return facts, f"{_act_line(number, found[number - 1])}\n{len(before):,} are as before. {summary(now)}"


def _acts(dataset: Dataset) -> Result:
    found = list(enumerate(mends.acts(dataset), start=1))
    lines = [summary(dataset), *(_act_line(number, act) for number, act in found[:SHOWN])]
    if len(found) > SHOWN:
        lines.append(f"  … and {len(found) - SHOWN:,} more, all of them with --json")
    return {"dataset": dataset.id, "acts": [_act_facts(number, act) for number, act in found]}, "\n".join(lines)


def _act_line(number: int, act: Act) -> str:
    counts = {"relabelled": act.relabelled, "left out": act.excluded, "moved": act.moved}
    said = ", ".join(f"{photos:,} {what}" for what, photos in counts.items() if photos)
    total = sum(counts.values())
    stands = "" if act.standing == total else f"; of these {act.standing:,} still are"
    return f"  {number}  {time.strftime('%Y-%m-%d %H:%M', time.localtime(act.at))}  {said}{stands}"


def _act_facts(number: int, act: Act) -> dict[str, Any]:
    return {"number": number, **vars(act)}


def summary(dataset: Dataset) -> str:
    """How many photos are mended, in one line."""
    found = dataset.mends
    if not found.photos:
        return f"{dataset.name}: nothing is mended."
    moved = f", {found.moved:,} in another part" if found.moved else ""
    return f"{dataset.name}: {found.relabelled:,} with another label, {found.excluded:,} left out{moved}"


def _line(mend: Mend, rows: pd.DataFrame) -> str:
    changes = [] if mend.label == mend.was else [f"{mend.was} → {'left out' if mend.label is None else mend.label}"]
    if mend.moved and mend.label is not None:
        changes.append(f"{mend.part} → {mend.moved}")
    return f"row {rows['row'].at[mend.position]}: {', '.join(changes)} ({rows['source'].at[mend.position]})"


def _facts(mend: Mend, rows: pd.DataFrame) -> dict[str, Any]:
    """`label` is None for a photo that is left out; `part` is that of now."""
    return {
        "row": int(rows["row"].at[mend.position]),
        "position": mend.position,
        "source": rows["source"].at[mend.position],
        "content_hash": mend.content_hash,
        "was": mend.was,
        "label": mend.label,
        "part": mend.now,
        "at": mend.at,
    }
