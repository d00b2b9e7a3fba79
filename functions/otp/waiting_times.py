"""How long somebody waits, in words: minutes, and hours where it is more than one."""

from health_record.language import Translated


def in_words(seconds: int) -> Translated:
    """`3 phút` / `3 minutes`, `2 giờ 10 phút` / `2 hours 10 minutes`; a minute that has begun counts."""
    hours, minutes = divmod(max(1, -(-seconds // 60)), 60)
    vi = [f"{hours} giờ"] * bool(hours) + [f"{minutes} phút"] * bool(minutes)
    en = [_many(hours, "hour")] * bool(hours) + [_many(minutes, "minute")] * bool(minutes)
    return Translated(" ".join(vi), " ".join(en))


def _many(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
