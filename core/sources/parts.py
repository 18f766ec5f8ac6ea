"""What people call the parts of a split, in folders and in tables."""

from core.sources.items import Part

PART_NAMES: dict[str, Part] = {
    "train": "train", "training": "train",
    "val": "validation", "valid": "validation", "validation": "validation", "dev": "validation",
    "test": "test", "testing": "test",
}  # fmt: skip


def part_named(text: str) -> Part | None:
    """The part that a word means, in any case; None if it means none."""
    return PART_NAMES.get(text.strip().casefold())
