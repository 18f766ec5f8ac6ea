"""Shares as people say them."""

import pytest

from core.saying import per_100


@pytest.mark.parametrize(("share", "said"), [(0.0, 0), (0.001, 1), (0.125, 12), (0.854, 85), (0.9999, 99), (1.0, 100)])
def test_a_mistake_is_never_rounded_away(share: float, said: int) -> None:
    assert per_100(share) == said
