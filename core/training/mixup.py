"""Two photos laid over one another, and what they are with them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def mixed(
    photos: NDArray[Any], labels: NDArray[np.float32], alpha: float, random: np.random.Generator
) -> tuple[NDArray[Any], NDArray[np.float32]]:
    """Lays another one of the batch over each photo, as strong as chance says, and mixes their labels alike.

    Source: H. Zhang and others, "mixup: Beyond Empirical Risk Minimization", 2017.

    Args:
        photos: (N, ...), uint8 pixels or float32 features; left as they are.
        labels: (N, C), shares of the classes.
        alpha: of the Beta distribution of the shares: near 0 nearly one photo alone, at 1 any share as often.
        random: gives the same mixture from the same state.

    Returns:
        As `photos`, pixels rounded, and as `labels`.
    """
    import cv2

    others = random.permutation(len(photos))
    shares = random.beta(alpha, alpha, len(photos))
    both = np.empty_like(photos)
    for index, (other, share) in enumerate(zip(others, shares, strict=True)):
        cv2.addWeighted(photos[index], share, photos[other], 1 - share, 0, dst=both[index])
    own = shares[:, None].astype(np.float32)
    return both, own * labels + (1 - own) * labels[others]
