"""The sentence on what a test of so many photos can tell."""

import pytest

from core.model.size_of_test import what_it_allows


@pytest.mark.parametrize(
    ("photos", "said"),
    [
        (0, "nothing can be said"),
        (1, "With one test photo, even 100 % correct could be anything from 21 to 100 %."),
        (40, "With 40 test photos, 90 % correct could be anything from 77 to 96 %."),
        (3000, "With 3,000 test photos, 90 % correct means from 89 to 91 %"),
    ],
)
def test_few_photos_leave_much_open(photos: int, said: str) -> None:
    assert said in what_it_allows(photos)
