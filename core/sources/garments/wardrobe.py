"""Which cloth goes with which cut: the outfit for a label."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.sources.garments import coats, dresses, legs, shoes, skirts, tops
from core.sources.garments.cloth import Fabric, contrasting, denim, dye, patterned, solid, trim
from core.sources.garments.shapes import Colour, Garment

T_SHIRTS = ("white", "grey", "yellow", "mustard", "turquoise", "mint", "orange", "yellow", "turquoise")
SHIRTS = ("white", "white", "sky", "sky", "blue", "rose", "ecru", "lilac")
DRESSES = ("red", "wine", "teal", "forest", "pink", "red", "teal")
OUTWEAR = ("black", "navy", "charcoal", "olive", "brown", "forest", "beige", "rust")
PANTS = ("black", "navy", "charcoal", "blue", "beige")
SHORTS = ("beige", "olive", "beige", "olive", "sky", "red", "navy")
SHOES = ("sneaker", "trainer", "ballerina", "loafer", "sandal", "boot", "pump")
SHOES_ODDS = (0.28, 0.16, 0.14, 0.13, 0.09, 0.1, 0.1)
KINDS: dict[str, tuple[str, ...]] = {"outwear": coats.KINDS, "shoes": SHOES}  # what can be asked for within a label
SKIRTS = ("wine", "rust", "mustard", "brown", "rose", "mustard", "brown")


@dataclass
class Outfit:
    """A cut with a cloth for every name it uses."""

    garment: Garment
    fabrics: dict[str, Fabric]
    crisp: float = 1.0
    hangs: float = 0.3  # how often it hangs on a wall rather than lies
    unit: float = 0.6  # picture widths per garment unit: most things are photographed from one distance
    stands: bool = False  # on the floor, as shoes do


def outfit(label: str, rng: np.random.Generator, kind: str | None = None) -> Outfit:
    """A garment of the label, from the seed in `rng`; of that kind (`KINDS`), or of any."""
    return OF_A_KIND[label](rng, kind) if label in OF_A_KIND else OUTFITS[label](rng)


def _t_shirt(rng: np.random.Generator) -> Outfit:
    pattern = str(
        rng.choice(["plain", "stripes", "floral", "splashes", "dots", "animal"], p=[0.74, 0.16, 0.03, 0.03, 0.02, 0.02])
    )
    colour = dye(rng, T_SHIRTS) if rng.random() < 0.95 else dye(rng)
    main = (
        solid(colour, heather=rng.uniform(0.015, 0.06))
        if pattern == "plain"
        else patterned(rng, pattern, colour, across=True)
    )
    cut = tops.t_shirt(rng, (contrasting(rng, main.colour), dye(rng)))
    edge = main if pattern == "plain" and rng.random() < 0.7 else trim(main.colour)
    return Outfit(cut, _with_trims(rng, main, edge), rng.uniform(0.6, 1.3), 0.3, 0.55)


def _shirt(rng: np.random.Generator) -> Outfit:
    pattern = str(rng.choice(["plain", "stripes", "checks", "floral", "dots"], p=[0.42, 0.2, 0.25, 0.08, 0.05]))
    ground = dye(rng, SHIRTS) if rng.random() < 0.95 else dye(rng)
    main = solid(ground, gloss=0.06) if pattern == "plain" else patterned(rng, pattern, ground)
    button = dye(rng, ("white", "ecru", "black", "brown"))
    return Outfit(tops.shirt(rng, button), _with_trims(rng, main, main), rng.uniform(0.9, 1.7), 0.3, 0.58)


def _dress(rng: np.random.Generator) -> Outfit:
    pattern = str(
        rng.choice(
            ["plain", "floral", "leaves", "dots", "stripes", "animal", "checks"],
            p=[0.52, 0.2, 0.07, 0.08, 0.05, 0.04, 0.04],
        )
    )
    gloss = rng.choice([0.03, 0.06, 0.2], p=[0.4, 0.45, 0.15])
    colour = dye(rng, DRESSES) if rng.random() < 0.95 else dye(rng)
    main = solid(colour, gloss=gloss) if pattern == "plain" else patterned(rng, pattern, colour, gloss=gloss)
    edge = main if rng.random() < 0.5 else solid(dye(rng, ("black", "brown", "navy", "white", "red")))
    cut = dresses.dress(rng, dye(rng, ("white", "black", "ecru", "brown")))
    return Outfit(cut, _with_trims(rng, main, edge), rng.uniform(0.5, 1.3), 0.4, 0.64)


def _outwear(rng: np.random.Generator, kind: str | None) -> Outfit:
    any_kind = str(rng.choice(coats.KINDS, p=coats.ODDS))  # drawn in any case: the same seed, the same light
    kind = kind or any_kind
    thread: Colour | None = None
    colour = dye(rng, OUTWEAR) if rng.random() < 0.95 else dye(rng)
    if kind == "jacket":
        main = denim(rng) if rng.random() < 0.75 else solid(colour, gloss=0.18, crisp=1.2)
        thread = (190, 130, 70) if main.fade else None
    elif kind in ("puffer", "vest"):
        main = solid(colour, gloss=0.22, heather=0.02, quilt=rng.uniform(5.5, 9))
    elif kind in ("bomber", "parka"):
        main = solid(colour, gloss=rng.choice([0.08, 0.2, 0.3]), heather=0.02)
    elif kind in ("coat", "blazer") and rng.random() < 0.2:
        main = patterned(rng, "checks", colour)
    else:
        main = solid(colour, gloss=0.02, heather=rng.uniform(0.03, 0.08))
    fabrics = _with_trims(rng, main, trim(main.colour) if kind in ("hoodie", "bomber") else main)
    fabrics["lining"] = solid(dye(rng, ("black", "charcoal", "grey", "navy", "wine", "ecru")), gloss=0.12)
    fabrics["fur"] = solid(dye(rng, ("beige", "ecru", "brown", "grey")), gloss=0.0, heather=0.3)
    cut = coats.outwear(rng, kind, dye(rng, ("black", "brown", "charcoal", "beige", "grey")), thread)
    return Outfit(cut, fabrics, rng.uniform(0.7, 1.4), 0.4, 0.62)


def _leg_cloth(
    rng: np.random.Generator, jeans: float, pattern: float, colours: Sequence[str]
) -> tuple[Fabric, Colour | None]:
    """Denim with its thread, or another cloth without."""
    if rng.random() < jeans:
        cloth = denim(rng)
        return cloth, ((196, 140, 76) if rng.random() < 0.7 else (214, 208, 196))
    if rng.random() < pattern:
        name = str(rng.choice(["checks", "stripes", "splashes", "floral", "dots", "leaves"]))
        return patterned(rng, name, dye(rng, colours)), None
    colour = dye(rng, colours) if rng.random() < 0.95 else dye(rng)
    return solid(
        colour, gloss=rng.choice([0.02, 0.06, 0.16], p=[0.45, 0.4, 0.15]), heather=rng.uniform(0.015, 0.06)
    ), None


def _pants(rng: np.random.Generator) -> Outfit:
    main, thread = _leg_cloth(rng, 0.5, 0.06, PANTS)
    cut = legs.pants(rng, thread, _metal(rng))
    return Outfit(cut, _with_trims(rng, main, trim(main.colour, 0.12)), rng.uniform(0.8, 1.5), 0.35, 0.6)


def _shorts(rng: np.random.Generator) -> Outfit:
    main, thread = _leg_cloth(rng, 0.38, 0.2, SHORTS)
    cut = legs.shorts(rng, thread, _metal(rng))
    return Outfit(cut, _with_trims(rng, main, trim(main.colour, 0.12)), rng.uniform(0.8, 1.5), 0.15, 0.62)


def _skirt(rng: np.random.Generator) -> Outfit:
    main, thread = _leg_cloth(rng, 0.06, 0.28, SKIRTS)
    cut = skirts.skirt(rng, thread, _metal(rng))
    return Outfit(cut, _with_trims(rng, main, trim(main.colour, 0.15)), rng.uniform(0.5, 1.2), 0.2, 0.74)


def _shoes(rng: np.random.Generator, kind: str | None) -> Outfit:
    any_kind = str(rng.choice(SHOES, p=SHOES_ODDS))
    kind = kind or any_kind
    sporty = kind in ("sneaker", "trainer")
    leather = ("black", "brown", "black", "brown", "beige", "navy", "red", "charcoal", "rust")
    gloss = 0.06 if sporty else float(rng.choice([0.05, 0.35, 0.6]))
    main = solid(dye(rng) if sporty else dye(rng, leather), gloss=gloss, heather=0.04)
    pale = dye(rng, ("white", "ecru", "white", "grey"))
    sole = solid(pale if sporty else dye(rng, ("black", "brown", "beige")), gloss=0.1, heather=0.01)
    fabrics = _with_trims(rng, main, solid(dye(rng), gloss=gloss))
    fabrics |= {
        "sole": sole,
        "lining": solid(dye(rng, ("black", "grey", "beige", "charcoal"))),
        "insole": solid(dye(rng, ("beige", "ecru", "grey", "brown", "black"))),
    }
    return Outfit(
        shoes.shoes(rng, kind, (dye(rng, ("white", "black", "ecru", "red")), dye(rng))),
        fabrics,
        0.6,
        0.0,
        0.86,
        stands=True,
    )


def _metal(rng: np.random.Generator) -> Colour:
    """Brass, copper, steel or horn."""
    metals = ((176, 146, 90), (160, 104, 72), (150, 152, 156), (60, 48, 42))
    return metals[int(rng.integers(len(metals)))]


def _with_trims(rng: np.random.Generator, main: Fabric, edge: Fabric) -> dict[str, Fabric]:
    return {"main": main, "trim": edge, "label": solid(dye(rng, ("white", "black", "ecru", "navy")))}


OUTFITS: dict[str, Callable[[np.random.Generator], Outfit]] = {
    "dress": _dress,
    "pants": _pants,
    "shirt": _shirt,
    "shorts": _shorts,
    "skirt": _skirt,
    "t-shirt": _t_shirt,
}
OF_A_KIND: dict[str, Callable[[np.random.Generator, str | None], Outfit]] = {"outwear": _outwear, "shoes": _shoes}
