"""Fuzz private keys, policies, the tree of `inspect`: octets are an object or a ZarukaError."""

from __future__ import annotations

from contextlib import suppress
from importlib import resources

from driver import run, shared_seeds

from zaruka.asn1 import tree
from zaruka.crypto import public_key
from zaruka.errors import ZarukaError
from zaruka.validation.policy_file import parse_policy
from zaruka.x509.private_keys import dump_private_key, load_private_key

POLICY = resources.files("zaruka.validation").joinpath("policies/etsi.toml").read_bytes()


def check(octets: bytes) -> None:
    """Read `octets` as each; what is a key gives its public key and is written back."""
    end = 0
    for node in tree.walk(octets):
        assert node.depth >= 0
        end += 1
    assert end or not octets
    with suppress(ZarukaError):
        parse_policy(octets.decode("utf-8", "replace"))
    try:
        key = load_private_key(octets, "password")
        public = public_key(key)
    except ZarukaError:
        return
    assert load_private_key(dump_private_key(key)) == key
    assert public.spki


if __name__ == "__main__":
    run(check, [*shared_seeds("interop/*/keys/*.p8", "vectors/ru/tc26-cms/*.p8"), POLICY])
