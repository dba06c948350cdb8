"""Addresses: which are public, as all others are refused unless a source asks for them by name."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from archive.errors import WrongUsageError
from archive.urls import split_url

_NAT64 = IPv6Network("64:ff9b::/96")


def is_address(name: str) -> bool:
    """Tell the address of a page from the name of a file."""
    return name.startswith(("http://", "https://"))


def ensure_address(url: str) -> None:
    """Refuse what a person gives as the address of a page and is none.

    Raises:
        WrongUsageError: It does not begin with http or https, or has no host.
    """
    if not is_address(url) or split_url(url) is None:
        raise WrongUsageError(
            f"{url}: no address of a web page; write it whole, like https://www.example.org/."
        )


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the public internet (the registries of RFC 6890, not multicast).

    An IPv6 address that carries an IPv4 one (mapped, 6to4, Teredo, NAT64) is as public as that.
    """
    parsed = ip_address(address.partition("%")[0])
    carried = _carried(parsed) if isinstance(parsed, IPv6Address) else None
    return (carried or parsed).is_global and not (carried or parsed).is_multicast


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
