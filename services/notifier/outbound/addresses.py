"""Where we let ourselves be sent: push services' hosts, at public addresses, checked at the moment of connecting."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult

from services.notifier.settings import NotifierSettings

ENDPOINT_CHARS_MAX = 2_048
HTTPS = 443
# Addresses inside of which an IPv4 address is hidden, whatever the library says of them.
_TRANSITION = [ipaddress.ip_network(text) for text in ("64:ff9b::/32", "2002::/16", "2001::/32", "fec0::/10")]

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class BadEndpoint(Exception):
    """An address that we do not send to; the text says why, without the address."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, as the system finds them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Whether the address is one of the internet at large."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        elif any(found in network for network in _TRANSITION):
            return False
    if found == ipaddress.ip_address("192.0.0.8"):
        return False  # Older libraries call it global.
    return found.is_global and not found.is_multicast and not found.is_reserved and not found.is_unspecified


def _is_address(host: str) -> bool:
    """Whether the host may be read as an address: its end is a number (the URL standard's rule), or it is IPv6."""
    end = host.rpartition(".")[2]
    return ":" in host or end.isdigit() or end.lower().startswith("0x")


class Addresses:
    """The rules for endpoints, and the connections that keep to them."""

    def __init__(self, settings: NotifierSettings, resolving: Resolve = resolve) -> None:
        self._hosts, self._local, self._resolve = settings.push_hosts, settings.push_local, resolving

    def check(self, endpoint: str) -> str:
        """The origin of an endpoint that we may send to. Raises BadEndpoint."""
        if len(endpoint) > ENDPOINT_CHARS_MAX or not endpoint.isascii() or not endpoint.isprintable():
            raise BadEndpoint(f"An endpoint has at most {ENDPOINT_CHARS_MAX} characters of ASCII.")
        try:
            parts = urlsplit(endpoint)
            host, port = (parts.hostname or "").rstrip("."), parts.port
        except ValueError:
            raise BadEndpoint("An endpoint is a URL.") from None
        if parts.username is not None or parts.password is not None or "@" in parts.netloc:
            raise BadEndpoint("An endpoint names no user.")
        if " " in endpoint or "\\" in endpoint or parts.fragment:
            raise BadEndpoint("An endpoint is a URL without spaces, backslashes and fragment.")
        if self._is_local(host, port):
            return f"{parts.scheme}://{parts.netloc}"
        if parts.scheme != "https" or port not in (None, HTTPS):
            raise BadEndpoint("An endpoint is reached by https at port 443.")
        # What is an address already is resolved by nobody, and so not checked there. Push services have names.
        if _is_address(host) or not self._is_known(host):
            raise BadEndpoint("This is the address of no push service known here.")
        return f"https://{host}"

    async def connectable(self, host: str, port: int) -> Sequence[str]:
        """The addresses to connect to, all of them allowed. Raises BadEndpoint or OSError."""
        host = host.lower()
        found = await self._resolve(host, port)
        if not self._is_local(host, port) and not all(is_public(address) for address in found):
            raise BadEndpoint("The host has an address that is not public.")
        if not found:
            raise OSError("the host has no address")
        return found

    def _is_known(self, host: str) -> bool:
        return any(
            pattern == "*" or host == pattern or (pattern[0] == "." and host.endswith(pattern))
            for pattern in self._hosts
        )

    def _is_local(self, host: str, port: int | None) -> bool:
        return port is not None and f"{host}:{port}" in self._local


class CheckedResolver(AbstractResolver):
    """Connections lead to the very addresses that were checked: a name that resolves to others later finds nothing."""

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """As connectable, in the client's words."""
        found = await self._addresses.connectable(host, port)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in found
        ]

    async def close(self) -> None:
        """There is nothing to close."""
