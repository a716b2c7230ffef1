"""Digest vectors: published standards, and the etalons of other implementations."""

from __future__ import annotations

from typing import NamedTuple

STREEBOG_256 = "1.2.643.7.1.1.2.2"
STREEBOG_512 = "1.2.643.7.1.1.2.3"
GOST_94 = "1.2.643.2.2.9"
BELT_HASH = "1.2.112.0.2.0.34.101.31.81"
BASH_256 = "1.2.112.0.2.0.34.101.77.11"
BASH_384 = "1.2.112.0.2.0.34.101.77.12"
BASH_512 = "1.2.112.0.2.0.34.101.77.13"

NATIONAL = (STREEBOG_256, STREEBOG_512, GOST_94, BELT_HASH, BASH_256, BASH_384, BASH_512)

# The substitution H of STB 34.101.31, table 1; the standards' messages are its first octets.
H = bytes.fromhex(
    "b194bac80a08f53b366d008e584a5de48504fa9d1bb6c7ac252e72c202fdce0d"
    "5be3d61217b96181fe6786ad716b890b5cb0c0ff33c356b835c405aed8e07f99"
    "e12bdc1ae28257ec703fccf095ee8df1c1ab76389fe678caf7c6f860d5bb9c4f"
    "f33c657b637c306add4ea7799eb23d313e98b56e27d3bccf591e181f4c5ab793"
    "e9dee72c8f0c0fa62ddb49f46f73964706075316ed247a3739cba38303a98bf6"
    "92bd9b1ce5d141015445fbc95e4d0ef2682080aa227d642f2687f93490405511"
)


class Vector(NamedTuple):
    """One message, its digest in hexadecimal, and where it is printed."""

    source: str
    oid: str
    message: bytes
    digest: str


_M1 = b"012345678901234567890123456789012345678901234567890123456789012"
_M2 = (
    "d1e520e2e5f2f0e82c20d1f2f0e8e1eee6e820e2edf3f6e82c20e2e5fef2fa20f120eceef0ff20f1f2f0e5"
    "ebe0ece820ede020f5f0e0e1f0fbff20efebfaeafb20c8e3eef0e5e2fb"
)

PUBLISHED = (
    Vector(
        "RFC 6986 10.1.1",
        STREEBOG_512,
        _M1,
        "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa"
        "00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48",
    ),
    Vector(
        "RFC 6986 10.1.2",
        STREEBOG_256,
        _M1,
        "9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500",
    ),
    Vector(
        "RFC 6986 10.2.1",
        STREEBOG_512,
        bytes.fromhex(_M2),
        "1e88e62226bfca6f9994f1f2d51569e0daf8475a3b0fe61a5300eee46d961376"
        "035fe83549ada2b8620fcd7c496ce5b33f0cb9dddc2b6460143b03dabac9fb28",
    ),
    Vector(
        "RFC 6986 10.2.2",
        STREEBOG_256,
        bytes.fromhex(_M2),
        "9dd2fe4e90409e5da87f53976d7405b0c0cac628fc669a741d50063c557e8f50",
    ),
    Vector(
        "STB 34.101.31 table A.23, 1",
        BELT_HASH,
        H[:13],
        "abef9725d4c5a83597a367d14494cc2542f20f659ddfecc961a3ec550cba8c75",
    ),
    Vector(
        "STB 34.101.31 table A.23, 2",
        BELT_HASH,
        H[:32],
        "749e4c3653aece5e48db4761227742eb6dbe13f4a80f7beff1a9cf8d10ee7786",
    ),
    Vector(
        "STB 34.101.31 table A.23, 3",
        BELT_HASH,
        H[:48],
        "9d02ee446fb6a29fe5c982d4b13af9d3e90861bc4cef27cf306bfb0b174a154a",
    ),
    # GOST R 34.11-94, CryptoPro S-box; the standard hashes an empty message as one zero block.
    Vector(
        "GOST engine, empty",
        GOST_94,
        b"",
        "3f25bc1fbbce27ca10fb1958f319473ae7e17482c3b53ecf47a7e2de8aabe4c8",
    ),
    Vector(
        "GOST engine, 1234567",
        GOST_94,
        b"1234567",
        "ac6c8db95769043e2a42833ed7bbd29542f923eabd57b5f5aa28f3f3238fd850",
    ),
)

# STB 34.101.77 table A.3: the level's digest, and how many octets of H; the digests are read from
# by/bash_test.json, which has them in this order.
BASH_MESSAGES = (
    ("A.3.1", BASH_256, 0),
    ("A.3.2", BASH_256, 127),
    ("A.3.3", BASH_256, 128),
    ("A.3.4", BASH_256, 135),
    ("A.3.5", BASH_384, 95),
    ("A.3.6", BASH_384, 96),
    ("A.3.7", BASH_384, 108),
    ("A.3.8", BASH_512, 63),
    ("A.3.9", BASH_512, 64),
    ("A.3.10", BASH_512, 127),
    ("A.3.11", BASH_512, 192),
)
