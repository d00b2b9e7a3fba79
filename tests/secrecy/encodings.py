"""Ways in which a secret may lie in a text, and how a text is read so that most of them look alike."""

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

ESCAPE = re.compile(r"\\+u([0-9a-fA-F]{4})")
MARKS = re.compile("[\u0300-\u036f]")


def unwrap_encodings(text: str) -> str:
    """The text without percent-encoding and JSON's escapes, each as often as one was put into another."""
    for _ in range(2):
        text = ESCAPE.sub(lambda found: chr(int(found[1], 16)), unquote(text))
    return text


def fold_text(text: str) -> str:
    """The text in small letters without marks, composed or not; a form's plus sign is a space."""
    return MARKS.sub("", unicodedata.normalize("NFD", text.replace("+", " "))).lower()


def shapes(text: str) -> Iterator[str]:
    """The text composed, decomposed and without marks, in each case."""
    apart = unicodedata.normalize("NFD", text)
    for shaped in (text, apart, MARKS.sub("", apart)):
        yield from (shaped, shaped.upper(), shaped.lower())


def in_base64(text: str) -> Iterator[str]:
    """What all base64 around this text has in common, at each of the three places where it may begin."""
    for before in range(3):
        encoded = base64.b64encode(b"x" * before + text.encode()).decode()
        part = encoded[4 if before else 0 : -4]
        yield from (part, part.translate(str.maketrans("+/", "-_")))


def hashes(secret: str) -> Iterator[str]:
    """Hashes without a key, which anybody could reverse by trying all numbers."""
    for algorithm in ("md5", "sha1", "sha256"):
        digest = hashlib.new(algorithm, secret.encode()).digest()
        yield from (digest.hex(), digest.hex().upper())
        yield base64.b64encode(digest).decode().rstrip("=")
        yield base64.urlsafe_b64encode(digest).decode().rstrip("=")
