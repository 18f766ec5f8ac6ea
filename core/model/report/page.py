"""A report as HTML that stands alone: one file, which asks nobody for anything, on screens, phones and paper."""

import base64
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import jinja2

from core.charts import drawn
from core.model.report.document import Report

HERE = Path(__file__).parent
FONTS = {"Source Serif": "SourceSerifVariable-Roman.*.woff2", "Source Sans": "SourceSansVF-Upright.*.woff2"}
MARK = HERE.parents[2] / "pictures" / "mark.svg"


def as_html(report: Report) -> str:
    """The page; what people wrote is escaped in it."""
    figures = drawn.rules("var(--ink)", "var(--muted)", "var(--line)", "var(--blank)", "var(--right)")
    return _template().render(report=report, fonts=_fonts(), figures=figures, mark=MARK.read_text("utf-8"))


@cache
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(HERE)
    page = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    page.filters["data"] = lambda content: base64.b64encode(content).decode()
    page.filters["kind"] = lambda block: type(block).__name__
    return page.get_template("page.html.jinja")


@cache
def _fonts() -> list[tuple[str, str]]:
    """Family, and its file in base 64: the letters of the app, which come with Streamlit.

    Without those a reader's own letters do.
    """
    streamlit = find_spec("streamlit")
    if streamlit is None or streamlit.origin is None:
        return []
    media = Path(streamlit.origin).parent / "static" / "static" / "media"
    found = ((family, next(media.glob(pattern), None)) for family, pattern in FONTS.items())
    return [(family, base64.b64encode(path.read_bytes()).decode()) for family, path in found if path is not None]
