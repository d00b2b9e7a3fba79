"""Answers in gzip, where that is safe.

CloudFront compresses only what it may cache, and of the API it may cache nothing. A facility's call carries no cookie
but a signature, so nobody can make a browser send one and read secrets from the size of its answer (BREACH, 2013).
Answers to residents, who are known by a cookie, stay as they are.
"""

import base64
import gzip
import re
from typing import Any

FROM_BYTES = 1000
LEVEL = 5
NO_QUALITY = re.compile(r"q *= *0(\.0*)?")


def compress(answer: dict[str, Any], accepted: str | None) -> dict[str, Any]:
    """The answer for API Gateway, its text in gzip if the caller takes that and it pays."""
    if answer["isBase64Encoded"] or len(answer["body"]) < FROM_BYTES or not _takes_gzip(accepted):
        return answer
    packed = gzip.compress(answer["body"].encode(), LEVEL, mtime=0)
    headers = {**answer["headers"], "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return {**answer, "headers": headers, "body": base64.b64encode(packed).decode(), "isBase64Encoded": True}


def _takes_gzip(accepted: str | None) -> bool:
    """By RFC 9110 section 12.5.3, of which a quality of 0 means no."""
    for part in (accepted or "").lower().split(","):
        name, _, quality = part.partition(";")
        if name.strip() in ("gzip", "*"):
            return not NO_QUALITY.fullmatch(quality.strip())
    return False
