"""How large an answer is for Lambda, which carries 6 MB of it as JSON text.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

import re

LARGEST_PAYLOAD = 5 * 1024 * 1024  # a megabyte below Lambda's limit, for headers and what is around the body
ESCAPED = re.compile(r'["\\\x00-\x1f]')


def payload_size(body: str) -> int:
    """The bytes of a text body inside the function's answer, where quotes and backslashes are escaped once more."""
    return len(body.encode()) + len(ESCAPED.findall(body))
