"""Mending what was found: each remedy is a layer of mends over the dataset, and nothing is lost by it."""

from collections.abc import Sequence

from core.data import mends
from core.data.mends import Mend
from core.data.quality import fine
from core.data.quality.finding import REMEDIES, Finding, Remedy
from core.data.rows import rows_of
from core.data.store import Dataset, load_dataset
from core.errors import RemedyImpossible


def apply(
    dataset: Dataset,
    finding: Finding,
    remedy: Remedy,
    groups: Sequence[int] | None = None,
    label: str | None = None,
) -> dict[int, Mend | None]:
    """Mends what was found.

    Args:
        dataset: a finished one.
        finding: in it, as of now.
        remedy: one of `REMEDIES` for this kind.
        groups: places in `finding.groups`; None for all.
        label: for relabel and merge, instead of what the finding offers.

    Returns:
        By position, what was said of each changed photo before, for `mends.put_back`.

    Raises:
        RemedyImpossible: this kind is not mended so, or no label is offered or named for any of the photos.
        NameInvalid: the label is empty or too long.
    """
    if remedy not in REMEDIES[finding.kind]:
        known = ", ".join(REMEDIES[finding.kind]) or "nothing to be done in the dataset itself"
        raise RemedyImpossible(f"For “{finding.kind}” there is: {known}. Received: {remedy}")
    before = mends.load_mends(dataset.folder)
    chosen = [*range(len(finding.groups))] if groups is None else [*groups]
    if remedy == "merge":
        _merge(dataset, finding, label)
    elif remedy == "relabel":
        _relabel(dataset, finding, chosen, label)
    elif remedy == "move":
        _move(dataset, [finding.groups[each] for each in chosen])
    else:
        taken = [finding.groups[each] for each in chosen]
        spare = (
            _copies(dataset, finding, taken) if remedy == "keep_one" else {each for group in taken for each in group}
        )
        mends.exclude(dataset, sorted(spare))
    after = mends.load_mends(dataset.folder)
    touched = sorted({*before, *after})
    return {each: before.get(each) for each in touched if before.get(each) != after.get(each)}


def dismiss(dataset: Dataset, finding: Finding, groups: Sequence[int] | None = None) -> None:
    """Says that photos are fine as they are: no check brings them up again for that.

    Args:
        dataset: a finished one.
        finding: in it, as of now.
        groups: places in `finding.groups`; None for all.
    """
    fine.say(dataset, finding, groups, fine=True)


def undismiss(dataset: Dataset, finding: Finding, groups: Sequence[int] | None = None) -> None:
    """Takes `dismiss` back, with the finding that was given to it."""
    fine.say(dataset, finding, groups, fine=False)


def _merge(dataset: Dataset, finding: Finding, label: str | None) -> None:
    keep, other = finding.classes
    to = label or keep
    mends.relabel(dataset, rows_of(load_dataset(dataset.id)).named([*({keep, other} - {to})]), to)


def _relabel(dataset: Dataset, finding: Finding, groups: Sequence[int], label: str | None) -> None:
    named = {
        position: label or finding.label(group)
        for group in groups
        for position in finding.groups[group]
        if label or finding.label(group)
    }
    if not named:
        raise RemedyImpossible("Nothing says which label is right. Choose one for these photos, or leave them out.")
    mends.say(dataset, named)  # in one act, so that one step takes all of them back


def _move(dataset: Dataset, groups: Sequence[tuple[int, ...]]) -> None:
    """Takes copies to the part of the first of each group."""
    parts = _parts(dataset, groups)
    mends.move_each(dataset, {each: parts[first] for first, *others in groups for each in others})


def _copies(dataset: Dataset, finding: Finding, groups: Sequence[tuple[int, ...]]) -> set[int]:
    """What is left out so that one of each group stays; of leaks, what is not in the part of the first."""
    if finding.kind != "leaks":
        return {each for _, *others in groups for each in others}
    parts = _parts(dataset, groups)
    return {each for first, *others in groups for each in others if parts[each] != parts[first]}


def _parts(dataset: Dataset, groups: Sequence[tuple[int, ...]]) -> dict[int, str]:
    """The part that each photo of some groups is in now, by position."""
    positions = [position for group in groups for position in group]
    rows = rows_of(load_dataset(dataset.id)).at(positions, ["part"])
    return {int(position): str(part) for position, part in rows["part"].items()}
