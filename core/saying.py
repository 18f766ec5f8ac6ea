"""Shares as people say them, by one rounding everywhere."""


def per_100(share: float) -> int:
    """85, of a share from 0 to 1. Only what is always right is 100, and only what is never right is 0."""
    if share in (0.0, 1.0):
        return round(100 * share)
    return min(99, max(1, round(100 * share)))
