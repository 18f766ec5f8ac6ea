"""`dataset add`, `list`, `show` and `map`."""

from contextlib import suppress
from dataclasses import asdict
from typing import Any

import pandas as pd

from core import jobs
from core.commands import Result, looking
from core.commands.following import follow
from core.data import making, store
from core.data.placeholders import Placeholder, find_placeholders
from core.data.rows import rows_of
from core.errors import FittingRoomError, JobActive
from core.model import mapping
from core.sources import spec_from_text
from core.sources.links import row_link

SHOWN_FAILURES = 10
MOST_FAILURES = store.LARGE_ROWS  # in the JSON
SHOWN_STRAYS = 20
LEFT_FROM_S = 10  # what is left is said only where it is more than a moment
BY = {"model": "what the clothing model sees", "colours": "colour and shape"}


def add(options: Any) -> Result:
    """Makes a dataset, or goes on making one, and waits for it."""
    dataset_id = _begun(options)
    dataset = store.load_dataset(dataset_id)
    try:
        follow(dataset.job_dir, progress_line)
    except FittingRoomError:
        if not making.is_begun(dataset):  # the source cannot be read: there is nothing to go on with
            store.delete_dataset(dataset_id)
        raise
    dataset = store.load_dataset(dataset_id)
    result = {
        "id": dataset.id,
        "name": dataset.name,
        "rows": dataset.rows,
        "ok": dataset.ok,
        "duplicates": dataset.duplicates,
        "failed": dataset.failed,
        "classes": dataset.classes,
        "failures": _linked_failures(dataset),
        "placeholders": [asdict(placeholder) for placeholder in _placeholders(dataset)],
    }
    return result, _text(dataset)


def _begun(options: Any) -> str:
    if options.resume:
        store.resume_dataset(options.resume, options.on)
        return str(options.resume)
    if not options.source:
        options.refuse("say what to make a dataset of, or with --resume which to go on with")
    spec, suggested = spec_from_text(options.source)
    spec |= looking.chosen(options)
    if merge := looking.merge_for(options, spec):
        spec["merge"] = merge
    return store.start_dataset(spec, options.name or suggested, on=options.on)


def list_all(options: Any) -> Result:
    """All datasets, newest first."""
    found = store.list_datasets()
    lines = [f"{dataset.id}  {_line(dataset)}" for dataset in found]
    return [_facts(dataset) for dataset in found], "\n".join(lines) or "No dataset yet: dataset add sample:garments"


def show(options: Any) -> Result:
    """One dataset: its classes, its parts and what failed."""
    dataset = store.load_dataset(options.id)
    found = [asdict(placeholder) for placeholder in _placeholders(dataset)]
    return {**_facts(dataset), "placeholders": found}, _text(dataset)


def draw_map(options: Any) -> Result:
    """Draws the map of a dataset, unless it is there and up to date, and names what lies among others."""
    dataset = store.load_dataset(options.id)
    found = mapping.load_map(dataset)
    if found is None:
        with suppress(JobActive):  # drawn from elsewhere: it is waited for
            mapping.start_map(dataset.id)
        follow(mapping.job_dir(dataset), _map_progress)
        found = mapping.load_map(dataset)
    if found is None:
        raise FittingRoomError(f"The map of {dataset.name} was stopped, or its photos changed. Ask for it again.")
    strays = found.strays
    about = rows_of(dataset).at(strays["position"].tolist(), ["row", "source"])
    strays = strays.join(about, on="position")
    result = {
        "dataset": dataset.id,
        "by": BY[found.by],
        "photos": len(found.points),
        "of": dataset.ok,
        "file": str(mapping.map_path(dataset)),
        "strays": strays[["row", "source", "content_hash", "label", "among", "votes"]].to_dict("records"),
        "points": found.points[["position", "content_hash", "label", "x", "y"]].to_dict("records"),
    }
    lines = [
        f"{dataset.name}: {len(found.points):,} of {dataset.ok:,} photos, compared by {BY[found.by]}",
        f"{mapping.map_path(dataset)}",
        f"{len(strays):,} lie among photos of one other name{':' if len(strays) else '.'}",
    ]
    for stray in strays.head(SHOWN_STRAYS).itertuples():
        lines.append(f"  row {stray.row}: labelled {stray.label}, lies among {stray.among} ({stray.source})")
    if len(strays) > SHOWN_STRAYS:
        lines.append(f"  … and {len(strays) - SHOWN_STRAYS:,} more, all of them with --json")
    return result, "\n".join(lines)


