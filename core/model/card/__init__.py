"""The card of a model, in the layout of Hugging Face's: facts, and beside them what people say in their own words.

It is written anew from the facts whenever somebody asks for it. `card.md` in a model's folder is how it stood when the
model was made, or when somebody last changed its name or its words here.

The layout: https://github.com/huggingface/huggingface_hub/blob/main/src/huggingface_hub/templates/modelcard_template.md
"""

import re
import time
from functools import cache
from pathlib import Path

import jinja2

from core.files import read_json, write_bytes
from core.model import bundle, familiarity
from core.model.bundle import Model, load_model
from core.model.card.header import header
from core.model.card.measured import measured
from core.model.card.words import TITLES as TITLES
from core.model.card.words import OwnWords as OwnWords
from core.model.card.words import from_text as from_text
from core.model.card.words import keep_words
from core.model.card.words import own_words as own_words
from core.model.confused import most_confused
from core.saying import per_100
from core.settings import load_settings

MORE = ("training", "evaluation")  # sections to which the makers of a model that comes with the app add Markdown
WHOLE_MATRIX = 15  # classes: of more, the pairs that are mixed up most say it better
NO_KNOBS = ("name", "variations")  # of a recipe: said in words
DOES_SOMETHING = re.compile(r"([\\`*_\[\]<>|#&~$])")  # in Markdown, and in Streamlit's


def card_of(model: Model, words: OwnWords | None = None) -> str:
    """The card in Markdown.

    Args:
        model: the one described.
        words: what people say on it; None: what they have said so far.
    """
    said = own_words(model) if words is None else words
    facts = measured(read_json(model.folder / "evaluation.json") or read_json(model.folder.parent / "evaluation.json"))
    return _template().render(
        header=header(model, said.licence or model.licence),
        model=model,
        own=said,
        titles=TITLES,
        facts=facts,
        confused=most_confused(facts["confusion"], facts["class_names"]) if facts else [],
        more={name: _more(model, name) for name in MORE},
        tells_unlike=(model.folder / familiarity.FILE).exists(),
        called_unlike=100 - per_100(familiarity.USUAL),
        knobs={name: value for name, value in model.recipe.items() if name not in NO_KNOBS},
        day=time.strftime("%Y-%m-%d", time.gmtime(model.created_at)),
        whole_matrix=WHOLE_MATRIX,
    )


def keep_card(model: Model) -> None:
    """Writes `card.md` as it stands now; models that come with the app stay as they are."""
    if not model.is_bundled:
        write_bytes(model.folder / "card.md", card_of(model).encode())


def change_words(model_id: str, words: OwnWords) -> None:
    """Keeps what somebody says on a model's card.

    Raises:
        NotFound, ModelUnreadable: as `core.model.bundle.load_model`.
        NameInvalid: a part is too long.
    """
    model = load_model(model_id)
    keep_words(model, words)
    keep_card(model)


def rename_model(model_id: str, name: str) -> None:
    """As `core.model.bundle.rename_model`, on the card too."""
    bundle.rename_model(model_id, name)
    keep_card(load_model(model_id))


def _more(model: Model, section: str) -> str:
    """What our workshop has measured besides: of a model in the workspace only facts and own words are shown."""
    settings, path = load_settings(), model.folder / "card" / f"{section}.md"
    is_own = any(model.folder.is_relative_to(place) for place in (settings.runs_dir, settings.models_dir))
    return path.read_text("utf-8").strip() if path.exists() and not is_own else ""


@cache
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    page = jinja2.Environment(loader=loader, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)  # noqa: S701  Markdown: escaped by the filters
    page.filters["plain"] = _plain
    page.filters["code"] = lambda text: f"`{' '.join(str(text).split()).replace('`', chr(39))}`"
    page.filters["quoted"] = _quoted
    page.filters["per_100"] = per_100
    return page.get_template("card.md.jinja")


def _plain(text: object) -> str:
    """Other people's names inside Markdown: they show as they are, and do nothing."""
    return DOES_SOMETHING.sub(r"\\\1", " ".join(str(text).split()))


def _quoted(words: str) -> str:
    """Own words as a quotation: whatever is opened in one, a list or a block of code, ends with it."""
    return "\n".join(f"> {line}".rstrip() for line in words.strip().splitlines())
