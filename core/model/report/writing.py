"""A report, written from what is known of a model: whatever is not known is left out, or said to be unknown."""

import shlex
from pathlib import Path

from core.files import read_json
from core.model.bundle import Model
from core.model.exams import Exam
from core.model.report import scores, trust
from core.model.report.document import Block, Command, Fact, Facts, Report, Section
from core.model.report.limits import limits
from core.model.report.measured import Measured, measured
from core.model.report.taught import day, learned_how, taught_with
from core.saying import per_100

FINGERPRINT = 16  # digits of it that are said


def write(model: Model, exam: Exam | None, now: float) -> Report:
    """Puts all that is known into sections.

    Args:
        model: the one that the report is about.
        exam: what it said of photos; None for the numbers that came with it.
        now: Unix seconds.

    Raises:
        NotFound, EvaluationError: as `measured`.
    """
    found = measured(model, exam)
    sections = (
        scores.mixed_up(found),
        scores.by_class(found),
        scores.sure_and_wrong(found),
        trust.doubt(found),
        trust.alone(found),
        trust.as_phones_take_them(found),
        taught_with(model),
        learned_how(model),
        limits(found),
        again(found),
    )
    return Report(
        model.name,
        f"Right on {per_100(found.facts['accuracy'])} of 100 photos",
        found.sentence,
        scores.numbers(found),
        tuple(section for section in sections if section is not None),
        f"Made with Fitting Room on {day(now)}.",
    )


def again(found: Measured) -> Section:
    """What somebody needs to get the same numbers."""
    model = found.model
    facts = [Fact("Model", model.id, "id")]
    if model.dataset.get("fingerprint"):
        facts.append(Fact("Its photos", f"{model.dataset['fingerprint'][:FINGERPRINT]}…", "fingerprint"))
    if found.exam is not None and found.exam.about.fingerprint not in ("", model.dataset.get("fingerprint")):
        facts.append(Fact("Measured on", f"{found.exam.about.fingerprint[:FINGERPRINT]}…", "fingerprint"))
    if model.recipe.get("seed") is not None:
        facts.append(Fact("Seed", f"{model.recipe['seed']}"))
    versions = ", ".join(f"{name} {version}" for name, version in model.versions.items())
    facts.append(Fact("Versions", versions))
    blocks: list[Block] = [Facts(tuple(facts))]
    if (model.folder.parent / "config.json").exists() and read_json(model.folder.parent / "config.json"):
        blocks.append(Command(f"python -m core train --from-run {model.id}"))
    if found.exam is not None:
        about = found.exam.about
        place = Path(about.path).name or ("" if found.part else about.dataset)  # a whole path is for no stranger
        part = ["--part", about.part] if about.part else []
        words = ["python", "-m", "core", "evaluate", model.id, *([place] if place else []), *part]
        blocks.append(Command(shlex.join(words)))
    return Section("How to do it again", tuple(blocks), "reproduction")
