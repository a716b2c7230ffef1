"""GeneralName (RFC 5280 4.2.1.6) and whether one lies in the subtree of another (4.2.1.10)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from zaruka.x509.names import Name, read_name

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["GeneralName", "MalformedNameError", "general_names", "in_subtree"]

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.IGNORECASE)
_URI_HOST = re.compile(
    r"[a-z][a-z0-9+.-]*://(?:[^/?#@]*@)?([^/?#:\[]+)(?::\d*)?(?:[/?#]|$)", re.IGNORECASE
)


class GeneralName(Struct, frozen=True):
    """One name: `kind` as RFC 5280 calls the alternative.

    `value`: str for rfc822Name, dNSName, uniformResourceIdentifier and registeredID (dotted);
    `Name` for directoryName; octets for iPAddress (address, or address and mask in a constraint);
    DER of the whole for otherName, x400Address and ediPartyName.
    """

    kind: str
    value: str | bytes | Name

    @classmethod
    def of(cls, value: tuple[str, Any]) -> GeneralName:
        """Make one of what `pkix.GENERAL_NAME` reads."""
        kind, inner = value
        return cls(kind, read_name(inner) if kind == "directoryName" else inner)

    def schema_value(self) -> tuple[str, Any]:
        """Return what `pkix.GENERAL_NAME` writes."""
        return self.kind, self.value.der if isinstance(self.value, Name) else self.value

    def display(self) -> str:
        """Return a form for people."""
        if isinstance(self.value, str):
            return self.value
        if isinstance(self.value, bytes):
            return self.value.hex()
        return self.value.display()


def general_names(values: Iterable[tuple[str, Any]]) -> tuple[GeneralName, ...]:
    """Make names of what `pkix.GENERAL_NAMES` reads."""
    return tuple(map(GeneralName.of, values))


class MalformedNameError(ValueError):
    """A name or constraint is not of its form, or has none of that kind defined."""


def in_subtree(name: GeneralName, base: GeneralName) -> bool:
    """Whether `name` lies in the subtree of `base`, a name of the same kind.

    Raises `MalformedNameError` where either is malformed or RFC 5280 defines no subtree.
    """
    value, root = name.value, base.value
    if isinstance(value, str) and isinstance(root, str):
        match name.kind:
            case "dNSName":
                return _dns_in(value, root)
            case "rfc822Name":
                return _mailbox_in(value, root)
            case "uniformResourceIdentifier":
                return _uri_in(value, root)
    elif isinstance(value, bytes) and isinstance(root, bytes):
        if name.kind == "iPAddress":
            return _address_in(value, root)
    elif name.kind == "directoryName" and not isinstance(value, str | bytes):
        assert not isinstance(root, str | bytes)
        return value.is_within(root)
    raise MalformedNameError(name.kind)


@lru_cache(maxsize=16_384)
def _labels(host: str) -> tuple[str, ...]:
    """Split a host name into labels, in lower case."""
    labels = tuple(host.lower().split("."))
    if not all(map(_LABEL.fullmatch, labels)):
        raise MalformedNameError(host)
    return labels


def _dns_in(name: str, base: str) -> bool:
    """RFC 5280 4.2.1.10: labels may be added on the left."""
    wildcard = name.startswith("*.")
    labels, root = _labels(name[2:] if wildcard else name), _labels(base) if base else ()
    inside = labels[len(labels) - len(root) :] == root if len(root) <= len(labels) else False
    if wildcard and not inside and root[-len(labels) :] == labels:
        raise MalformedNameError(name)  # some of the names it stands for are inside
    return inside


def _mailbox_in(name: str, base: str) -> bool:
    """RFC 5280 4.2.1.10: a mailbox, a host, or with a leading period every host of a domain."""
    local, at, host = name.rpartition("@")
    if not at or not local or ("@" in local and not local.startswith('"')):
        raise MalformedNameError(name)
    root_local, root_at, root_host = base.rpartition("@")
    if root_at:
        if not root_local or ("@" in root_local and not root_local.startswith('"')):
            raise MalformedNameError(base)
        return local == root_local and _labels(host) == _labels(root_host)
    return _host_in(host, base)


def _host_in(host: str, base: str) -> bool:
    labels = _labels(host)
    if base.startswith("."):
        root = _labels(base[1:])
        return len(labels) > len(root) and labels[-len(root) :] == root
    return labels == _labels(base)


def _uri_in(name: str, base: str) -> bool:
    """RFC 5280 4.2.1.10: a constraint applies to the host part, a fully qualified name."""
    found = _URI_HOST.match(name)
    if found is None or found[1].replace(".", "").isdigit():
        raise MalformedNameError(name)
    return _host_in(found[1], base)


def _address_in(address: bytes, base: bytes) -> bool:
    """RFC 5280 4.2.1.10: `base` is an address and a mask of ones followed by zeros."""
    size = len(base) // 2
    if len(base) not in (8, 32) or len(address) not in (4, 16):
        raise MalformedNameError(base.hex())
    mask = int.from_bytes(base[size:])
    inverted = mask ^ ((1 << 8 * size) - 1)
    if inverted & (inverted + 1):
        raise MalformedNameError(base.hex())
    if len(address) != size:
        return False
    return int.from_bytes(address) & mask == int.from_bytes(base[:size]) & mask