def progress_line(event: dict[str, Any]) -> str | None:
    """What the making of a dataset says, in words."""
    if event["kind"] != "progress":
        return None
    if event["stage"] == "download":
        return f"downloaded {event['done'] / 1e6:.1f} of {event['total'] / 1e6:.1f} MB"
    if event["stage"] == "settling":
        return f"looking for copies: {event['done']:,} of {event['total']:,} photos"
    rate, rest = event["rate_per_s"], event["total"] - event["done"]
    left = f", {rest / rate:,.0f} s left" if rate and rest > rate * LEFT_FROM_S else ""
    kinds = ", ".join(f"{rows:,} {status}" for status, rows in event["set_aside"].items())
    return (
        f"{event['stage']}: {event['done']:,} of {event['total']:,}, "
        f"{event['rate_per_s']:.0f}/s{left}, {event['failed']:,} set aside{f' ({kinds})' if kinds else ''}"
    )


def _map_progress(event: dict[str, Any]) -> str | None:
    if event["kind"] != "progress":
        return None
    left = f", {event['left_s']:.0f} s left" if event["left_s"] else ""
    what = "photos" if event["stage"] == "looking" else "rounds"
    return f"{event['stage']}: {event['done']:,} of {event['total']:,} {what}{left}"


def _facts(dataset: store.Dataset) -> dict[str, Any]:
    names = ("id", "name", "finished", "rows", "ok", "duplicates", "failed", "classes", "parts", "fingerprint")
    mends = {"relabelled": dataset.mends.relabelled, "excluded": dataset.mends.excluded}
    mends["moved"] = dataset.mends.moved
    return {name: getattr(dataset, name) for name in names} | mends


def _failures(dataset: store.Dataset) -> pd.DataFrame:
    """The first of them, of a large dataset; of any other all."""
    rows = rows_of(dataset).aside(MOST_FAILURES)
    return rows[rows["status"] != "duplicate"]


def _linked_failures(dataset: store.Dataset) -> list[dict[str, Any]]:
    """The rows that failed, each with a link to it where the source is a sheet that has such links."""
    found = _failures(dataset)[["row", "source", "status", "reason"]].to_dict("records")
    links = [row_link(str(dataset.source.get("address", "")), failure["row"]) for failure in found]
    return [failure | ({"link": link} if link else {}) for failure, link in zip(found, links, strict=True)]


def _placeholders(dataset: store.Dataset) -> list[Placeholder]:
    return find_placeholders(dataset.manifest()) if dataset.finished and not dataset.is_large else []


def _line(dataset: store.Dataset) -> str:
    if not dataset.finished:
        return f"{dataset.name}: not finished ({jobs.state(dataset.job_dir).status})"
    return f"{dataset.name}: {dataset.ok:,} photos, {len(dataset.classes)} classes"


def _text(dataset: store.Dataset) -> str:
    lines = [f"{dataset.id}  {_line(dataset)}"]
    if dataset.finished:
        counts = f"{dataset.ok:,} ok + {dataset.duplicates:,} duplicates + {dataset.failed:,} failed"
        if dataset.mends.excluded:
            counts += f" + {dataset.mends.excluded:,} left out by people"
        lines.append(f"{dataset.rows:,} rows = {counts}")
        if dataset.mends.relabelled:
            lines.append(f"{dataset.mends.relabelled:,} named otherwise than in the source: dataset mends {dataset.id}")
        lines += [f"  {label:20} {photos:6,}" for label, photos in dataset.classes.items()]
        failures = _failures(dataset)
        lines += [f"  row {row.row}: {row.reason} ({row.source})" for row in failures.head(SHOWN_FAILURES).itertuples()]
        if len(failures) > SHOWN_FAILURES:
            lines.append(f"  … and {len(failures) - SHOWN_FAILURES:,} more, all of them with --json when it is added")
        lines += [f"  {found.said_rows()}: {found.sentence()}" for found in _placeholders(dataset)[:SHOWN_FAILURES]]
    return "\n".join(lines)
