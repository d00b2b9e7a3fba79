"""Published figures as each language writes them: 64.472 and 27,6 in Vietnamese, 64,472 and 27.6 in English."""

from functions.aggregate.publish.suppression import HIDDEN, UNKNOWN
from health_record.language import Language

VIETNAMESE = str.maketrans(",.", ".,")
SIGN_UNKNOWN = "?"


def written(figure: str | int, language: Language) -> str:
    """The figure as the language parts thousands and decimals; `*` stays, and what is not known is `?`."""
    text = str(figure)
    if text in (HIDDEN, UNKNOWN):
        return text if text == HIDDEN else SIGN_UNKNOWN
    number = f"{float(text):,.1f}" if "." in text else f"{int(text):,}"
    return number.translate(VIETNAMESE) if language == "vi" else number


def with_sign(change: int, language: Language) -> str:
    """A change: +1.230 or -40."""
    return ("+" if change > 0 else "") + written(change, language)
