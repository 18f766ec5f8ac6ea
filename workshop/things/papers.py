"""Programs that show: a text, a table, a chart."""

import numpy as np
from PIL import Image

from core.sources.garments.frame import Frame
from core.sources.garments.patterns import mixed
from workshop.things.canvas import any_colour
from workshop.things.screen import Screen, sentence, theme


def document(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """Headings and paragraphs, in one column or two, at times with a figure or a list."""
    screen = Screen(rng, frame, theme(rng, 0.25))
    top = screen.bar(rng)
    margin = rng.uniform(10, 34)
    if rng.random() < 0.4:  # a page upon a desk
        screen.box((0, top, screen.wide, screen.tall), mixed(screen.theme.panel, screen.theme.faint, 0.4))
        screen.box((margin * 0.5, top + 8, screen.wide - margin * 0.5, screen.tall), screen.theme.paper)
    y = top + rng.uniform(18, 40)
    if rng.random() < 0.8:
        size = rng.uniform(14, 24)
        screen.text(
            margin, y, sentence(rng, int(rng.integers(2, 5))), size, screen.theme.accent if rng.random() < 0.3 else None
        )
        y += size + 6
    num_columns = int(rng.choice([1, 2], p=[0.75, 0.25]))
    wide = (screen.wide - margin * 2 - 12 * (num_columns - 1)) / num_columns
    size = rng.uniform(8.5, 13)
    for column in range(num_columns):
        _column(rng, screen, margin + column * (wide + 12), y, wide, size)
    return screen.shown(rng)


def _column(rng: np.random.Generator, screen: Screen, left: float, y: float, wide: float, size: float) -> None:
    step = size * rng.uniform(1.25, 1.6)
    while y < screen.tall - step:
        kind = str(rng.choice(["text", "heading", "list", "figure"], p=[0.68, 0.14, 0.12, 0.06]))
        if kind == "heading":
            _row(rng, screen, left, y + 3, wide * rng.uniform(0.4, 0.9), size * 1.3)
            y += step * 1.5
        elif kind == "figure":
            tall = wide * rng.uniform(0.3, 0.6)
            screen.box((left, y, left + wide, y + tall), any_colour(rng, (0.4, 0.9), (0.0, 0.5)))
            y += tall + step
        else:
            indent = size * 1.4 if kind == "list" else 0.0
            for _ in range(int(rng.integers(2, 8))):
                if indent:
                    screen.disc(left + indent * 0.4, y, size * 0.16, screen.theme.ink)
                _row(rng, screen, left + indent, y, wide - indent, size)
                y += step
            _row(rng, screen, left + indent, y, (wide - indent) * rng.uniform(0.2, 0.8), size)
            y += step * 1.7


def _row(rng: np.random.Generator, screen: Screen, left: float, y: float, wide: float, size: float) -> None:
    """As many words as fit."""
    words = sentence(rng, int(wide / size * 0.62) + 1)
    fit = int(wide / (size * 0.53))
    screen.text(left, y, words[:fit].rsplit(" ", 1)[0], size)


def table(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """A sheet of numbers and names, with its letters and numbers at the edges or a coloured head."""
    screen = Screen(rng, frame, theme(rng, 0.3))
    colours, top = screen.theme, screen.bar(rng)
    row, size = rng.uniform(13, 24), rng.uniform(8, 11)
    if rng.random() < 0.6:
        top = _tools(rng, screen, top)
    edges = [0.0, rng.uniform(14, 30)]
    while edges[-1] < screen.wide:
        edges.append(edges[-1] + rng.uniform(36, 90))
    lettered, zebra = rng.random() < 0.6, rng.random() < 0.4
    named = rng.random(len(edges)) < 0.35
    grid = mixed(colours.paper, colours.faint, 0.5)
    for index in range(int((screen.tall - top) / row) + 1):
        y = top + row * index
        if index == 0:
            screen.box((0, y, screen.wide, y + row), colours.panel if lettered else colours.accent)
        elif zebra and index % 2:
            screen.box((0, y, screen.wide, y + row), mixed(colours.paper, colours.accent, 0.12))
        screen.lines([(0, y), (screen.wide, y)], grid)
        y += row / 2
        if index:
            screen.text(edges[1] - 3, y, str(index), size, colours.faint, "rm")
        for column in range(1, len(edges) - 1):
            if index == 0:
                word, ink = (chr(64 + column), colours.faint) if lettered else (sentence(rng, 1), colours.on_accent)
                screen.text(edges[column] + 4, y, word, size, ink)
            elif named[column]:
                screen.text(edges[column] + 4, y, sentence(rng, 1), size)
            elif rng.random() < 0.92:
                number = f"{rng.uniform(0, 3000):,.{index % 2 * 2}f}"
                screen.text(edges[column + 1] - 4, y, number, size, anchor="rm")
    for x in edges[1:]:
        screen.lines([(x, top), (x, screen.tall)], grid)
    column, y = int(rng.integers(1, len(edges) - 1)), top + row * int(rng.integers(2, 7))
    screen.box((edges[column], y, edges[column + 1], y + row), edge=colours.accent)
    return screen.shown(rng)


def _tools(rng: np.random.Generator, screen: Screen, top: float) -> float:
    """A row of buttons; returns where it ends."""
    screen.box((0, top, screen.wide, top + 22), screen.theme.panel)
    for index in range(int(rng.integers(4, 9))):
        colour = screen.theme.faint if rng.random() < 0.7 else screen.theme.accent
        screen.box((10 + index * 20, top + 5, 22 + index * 20, top + 17), colour, radius=2)
    return top + 22


def chart(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """One or two of bars, lines or a cake, with axes and a legend."""
    screen = Screen(rng, frame, theme(rng, 0.35))
    top, count = screen.bar(rng) + rng.uniform(4, 20), int(rng.choice([1, 2], p=[0.6, 0.4]))
    tall = (screen.tall - top) / count
    for index in range(count):
        low = tall * (rng.uniform(0.6, 0.95) if count == 1 else 0.95)
        _chart(
            rng, screen, (rng.uniform(22, 36), top + index * tall + 28, screen.wide - 14, top + index * tall + low - 18)
        )
    return screen.shown(rng)


def _chart(rng: np.random.Generator, screen: Screen, area: tuple[float, float, float, float]) -> None:
    left, top, right, low = area
    colours, num_series = screen.theme, int(rng.integers(1, 4))
    inks = [colours.accent, *(any_colour(rng, (0.5, 0.95), (0.4, 0.9)) for _ in range(5))]
    screen.text(left, top - 18, sentence(rng, 3), rng.uniform(11, 15))
    kind = str(rng.choice(["bars", "lines", "cake"], p=[0.42, 0.42, 0.16]))
    if kind == "cake":
        _cake(rng, screen, area, inks)
        return
    for part in np.linspace(0, 1, int(rng.integers(4, 7))):
        y = low + (top - low) * part
        screen.lines([(left, y), (right, y)], mixed(colours.paper, colours.faint, 0.4))
        screen.text(left - 3, y, f"{part * 100:.0f}", 8, colours.faint, "rm")
    num_spots = int(rng.integers(4, 13))
    values = np.clip(
        rng.uniform(0.2, 0.8) + rng.normal(0, 0.15, (num_series, num_spots)).cumsum(axis=1) * 0.7, 0.04, 1.0
    )
    pitch = (right - left) / num_spots
    for series in range(num_series):
        spots = []
        for index in range(num_spots):
            x, y = left + pitch * (index + 0.5), low + (top - low) * float(values[series, index])
            spots.append((x, y))
            if kind == "bars":
                wide = pitch * 0.8 / num_series
                start = left + pitch * (index + 0.1) + wide * series
                screen.box((start, y, start + wide * 0.92, low), inks[series])
        if kind == "lines":
            screen.lines(spots, inks[series], 2.2)
            for x, y in spots if num_spots < 9 else ():
                screen.disc(x, y, 3, inks[series])
    for index in range(num_spots):
        screen.text(left + pitch * (index + 0.5), low + 8, str(index + 1), 8, colours.faint, "mm")
    screen.lines([(left, top), (left, low), (right, low)], colours.ink)
    for series in range(num_series if rng.random() < 0.7 else 0):
        screen.box((left + series * 62, low + 17, left + series * 62 + 8, low + 25), inks[series])
        screen.text(left + series * 62 + 12, low + 21, sentence(rng, 1), 8)


def _cake(
    rng: np.random.Generator,
    screen: Screen,
    area: tuple[float, float, float, float],
    inks: list[tuple[float, float, float]],
) -> None:
    left, top, right, low = area
    x, y, radius = (left + right) / 2, (top + low) / 2, min(right - left, low - top) * 0.42
    parts = np.cumsum(rng.dirichlet(np.full(int(rng.integers(3, 7)), 3.0))) * 360 + rng.uniform(0, 360)
    for index, start in enumerate(parts):
        screen.slice(
            x, y, radius, (start, parts[index + 1] if index + 1 < len(parts) else parts[0] + 360), inks[index % 6]
        )
    if rng.random() < 0.5:
        screen.disc(x, y, radius * 0.55, screen.theme.paper)
    for index in range(len(parts)):
        key = low - 11 * (len(parts) - index)
        screen.box((left, key, left + 8, key + 8), inks[index % 6])
        screen.text(left + 12, key + 4, sentence(rng, 1), 8)
