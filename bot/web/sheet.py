"""
Sheet: the report as a page of its own, which needs nothing from any server, and which a browser prints or keeps as PDF.
"""

from typing import Any

from markupsafe import Markup

from bot.web.views import templates

DOWNLOADS = "sandbox; default-src 'none'; style-src 'unsafe-inline'"      # its own style, and nothing else


def sheet(paper: Any) -> str:
    """
    Return the page of a report (`publish.Paper`).
    """
    return templates.get_template("report.html").render(paper=paper, chart=lambda section: Markup(paper.chart(section)), where=None)
