"""What a test of so many photos can tell: a score on few of them may be luck."""

from core.model.evaluation import wilson_interval
from core.saying import per_100

USUAL = 0.9  # right, of the photos that a good model is tested on
WIDE = 0.10  # from end to end: more than that tells two models apart only where one is far better


def what_it_allows(test_photos: int) -> str:
    """With 40 test photos, 90 % correct could be anything from 77 to 96 %."""
    if test_photos < 1:
        return "With no test photo, nothing can be said of how often it is right."
    low, high = wilson_interval(round(USUAL * test_photos), test_photos)
    right = round(USUAL * test_photos) / test_photos
    spread = f"from {per_100(low)} to {per_100(high)} %"
    photos = "one test photo" if test_photos == 1 else f"{test_photos:,} test photos"
    if high - low > WIDE:
        even = "even " if right == 1 else ""
        return f"With {photos}, {even}{per_100(right)} % correct could be anything {spread}."
    return f"With {photos}, {per_100(right)} % correct means {spread}: close enough to compare two models."
