"""The first address after a start may be any page: it still comes through the front door."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("page", ["home", "dataset", "train", "results", "predict", "models"])
def test_the_first_address_after_a_start_shows_the_full_app(page: str) -> None:
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    assert [element.proto.body for element in app.get("html") if ".bars" in element.proto.body], (
        "no style: no front door"
    )
    assert len(app.title) == 1
