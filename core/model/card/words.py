"""What people say on a model's card in their own words: kept apart from the facts, which they never change."""

import re
from dataclasses import asdict, dataclass, fields
from typing import Any

from core.errors import NameInvalid
from core.files import read_json, write_json
from core.model.bundle import Model, beside

FILE = "words.json"
MAX_CHARACTERS = 4000  # of each part
TITLES = {
    "made_by": "Who made it",
    "intended_use": "What it is for",
    "out_of_scope": "What it is not for",
    "limits": "Where it may be wrong",
    "licence": "Licence",
    "contact": "Whom to ask",
}


@dataclass(frozen=True)
class OwnWords:
    """Each part is Markdown, and empty where nobody has said anything."""

    made_by: str = ""
    intended_use: str = ""
    out_of_scope: str = ""
    limits: str = ""
    licence: str = ""  # such as "CC-BY-4.0"
    contact: str = ""

    def as_text(self) -> str:
        """One document with a heading a part, for an editor."""
        return "\n".join(f"## {TITLES[name]}\n\n{said}\n" for name, said in asdict(self).items())


def from_text(text: str) -> OwnWords:
    """Reads what `OwnWords.as_text` wrote, as somebody has changed it. Parts that are missing are empty.

    Raises:
        NameInvalid: words stand above the first heading of a part, so that nobody can say to which they belong.
    """
    titles = "|".join(map(re.escape, TITLES.values()))
    above, *parts = re.split(rf"^#+[ \t]*({titles})[ \t]*$", text, flags=re.MULTILINE)
    if above.strip():
        raise NameInvalid(
            f"Words on a card stand under one of these headings: {', '.join(TITLES.values())} (“## Licence”, then the "
            f"words). Received above the first of them: “{above.strip()[:60]}”"
        )
    said = dict(zip(parts[::2], parts[1::2], strict=True))
    return OwnWords(**{name: said.get(title, "").strip() for name, title in TITLES.items()})


def own_words(model: Model) -> OwnWords:
    """What somebody here said; of a model that comes with the app, else what its makers say."""
    if model.is_bundled and isinstance(said := read_json(beside(model.folder, FILE)), dict):
        return _read(said)
    return _read(read_json(model.folder / FILE))


def keep_words(model: Model, words: OwnWords) -> None:
    """Keeps what somebody says; of a model that comes with the app in the workspace.

    Raises:
        NameInvalid: a part is longer than `MAX_CHARACTERS`.
    """
    for name, said in asdict(words).items():
        if len(said) > MAX_CHARACTERS:
            raise NameInvalid(f"“{TITLES[name]}” takes {MAX_CHARACTERS:,} characters at most. Received: {len(said):,}")
    said = {name: said.strip() for name, said in asdict(words).items()}
    write_json(beside(model.folder, FILE) if model.is_bundled else model.folder / FILE, said)


def _read(said: Any) -> OwnWords:
    """Parts that are text; a file of another version, or a damaged one, loses only what cannot be read."""
    known = said if isinstance(said, dict) else {}
    names = [field.name for field in fields(OwnWords)]
    return OwnWords(**{name: known[name] for name in names if isinstance(known.get(name), str)})
