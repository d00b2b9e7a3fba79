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


def list_networks(client: str) -> tuple[str, ...]:
    """The networks that an address is counted in, widest first: of IPv6 /48, /56 and /64, else the address alone.

    A provider hands out a /64, a /56 or a /48; who has one of the wide ones has as many addresses as they like.
    """
    one = normalise_address(client)
    if "/" not in one:
        return (one,)
    address = ipaddress.IPv6Address(client)
    return _network(address, 48), _network(address, 56), one


def _network(address: ipaddress.IPv6Address, length: int) -> str:
    return str(ipaddress.ip_network((address, length), strict=False))
