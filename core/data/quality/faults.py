"""Photos that little can be learned from, each by itself: of one colour, blurred, dark, bright, tiny, of odd shape.

The thresholds were chosen on the 3,409 real photos of clothing-dataset-small, on 320 drawn garments, and on 340 spoiled
photos (`benchmarks/checking.py` measures again). Each photo is called by its worst fault only.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.quality.finding import Finding, Kind

# Pictures of one colour, with noise or compressed badly: 0; the real photos 0.16 at least, the drawn ones 0.15.
ONE_COLOUR_VARIED = 0.05
# A photo times 0.25: 0.24 at most. The real photos, with black dresses in dark rooms: 0.40 at least; drawn ones 0.44.
DARK_LIGHTEST = 0.3
# Blurred by a Gaussian of 3 pixels of 400 or more: 0.83 at most. Real photos: 0.86 at least, 1.47 for 99 % of them;
# drawn ones: 1.23 at least.
BLURRED_SHARPNESS = 1.0
# A photo on white has its middle in it, which is not white: of the real ones 0.47 at most is, and of those drawn with a
# white shirt on white 0.69, but these are not as bright. Photos with five times the light reach both.
BRIGHT_WHITE = 0.5
BRIGHT_BRIGHTNESS = 0.9
AT_THRESHOLD = 0.75  # how sure that is: what the thresholds caught of the real photos was right
TINY_PX = 64  # shorter side; less than a network looks at. Only beside larger ones: a dataset of icons is of icons.
TINY_SHARE = 0.5  # of the usual shorter side
ODD_TIMES = 3.0  # longer than wide, or wider than long: networks see a square, in which that is a smear
ODD_SHARE = 2.0  # times what is usual in the dataset: where all are long, long is not odd


def find_faults(measures: pd.DataFrame) -> list[Finding]:
    """Findings of one photo each.

    Args:
        measures: as `core.data.quality.measures.measures_of` gives them.
    """
    if measures.empty:
        return []
    width, height = measures["width"].to_numpy(float), measures["height"].to_numpy(float)
    shorter, shape = np.minimum(width, height), np.log(np.maximum(width, 1) / np.maximum(height, 1))
    bright = measures["brightness"].to_numpy(float)
    white = measures["white"].to_numpy(float)
    found: dict[Kind, NDArray[np.float64]] = {  # how far each photo is beyond the threshold: 1 wholly, 0 just so
        "one_colour": _below(measures["varied"], ONE_COLOUR_VARIED),
        "dark": _below(measures["lightest"], DARK_LIGHTEST),
        "blurred": _below(measures["sharpness"], BLURRED_SHARPNESS),
        "bright": np.minimum(_above(bright, BRIGHT_BRIGHTNESS, 1.0), _above(white, BRIGHT_WHITE, 1.0)),
        "tiny": _below(shorter, min(TINY_PX, TINY_SHARE * float(np.median(shorter)))),
        "odd_shape": np.minimum(
            _above(np.abs(shape), np.log(ODD_TIMES), np.log(3 * ODD_TIMES)),
            _above(np.abs(shape - np.median(shape)), np.log(ODD_SHARE), np.log(2 * ODD_SHARE)),
        ),
    }
    positions = measures["position"].to_numpy()
    free = np.ones(len(measures), bool)
    findings = []
    for kind, beyond in found.items():
        hit = free & (beyond >= 0)
        if hit.any():
            free &= ~hit
            order = np.nonzero(hit)[0][np.argsort(-beyond[hit], kind="stable")]
            sure = tuple(round(min(1.0, AT_THRESHOLD + 0.5 * float(beyond[each])), 3) for each in order)
            findings.append(Finding(kind, tuple((int(positions[each]),) for each in order), sure))
    return findings


def _below(values: "pd.Series[float] | NDArray[np.float64]", threshold: float) -> NDArray[np.float64]:
    """1 at 0, 0 at the threshold, negative above it."""
    return 1 - np.asarray(values, dtype=np.float64) / threshold if threshold else np.full(len(values), -1.0)


def _above(values: NDArray[np.float64], threshold: float, wholly: float) -> NDArray[np.float64]:
    """0 at the threshold, 1 from where it is so wholly, negative below it."""
    beyond: NDArray[np.float64] = np.minimum(1.0, (values - threshold) / (wholly - threshold))
    return beyond
