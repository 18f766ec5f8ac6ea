"""In what numbers a network computes: full ones, or short ones where the processor is fast with them."""

import platform
from pathlib import Path

from core.training.recipe import Recipe

FAST_WITH_BFLOAT16 = ("avx512_bf16", "amx_bf16")  # as Linux names what the processor has


def arithmetic(recipe: Recipe) -> str:
    """ "float32" or "bfloat16": what the recipe asks for, or with "auto" what suits this machine.

    bfloat16 keeps the range of float32 with 8 instead of 24 bits of precision: products are formed of such numbers,
    weights and sums stay float32. `transfer` is slower with them; the others learn as well (docs/benchmarks.md).
    """
    if recipe.precision != "auto":
        return recipe.precision
    if recipe.name == "transfer":
        return "float32"
    return "bfloat16" if any(flag in _processor() for flag in FAST_WITH_BFLOAT16) else "float32"


def set_arithmetic(name: str) -> None:
    """Makes Keras build what comes next in these numbers. Loads Keras."""
    import keras

    keras.mixed_precision.set_dtype_policy("mixed_bfloat16" if name == "bfloat16" else "float32")


def _processor() -> list[str]:
    """What the processor has, as far as the system says; nothing elsewhere than on Linux."""
    if platform.system() != "Linux":
        return []
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return []
    return next((line.split() for line in lines if line.startswith("flags")), [])
