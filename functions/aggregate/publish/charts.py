"""Charts as SVG text: made of published figures only, readable without script, with a title and a description.

Presentation is by attributes, since the site's content security policy permits no inline style. A hidden figure is a
hatched stump and never a bar of its own length; an unknown one has no bar.
"""

from collections.abc import Sequence
from html import escape

from functions.aggregate.publish.suppression import HIDDEN, UNKNOWN

WIDTH = 360
MAIN, SOFT, QUIET, TEXT, MARK = "#0b5c46", "#d5e6df", "#4a5752", "#14201c", "#b3171c"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif"
HATCH = (
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<rect width="6" height="6" fill="#fff"/><rect width="2.5" height="6" fill="{QUIET}"/></pattern>'
)


def draw_bars(title: str, description: str, items: Sequence[tuple[str, str]], *, unit: str = "") -> str:
    """Horizontal bars, one for each (label, figure), the label above its bar."""
    most = max((_number(figure) for _, figure in items), default=0) or 1
    parts = []
    for place, (label, figure) in enumerate(items):
        top = place * 38 + 4
        parts.append(_label(0, top + 12, label))
        parts.append(_bar(figure, most, top + 17))
        parts.append(_label(_end(figure, most) + 6, top + 28, _shown(figure, unit), color=QUIET))
    return _svg(title, description, len(items) * 38 + 8, parts)


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


def draw_columns(title: str, description: str, items: Sequence[tuple[str, str]]) -> str:
    """Upright columns over time, one for each (label, figure); the first and last labels are written."""
    most = max((_number(figure) for _, figure in items), default=0) or 1
    step = (WIDTH - 44) / max(len(items), 1)
    parts = [_label(40, 14, f"{most:.0f}", color=QUIET, anchor="end"), _label(40, 124, "0", anchor="end")]
    parts.append(f'<line x1="44" y1="120.5" x2="{WIDTH}" y2="120.5" stroke="{QUIET}"/>')
    for place, (_, figure) in enumerate(items):
        height = 4.0 if figure == HIDDEN else _number(figure) * 112 / most
        fill = "url(#hatch)" if figure == HIDDEN else MAIN
        if height:
            parts.append(
                f'<rect x="{44 + place * step + step * 0.1:.1f}" y="{120 - height:.1f}" width="{step * 0.8:.1f}"'
                f' height="{height:.1f}" fill="{fill}"/>'
            )
    if items:
        parts += [_label(44, 138, items[0][0], color=QUIET), _label(WIDTH, 138, items[-1][0], QUIET, anchor="end")]
    return _svg(title, description, 144, parts)


def draw_fan(
    title: str, description: str, past: Sequence[tuple[str, str]], ahead: Sequence[dict[str, str]], last_period: str
) -> str:
    """Past figures as a line and what is ahead as nested bands: each step has `median` and `low_95` ... `high_50`."""
    steps = [{name: _number(figure) for name, figure in step.items()} for step in ahead]
    highest = max((_number(figure) for _, figure in past), default=0)
    # The 95 % band may go beyond the chart rather than flatten what has been counted.
    top = max([highest, *(step["high_80"] for step in steps), min(2 * highest, _largest_end(steps, "high_95"))]) or 1
    wide = (WIDTH - 44) / max(len(past) + len(steps) - 1, 1)

    def at(place: int, value: float) -> str:
        return f"{44 + place * wide:.1f},{max(120 - min(value, top) * 112 / top, 8):.1f}"

    parts = [_label(40, 14, f"{top:.0f}", color=QUIET, anchor="end"), _label(40, 124, "0", anchor="end")]
    parts.append(f'<line x1="44" y1="120.5" x2="{WIDTH}" y2="120.5" stroke="{QUIET}"/>')
    first = len(past) - 1
    last = _number(past[-1][1]) if past else 0.0
    for level, fill in ((95, "#dfece7"), (80, "#b9d6cb"), (50, "#8cbba9")):
        upper = [at(first, last), *(at(first + place, step[f"high_{level}"]) for place, step in enumerate(steps, 1))]
        lower = [at(first, last), *(at(first + place, step[f"low_{level}"]) for place, step in enumerate(steps, 1))]
        parts.append(f'<polygon points="{" ".join(upper + lower[::-1])}" fill="{fill}"/>')
    known = [at(place, _number(figure)) for place, (_, figure) in enumerate(past) if _known(figure)]
    parts.append(f'<polyline points="{" ".join(known)}" fill="none" stroke="{TEXT}" stroke-width="1.5"/>')
    ahead_line = [at(first, last), *(at(first + place, step["median"]) for place, step in enumerate(steps, 1))]
    parts.append(
        f'<polyline points="{" ".join(ahead_line)}" fill="none" stroke="{MAIN}" stroke-width="2"'
        ' stroke-dasharray="4 3"/>'
    )
    if past:
        parts += [_label(44, 138, past[0][0], color=QUIET), _label(WIDTH, 138, last_period, QUIET, anchor="end")]
    return _svg(title, description, 144, parts)


def _largest_end(steps: Sequence[dict[str, float]], name: str) -> float:
    """The largest of one end of the intervals."""
    return max((step[name] for step in steps), default=0.0)


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


def _shown(figure: str, unit: str) -> str:
    if figure == HIDDEN:
        return HIDDEN
    return "?" if figure == UNKNOWN else f"{figure}{unit}"


def _known(figure: str) -> bool:
    return figure not in (HIDDEN, UNKNOWN)


def _number(figure: str) -> float:
    return float(figure) if _known(figure) else 0.0
