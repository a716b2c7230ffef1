"""Which addresses may be asked for, and which machines may be reached."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from material import ders
from zaruka.errors import ConfigError, FetchError
from zaruka.fetch.addresses import Allowed, parse_address
from zaruka.x509 import Certificate


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("http://CA.example", "http://ca.example/"),
        ("HTTP://ca.example:80/a/../b.crl", "http://ca.example/a/../b.crl"),
        ("https://ca.example:8443/?q=1#part", "https://ca.example:8443/?q=1"),
        ("http://уц.рф/список отозванных.crl", "http://xn--s1ag.xn--p1ai/"),
        ("http://ca.example/УЦ 1.crl", "http://ca.example/%D0%A3%D0%A6%201.crl"),
        ("http://ca.example/a%20b", "http://ca.example/a%20b"),
        ("http://[2001:DB8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
        ("http://ca.example./x", "http://ca.example/x"),
    ],
)
def test_addresses_are_written_in_one_way(text, written):
    assert str(parse_address(text)).startswith(written)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ldap://ca.example/cn=CA?certificateRevocationList", "fetch.scheme"),
        ("file:///etc/passwd", "fetch.scheme"),
        ("ca.example/x", "fetch.scheme"),
        ("", "fetch.scheme"),
        ("http:///x", "fetch.bad-address"),
        ("http://ca.example:99999/", "fetch.bad-address"),
        ("http://ca.example\r\nX: y/", "fetch.bad-address"),
        ("http://ca.example\\@10.0.0.1/", "fetch.bad-address"),
        ("http://[fe80::1%25eth0]/", "fetch.bad-address"),
        ("http://a b/", "fetch.bad-address"),
        ("http://ca.example/" + "x" * 3000, "fetch.bad-address"),
        ("http://" + "a" * 64 + ".example/", "fetch.bad-address"),
        ("http://user@ca.example/", "fetch.credentials"),
        ("http://user:word@ca.example/", "fetch.credentials"),
    ],
)
def test_addresses_that_are_none_are_refused(text, code):
    with pytest.raises(FetchError) as caught:
        parse_address(text)
    assert caught.value.code == code
    assert "word" not in str(caught.value)


INSIDE = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",  # RFC 6598: between provider and customer
    "127.0.0.1",
    "169.254.169.254",  # what clouds tell their machines
    "172.16.0.1",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",  # NAT64 of 127.0.0.1
    "64:ff9b:1::1",
    "2002:7f00:1::",  # 6to4 of 127.0.0.1
    "2001:0:0:0:0:0:80ff:fffe",  # Teredo of 127.0.0.1
    "2001:db8::1",
    "fc00::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_not_on_the_public_internet_is_refused(address):
    assert not Allowed().has("ca.example", ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2a00:1450::1", "::ffff:93.184.216.34"])
def test_what_is_on_the_public_internet_may_be_asked(address):
    assert Allowed().has("ca.example", ip_address(address))


@pytest.mark.parametrize(
    ("allow", "host", "address", "answer"),
    [
        ("10.1.0.0/16", "any.example", "10.1.2.3", True),
        ("10.1.0.0/16", "any.example", "::ffff:10.1.2.3", True),
        ("10.1.0.0/16", "any.example", "10.2.0.1", False),
        ("10.1.2.3", "any.example", "10.1.2.3", True),
        ("fd00::/8", "any.example", "fd12::1", True),
        ("ocsp.corp.example", "ocsp.corp.example", "10.9.9.9", True),
        ("ocsp.corp.example", "crl.ocsp.corp.example", "10.9.9.9", False),
        (".corp.example", "ocsp.corp.example", "10.9.9.9", True),
        (".corp.example", "evilcorp.example", "10.9.9.9", False),
        ("OCSP", "ocsp", "10.9.9.9", True),
    ],
)
def test_private_machines_may_be_allowed_by_name_or_network(allow, host, address, answer):
    assert Allowed([allow]).has(host, ip_address(address)) is answer


@pytest.mark.parametrize("entry", ["http://ca.example", "10.0.0.0/99", "a b", ""])
def test_what_is_neither_name_nor_network_is_a_mistake_of_ours(entry):
    with pytest.raises(ConfigError):
        Allowed([entry])


def test_every_address_in_real_certificates_is_understood(shared):
    found = set()
    for path in sorted((shared / "real" / "ru").rglob("*.pem")):
        for der in ders(path):
            certificate = Certificate.parse(der)
            found.update((*certificate.crl_urls, *certificate.issuer_urls, *certificate.ocsp_urls))
    web = [url for url in found if url.startswith("http")]
    assert len(web) > 50
    for url in web:
        parse_address(url)
