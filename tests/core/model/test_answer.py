"""Answers as a table."""

import io

import openpyxl

from core.model.answer import Answer, to_csv, to_xlsx, unreadable


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


def test_what_a_sheet_named_begins_with_the_sheets_own_row_number():
    answers = [Answer("a.jpg", "hat", 1.0, True, {"hat": 1.0}, row=7), unreadable("b.jpg", "It is gone.", row=9)]
    assert [line.split(",")[:2] for line in to_csv(answers).splitlines()] == [
        ["row", "photo"],
        ["7", "a.jpg"],
        ["9", "b.jpg"],
    ]


def test_what_people_said_stands_after_the_label_and_only_where_anybody_did():
    answers = [Answer(f"{name}.jpg", "hat", 1.0, True, {"hat": 1.0}) for name in "ab"]
    assert to_csv(answers, {1: "=coat"}).splitlines() == [
        "photo,label,corrected,probability,sure,unlike,hat,error",
        "a.jpg,hat,,1.0000,True,,1.0000,",
        "b.jpg,hat,'=coat,1.0000,True,,1.0000,",
    ]
    assert to_csv(answers, {}) == to_csv(answers)
    header, first, second = openpyxl.load_workbook(io.BytesIO(to_xlsx(answers, {1: "=coat"}))).active.iter_rows()
    assert [cell.value for cell in header][:4] == ["photo", "label", "corrected", "probability"]
    assert (first[2].value, second[2].value, second[2].data_type) == (None, "=coat", "s")


def test_in_an_excel_file_numbers_are_numbers_and_text_is_never_a_formula():
    answers = [Answer("=1+1", "da\x00nger", 0.75, False, {"da\x00nger": 0.75, "=hat": 0.25}, row=3)]
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(answers))).active
    header, row = sheet.iter_rows()
    assert [cell.value for cell in header] == [
        "row", "photo", "label", "probability", "sure", "unlike", "=hat", "danger", "error",
    ]  # fmt: skip
    assert [cell.value for cell in row][:5] == [3, "=1+1", "danger", 0.75, False]
    assert (row[1].data_type, header[6].data_type, row[3].data_type) == ("s", "s", "n")
