"""`dataset status` and `dataset refresh`: what became of each row, and what changed in the source since."""

from pathlib import Path
from typing import Any

from core.commands import Result
from core.commands.datasets import progress_line
from core.commands.following import follow
from core.data import refresh as looking_again
from core.data.difference import Change, Difference
from core.data.status_table import status_csv, statuses, write_rows
from core.data.store import Dataset, load_dataset
from core.errors import FittingRoomError, NotFound
from core.files import write_bytes

SHOWN_ROWS = 10
SAID = {
    "new": "new",
    "aside": "new, and set aside",
    "relabelled": "another label",
    "gone": "gone from the source",
    "dead": "the address is dead now; the photo of before is kept",
    "lost": "no photo any more",
    "changed": "another photo under the same address",
    "found": "found again",
}


def status(options: Any) -> Result:
    """Writes or prints the table with the columns status and reason."""
    dataset = load_dataset(options.id)
    if dataset.is_large:
        return _status_of_large(dataset, options.csv)
    text = status_csv(dataset)
    if options.csv:
        write_bytes(Path(options.csv), text.encode("utf-8-sig"))  # with its mark: Excel takes it for Latin-1 without
    rows = [{"row": row, "status": word, "reason": reason} for row, (word, reason) in statuses(dataset).items()]
    said = f"{options.csv}: {dataset.rows:,} rows with their status" if options.csv else text.rstrip("\r\n")
    return {"dataset": dataset.id, "file": options.csv, "rows": rows}, said


def _status_of_large(dataset: Dataset, path: str | None) -> Result:
    if not path:
        raise NotFound(f"{dataset.name} has {dataset.rows:,} rows, too many to be printed. Name a file: --csv FILE")
    write_rows(dataset, Path(path))
    return {"dataset": dataset.id, "file": path}, f"{path}: {dataset.rows:,} rows with their status"


def refresh(options: Any) -> Result:
    """Looks at the source again, unless somebody did and nobody has decided yet; accepts or drops what was found."""
    dataset = load_dataset(options.id)
    draft = looking_again.draft_of(dataset.id)
    if options.drop:
        if draft is None:
            raise NotFound(f"Nothing was found that could be dropped: {dataset.name} is as it was.")
        looking_again.drop(draft.id)
        return _result(dataset, None, Difference(), False), f"{dataset.name} stays as it was."
    if draft is None or not draft.finished:
        draft = _look(dataset)
    found = looking_again.find_difference(draft)
    if found.is_empty:
        looking_again.drop(draft.id)
        return _result(dataset, None, found, False), f"Nothing has changed since: {dataset.name} stays as it is."
    if options.accept:
        looking_again.accept(draft.id)
        now, before = load_dataset(draft.id), load_dataset(dataset.id)
        kept = f"{now.id}  {now.name}: {now.ok:,} photos. The earlier one is kept as “{before.name}”."
        return _result(dataset, now, found, True), "\n".join([*_lines(found), kept])
    then = f"Take them with: dataset refresh {dataset.id} --accept (or leave them: --drop)"
    return _result(dataset, draft, found, False), "\n".join([*_lines(found), then])


def _look(dataset: Dataset) -> Dataset:
    """Waits for the look. One that cannot even read the source leaves nothing behind."""
    draft = load_dataset(looking_again.start_refresh(dataset.id))
    try:
        follow(draft.job_dir, progress_line)
    except FittingRoomError:
        if not (draft.folder / "items.json").exists():
            looking_again.drop(draft.id)
        raise
    draft = load_dataset(draft.id)
    if not draft.finished:
        raise FittingRoomError(f"You stopped the look. Go on with: dataset refresh {dataset.id} (or leave it: --drop)")
    return draft


def _result(dataset: Dataset, draft: Dataset | None, found: Difference, accepted: bool) -> dict[str, Any]:
    changes = {name: [_row(change) for change in getattr(found, name)] for name in SAID}
    ids = {"dataset": dataset.id, "draft": draft.id if draft and not accepted else None}
    return {**ids, "accepted": accepted, "id": draft.id if draft and accepted else dataset.id} | {
        **changes,
        "moved": found.moved,
    }


def _row(change: Change) -> dict[str, Any]:
    facts = {"row": change.row, "source": change.source, "label": change.label}
    return facts | {name: value for name, value in (("was", change.was), ("reason", change.reason)) if value}


def _lines(found: Difference) -> list[str]:
    lines = []
    for name, words in SAID.items():
        changes = getattr(found, name)
        if changes:
            lines.append(f"{len(changes):,} {words}:")
            lines += [_line(change) for change in changes[:SHOWN_ROWS]]
        if len(changes) > SHOWN_ROWS:
            lines.append(f"  … and {len(changes) - SHOWN_ROWS:,} more, all of them with --json")
    if found.moved:
        lines.append(f"{found.moved:,} stand elsewhere in the source, and are as they were.")
    return lines


def _line(change: Change) -> str:
    label = f"{change.was} → {change.label}" if change.was else change.label
    return f"  row {change.row}: {label} ({change.source}){' ' + change.reason if change.reason else ''}"
