"""What counts as one address of the network, for budgets."""

import ipaddress


def one_address(client: str) -> str:
    """IPv4 whole, IPv6 its /64 network (one household or one machine); anything else as it stands."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client[:64]
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
