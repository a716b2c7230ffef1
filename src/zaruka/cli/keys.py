"""Keys and certificates that the signing commands are given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from zaruka.errors import ConfigError, InputError
from zaruka.signatures.creation import Signer
from zaruka.signatures.input.kinds import Kind
from zaruka.signatures.input.loading import load_objects
from zaruka.signatures.input.opening import Input
from zaruka.x509 import Certificate
from zaruka.x509.private_keys import fits, load_private_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["load_certificates", "load_signer"]


def load_certificates(places: Iterable[str]) -> Iterator[Certificate]:
    """Read all certificates of files and folders."""
    for place in places:
        path = Path(place)
        if not path.exists():
            raise InputError("input.not-found", name=path.name)
        for form in load_objects(path, Kind.CERTIFICATE):
            yield Certificate.parse(form.data)


def load_signer(key: str, certificate: str, password_file: str | None) -> Signer:
    """Read a PKCS#8 key and the first certificate of a file, and see that they belong together.

    Raises ConfigError (usage.key-mismatch), or what reading them raises.
    """
    password = None
    if password_file is not None:
        password = bytes(Input.open(Path(password_file)).octets).rstrip(b"\r\n")
    private_key = load_private_key(bytes(Input.open(Path(key)).octets), password)
    holder = next(load_certificates([certificate]))
    if not fits(private_key, holder.key):
        raise ConfigError("usage.key-mismatch")
    return Signer(private_key, holder)
