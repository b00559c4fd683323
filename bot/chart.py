"""
Chart: bars of a table as a picture (SVG) of plain shapes and letters, without script or style, so that any page may hold it.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

WIDTH, BAR, AROUND = 720, 34, 90
MOST = 15                       # bars; the table beside it has the rest
WHOLE = 10                      # up to which each number stands at the axis: half a contact is none
LABEL = 32                      # letters of a bar's name


@cache
def _leather() -> Any:
    """
    Return the library with our colours; it is loaded at the first picture.
    """
    import leather

    leather.theme.background_color = "#fffdf9"
    leather.theme.title_font_family = leather.theme.tick_font_family = "sans-serif"
    leather.theme.tick_color = "#d9d1bf"
    leather.theme.label_color = "#17302e"
    return leather


def bars(pairs: Sequence[tuple[str, int]], label: str) -> str:
    """
    Return a picture of these numbers, a bar each, the largest of a long list; "" where there is nothing to draw. `label` says what
    it shows to whoever does not see it.
    """
    shown = sorted(pairs, key=lambda pair: -pair[1])[:MOST] if len(pairs) > MOST else list(pairs)
    if not any(number for _, number in shown):
        return ""
    chart = _leather().Chart()
    most = max(number for _, number in shown)
    chart.add_x_scale(0, most)
    if most <= WHOLE:
        chart.add_x_axis(ticks=list(range(most + 1)))
    chart.add_bars([(number, _named(name, shown, place)) for place, (name, number) in enumerate(shown)], fill_color="#0b5d57")
    height = AROUND + BAR * len(shown)
    svg = str(chart.to_svg(width=WIDTH, height=height))
    return svg.replace("<svg ", f'<svg role="img" aria-label="{_quoted(label)}" viewBox="0 0 {WIDTH} {height}" ', 1)


def _named(name: str, shown: Sequence[tuple[str, int]], place: int) -> str:
    """
    Return a bar's name, short, and never that of another bar: bars of one name would be one.
    """
    short = name if len(name) <= LABEL else f"{name[:LABEL - 1]}…"
    return short if all(short != other for other, _ in shown[:place]) else f"{short} ({place + 1})"


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
