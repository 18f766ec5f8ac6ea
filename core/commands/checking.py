"""`dataset check`, and `dataset mend --finding`: what is wrong with the photos of a dataset, and mending it."""

from contextlib import suppress
from typing import Any

from core.commands import Result
from core.commands.following import follow
from core.data.quality import checking, remedies, words
from core.data.quality.finding import KINDS, NAMING, REMEDIES, Finding, Kind, Remedy
from core.data.quality.found import load_quality
from core.data.rows import Rows, rows_of
from core.data.store import LARGE_ROWS, load_dataset
from core.errors import FittingRoomError, JobActive, NotFound, RemedyImpossible

SHOWN_ROWS = 8
COLUMNS = ["row", "status", "label", "content_hash"]


def add_verb(verbs: Any, verb: Any) -> None:
    """Adds the verb to the command line. Takes as `core.commands.reporting.add_verb`."""
    parser = verb(verbs, "check", check, "what is wrong with its photos: leaks, copies, blurred, dark, and so on")
    parser.add_argument("id", metavar="dataset")


def add_finding(mend: Any, which: Any) -> None:
    """Adds to `dataset mend` what says that a finding is mended, and how.

    Args:
        mend: the parser.
        which: the group of its options of which one is needed.
    """
    which.add_argument("--finding", choices=KINDS, metavar="KIND", help="all that `check` found of a kind")
    every = sorted({remedy for each in REMEDIES.values() for remedy in each})
    mend.add_argument("--remedy", choices=every, help="how to mend a finding (default: as is recommended for it)")
    mend.set_defaults(refuse=mend.error)


def is_about_finding(options: Any) -> bool:
    """Whether `dataset mend` is to mend a finding and not one photo. Ends with wrong usage where it says both."""
    for_photo = [name for name in ("--exclude", "--move-to", "--undo") if getattr(options, name[2:].replace("-", "_"))]
    if options.finding:
        if for_photo:
            options.refuse(f"argument --finding: not allowed with argument {for_photo[0]}")
        if options.label is not None and (options.remedy or _usual(options.finding)) not in (None, *NAMING):
            options.refuse(f"argument --label: only allowed with --remedy {' or '.join(NAMING)}")
        return True
    if options.remedy:
        options.refuse("argument --remedy: only allowed with argument --finding")
    if options.label is None and not for_photo:
        options.refuse("one of the arguments --label --exclude --move-to --undo is required with --photo")
    return False


def check(options: Any) -> Result:
    """Checks a dataset, which takes seconds where it was checked before, and says what is wrong with it."""
    dataset = load_dataset(options.id)
    with suppress(JobActive):  # checked from elsewhere: it is waited for
        checking.start_check(dataset.id)
    if follow(checking.job_dir(dataset), _progress).status != "done":
        raise FittingRoomError(f"The check of {dataset.name} was stopped. Ask for it again.")
    dataset = load_dataset(dataset.id)
    quality = load_quality(dataset)
    if quality is None:
        raise FittingRoomError(f"The photos of {dataset.name} changed while it was checked. Ask for it again.")
    rows = rows_of(dataset, COLUMNS)
    health = words.health(quality, dataset)
    result = {
        "id": dataset.id,
        "photos": quality.photos,
        "seconds": quality.seconds,
        "health": health,
        "findings": [_facts(finding, rows) for finding in quality.findings],
    }
    lines = [f"{dataset.name}: {quality.photos:,} photos checked in {quality.seconds:,.0f} s", *health]
    return result, "\n".join([*lines, *(_lines(finding, rows) for finding in quality.findings)])


def mend_found(options: Any) -> Result:
    """Mends all that was found of one kind."""
    dataset = load_dataset(options.id)
    quality = load_quality(dataset)
    if quality is None:
        raise NotFound(f"{dataset.name} was not checked yet. Do that first: python -m core dataset check {dataset.id}")
    found = [finding for finding in quality.findings if finding.kind == options.finding]
    if not found:
        raise NotFound(f"Nothing of that was found in {dataset.name}. Received: {options.finding}")
    remedy = options.remedy or _usual(options.finding)
    if remedy is None:
        raise RemedyImpossible(f"{words.brief(found[0])}: that is not mended in the dataset itself.")
    if options.label is not None and len(found) > 1:
        raise RemedyImpossible(
            f"{len(found):,} findings cannot all get one label: leave out --label, and each gets the one that is "
            f"offered; or mend photo by photo (--photo). Received: “{options.label}”"
        )
    changed: set[int] = set()
    for finding in found:
        changed |= {*remedies.apply(dataset, finding, remedy, label=options.label)}
    now = load_dataset(dataset.id)
    mended = [int(row) for row in rows_of(now).at(sorted(changed), ["row"], mended=False)["row"]]
    facts = {"dataset": now.id, "finding": options.finding, "remedy": remedy, "rows": mended, "classes": now.classes}
    counted = "1 photo" if len(mended) == 1 else f"{len(mended):,} photos"
    return facts, f"{now.name}: {counted} mended ({remedy}). `dataset mends {now.id}` shows them."


def _usual(kind: Kind) -> Remedy | None:
    """What is recommended for a finding; None where nothing is done in the dataset itself."""
    return next(iter(REMEDIES[kind]), None)


def _facts(finding: Finding, rows: Rows) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "title": words.title(finding),
        "sentence": words.sentence(finding),
        "photos": finding.photos,
        "groups": _rows_of(finding, rows),
        "sure": [*finding.sure],
        "labels": [*finding.labels],
        "classes": [*finding.classes],
    }


def _rows_of(finding: Finding, rows: Rows) -> list[list[int]]:
    """The groups of a finding as rows of the source; also of rows that have no photo of their own."""
    positions = [position for group in finding.groups for position in group]
    numbers = rows.at(positions, ["row"], mended=False)["row"].to_dict()
    groups = [[int(numbers[position]) for position in group] for group in finding.groups]
    if finding.kind not in ("exact_duplicates", "unreadable"):
        return groups
    aside = rows.aside(LARGE_ROWS)
    if finding.kind == "exact_duplicates":  # the row that is kept first
        copies = aside.index[aside["status"] == "duplicate"].tolist()
        hashes = rows.at(copies, ["content_hash"], mended=False)["content_hash"].unique().tolist()
        came = rows.at(rows.holding(hashes), COLUMNS, mended=False)
        again = came[came.duplicated(["content_hash", "label"], keep=False)]
        again = again.sort_values("status", ascending=False, kind="stable")
        groups += [group["row"].tolist() for _, group in again.groupby(["content_hash", "label"], sort=False)]
    else:
        groups += [[int(row)] for row in aside.loc[aside["status"] != "duplicate", "row"]]
    return groups


def _lines(finding: Finding, rows: Rows) -> str:
    lines = ["", words.title(finding), f"  {words.sentence(finding)}"]
    groups = [*dict.fromkeys(" = ".join(map(str, group)) for group in _rows_of(finding, rows))]
    if groups:
        more = f" and {len(groups) - SHOWN_ROWS:,} more, all of them with --json" if len(groups) > SHOWN_ROWS else ""
        lines.append(f"  rows {', '.join(groups[:SHOWN_ROWS])}{more}")
    return "\n".join(lines)


def _progress(event: dict[str, Any]) -> str | None:
    """What the check says on its way, in words."""
    if event["kind"] != "progress":
        return None
    left = f", {event['left_s']:.0f} s left" if event.get("left_s") else ""
    return f"{event['stage']}: {event['done']:,} of {event['total']:,} photos{left}"
