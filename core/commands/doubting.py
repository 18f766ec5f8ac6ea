"""`dataset suspects`: photos that may bear the wrong name, as the last training saw them."""

from typing import Any

from core.commands import Result
from core.data.quality.fine import load_fine
from core.data.quality.found import SUSPECTS, as_of_now
from core.data.store import load_dataset
from core.errors import NotFound
from core.files import read_json

SHOWN = 20


def show(options: Any) -> Result:
    """What is still suspect, surest first: neither mended nor called fine since."""
    dataset = load_dataset(options.id)
    rows = dataset.manifest()
    if (read_json(dataset.folder / SUSPECTS) or {}).get("of") != dataset.fingerprint:
        raise NotFound(
            f"No training has looked for wrong names in {dataset.name} yet. "
            f"Train once: python -m core train {dataset.id}"
        )
    found = next((each for each in as_of_now([], dataset, rows, load_fine(dataset)) if each.kind == "suspects"), None)
    suspects = [
        {
            "row": int(rows["row"].iat[position]),
            "position": position,
            "source": str(rows["source"].iat[position]),
            "label": str(rows["label"].iat[position]),
            "said": said,
            "score": score,
        }
        for (position,), said, score in (zip(found.groups, found.labels, found.sure, strict=True) if found else ())
    ]
    facts = {"dataset": dataset.id, "by": dict(found.facts) if found else None, "photos": suspects}
    return facts, "\n".join(_lines(dataset.name, suspects))


def _lines(name: str, suspects: list[dict[str, Any]]) -> list[str]:
    if not suspects:
        return [f"{name}: no photo seems to bear the wrong name."]
    several = f"{len(suspects):,} photos" if len(suspects) > 1 else "one photo"
    lines = [f"{name}: {several} may bear the wrong name, surest first"]
    lines += [f"  row {each['row']}: {each['label']} → {each['said']}? ({each['source']})" for each in suspects[:SHOWN]]
    if len(suspects) > SHOWN:
        lines.append(f"  … and {len(suspects) - SHOWN:,} more, all of them with --json")
    return lines
