"""What can be done about a finding: each remedy as a button says it, done at once, with a sentence and a way back."""

from collections.abc import Sequence
from dataclasses import replace

from core.data.mends import Mend
from core.data.quality import remedies
from core.data.quality.finding import REMEDIES, Finding, Remedy
from core.data.store import Dataset
from ui import last_mended
from ui.words import count

THEM = {
    "leave_out": ("Leave it out", "Leave them out"),
    "keep_one": ("Keep one", "Keep one of each"),
    "move": ("Put them on one side", "Put them on one side"),
    "relabel": ("Rename it", "Rename them"),
    "merge": ("Make them one class", "Make them one class"),
}


def possible(finding: Finding) -> tuple[Remedy, ...]:
    """What can be done about a finding with one click, the recommended first."""
    if not finding.groups:
        return tuple(each for each in REMEDIES[finding.kind] if each == "merge")
    return tuple(each for each in REMEDIES[finding.kind] if each != "relabel" or any(finding.labels))


def name(remedy: Remedy, groups: int) -> str:
    """As its button says it.

    Args:
        groups: how many it is about.
    """
    one, several = THEM[remedy]
    return one if groups == 1 else several


def do(dataset: Dataset, finding: Finding, remedy: Remedy, groups: Sequence[int] | None = None) -> None:
    """Does it, and shows the dataset as it is then, with a way back. Does not return.

    Args:
        groups: which of the finding's; None for all. What is to be renamed and has no label offered is left as it is.
    """
    chosen = [*range(len(finding.groups))] if groups is None else [*groups]
    if remedy == "relabel":
        chosen = [group for group in chosen if finding.label(group)]
    before = remedies.apply(dataset, finding, remedy, None if remedy == "merge" else chosen)
    last_mended.done(dataset, before, _done(finding, remedy, before, chosen))


def are_fine(dataset: Dataset, finding: Finding, groups: Sequence[int] | None = None) -> None:
    """Keeps that somebody found nothing wrong there; it is not shown any more, until that is undone. Does not return.

    Args:
        groups: which of the finding's; None for all.
    """
    remedies.dismiss(dataset, finding, None if groups is None else [*groups])
    if groups is not None:
        finding = _only(finding, groups)
    some = count(finding.photos, "photo") if finding.groups else "That"
    verb = "are" if finding.groups and finding.photos != 1 else "is"
    last_mended.done(dataset, {}, f"{some} {verb} fine: you are not told again.", finding)


def with_labels(finding: Finding, labels: Sequence[str | None]) -> Finding:
    """A finding that offers other labels, one for each group."""
    return replace(finding, labels=tuple(labels))


def _only(finding: Finding, groups: Sequence[int]) -> Finding:
    return replace(
        finding,
        groups=tuple(finding.groups[group] for group in groups),
        sure=tuple(finding.sure[group] for group in groups),
        labels=tuple(finding.label(group) for group in groups) if finding.labels else (),
    )


def _done(finding: Finding, remedy: Remedy, before: dict[int, Mend | None], groups: Sequence[int]) -> str:
    if not before:
        return "Nothing of it was left to mend."
    some, verb = count(len(before), "photo"), "is" if len(before) == 1 else "are"
    if remedy == "merge":
        keep, other = finding.classes
        return f"{other} is {keep} now: {some} {verb} renamed."
    if remedy == "relabel":
        labels = {finding.label(group) for group in groups}
        to = f" to {labels.pop()}" if len(labels) == 1 else ""
        return f"{some} {verb} renamed{to}."
    what = {"leave_out": "left out", "keep_one": "left out, one of each is kept", "move": "put on the other side"}
    return f"{some} {verb} {what[remedy]}."
