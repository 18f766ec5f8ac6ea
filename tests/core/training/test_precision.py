"""In what numbers a network computes: what was asked for, else what suits the processor and the recipe."""

import pytest

from core.training import precision
from core.training.precision import arithmetic
from core.training.recipe import usual


@pytest.mark.parametrize("flags", [["avx2", "avx512_bf16"], ["amx_bf16"]])
def test_a_processor_that_is_fast_with_short_numbers_gets_them(flags, monkeypatch):
    monkeypatch.setattr(precision, "_processor", lambda: flags)
    assert arithmetic(usual("compact")) == arithmetic(usual("classic")) == "bfloat16"
    assert arithmetic(usual("transfer")) == "float32"
    assert arithmetic(usual("transfer", precision="bfloat16")) == "bfloat16"
    assert arithmetic(usual("compact", precision="float32")) == "float32"


def test_any_other_processor_gets_full_ones(monkeypatch):
    monkeypatch.setattr(precision, "_processor", lambda: ["avx2", "avx512f"])
    assert arithmetic(usual("compact")) == "float32"
