"""Charts as SVG text: made of published figures only, readable without script, with a title and a description.

Presentation is by attributes, since the site's content security policy permits no inline style. A hidden figure is a
hatched stump and never a bar of its own length; an unknown one has no bar.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from functions.aggregate.publish.suppression import HIDDEN, UNKNOWN

WIDTH = 360
MAIN, SOFT, QUIET, TEXT, MARK = "#0b5c46", "#d5e6df", "#4a5752", "#14201c", "#b3171c"
BANDS = ((95, "#dfece7"), (80, "#b9d6cb"), (50, "#8cbba9"))
DASHES = "4 3"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif"
HATCH = (
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<rect width="6" height="6" fill="#fff"/><rect width="2.5" height="6" fill="{QUIET}"/></pattern>'
)


@dataclass(frozen=True)
class Item:
    """A figure with its label, and as the page's language writes it."""

    label: str
    figure: str
    written: str


def draw_bars(title: str, description: str, items: Sequence[Item], *, unit: str = "") -> str:
    """Horizontal bars, one for each item, the label above its bar."""
    most = max((_number(item.figure) for item in items), default=0) or 1
    parts = []
    for place, item in enumerate(items):
        top = place * 38 + 4
        parts.append(_label(0, top + 12, item.label))
        parts.append(_bar(item.figure, most, top + 17))
        shown = f"{item.written}{unit}" if _known(item.figure) else item.written
        parts.append(_label(_end(item.figure, most) + 6, top + 28, shown, color=QUIET))
    return _svg(title, description, len(items) * 38 + 8, parts)


def draw_sign(fill: str) -> str:
    """A square of a chart's colour for the legend; `hatch` for the hatching."""
    if fill == "hatch":
        square = f'<defs>{HATCH}</defs><rect width="14" height="14" fill="url(#hatch)" stroke="{QUIET}"/>'
    else:
        square = f'<rect width="14" height="14" fill="{fill}"/>'
    return f'<svg class="sign" viewBox="0 0 14 14" aria-hidden="true">{square}</svg>'


def draw_line_sign(color: str, dashes: str) -> str:
    """A piece of a chart's line for the legend; without dashes where `dashes` is none."""
    line = f'<line x1="0" y1="7" x2="14" y2="7" stroke="{color}" stroke-width="2" stroke-dasharray="{dashes}"/>'
    return f'<svg class="sign" viewBox="0 0 14 14" aria-hidden="true">{line}</svg>'


def draw_progress(title: str, description: str, percent: str, *, target: int) -> str:
    """One bar from 0 to 100 % with a mark at the target."""
    at = WIDTH * target / 100
    parts = [
        f'<rect x="0" y="22" width="{WIDTH}" height="26" fill="{SOFT}"/>',
        f'<rect x="0" y="22" width="{min(_number(percent), 100) * WIDTH / 100:.1f}" height="26" fill="{MAIN}"/>',
        f'<line x1="{at}" y1="14" x2="{at}" y2="56" stroke="{MARK}" stroke-width="2"/>',
        _label(at, 10, f"{target} %", color=MARK, anchor="middle"),
        _label(0, 66, "0 %", color=QUIET),
        _label(WIDTH, 66, "100 %", color=QUIET, anchor="end"),
    ]
    return _svg(title, description, 72, parts)


def draw_columns(title: str, description: str, items: Sequence[Item]) -> str:
    """Upright columns over time, one for each item; the first and last labels are written."""
    most = max((_number(item.figure) for item in items), default=0) or 1
    highest = next((item.written for item in items if _number(item.figure) == most), "1")
    step = (WIDTH - 44) / max(len(items), 1)
    parts = [_label(40, 14, highest, color=QUIET, anchor="end"), _label(40, 124, "0", anchor="end")]
    parts.append(f'<line x1="44" y1="120.5" x2="{WIDTH}" y2="120.5" stroke="{QUIET}"/>')
    for place, figure in enumerate(item.figure for item in items):
        height = 4.0 if figure == HIDDEN else _number(figure) * 112 / most
        fill = "url(#hatch)" if figure == HIDDEN else MAIN
        if height:
            parts.append(
                f'<rect x="{44 + place * step + step * 0.1:.1f}" y="{120 - height:.1f}" width="{step * 0.8:.1f}"'
                f' height="{height:.1f}" fill="{fill}"/>'
            )
    if items:
        parts += [
            _label(44, 138, items[0].label, color=QUIET),
            _label(WIDTH, 138, items[-1].label, QUIET, anchor="end"),
        ]
    return _svg(title, description, 144, parts)


