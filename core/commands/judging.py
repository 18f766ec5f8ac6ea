"""`evaluate`, `decide`, `compare` and `stress`: how good models are, on what, and what to make of it."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.commands import Result
from core.commands.following import follow
from core.data.store import load_dataset
from core.errors import EvaluationError, FittingRoomError
from core.model import deciding, stress
from core.model.bundle import Model, load_model
from core.model.confused import most_confused
from core.model.duel import duel
from core.model.evaluation import Evaluation
from core.model.exam import is_own
from core.model.examining import find_exam, job_dir, newest_exam, start_exam
from core.model.exams import Exam, load_exam

SHOWN = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)  # thresholds, where none is asked for
FLIPPED = 10  # photos that are named, of each kind


def add_verbs(verbs: Any, verb: Any) -> None:
    """Adds these verbs to the command line. Takes as `core.commands.reporting.add_verb`."""
    evaluate_verb = verb(verbs, "evaluate", evaluate, "how often a model is right on photos with names")
    evaluate_verb.add_argument("model")
    evaluate_verb.add_argument(
        "photos", nargs="?", default="", metavar="DATASET_OR_FOLDER",
        help="default: the test part of the dataset that it was taught with; of another dataset all photos",
    )  # fmt: skip
    evaluate_verb.add_argument("--part", choices=("test", "validation"), default="", help="of the dataset")
    decide_verb = verb(verbs, "decide", decide, "how sure it must be to answer alone, and what that comes to")
    decide_verb.add_argument("model")
    decide_verb.add_argument("photos", nargs="?", default="", metavar="DATASET", help="default: as it was tested")
    wanted = decide_verb.add_mutually_exclusive_group()
    wanted.add_argument("--right", type=float, metavar="R", help="so many of its own answers are to hold, as 0.95")
    wanted.add_argument("--sure", type=float, metavar="P", help="so sure it has to be, as 0.9")
    then = decide_verb.add_mutually_exclusive_group()
    then.add_argument("--save", action="store_true", help="let the model answer by that from now on")
    then.add_argument("--undo", action="store_true", help="go back to what its training left")
    compare_verb = verb(verbs, "compare", compare, "two models on the same photos: what changed, and is it luck?")
    compare_verb.add_argument("one", metavar="MODEL")
    compare_verb.add_argument("other", metavar="OTHER_MODEL")
    compare_verb.add_argument("photos", nargs="?", default="", metavar="DATASET", help="default: the first model's own")
    compare_verb.add_argument(
        "--leave-out-known", action="store_true", help="leave out photos that one of them has learned from"
    )
    stress_verb = verb(verbs, "stress", put_to_stress, "what a model loses on photos as phones take them")
    stress_verb.add_argument("model")
    stress_verb.add_argument("photos", nargs="?", default="", metavar="DATASET", help="default: its test part")


def evaluate(options: Any) -> Result:
    """Examines a model, or reads what it said when it was examined."""
    exam = _sat(load_model(options.model), options.photos, options.part)
    found = exam.evaluation
    about = exam.about
    where = f"the {about.part} part of {about.name}" if about.part else about.name
    low, high = found.accuracy_interval
    lines = [
        f"Right on {found.accuracy:.1%} of {found.photos:,} photos of {where} "
        f"(95 % interval: {low:.1%} to {high:.1%}). Always “{found.baseline.label}”: {found.baseline.accuracy:.1%}.",
        *_classes(found),
        *(f"  {pair.sentence}" for pair in most_confused(found.confusion, found.class_names)),
        f"  log loss {found.log_loss:.3f}, Brier score {found.brier:.3f}, calibration error {found.ece:.3f}"
        + "".join(f", right in {guesses} guesses {share:.1%}" for guesses, share in found.top.items()),
    ]
    if about.kind == "validation":
        lines.append("  It was watched with these photos while it learned: it may seem better here than it is.")
    elif found.known:
        lines.append(f"  It has learned from {found.known:,} of these photos: on them it shows what it knows by heart.")
    lines += [f"  left out, {why}: {photos:,}" for why, photos in found.left_out.items()]
    lines += [f"  no photo of: {label}" for label in found.without_photos]
    return {**found.to_json(), "exam": {"key": exam.key, **asdict(about)}}, "\n".join(lines)


def decide(options: Any) -> Result:
    """Says what thresholds come to; keeps one with the model, or goes back."""
    model = load_model(options.model)
    if options.undo:
        model = deciding.undo_sure(model.id)
    exam = _sat(model, options.photos) if options.photos else newest_exam(model) or _sat(model, "")
    outlook = deciding.outlook(exam)
    if options.right is not None:
        chosen = _lowest(outlook, options.right)
    else:
        chosen = outlook.at(model.thresholds.sure if options.sure is None else options.sure)
    if options.save:
        model = deciding.save_sure(model.id, chosen.sure)
    watched = load_exam(model, "validation") if exam.about.kind == "test" else None
    check = None if watched is None else deciding.outlook(watched).at(chosen.sure)
    asked = options.right is not None or options.sure is not None
    rows = [chosen] if asked else [chosen, *(outlook.at(sure) for sure in SHOWN)]
    lines = [chosen.sentence, *(_decision(each) for each in rows)]
    if check is not None:
        lines.append(f"On the photos that it was watched with: {check.sentence}")
    if options.save or options.undo:
        lines.append(f"From now on “{model.name}” is sure from {model.thresholds.sure:.1%} on.")
    facts = {
        "model": model.id,
        "exam": exam.key,
        **_decision_facts(chosen),
        "on_validation": None if check is None else _decision_facts(check),
        "thresholds": asdict(model.thresholds),
        "fitted": asdict(model.fitted or model.thresholds),
        "saved": bool(options.save),
    }
    return facts, "\n".join(lines)


def compare(options: Any) -> Result:
    """Puts two models side by side on photos that both were asked about."""
    one, other = load_model(options.one), load_model(options.other)
    own = [str(model.dataset.get("id") or "") for model in (one, other)]
    place = options.photos or next(filter(None, own), "")
    dataset = load_dataset(place) if place and not Path(place).is_dir() else None
    part = "test" if dataset is not None and (is_own(one, dataset) or is_own(other, dataset)) else ""
    exams = [_sat(model, place, part) for model in (one, other)]
    found = duel(exams[0], exams[1], (one.name, other.name), options.leave_out_known)
    lines = [found.sentence]
    for name, accuracy, (low, high) in zip((one.id, other.id), found.accuracies, found.intervals, strict=True):
        lines.append(f"  {name}: {accuracy:.1%} of {found.photos:,} (95 % interval: {low:.1%} to {high:.1%})")
    lines += [f"  {label:16} {was:5,} {now:5,} of {of:5,}" for label, (was, now, of) in found.classes.items()]
    chance = f"{found.chance:.1%}" if found.chance >= 0.001 else "less than 0.1%"
    lines.append(f"  So many flips by luck alone: {chance} (McNemar, exact)")
    for what, flipped in (("right now", found.gained), ("wrong now", found.lost)):
        lines += [
            f"  {what}: {each.name}, {each.label} (was: {each.said}, is: {each.other_said})"
            for each in flipped[:FLIPPED].itertuples()
        ]
    lines += [f"  left out, {why}: {photos:,}" for why, photos in found.left_out.items()]
    return {"models": [one.id, other.id], **found.to_json()}, "\n".join(lines)


def put_to_stress(options: Any) -> Result:
    """Spoils photos as phones do, and asks again."""
    model = load_model(options.model)
    exam = _sat(model, options.photos) if options.photos else newest_exam(model) or _sat(model, "")
    found = stress.load_stress(exam)
    if found is None:
        stress.start_stress(model.id, exam.key)
        _followed(stress.job_dir(model, exam.key))
        found = stress.load_stress(exam)
    assert found is not None, "the job has ended well"
    lines = [found.sentence]
    for condition, right in found.right.items():
        label = found.weakest_class(condition)
        worst = "" if label is None else f"  most: {label} {-100 * found.class_drop(label, condition):+.0f}"
        lines.append(f"  {condition:24} {right / found.photos:6.1%}  {0.0 - 100 * found.drop(condition):+5.1f}{worst}")
    if found.known:
        lines.append(f"  It has learned from {found.known:,} of these photos: on others it may lose more.")
    return {"model": model.id, "exam": exam.key, **found.to_json()}, "\n".join(lines)


def _sat(model: Model, place: str, part: str = "") -> Exam:
    """The exam on these photos, which the model sits now if it has not yet."""
    exam = find_exam(model, place, part)
    if exam is None:
        key = start_exam(model.id, place, part)
        _followed(job_dir(model, key))
        exam = load_exam(model, key)
    assert exam is not None, "the job has ended well"
    return exam


def _followed(folder: Path) -> None:
    if follow(folder, _told).status != "done":
        raise FittingRoomError("It was stopped before it was asked about all photos.")


def _told(event: dict[str, Any]) -> str | None:
    if event["kind"] != "progress":
        return None
    return f"{event['stage']}: {event['done']:,} of {event['total']:,} photos"


def _classes(found: Evaluation) -> list[str]:
    lines = []
    for label, score in found.classes.items():
        recall = found.unsureness[label].recall
        between = "" if recall is None else f" ({recall[0]:.0%} to {recall[1]:.0%})"
        lines.append(
            f"  {label:16} precision {score['precision']:6.1%}  recall {score['recall']:6.1%}{between}  "
            f"F1 {score['f1']:6.1%}  {score['support']:5,} photos"
        )
    return lines


def _lowest(outlook: deciding.Outlook, right: float) -> deciding.Decision:
    if not 0 < right <= 1:
        raise EvaluationError(f"How many answers are to hold is a share above 0, up to 1. Received: {right:g}")
    chosen = outlook.lowest(right)
    if chosen is None:
        raise EvaluationError(
            f"However sure it has to be, less than {right:.1%} of its answers hold on these photos. Ask for less, or "
            "teach it with more photos."
        )
    return chosen


def _decision(each: deciding.Decision) -> str:
    if each.right_share is None or each.interval is None:
        return f"  sure from {each.sure:6.1%}: answers none alone"
    low, high = each.interval
    return (
        f"  sure from {each.sure:6.1%}: answers {each.alone:5,} of {each.photos:,} alone ({each.share:.0%}), "
        f"{each.right_share:6.1%} of them right (95 % interval: {low:.1%} to {high:.1%}), "
        f"{each.to_person:,} to a person"
    )


def _decision_facts(each: deciding.Decision) -> dict[str, Any]:
    names = ("photos", "alone", "right", "share", "right_share", "interval", "to_person", "sentence")
    return {"sure": each.sure, **{name: getattr(each, name) for name in names}}
