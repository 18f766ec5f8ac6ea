"""What people keep beside their photos: pictures of screens."""

from workshop.things import papers, programs
from workshop.things.canvas import Painter

PAINTERS: dict[str, Painter] = {
    "document": papers.document,
    "table": papers.table,
    "chart": papers.chart,
    "form": programs.form,
    "code": programs.code,
    "chat": programs.chat,
}