def draw_fan(
    title: str,
    description: str,
    past: Sequence[tuple[str, str]],
    ahead: Sequence[tuple[str, dict[str, str]]],
    written: Callable[[int], str],
) -> str:
    """Past figures as a line and what is ahead as nested bands: each step has `median` and `low_95` ... `high_50`.

    The bands may go beyond the chart rather than flatten what has been counted.
    """
    steps = [{name: _number(figure) for name, figure in step.items()} for _, step in ahead]
    highest = max((_number(figure) for _, figure in past), default=0)
    top = 1.25 * max([highest, *(step["median"] for step in steps)]) or 1
    wide = (WIDTH - 44) / max(len(past) + len(steps) - 1, 1)

    def at(place: int, value: float) -> str:
        return f"{44 + place * wide:.1f},{max(120 - min(value, top) * 112 / top, 8):.1f}"

    parts = [_label(40, 14, written(round(top)), color=QUIET, anchor="end"), _label(40, 124, "0", anchor="end")]
    parts.append(f'<line x1="44" y1="120.5" x2="{WIDTH}" y2="120.5" stroke="{QUIET}"/>')
    first = len(past) - 1
    last = _number(past[-1][1]) if past else 0.0
    for level, fill in BANDS:
        upper = [at(first, last), *(at(first + place, step[f"high_{level}"]) for place, step in enumerate(steps, 1))]
        lower = [at(first, last), *(at(first + place, step[f"low_{level}"]) for place, step in enumerate(steps, 1))]
        parts.append(f'<polygon points="{" ".join(upper + lower[::-1])}" fill="{fill}"/>')
    known = [at(place, _number(figure)) for place, (_, figure) in enumerate(past) if _known(figure)]
    parts.append(f'<polyline points="{" ".join(known)}" fill="none" stroke="{TEXT}" stroke-width="1.5"/>')
    ahead_line = [at(first, last), *(at(first + place, step["median"]) for place, step in enumerate(steps, 1))]
    parts.append(
        f'<polyline points="{" ".join(ahead_line)}" fill="none" stroke="{MAIN}" stroke-width="2"'
        f' stroke-dasharray="{DASHES}"/>'
    )
    if past:
        parts += [_label(44, 138, past[0][0], color=QUIET), _label(WIDTH, 138, ahead[-1][0], QUIET, anchor="end")]
    return _svg(title, description, 144, parts)


def _svg(title: str, description: str, height: float, parts: Sequence[str]) -> str:
    hatch = f"<defs>{HATCH}</defs>" if any("#hatch" in part for part in parts) else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" role="img" font-family="{FONT}">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{hatch}{''.join(parts)}</svg>\n"
    )


def _bar(figure: str, most: float, top: float) -> str:
    if figure == HIDDEN:
        return f'<rect x="0" y="{top}" width="14" height="14" fill="url(#hatch)" stroke="{QUIET}"/>'
    return f'<rect x="0" y="{top}" width="{_end(figure, most):.1f}" height="14" fill="{MAIN}"/>'


def _end(figure: str, most: float) -> float:
    return 14 if figure == HIDDEN else _number(figure) * (WIDTH - 70) / most


def _label(x: float, y: float, text: str, color: str = TEXT, *, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="12" fill="{color}" text-anchor="{anchor}">{escape(text)}</text>'


def _known(figure: str) -> bool:
    return figure not in (HIDDEN, UNKNOWN)


def _number(figure: str) -> float:
    return float(figure) if _known(figure) else 0.0
