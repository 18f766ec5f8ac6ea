"""`corrections`: photos that a model got wrong, kept with what they are, and learned from."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.commands import Result, chosen_model
from core.commands.following import follow
from core.errors import FittingRoomError, NotFound
from core.model import corrections
from core.model.corrections import Correction
from core.model.predictor import load_predictor
from core.training import teaching
from core.training.before_after import BeforeAfter, Score
from core.training.runs import load_run

STAGES = {
    "photos": "making the new version of the dataset",
    "learning": "learning",
    "measuring": "asking both models about the same photos",
}


def list_all(options: Any) -> Result:
    """All corrections, the oldest first; their numbers are what `remove` takes."""
    found = corrections.list_corrections()
    lines = [f"{number:4}  {_line(each)}" for number, each in enumerate(found, start=1)]
    nothing = "Nothing was corrected yet. Try: corrections add PHOTO LABEL"
    return [_facts(number, each) for number, each in enumerate(found, start=1)], "\n".join(lines) or nothing


def add(options: Any) -> Result:
    """Asks the model about a photo, and keeps what it shows."""
    model, path = chosen_model(options), Path(options.photo)
    if not path.is_file():
        raise NotFound(f"There is no such file. Received: {path}")
    content = path.read_bytes()
    answer = load_predictor(model).predict_photos([(path.name, content)])[0]
    found = corrections.correct(content, answer, options.label, model)
    number = [each.id for each in corrections.list_corrections()].index(found.id) + 1
    return _facts(number, found), f"{number:4}  {_line(found)}"


def remove(options: Any) -> Result:
    """Takes a correction back, by its number in the list."""
    found = corrections.list_corrections()
    if not 1 <= options.number <= len(found):
        raise NotFound(f"The corrections have the numbers 1 to {len(found):,}. Received: {options.number}")
    gone = found[options.number - 1]
    token = corrections.remove_correction(gone.id)
    return {"removed": gone.id, "token": token}, f"Taken back: {_line(gone)}"


def learn(options: Any) -> Result:
    """Learns from the corrections of a model, waits for the end, and compares before and after."""
    model = chosen_model(options)
    teaching_id = teaching.start_teaching(model, options.dataset or "")
    follow(teaching.job_dir(teaching_id), lambda event: STAGES.get(event.get("name", "")))
    done = teaching.load_teaching(teaching_id)
    if done.result is None or done.run_id is None:
        raise FittingRoomError("It was stopped before it had learned anything. Start it again: corrections learn")
    teaching.decide(done.id, use_new=options.use)
    use = "It is in use now." if options.use else "The old one stays in use (with --use the new one is taken)."
    lines = [*_compared(done.result), f"New model: {done.run_id} ({load_run(done.run_id).name}). {use}"]
    facts = {"id": done.id, "dataset": done.dataset_id, "run": done.run_id, "model": done.run_id}
    return {**facts, "in_use": options.use, **done.result.to_json()}, "\n".join(lines)


def _compared(result: BeforeAfter) -> list[str]:
    lines = [f"On photos that {'test it' if result.known else 'neither has learned from'}: {_score(result.test)}"]
    if result.known:
        lines.append(f"  The one before has learned from {result.known:,} of them, and knows those by heart.")
    changed = {label: each for label, each in result.test.classes.items() if each[0] != each[1]}
    lines += [f"  {label:16} {was:,} → {now:,} of {photos:,}" for label, (was, now, photos) in changed.items()]
    lines.append(f"On the corrected photos, which the new one has learned: {_score(result.corrected)}")
    if result.tested:
        lines.append(f"  {result.tested:,} of them are photos that it is tested on: it has not learned from those.")
    return lines


def _score(score: Score) -> str:
    if not score.photos:
        return "there is none."
    return (
        f"{score.before:,} → {score.after:,} right of {score.photos:,} ({score.gained:,} gained, {score.lost:,} lost)"
    )


def _line(each: Correction) -> str:
    said = "not asked" if each.said is None else f"{each.said} {each.probability or 0:.0%}"
    return f"{each.photo}: {each.label} ({each.model_name} said: {said})"


def _facts(number: int, each: Correction) -> dict[str, Any]:
    return {"number": number, **{name: value for name, value in asdict(each).items() if name != "folder"}}
