"""`dataset suspects`: photos that may bear the wrong name, as the last training saw them."""

from typing import Any

from core.commands import Result
from core.data.quality.fine import load_fine
from core.data.quality.found import COLUMNS, left, suspected, suspects
from core.data.rows import rows_of
from core.data.store import load_dataset
from core.errors import NotFound

SHOWN = 20


def show(options: Any) -> Result:
    """What is still suspect, surest first: neither mended nor called fine since."""
    dataset = load_dataset(options.id)
    rows = rows_of(dataset).at(suspected(dataset), [*COLUMNS, "row", "source"])
    found = suspects(dataset, rows)
    if found is None:
        raise NotFound(
            f"No training has looked for wrong names in {dataset.name} yet. "
            f"Train once: python -m core train {dataset.id}"
        )
    photos = [
        {
            "row": int(rows["row"].at[position]),
            "position": position,
            "source": str(rows["source"].at[position]),
            "label": str(rows["label"].at[position]),
            "said": said,
            "score": score,
        }
        for each in left([found] if found.groups else [], rows, load_fine(dataset))
        for (position,), said, score in zip(each.groups, each.labels, each.sure, strict=True)
    ]
    facts = {"dataset": dataset.id, "by": dict(found.facts), "photos": photos}
    return facts, "\n".join(_lines(dataset.name, photos))


def _lines(name: str, suspects: list[dict[str, Any]]) -> list[str]:
    if not suspects:
        return [f"{name}: no photo seems to bear the wrong name."]
    several = f"{len(suspects):,} photos" if len(suspects) > 1 else "one photo"
    lines = [f"{name}: {several} may bear the wrong name, surest first"]
    lines += [f"  row {each['row']}: {each['label']} → {each['said']}? ({each['source']})" for each in suspects[:SHOWN]]
    if len(suspects) > SHOWN:
        lines.append(f"  … and {len(suspects) - SHOWN:,} more, all of them with --json")
    return lines
