"""`report`: one page about a model, for others, as HTML that stands alone or as PDF."""

import shutil
from pathlib import Path
from typing import Any

from core.commands import Result
from core.commands.following import follow
from core.errors import FittingRoomError, NotFound, SourceNotUnderstood
from core.model import report
from core.model.bundle import Model, load_model
from core.model.examining import newest_exam, paper_of
from core.model.exams import Exam, load_exam

STAGES = {"writing": "writing", "page": "as HTML", "paper": "as PDF"}


def add_verb(verbs: Any, verb: Any) -> None:
    """Adds the verb to the command line.

    Args:
        verbs: where argparse keeps them.
        verb: makes a parser: called with `verbs`, a name, a function and a line of help.
    """
    parser = verb(verbs, "report", make, "one page about a model, for others: HTML that stands alone, or PDF")
    parser.add_argument("model")
    told = "that it was asked about; default: its test part"
    parser.add_argument("photos", nargs="?", default="", metavar="DATASET_OR_FOLDER", help=told)
    parser.add_argument("--part", choices=("test", "validation"), default="", help="of the dataset")
    parser.add_argument("--to", metavar="FILE", help="ends in .html or .pdf (default: both, kept with the model)")


def make(options: Any) -> Result:
    """Makes the report, and writes it to where it is wanted."""
    path = Path(options.to) if options.to else None
    if path is not None and path.suffix.lower() not in (".html", ".pdf"):
        raise SourceNotUnderstood(f"A report ends in .html or .pdf. Received: {path.name}")
    model = load_model(options.model)
    exam = _exam(model, options.photos, options.part)
    key = exam.key if exam else ""
    report.start(model.id, key)
    if follow(report.job_dir(model, key), _told).status != "done":
        raise FittingRoomError("It was stopped before the report was made.")
    made = report.load_made(model, exam)
    assert made is not None, "the job has ended well"
    if path is not None:
        shutil.copyfile(made.pdf if path.suffix.lower() == ".pdf" else made.html, path)
    facts = {"model": model.id, "exam": key, "html": str(made.html), "pdf": str(made.pdf), "file": path and str(path)}
    written = f"{path} is the report on {model.name}." if path else f"{made.html}\n{made.pdf}"
    return facts, written


def _exam(model: Model, place: str, part: str) -> Exam | None:
    """What it is about: what it said of these photos; else what it is known by; None for what came with it.

    Raises:
        NotFound: it was never asked about these photos.
    """
    if not place and not part:
        return newest_exam(model)
    exam = load_exam(model, paper_of(model, place, part).key)
    if exam is None:
        asked = " ".join(filter(None, ["python -m core evaluate", model.id, place, part and f"--part {part}"]))
        raise NotFound(f"“{model.name}” was never asked about these photos. Ask it first: {asked}")
    return exam


def _told(event: dict[str, Any]) -> str | None:
    return STAGES.get(event["stage"]) if event["kind"] == "progress" and event["done"] < event["total"] else None
