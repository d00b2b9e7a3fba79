"""`/.well-known/security.txt`: whom to tell of a weakness (RFC 9116)."""

import datetime

MONTHS = 11  # under a year, as RFC 9116 section 2.5.5 recommends; each deployment writes it anew


def security_txt(hotline: str, languages: list[str], today: datetime.date) -> str:
    """The file's text. The hotline is a number of this country alone, so it is told with its context (RFC 3966)."""
    ends = today.year * 12 + today.month - 1 + MONTHS
    lines = [
        f"Contact: tel:{hotline};phone-context=+84",
        f"Expires: {ends // 12:04}-{ends % 12 + 1:02}-01T00:00:00Z",
        f"Preferred-Languages: {', '.join(languages)}",
    ]
    return "".join(f"{line}\n" for line in lines)
