"""What a report does not say: its limits, each from a fact, and none that does not hold."""

from core.model import familiarity
from core.model.answered import NOT_TAUGHT
from core.model.exam import UNREADABLE
from core.model.exams import EXCLUDED
from core.model.report.document import Lines, Section
from core.model.report.measured import Measured, listed, photos, written
from core.model.stress import load_stress
from core.saying import per_100

UNSURE = 0.10  # an interval wider than that hardly tells models apart
FEW = 20  # photos of a class: its interval spans 20 points and more


def limits(found: Measured) -> Section:
    """One sentence for each."""
    said = [*_numbers(found), *_photos(found), *_beyond(found)]
    return Section("What this does not say", (Lines(tuple(said)),), "limits")


def _numbers(found: Measured) -> list[str]:
    """What the numbers are too few for."""
    low, high = found.facts["accuracy_interval"]
    said = []
    if high - low > UNSURE:
        said.append(
            f"{photos(found.photos).capitalize()} are few to measure with: it may truly be right on anything between "
            f"{per_100(low)} and {per_100(high)} of 100."
        )
    sizes = {label: score["support"] for label, score in found.facts["classes"].items()}
    scarce = [f"{written(label)} ({number:,})" for label, number in sizes.items() if 0 < number < FEW]
    if scarce:
        said.append(
            f"Of some classes there are fewer than {FEW} photos, too few to trust their lines: {listed(scarce)}."
        )
    if found.without_photos:
        none = listed([written(label) for label in found.without_photos])
        said.append(f"No photo was of {none}: how good it is there, nobody knows.")
    return said


def _photos(found: Measured) -> list[str]:
    """What the photos are not."""
    said = []
    if found.facts.get("folds"):
        said.append(
            f"{len(found.facts['folds'])} networks made like this one were measured, each on photos that it had not "
            "seen. This one has learned from all of them."
        )
    if found.part == "validation":
        said.append("It was watched with these photos while it learned: it may seem better here than it is.")
    elif found.known:
        said.append(f"It has learned from {photos(found.known)} of these: there it shows what it knows by heart.")
    if found.exam is None or found.part:
        said.append(
            "The photos it was measured on are of the same source as those it learned from, "
            f"“{found.model.dataset['name']}”. Photos that others take, elsewhere and in other light, may be harder."
        )
    said += [f"Not counted: {_left_out(why, number)}." for why, number in found.left_out.items()]
    if found.exam is not None and (renamed := int(found.exam.photos["was"].notna().sum())):
        said.append(f"Of these, {photos(renamed)} had another name when it was asked; somebody put that right since.")
    return said


def _left_out(why: str, number: int) -> str:
    if why == EXCLUDED:
        return f"{photos(number)} that somebody took out"
    if why == UNREADABLE:
        return "1 file that is no photo" if number == 1 else f"{number:,} files that are no photos"
    label = why.removeprefix(NOT_TAUGHT)
    return f"{photos(number)} of “{written(label)}”, which it was not taught" if label != why else f"{number:,}, {why}"


def _beyond(found: Measured) -> list[str]:
    """What it was never asked."""
    named = f"It knows {len(found.names):,} kinds of things. Whatever else a photo shows, it names one of them"
    if (found.model.folder / familiarity.FILE).exists():
        named += ", though it may say that such a photo is unlike all it was taught with"
    said = [f"{named}."]
    stressed = found.facts.get("stress") if found.exam is None else load_stress(found.exam)
    if not stressed:
        said.append("How it does on photos that are tilted, dark, blurred or small was not measured.")
    if found.exam is not None and found.model.fitted is not None:
        said.append(
            f"Somebody chose how sure it has to be ({100 * found.model.thresholds.sure:.0f} %). If that was chosen on "
            "these very photos, a little fewer of its answers will hold on new ones."
        )
    said.append("Names may be wrong too: each photo counts as what it is filed as.")
    return said
