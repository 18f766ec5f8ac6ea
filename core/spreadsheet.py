"""Tables for spreadsheets: cells that one of them would run as a formula are made harmless."""


def safe_cell(text: str) -> str:
    """Puts an apostrophe before what a spreadsheet would take for a formula.

    Source: OWASP, "CSV Injection": a cell that begins with = + - @, a tab or a carriage return.
    """
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
