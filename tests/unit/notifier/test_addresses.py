"""Where we let ourselves be sent, whatever an endpoint looks like and wherever its name leads."""

import socket
from collections.abc import Sequence

import pytest

from services.notifier.outbound.addresses import Addresses, BadEndpoint, CheckedResolver, is_public
from services.notifier.settings import NotifierSettings

SETTINGS = NotifierSettings(
    push_hosts=("push.example.com", ".wide.example.com"), push_local=("127.0.0.1:9999",)
)
OPEN = NotifierSettings(push_hosts=("*",))
PUBLIC = "93.184.216.34"


@pytest.mark.parametrize(
    ("endpoint", "origin"),
    [
        ("https://push.example.com/send/abc", "https://push.example.com"),
        ("https://PUSH.example.com:443/send?x=1", "https://push.example.com"),
        ("https://a.wide.example.com/x", "https://a.wide.example.com"),
        ("http://127.0.0.1:9999/x", "http://127.0.0.1:9999"),
    ],
)
def test_push_services_that_are_known_are_sent_to(endpoint: str, origin: str) -> None:
    assert Addresses(SETTINGS).check(endpoint) == origin


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.com/x",
        "https://push.example.com:8443/x",
        "https://user@push.example.com/x",
        "https://push.example.com@evil.example.org/x",
        "https://push.example.com.evil.example.org/x",
        "https://evilpush.example.com/x",
        "https://wide.example.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "http://127.0.0.1:9998/x",
        "http://localhost:9999/x",
        "https://push.example.com\\@evil.example.org/x",
        "https://push.example.com/a b",
        "https://push.example.com/x#y",
        "https://[push.example.com/x",
        "https://push.example.com:port/x",
        "https://püsh.example.com/x",
        "file:///etc/passwd",
        "//push.example.com/x",
        "push.example.com",
        "https://push.example.com/" + "x" * 2_048,
    ],
)
def test_everything_else_is_refused(endpoint: str) -> None:
    with pytest.raises(BadEndpoint):
        Addresses(SETTINGS).check(endpoint)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        (PUBLIC, True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("192.0.0.8", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("0.0.0.0", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        (f"::ffff:{PUBLIC}", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("2001:0:7f00:1::", False),
        ("not an address", False),
    ],
)
def test_what_is_a_public_address(address: str, public: bool) -> None:
    assert is_public(address) is public


async def test_a_name_with_one_address_that_is_not_public_is_not_connected_to() -> None:
    async def both(host: str, port: int) -> Sequence[str]:
        return [PUBLIC, "10.0.0.1"]

    with pytest.raises(BadEndpoint):
        await Addresses(OPEN, both).connectable("push.example.com", 443)


async def test_a_name_that_leads_elsewhere_the_second_time_finds_nothing() -> None:
    answers = [[PUBLIC], ["127.0.0.1"]]

    async def changing(host: str, port: int) -> Sequence[str]:
        return answers.pop(0)

    addresses = Addresses(OPEN, changing)
    assert await addresses.connectable("push.example.com", 443) == [PUBLIC]
    with pytest.raises(BadEndpoint):
        await CheckedResolver(addresses).resolve("push.example.com", 443)


async def test_connections_lead_to_the_addresses_that_were_checked() -> None:
    async def found(host: str, port: int) -> Sequence[str]:
        return [PUBLIC, "2606:2800:220:1::1"]

    resolved = await CheckedResolver(Addresses(OPEN, found)).resolve("push.example.com", 443)

    assert [(one["host"], one["family"]) for one in resolved] == [
        (PUBLIC, socket.AF_INET),
        ("2606:2800:220:1::1", socket.AF_INET6),
    ]


@pytest.mark.parametrize("host", [PUBLIC, "[2606:2800:220:1::1]", "1572395042", "0x5db8d822", "93.184.55330"])
def test_what_is_an_address_already_is_no_push_service_even_where_every_host_may_be(host: str) -> None:
    with pytest.raises(BadEndpoint):
        Addresses(OPEN).check(f"https://{host}/x")
