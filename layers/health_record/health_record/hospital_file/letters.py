"""Vietnamese letters that a program spoilt: UTF-8 written twice is read once more, and the old fonts are told apart.

Text of TCVN3 or VNI that was saved as Unicode has letters of Latin-1 that no Vietnamese word has. Which ones they stand
for depends on the font, so that nobody guesses.
"""

import re

# What Windows makes of the bytes 80 to 9F, back to these bytes. Those it has no letter for stay as they are.
BYTES = {ord(bytes([byte]).decode("cp1252", errors="ignore") or chr(byte)): byte for byte in range(0x80, 0xA0)}
AS_BYTES = "".join(re.escape(chr(letter)) for letter in BYTES)
# Where it may be: letters whose UTF-8 begins with C3 to C6, E1 BA or E1 BB, as nearly all of Vietnamese does.
TWICE = re.compile(f"[\\xc3-\\xc6][\\x80-\\xbf{AS_BYTES}]|\\xe1[\\xba\\xbb]")
# What surely is: no Vietnamese word has the first letter of these, nor such a sign behind an á.
SPOILT = re.compile(f"[\\xc4-\\xc6][\\x80-\\xbf{AS_BYTES}]|\\xe1[\\xba\\xbb]")
FEWEST_SPOILT = 2
VIETNAMESE = re.compile("[\u1ea0-\u1ef9ăĂđĐơƠưƯ]")
OLD_FONT = re.compile(
    "(?<=[A-Za-z])[\xa8-\xac\xad\xae\xb6\xb8\xb9\xbb-\xbe\xd7\xf7](?=[A-Za-z])|[ÆÇËÎÏÑÖØÜÞßäåæçëîïñöøûüþ]"
)
FEWEST_OLD = 4
# What a program wrote for letters that it could not say: the replacement character, or `T?ng huy?t áp`.
REPLACEMENT = "\ufffd"
LOST = re.compile(r"(?<=[^\W\d_])\?(?=[^\W\d_])")
FEWEST_LOST = 2


def read_once_more(text: str) -> str | None:
    """The text that was written in UTF-8 twice; None where it was not, or not everywhere."""
    if text.isascii() or TWICE.search(text) is None:
        return None
    try:
        return text.translate(BYTES).encode("latin-1").decode()
    except UnicodeError:
        return None


def are_spoilt(text: str) -> bool:
    """Whether the letters are of TCVN3 or VNI, or of UTF-8 that was read as something else."""
    if text.isascii():
        return False
    if len(SPOILT.findall(text)) >= FEWEST_SPOILT:
        return True
    return VIETNAMESE.search(text) is None and len(OLD_FONT.findall(text)) >= FEWEST_OLD


def may_be_lost(text: str) -> bool:
    """Whether it lacks letters, or a part of it may be of an old font beside sound Vietnamese; pure."""
    return REPLACEMENT in text or ("?" in text and len(LOST.findall(text)) >= FEWEST_LOST) or are_spoilt(text)
