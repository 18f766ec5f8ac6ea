"""Programs that are worked with: a form, a code editor, a chat."""

import numpy as np
from PIL import Image

from core.sources.garments.frame import Frame
from core.sources.garments.patterns import mixed
from core.sources.garments.shapes import Colour
from workshop.things.canvas import any_colour
from workshop.things.screen import WORDS, Screen, sentence, theme

KEYWORDS = ("def", "return", "if", "else", "for", "import", "class", "while", "const", "function", "let", "from")


def form(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """Labels, fields, boxes to tick, and buttons."""
    screen = Screen(rng, frame, theme(rng, 0.3))
    colours, top = screen.theme, screen.bar(rng)
    margin, radius = rng.uniform(12, 34), float(rng.choice([0.0, 3.0, 8.0]))
    if rng.random() < 0.5:  # a card on a coloured ground
        screen.box((0, top, screen.wide, screen.tall), mixed(colours.panel, colours.accent, rng.uniform(0.0, 0.6)))
        screen.box((margin * 0.5, top + 10, screen.wide - margin * 0.5, screen.tall - 10), colours.paper, radius=radius)
    left, right, y = margin, screen.wide - margin, top + rng.uniform(24, 40)
    screen.text(left, y, sentence(rng, 2), rng.uniform(14, 20))
    y += 26
    while y < screen.tall - 62:
        kind = str(rng.choice(["field", "choice", "ticks", "switch", "area"], p=[0.46, 0.16, 0.16, 0.12, 0.1]))
        screen.text(left, y, sentence(rng, int(rng.integers(1, 4))), 9.5, mixed(colours.ink, colours.faint, 0.3))
        if kind == "switch":
            on = rng.random() < 0.5
            screen.box((right - 24, y - 6, right, y + 6), colours.accent if on else colours.faint, radius=6)
            screen.disc(right - 6 if on else right - 18, y, 4.5, (250, 250, 250))
            y += 22
        elif kind == "ticks":
            for index in range(int(rng.integers(2, 4))):
                _tick(rng, screen, left + 6, y + 16 + index * 15, radius)
            y += 64
        else:
            tall = 20.0 if kind != "area" else rng.uniform(40, 70)
            box = (left, y + 9, right, y + 9 + tall)
            screen.box(box, mixed(colours.paper, colours.panel, 0.5), colours.faint, radius)
            if rng.random() < 0.7:
                screen.text(left + 6, y + 19, sentence(rng, int(rng.integers(1, 4))), 10, colours.faint)
            if kind == "choice":
                screen.lines([(right - 14, y + 17), (right - 10, y + 21), (right - 6, y + 17)], colours.ink, 1.4)
            y += tall + 22
    wide = rng.uniform(60, right - left)
    screen.box((left, y, left + wide, y + 24), colours.accent, radius=radius)
    screen.text(left + wide / 2, y + 12, sentence(rng, 1), 11, colours.on_accent, "mm")
    if wide < (right - left) * 0.6:
        screen.box((left + wide + 8, y, left + wide + 68, y + 24), None, colours.faint, radius)
        screen.text(left + wide + 38, y + 12, sentence(rng, 1), 11, anchor="mm")
    return screen.shown(rng)


def _tick(rng: np.random.Generator, screen: Screen, x: float, y: float, radius: float) -> None:
    """A box or a ring with a word, ticked or not."""
    on, colours = rng.random() < 0.5, screen.theme
    if radius > 4:
        screen.disc(x, y, 5, colours.paper, colours.faint)
        if on:
            screen.disc(x, y, 3, colours.accent)
    else:
        screen.box((x - 5, y - 5, x + 5, y + 5), colours.accent if on else colours.paper, colours.faint, 1.5)
        if on:
            screen.lines([(x - 3, y), (x - 1, y + 2.5), (x + 3, y - 3)], colours.on_accent, 1.4)
    screen.text(x + 12, y, sentence(rng, int(rng.integers(1, 4))), 9.5)


def code(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """Indented lines of coloured words, with numbers before them; at times a list of files beside."""
    screen = Screen(rng, frame, theme(rng, 0.6))
    colours, top = screen.theme, screen.bar(rng)
    size = rng.uniform(8.5, 12)
    step, left = size * rng.uniform(1.3, 1.6), 0.0
    if rng.random() < 0.35:
        left = rng.uniform(50, 80)
        screen.box((0, top, left, screen.tall), colours.panel)
        for index in range(int(rng.integers(5, 16))):
            screen.text(
                8 + 8 * (index % 3 > 0), top + 12 + index * step, f"{rng.choice(WORDS)}.py", size * 0.85, colours.faint
            )
    if rng.random() < 0.6:
        screen.box((left, top, screen.wide, top + 18), colours.panel)
        screen.box((left, top, left + 64, top + 18), colours.paper)
        screen.text(left + 8, top + 9, f"{rng.choice(WORDS)}.py", 9)
        top += 18
    inks = [colours.accent, *(any_colour(rng, (0.6, 1.0), (0.35, 0.7)) for _ in range(3))]
    if sum(colours.paper) > 400:
        inks = [mixed(ink, (0, 0, 0), 0.4) for ink in inks]
    depth, first = 0, int(rng.integers(1, 300))
    for index, y in enumerate(np.arange(top + step, screen.tall, step)):
        screen.text(left + 22, y, str(first + index), size * 0.85, colours.faint, "rm")
        depth = int(np.clip(depth + rng.choice([-1, 0, 0, 0, 1]), 0, 5))
        if rng.random() < 0.86:
            _statement(rng, screen, left + 30 + depth * size * 1.6, y, size, inks)
    return screen.shown(rng)


def _statement(rng: np.random.Generator, screen: Screen, x: float, y: float, size: float, inks: list[Colour]) -> None:
    if rng.random() < 0.12:
        screen.text(x, y, "# " + sentence(rng, int(rng.integers(2, 6))).lower(), size, screen.theme.faint)
        return
    if rng.random() < 0.5:
        x = screen.text(x, y, str(rng.choice(KEYWORDS)) + " ", size, inks[0])
    for _ in range(int(rng.integers(1, 5))):
        name = str(rng.choice(WORDS))
        kind = str(rng.choice(["call", "name", "text", "number"]))
        word = {"call": name + "(", "name": f"{name}.", "text": f'"{name}"', "number": str(rng.integers(0, 999))}[kind]
        ink = {"call": inks[1], "name": screen.theme.ink, "text": inks[2], "number": inks[3]}[kind]
        x = screen.text(x, y, word, size, ink)
        x = screen.text(x, y, str(rng.choice([" = ", ", ", ") ", " + ", ": "])), size)
        if x > screen.wide:
            return


def chat(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """Bubbles from the left and the right, a name above, a field to write in below."""
    screen = Screen(rng, frame, theme(rng, 0.35))
    colours, top = screen.theme, screen.bar(rng)
    if rng.random() < 0.5:
        screen.box((0, top, screen.wide, screen.tall), mixed(colours.paper, any_colour(rng), rng.uniform(0.05, 0.4)))
    head = colours.accent if rng.random() < 0.5 else colours.panel
    screen.box((0, top, screen.wide, top + 32), head)
    screen.disc(26, top + 16, 11, any_colour(rng))
    screen.text(44, top + 16, sentence(rng, 1), 12, colours.on_accent if head == colours.accent else colours.ink)
    size, radius, pictured = rng.uniform(9, 12), rng.uniform(4, 12), rng.random() < 0.5
    face, theirs = any_colour(rng), mixed(colours.panel, colours.paper, rng.uniform(0, 0.5))
    mine = colours.accent if rng.random() < 0.7 else mixed(colours.paper, colours.accent, 0.35)
    own_ink = colours.on_accent if mine == colours.accent else colours.ink
    y = top + 32 + rng.uniform(6, 30)
    while y < screen.tall - 40:
        own, num_lines = rng.random() < 0.5, int(rng.choice([1, 2, 3], p=[0.5, 0.3, 0.2]))
        fit = int(screen.wide * 0.62 / (size * 0.53))
        rows = [sentence(rng, 9)[: int(fit * rng.uniform(0.35, 1.0))].rsplit(" ", 1)[0] for _ in range(num_lines)]
        wide, tall = max(len(row) for row in rows) * size * 0.53 + 16, num_lines * size * 1.35 + 10
        left = screen.wide - wide - 10 if own else 30.0 if pictured else 10.0
        screen.box((left, y, left + wide, y + tall), mine if own else theirs, radius=radius)
        for index, row in enumerate(rows):
            screen.text(left + 8, y + 5 + size * (0.68 + 1.35 * index), row, size, own_ink if own else None)
        if pictured and not own:
            screen.disc(17, y + tall - 9, 8, face)
        y += tall + rng.uniform(4, 16)
    screen.box((0, screen.tall - 34, screen.wide, screen.tall), colours.panel)
    screen.box((10, screen.tall - 28, screen.wide - 36, screen.tall - 7), colours.paper, colours.faint, 10)
    screen.disc(screen.wide - 18, screen.tall - 17, 10, colours.accent)
    return screen.shown(rng)
