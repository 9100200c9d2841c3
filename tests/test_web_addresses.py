"""Which addresses may be asked: https, a listed host, and only machines on the public internet."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gallery.errors import BlockedAddressError, WebError
from gallery.net.addresses import canonical_host, check_url, is_public, resolve_public, shorten
from gallery.sources.base import Hosts

X = Hosts(frozenset({"api.x.com", "*.twimg.com"}))
ANY = Hosts(any_public=True)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://api.x.com/2/users", "api.x.com"),
        ("https://API.X.com:443/2/users?a=b#c", "api.x.com"),
        ("https://pbs.twimg.com/media/a.jpg", "pbs.twimg.com"),
        ("https://a.b.twimg.com", "a.b.twimg.com"),
    ],
)
def test_listed_hosts_pass(url: str, host: str) -> None:
    """An https address of a listed host passes, in any case and with the default port spelled out."""
    target = check_url(url, X)
    assert (target.host, target.named) == (host, True)
    assert "#" not in target.url


@pytest.mark.parametrize(
    "url",
    [
        "http://api.x.com/",
        "ftp://api.x.com/",
        "//api.x.com/",
        "api.x.com",
        "",
        "https://",
        "https://api.x.com:8443/",
        "https://api.x.com:99999/",
        "https://user@api.x.com/",
        "https://user:password@api.x.com/",
        "https://@api.x.com/",
        "https://evil.example\\@api.x.com/",
        "https://api.x.com\\.evil.example/",
        "https://api.x.com/\r\nHost: evil.example",
        "https://api.x.com/a b",
        "https://api.x.com/a\x01b",
        "https://api.x.com/a\\b",
        "https://twimg.com/",
        "https://eviltwimg.com/",
        "https://pbs.twimg.com.evil.example/",
        "https://evil.example/",
        "https://xn--/",
        "https://[::1]/",
        "https://[::1",
        "javascript:alert(1)",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    """Everything else is refused with an error that names the address."""
    with pytest.raises(BlockedAddressError):
        check_url(url, X)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://1.1.1.1/",
        "https://localhost/",
        "https://localhost./",
        "https://metadata/",
        "https://a..b/",
        "https://-a.example/",
        "https://" + "a" * 64 + ".example/",
    ],
)
def test_data_names_hosts_by_name_only(url: str) -> None:
    """Where data may name any host, it has to be a full host name: no IP address in any notation, no local name."""
    with pytest.raises(BlockedAddressError):
        check_url(url, ANY)


def test_unicode_hosts_are_compared_in_idna() -> None:
    """A host in Unicode is the same as its IDNA form, and full-width letters are not a way around the list."""
    hosts = Hosts(frozenset({"xn--bcher-kva.example"}))
    assert check_url("https://BÜCHER.example/", hosts).host == "xn--bcher-kva.example"
    assert check_url("https://ａｐｉ.x.com/", X).host == "api.x.com"
    with pytest.raises(BlockedAddressError):
        check_url("https://аpi.x.com/", X)  # a Cyrillic а


@given(st.text(max_size=80))
@example("https://api.x.com/%0d%0a")
def test_any_text_passes_or_is_refused(text: str) -> None:
    """No text raises anything but BlockedAddressError, and what passes leads to a listed host."""
    for url in (text, "https://" + text, "https://api.x.com" + text):
        try:
            target = check_url(url, X)
        except BlockedAddressError:
            continue
        assert target.host == "api.x.com" or target.host.endswith(".twimg.com")
        assert target.url.startswith(f"https://{target.host}/")


@given(st.text(alphabet="abcü.-_1x", max_size=30))
def test_canonical_hosts_are_stable(name: str) -> None:
    """A canonical host is its own canonical spelling."""
    try:
        host = canonical_host(name)
    except ValueError:
        return
    assert canonical_host(host) == host


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2001::1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "not an address",
    ],
)
def test_private_addresses_are_not_public(address: str) -> None:
    """Loopback, private, link-local, shared, reserved, multicast and tunnelled addresses are not public."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_are_public(address: str) -> None:
    """Ordinary addresses are public, NAT64 of an ordinary one too."""
    assert is_public(address)


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=4, network="127.0.0.0/8"))
def test_private_ipv4_stays_private_in_ipv6(address: ipaddress.IPv4Address) -> None:
    """No IPv6 notation makes a private IPv4 address public."""
    number = int(address)
    inside = (
        ipaddress.IPv6Address((0xFFFF << 32) | number),  # mapped
        ipaddress.IPv6Address(number),  # compatible
        ipaddress.IPv6Address((0x2002 << 112) | (number << 80)),  # 6to4
        ipaddress.IPv6Address((0x64FF9B << 96) | number),  # NAT64
    )
    assert not any(is_public(str(one)) for one in (address, *inside))


def test_one_private_address_blocks_the_host() -> None:
    """A host with one public and one private address is refused, so that no retry can slip to the private one."""
    with pytest.raises(BlockedAddressError, match=r"10\.0\.0\.1"):
        resolve_public("pds.example.com", lambda _: ("1.1.1.1", "10.0.0.1"))
    assert resolve_public("pds.example.com", lambda _: ("1.1.1.1", "1.0.0.1")) == ("1.1.1.1", "1.0.0.1")
    with pytest.raises(WebError):
        resolve_public("pds.example.com", lambda _: ())


def test_messages_hold_no_query_and_no_user() -> None:
    """An address in a message has lost its query, its fragment, its user information and its control characters."""
    assert shorten("https://me:secret@a.example/b?token=secret\nsecret#secret") == "https://a.example/b"
    assert "\n" not in shorten("https://a.example/\nb")
    assert len(shorten("https://a.example/" + "b" * 10_000)) == 200
