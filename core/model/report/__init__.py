"""The report on a model, for others: one page as HTML that stands alone, and as PDF, made as a job.

The folder of the exam keeps it in `report/`: `report.html`, `report.pdf`, `report.json` (of what it was made) and
`job/`. Of a model that came without its photos and sat no exam, the folder of its exams does.
"""

import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from core import jobs
from core.errors import NotFound
from core.files import read_json, write_bytes, write_json
from core.jobs import Work
from core.model.bundle import Model, load_model
from core.model.exams import Exam, exams_dir, load_exam
from core.model.report.measured import measured
from core.model.stress import load_stress

STAGES = 3  # written, as HTML, as PDF


@dataclass(frozen=True)
class Made:
    """A report that was made."""

    html: Path
    pdf: Path
    made_at: float  # Unix seconds
    fits: bool  # nothing that stands in it has changed since


def start(model_id: str, key: str = "") -> None:
    """Starts a job that makes the report; `jobs.state(job_dir(model, key))` says how it goes.

    Args:
        model_id: of the model.
        key: of an exam; "" for the numbers that came with the model.

    Raises:
        NotFound, ModelUnreadable: no such model, no such exam of it, or no numbers came with it.
        EvaluationError: no photo of the exam is left that counts.
        JobActive: it is being made already.
    """
    model = load_model(model_id)
    measured(model, _exam(model, key))
    jobs.start(job_dir(model, key), "core.model.report:work", {"model_id": model.id, "key": key})


def job_dir(model: Model, key: str = "") -> Path:
    """The folder of the job that makes it."""
    return _folder(model, key) / "job"


def page_path(model: Model, key: str = "") -> Path:
    """Where the page is, or will be."""
    return _folder(model, key) / "report.html"


def load_made(model: Model, exam: Exam | None) -> Made | None:
    """The report as it was made last; None if there is none.

    Args:
        model: the one that it is about.
        exam: the exam that it is about; None for the numbers that came with the model.
    """
    folder = _folder(model, exam.key if exam else "")
    facts = read_json(folder / "report.json")
    html, pdf = folder / "report.html", folder / "report.pdf"
    if not isinstance(facts, dict) or not (html.exists() and pdf.exists()):
        return None
    return Made(html, pdf, float(facts.get("made_at", 0.0)), facts.get("state") == _state(model, exam))


def work(work: Work, model_id: str, key: str) -> None:
    """Writes it and makes both files: what `core.jobs` calls. Stopped, it leaves those that were there.

    Raises:
        Stopped: somebody asked to stop.
        NotFound, ModelUnreadable, EvaluationError: as `start`.
    """
    from core.model.report.page import as_html
    from core.model.report.paper import as_pdf
    from core.model.report.writing import write

    model = load_model(model_id)
    exam, now = _exam(model, key), time.time()
    state, folder = _state(model, exam), _folder(model, key)
    work.progress("writing", 0, STAGES)
    report = write(model, exam, now)
    work.check_stop()
    work.progress("page", 1, STAGES)
    html = as_html(report).encode()
    work.check_stop()
    work.progress("paper", 2, STAGES)
    pdf = as_pdf(report, now)
    work.check_stop()
    (folder / "report.json").unlink(missing_ok=True)
    write_bytes(folder / "report.html", html)
    write_bytes(folder / "report.pdf", pdf)
    write_json(folder / "report.json", {"made_at": now, "state": state})
    work.progress("paper", STAGES, STAGES)
    work.event("result", key=key, html_bytes=len(html), pdf_bytes=len(pdf))


def _folder(model: Model, key: str) -> Path:
    return exams_dir(model) / key / "report"


def _exam(model: Model, key: str) -> Exam | None:
    exam = load_exam(model, key) if key else None
    if key and exam is None:
        raise NotFound(f"“{model.name}” has to be asked about these photos first. Received: {key}")
    return exam


def _state(model: Model, exam: Exam | None) -> str:
    """Changes with whatever a report says that people can change: names, mends, thresholds, the stress test."""
    said: list[object] = [model.name, model.created_at, model.thresholds]
    if exam is not None:
        stress = load_stress(exam)
        labels = "\n".join(exam.photos["label"])  # all else of the photos stays as it was asked
        said += [exam.about.created_at, labels, exam.left_out, stress and stress.to_json()]
    return sha256(repr(said).encode()).hexdigest()
