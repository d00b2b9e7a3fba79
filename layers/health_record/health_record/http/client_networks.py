"""What counts as one address of the network, for budgets."""

import ipaddress


def normalise_address(client: str) -> str:
    """IPv4 whole, IPv6 its /64 network (one household or one machine); anything else as it stands."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client[:64]
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return _network(address, 64)


def widest_network(client: str) -> str:
    """What one customer may hold whole: an IPv4 address, the /48 of an IPv6 one (providers hand out up to that)."""
    return _of_size(client, None, 48)


def neighbourhood(client: str) -> str:
    """Who sits near: the /24 of an IPv4 address, the /56 of an IPv6 one."""
    return _of_size(client, 24, 56)


def one_stranger(client: str) -> str:
    """Whom tries and messages are shared with: the /24 of an IPv4 address, the /48 of an IPv6 one.

    Who rents a /48 has 256 neighbourhoods of 56 bits, and is one stranger.
    """
    return _of_size(client, 24, 48)


def _of_size(client: str, v4: int | None, v6: int) -> str:
    one = normalise_address(client)
    if "/" in one:
        return _network(ipaddress.IPv6Address(client), v6)
    try:
        return str(ipaddress.ip_network((one, v4), strict=False)) if v4 else one
    except ValueError:
        return one


def _network(address: ipaddress.IPv6Address, length: int) -> str:
    return str(ipaddress.ip_network((address, length), strict=False))
