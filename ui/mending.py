"""What a person may want to mend before photos are fetched: findings with their rows, and labels to be made one."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.sources.doctor import too_many
from core.sources.findings import Finding, said_rows
from core.sources.labels import Merge, as_mapping, merges
from core.sources.links import row_link
from core.spreadsheet import safe_cell
from ui.frame import section
from ui.words import plain

GROUPS = {"loses rows": "These rows would be set aside", "look": "Worth a look"}
OFFERED = "labels_alike"  # findings that stand as offers of their own
FIRST_OFFERS = 5


def stops(findings: Sequence[Finding], address: str = "") -> None:
    """What must be mended, or nothing can come of it. Takes as `show`."""
    for finding in findings:
        if finding.severity == "stops":
            st.warning(_line(finding, address), icon=":material/view_column:")


def show(findings: Sequence[Finding], address: str = "", from_web: bool = False) -> bool:
    """What else was found, in the order of how much it matters.

    Args:
        findings: as the doctor orders them.
        address: of the sheet, so that rows can be opened in it.
        from_web: it may have been mended there meanwhile.

    Returns:
        Whether it is to be read again.
    """
    findings = [finding for finding in findings if finding.kind != OFFERED]
    rest = [finding for finding in findings if finding.severity != "stops"]
    if rest:
        section("What you may want to mend", "None of this stops you.")
    for severity, title in GROUPS.items():
        if lines := [_line(finding, address) for finding in rest if finding.severity == severity]:
            st.markdown(f"**{title}**\n\n" + "\n".join(f"- {line}" for line in lines))
    with st.container(horizontal=True):
        if any(finding.rows for finding in findings):
            st.download_button(
                "All rows as a table",
                lambda: _table(findings),
                "to-mend.csv",
                "text/csv",
                type="tertiary",
                icon=":material/download:",
                on_click="ignore",
            )
        return bool(findings) and from_web and st.button("Read it again", icon=":material/refresh:", type="tertiary")


def offers(classes: dict[str, int], where: str) -> dict[str, str]:
    """Offers to make one of labels that are written in several ways; returns those that were taken, as a `merge`.

    Args:
        classes: rows by label, as they are written.
        where: of the labels, so that others have offers of their own.
    """
    found = [] if too_many(classes) else merges(classes)
    if not found:
        return {}
    section("The same, written in several ways", "What is ticked becomes one class.")
    taken = [offer for offer in found[:FIRST_OFFERS] if _offer(offer, classes, where)]
    if more := found[FIRST_OFFERS:]:
        with st.expander(f"{len(more):,} more"):
            taken += [offer for offer in more if _offer(offer, classes, where)]
    return as_mapping(taken)


def _offer(offer: Merge, classes: dict[str, int], where: str) -> bool:
    others = ", ".join(f"*{plain(label)}* {classes[label]:,}" for label in offer.labels)
    total = sum(classes[label] for label in (offer.target, *offer.labels))
    return st.checkbox(
        f"**{plain(offer.target)}** {classes[offer.target]:,}, also written {others} :gray[· {total:,} together]",
        value=True,
        key=f"merge_{where}_{offer.target}",
    )


def _line(finding: Finding, address: str) -> str:
    # Markdown would make a link of an address that somebody wrote into a cell, but for a joiner of no width in it.
    sentence = plain(finding.sentence.replace("://", ":\u2060//").replace("www.", "www\u2060."))
    if not finding.rows:
        return sentence

    def said(row: int) -> str:
        link = row_link(address, row)
        return f"[{row}]({link})" if link else str(row)

    rows = said_rows(finding.rows, said)
    return f"{sentence} :gray[{rows[:1].upper()}{rows[1:]}.]"


def _table(findings: Sequence[Finding]) -> bytes:
    """One line for each row and what is wrong with it."""
    lines = [(row, safe_cell(finding.sentence)) for finding in findings for row in finding.rows]
    return pd.DataFrame(lines, columns=["row", "what"]).to_csv(index=False).encode("utf-8-sig")
