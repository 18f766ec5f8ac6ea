"""What the card of the clothing model says beyond what every card says, with its pictures."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from core.data.photo import decode
from core.files import write_bytes, write_json
from core.model.bundle import Model
from core.model.card import OwnWords, card_of
from core.model.card.words import FILE
from core.model.evaluation import Evaluation
from core.model.spoiling import AS_IT_IS
from core.saying import per_100
from workshop.materials import jpeg
from workshop.trials import DRAWINGS, OF_A_KIND, STRESSED, Failure, Trials

TILE_PX = (150, 200)
LINE_PX = 15
PICTURES = "card"  # folder beside the card, of what it shows and says besides
MISTAKES = 12  # of real photos that are named


def tell(
    folder: Path,
    scores: Sequence[Evaluation],
    sure: tuple[float, float, float],
    unlike: float,
    mistakes: Sequence[str],
    trials: Trials,
) -> str:
    """Markdown that goes on where the numbers of every card end; its pictures are written beside it.

    Args:
        folder: of the model.
        scores: of the network of each fold, on photos that it had not seen.
        sure: from what probability on an answer counts as sure, the share of such answers, and how many of them hold.
        unlike: share of the photos that were said to be unlike all that was taught.
        mistakes: the surest ones, in words.
        trials: what else it was put to.
    """
    strip(folder / PICTURES / "unknown.jpg", trials.taken)
    strip(folder / PICTURES / "drawings.jpg", trials.mistaken)
    right = [each.accuracy for each in scores]
    f1 = [each.macro_f1 for each in scores]
    threshold, share, holds = sure
    usual = trials.stress[AS_IT_IS]
    lines = [
        "### How that was measured",
        "",
        f"In {len(scores)} folds: {len(scores)} networks learned by the same recipe, each from the photos of the other "
        "folds, and each photo was asked about by the one that had not seen it. Photos that look alike lie in one "
        "fold. The model that comes with the app has learned from all of them, so it should be a little better.",
        "",
        f"- Accuracy: mean {np.mean(right):.3f}, from {min(right):.3f} to {max(right):.3f}.",
        f"- Macro F1: mean {np.mean(f1):.3f}, from {min(f1):.3f} to {max(f1):.3f}.",
        f"- “Very likely” (from {threshold:.2f} on) it says of {per_100(share)} of 100 photos, and "
        f"{holds:.1%} of those answers hold.",
        "",
        "### As phones take them",
        "",
        f"The same, on {STRESSED} photos of each fold that were spoilt first.",
        "",
        "| the photo | right | points lost |",
        "|---|---|---|",
        *(f"| {name} | {found:.3f} | {100 * (usual - found):+.1f} |" for name, found in trials.stress.items()),
        "",
        "### What it was never taught",
        "",
        f"Of photos like those that it learned from, {unlike:.1%} are said to be “unlike anything it was taught”. Of "
        f"drawn pictures of other things ({OF_A_KIND} of each kind, in `workshop/things`):",
        "",
        "| pictures of | said to be unlike |",
        "|---|---|",
        *(f"| {group} | {found:.3f} |" for group, found in trials.unknown.items()),
        "",
        f"Of {DRAWINGS} drawn garments of its own kinds that it had not seen it is right on {trials.drawings:.3f}, and "
        f"says {trials.drawings_unlike:.3f} of them to be unlike.",
        "",
        "### Where it fails",
        "",
        "Its surest mistakes, by the file of the sample; some of these labels are mistakes themselves:",
        "",
        *(f"- {each}" for each in mistakes),
        "",
        "Pictures of other things that it takes for clothes, and drawn garments that it takes for others (drawn, "
        "because the photos of the sample are not ours to hand on):",
        "",
        f"![Other things, and what it says they are]({PICTURES}/unknown.jpg)",
        "",
        f"![Drawn garments, and what it says they are]({PICTURES}/drawings.jpg)",
        "",
    ]
    return "\n".join(lines)


def write_card(model: Model, words: OwnWords, training: str, evaluation: str) -> None:
    """Writes what the workshop says of a model into its folder, and the card.

    Args:
        model: one whose folder is else complete.
        words: ours, as people may write theirs over them.
        training, evaluation: Markdown that the card says besides, in the sections of that name.
    """
    write_json(model.folder / FILE, asdict(words))
    for section, text in (("training", training), ("evaluation", evaluation)):
        write_bytes(model.folder / PICTURES / f"{section}.md", f"{text.strip()}\n".encode())
    write_bytes(model.folder / "card.md", card_of(model, words).encode())


def strip(path: Path, failures: Sequence[Failure]) -> None:
    """Pictures side by side, each with what it shows and what was said."""
    across, down = TILE_PX
    sheet = Image.new("RGB", (max(1, len(failures)) * (across + 6), down + 2 * LINE_PX + 8), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=12)
    for place, each in enumerate(failures):
        left = place * (across + 6)
        sheet.paste(decode(each.content).resize(TILE_PX), (left, 0))
        pen.text((left, down + 2), each.shows, "#1D2025", font)
        pen.text((left, down + 2 + LINE_PX), f"{each.said}, {each.probability:.0%}", "#8A5B00", font)
    write_bytes(path, jpeg(sheet, 85))
