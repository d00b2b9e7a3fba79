"""Splits an episode file (Decisions 130, 4750, 3176) into smaller envelopes, its episodes byte for byte as they are."""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

EPISODE = re.compile(r"<((?:\w+:)?HOSO)(?:\s[^>]*)?>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
NUMBER = re.compile(r"(<(?:\w+:)?SOLUONGHOSO\s*>)([^<]{0,20})(?=<)", re.IGNORECASE)
PREPARED = re.compile(r"<(?:\w+:)?NGAYLAP\s*>\s*([0-9]+)", re.IGNORECASE)
KEY = re.compile(r"<(?:\w+:)?MA_LK(?:\s[^>]*)?>\s*(?:<!\[CDATA\[\s*)?([^<\]]{1,200}?)\s*(?:\]\]>\s*)?<", re.IGNORECASE)
CONTENT = re.compile(r"<(?:\w+:)?NOIDUNGFILE[^>]*>([^<]+)<", re.IGNORECASE)
DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
GATEWAY_MEMBER = "fileHSBase64"  # of the JSON that the insurance fund's gateway takes
HEAD_OF_JSON = 4096  # bytes within which that member's name stands, after the names and numbers of the hospital
MOST_BYTES = 3_500_000  # the service takes 4 MB
MOST_EPISODES = 25  # and 50; half of it leaves time for slow lines


class NotAnEpisodeFileError(ValueError):
    """The file holds no episode that could be sent, or fewer than it says."""


@dataclass(frozen=True)
class SentEpisode:
    """One HOSO of a file: its text, a hash that tells whether it was sent, and its MA_LK where it can be read."""

    text: str
    hash: str
    key: str


@dataclass(frozen=True)
class EpisodeFile:
    """A file taken apart: what stands before the first episode and after the last.

    `encoding` makes its text the bytes that they were. Bytes that are no UTF-8 are for the service to read.
    """

    before: str
    episodes: list[SentEpisode]
    after: str
    encoding: str = "utf-8"

    def envelope(self, episodes: list[SentEpisode]) -> bytes:
        """A file of its own with these episodes."""
        number = NUMBER.sub(rf"\g<1>{len(episodes)}", self.before, count=1)
        return f"{number}{''.join(each.text for each in episodes)}{self.after}".encode(self.encoding)

    def pieces(self, episodes: list[SentEpisode]) -> Iterator[list[SentEpisode]]:
        """The episodes in groups that the service takes in one call; one that is too large alone stands alone."""
        room = MOST_BYTES - len(self.envelope([]))
        piece: list[SentEpisode] = []
        size = 0
        for each in episodes:
            length = len(each.text.encode(self.encoding))
            if piece and (size + length > room or len(piece) == MOST_EPISODES):
                yield piece
                piece, size = [], 0
            piece.append(each)
            size += length
        if piece:
            yield piece


def read(data: bytes) -> EpisodeFile:
    """Take a file apart: XML, base64 of it once or twice, or the gateway's JSON. Raises NotAnEpisodeFileError."""
    whole, encoding = _text(data)
    text = DECLARATION.sub("", whole, count=1)
    found = list(EPISODE.finditer(text))
    if not found:
        raise NotAnEpisodeFileError("tệp không có HOSO, hoặc bị cắt (no whole HOSO in this file)")
    declared = NUMBER.search(text)
    if declared and declared[2].strip().isdecimal() and int(declared[2]) > len(found):
        raise NotAnEpisodeFileError(
            "SOLUONGHOSO khai nhiều HOSO hơn số có trong tệp: tệp bị cắt (declares more HOSO than it has: it was cut)"
        )
    prepared = PREPARED.search(text)
    day = prepared[1] if prepared else ""
    episodes = [SentEpisode(each[0], _hash(day, each[0]), _key(each[0])) for each in found]
    return EpisodeFile(text[: found[0].start()], episodes, text[found[-1].end() :], encoding)


def _text(data: bytes) -> tuple[str, str]:
    """The text, and the encoding in which it is sent."""
    if is_gateway_json(data[:HEAD_OF_JSON]):
        data = _member_of_json(data)
    for _ in range(3):
        if data[:2] in UTF_16_MARKS:
            return data.decode("utf-16"), "utf-8"
        bare = data.removeprefix(b"\xef\xbb\xbf").strip()
        if bare.startswith(b"<"):
            return _decoded(bare)
        decoded = _base64(bare)
        if not decoded:
            break
        data = decoded
    raise NotAnEpisodeFileError(
        "không phải XML, base64 của XML hay JSON của cổng (neither XML, base64 of XML nor the gateway's JSON)"
    )


def is_gateway_json(head: bytes) -> bool:
    """Whether a file that begins so is the JSON that the gateway takes: `{"fileHSBase64": "..."}`."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{" and f'"{GATEWAY_MEMBER}"'.encode() in head


def _member_of_json(data: bytes) -> bytes:
    try:
        return str(json.loads(data.decode("utf-8-sig"))[GATEWAY_MEMBER]).encode()
    except (ValueError, KeyError, TypeError) as error:
        raise NotAnEpisodeFileError(
            f"JSON không đọc được, hoặc thiếu {GATEWAY_MEMBER} (broken JSON, or no {GATEWAY_MEMBER})"
        ) from error


def _decoded(data: bytes) -> tuple[str, str]:
    try:
        return data.decode(), "utf-8"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


def _base64(data: bytes) -> bytes | None:
    bare = b"".join(data.split()).rstrip(b"=")
    try:
        return base64.b64decode(bare + b"=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _hash(prepared: str, text: str) -> str:
    return hashlib.sha256(f"{prepared}\n{text}".encode()).hexdigest()


def _key(text: str) -> str:
    """The MA_LK, from the first table that can be read."""
    if found := KEY.search(text):
        return found[1]
    for content in CONTENT.finditer(text):
        decoded = _base64(content[1].encode("ascii", "ignore"))
        encoding = "utf-16" if decoded and decoded[:2] in UTF_16_MARKS else "utf-8"
        if decoded and (found := KEY.search(decoded.decode(encoding, errors="ignore"))):
            return found[1]
    return ""
