"""The two languages of the service and how a caller's wish is read (RFC 9110 section 12.5.4)."""

from typing import Literal, NamedTuple

Language = Literal["vi", "en"]


class Translated(NamedTuple):
    """One sentence in both languages."""

    vi: str
    en: str

    def in_language(self, language: Language) -> str:
        """The sentence in `language`."""
        return self.en if language == "en" else self.vi


def negotiate_language(accept_language: str | None) -> Language:
    """Vietnamese unless `Accept-Language` ranks English higher."""
    ranks: dict[str, float] = {}
    for position, part in enumerate((accept_language or "")[:200].split(",")):
        tag, *parameters = (word.strip().lower() for word in part.split(";"))
        weight = next((one.removeprefix("q=") for one in parameters if one.startswith("q=")), "")
        ranks.setdefault(tag.split("-")[0], _weight(weight) - position / 1000)
    return "en" if ranks.get("en", 0) > max(ranks.get("vi", 0), 0) else "vi"


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
