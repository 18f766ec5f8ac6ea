"""Answers as a table."""

from core.model.answer import Answer, to_csv


def test_a_table_has_a_row_a_photo_and_no_cell_that_a_spreadsheet_would_run():
    good = Answer("=cmd.jpg", "dress", 0.75, False, {"dress": 0.75, "-hat": 0.25})
    odd = Answer("c.jpg", "dress", 0.99, False, {"dress": 0.99, "-hat": 0.01}, unlike=True)
    bad = Answer("b.jpg", None, None, None, None, "This is a text file.")
    assert to_csv([good, odd, bad]).splitlines() == [
        "photo,label,probability,sure,unlike,'-hat,dress,error",
        "'=cmd.jpg,dress,0.7500,False,,0.2500,0.7500,",
        "c.jpg,dress,0.9900,False,True,0.0100,0.9900,",
        "b.jpg,,,,,,,This is a text file.",
    ]
