"""What the page of the code says: nothing claims that a message was sent, since the page cannot know."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from web.build import HERE

CLAIMS = {"vi": ("đã gửi", "vừa gửi", "đã được gửi"), "en": ("we sent", "was sent", "has been sent", "sent you")}
STATION = {"vi": "trạm y tế", "en": "health station"}


def texts(language: str) -> dict[str, Any]:
    return tomllib.loads((HERE / "texts" / f"{language}.toml").read_text(encoding="utf-8"))


def words(of: object) -> Iterator[str]:
    if isinstance(of, str):
        yield of
    elif isinstance(of, dict):
        for inner in of.values():
            yield from words(inner)


def messages_of_codes(language: str) -> list[str]:
    """All texts of the page, and the messages about codes beside it."""
    whole = texts(language)
    return [*words(whole["code"]), *[text for name, text in whole["script"].items() if name.startswith("code")]]


@pytest.mark.parametrize("language", CLAIMS)
def test_no_text_of_the_code_page_claims_that_a_message_was_sent(language: str) -> None:
    for text in messages_of_codes(language):
        assert not any(claim in text.lower() for claim in CLAIMS[language]), text


@pytest.mark.parametrize("language", STATION)
def test_who_asks_again_is_told_of_the_station(language: str) -> None:
    assert STATION[language] in texts(language)["script"]["code_again"].lower()
