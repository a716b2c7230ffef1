"""What a third party is sent of a signed document, and what a holder can rebuild of it (D2 to D4).

A service takes one SignedData as octets (STB 34.101.81 7.1.8). A detached signature is made
attached, or goes alone where its document may not leave its owner; of a document that two
countries signed each country's service is sent its own signatures. SignerInfos, content and
certificates keep their octets; around them DER is written, so the same parts give the same object.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka.asn1 import cms as wire
from zaruka.asn1 import schema as s
from zaruka.errors import InputError
from zaruka.signatures.cms import ID_SIGNED_DATA, parse_signed_data
from zaruka.signatures.content import sha256_hex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from zaruka.signatures import Content, Signature, SignedDocument, Source
    from zaruka.x509 import Certificate

__all__ = ["Form", "Sent", "attach", "forms_of", "split"]


class Form(StrEnum):
    """How an object came from what its holder has."""

    AS_IT_IS = "as-it-is"
    ATTACHED = "attached"  # the document was put into the detached signature
    SPLIT = "split"  # the signatures of one country only
    SPLIT_ATTACHED = "split-attached"


class Sent(Struct, frozen=True):
    """An object to send, or to compare with a receipt: how it was made, and its octets."""

    form: Form
    octets: bytes

    @property
    def sha256(self) -> str:
        """SHA-256 of the object."""
        return sha256_hex(self.octets)


_ELEMENTS: Final = s.sequence_of(s.ANY)
_SET_ANY: Final = s.set_of(s.ANY)
_CERTIFICATES: Final = 0xA0


def attach(message: Source, content: Content | bytes) -> bytes:
    """Put the content into a detached SignedData (D3): DER around parts that keep their octets.

    Raises InputError: cms.not-signed-data, ttp.already-attached where there is content inside.
    """
    parts = _parts(message)
    info = s.decode(wire.ENCAPSULATED_CONTENT_INFO, parts[2], mode=s.BER)
    if info.e_content is not None:
        raise InputError("ttp.already-attached")
    enclosed = info._replace(e_content=("octets", bytes(content)))
    parts[2] = s.encode(wire.ENCAPSULATED_CONTENT_INFO, enclosed)
    return _joined(parts)


def split(document: SignedDocument, keep: Callable[[Certificate], bool]) -> bytes:
    """Leave the signatures of those certificates that `keep` wants, and take the others' away (D2).

    A certificate that only a signature taken away names is taken away too. Raises InputError
    (ttp.nothing-to-split) where no signature would be left.
    """
    kept: list[tuple[Signature, tuple[Certificate, ...]]] = []
    gone: list[tuple[Signature, tuple[Certificate, ...]]] = []
    for signature in document.signatures:
        signers = signature.find_signers(document.certificates)
        (kept if any(map(keep, signers)) else gone).append((signature, signers))
    if not kept:
        raise InputError("ttp.nothing-to-split")
    staying = {each.sha256 for _, signers in kept for each in signers}
    leaving = {each.der for _, signers in gone for each in signers if each.sha256 not in staying}
    parts = _parts(document.source)
    parts[-1] = _in_order(0x31, (signature.der for signature, _ in kept))
    if parts[3][0] == _CERTIFICATES:
        found = s.decode(s.implicit(0, _SET_ANY), parts[3], mode=s.BER)
        parts[3] = _in_order(_CERTIFICATES, (each for each in found if each not in leaving))
    return _joined(parts)


def forms_of(
    message: Source, content: Content | None, keep: Callable[[Certificate], bool] | None = None
) -> Iterator[Sent]:
    """Give every object that may have been sent for a signature file and its document.

    With `keep` also those of one country's signatures, where others signed too.
    """
    document = parse_signed_data(message)
    whole = bytes(memoryview(document.source)[: document.size - _beyond(document)])
    yield Sent(Form.AS_IT_IS, whole)
    if document.encapsulated is None and content is not None:
        yield Sent(Form.ATTACHED, attach(whole, content))
    if keep is None or len(document.signatures) < 2:
        return
    try:
        own = split(document, keep)
    except InputError:
        return
    if len(parse_signed_data(own).signatures) == len(document.signatures):
        return
    yield Sent(Form.SPLIT, own)
    if document.encapsulated is None and content is not None:
        yield Sent(Form.SPLIT_ATTACHED, attach(own, content))


def _beyond(document: SignedDocument) -> int:
    """Octets behind the message, which are no part of it."""
    return document.trailing + document.padding


def _parts(message: Source) -> list[bytes]:
    """Give the components of SignedData, each as it stands."""
    info, _ = s.decode_prefix(wire.CONTENT_INFO, message, mode=s.BER)
    if info.content_type != ID_SIGNED_DATA or info.content is None:
        raise InputError("cms.not-signed-data", oid=info.content_type)
    return [*s.decode(_ELEMENTS, info.content, mode=s.BER, budget=wire.CMS_BUDGET)]


def _joined(parts: Iterable[bytes]) -> bytes:
    signed_data = s.encode(_ELEMENTS, tuple(parts))
    return s.encode(wire.CONTENT_INFO, wire.ContentInfo(ID_SIGNED_DATA, memoryview(signed_data)))


def _in_order(tag: int, encodings: Iterable[bytes]) -> bytes:
    """Write a SET OF under `tag` in the order of the file."""
    return bytes((tag,)) + s.encode(_ELEMENTS, tuple(encodings))[1:]
