"""Values of the settings that stand for something else: an example's domain, nobody's mailbox, a gateway of a page.

The endings are those that nobody can have: RFC 2606 (`example`, `test`, `invalid`, `localhost`, and `example.com` with
its kin) and RFC 6762 (`local`). ACM makes no certificate for them, and no mail arrives there.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from infrastructure.config.settings import Province

RESERVED = ("example", "test", "invalid", "localhost", "local", "example.com", "example.net", "example.org")


def find_placeholders(province: Province) -> list[str]:
    """`domain is hososuckhoe.tphcm.example`, one for each setting whose value nobody can reach."""
    return [f"{key} is {value}" for key, value, host in _named_hosts(province) if is_reserved(host)]


def is_reserved(host: str) -> bool:
    """Whether the name can be nobody's."""
    return any(host == ending or host.endswith(f".{ending}") for ending in RESERVED)


def _named_hosts(province: Province) -> Iterator[tuple[str, str, str]]:
    """Every setting that names a host: its key, its value and the host."""
    yield "domain", province.domain, province.domain
    yield "alarms.receiver", province.alarms.receiver, province.alarms.receiver.rpartition("@")[2]
    yield "alarms.runbooks", province.alarms.runbooks, urlsplit(province.alarms.runbooks).hostname or ""
    if province.sms.gateway:
        yield "sms.gateway.url", province.sms.gateway.url, urlsplit(province.sms.gateway.url).hostname or ""
