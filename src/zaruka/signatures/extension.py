"""Putting time-stamps and evidence into a CAdES signature (EN 319 122-1 V1.3.1, 5.3 to 5.5).

What is there keeps its octets: signed attributes, certificates, content, older attributes. Only
the lengths of what encloses an addition are written anew, in DER. Members join a SET OF in order
where it was in order (X.690 11.6), else at its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka.asn1 import cms as wire
from zaruka.asn1 import schema as s
from zaruka.errors import InputError
from zaruka.signatures.cades import SIGNATURE_TIME_STAMP
from zaruka.signatures.cms import ID_OCSP_RESPONSE, ID_SIGNED_DATA, parse_signed_data
from zaruka.signatures.hash_index import INDEX_V3, make_hash_index
from zaruka.signatures.stamped import ARCHIVE_V3, Parts, archive_v3_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from typing_extensions import Buffer

__all__ = [
    "ArchiveImprint",
    "add_archive_timestamp",
    "add_signature_timestamp",
    "enclose",
    "without_content",
]

_CERTIFICATES, _CRLS, _SET, _UNSIGNED = 0xA0, 0xA1, 0x31, 0xA1  # tags
_ELEMENTS: Final = s.sequence_of(s.ANY)  # a SEQUENCE whose components keep their octets
_VIEWS: Final = s.bounded(s.sequence_of(s.view(s.ANY)), wire.CMS_BUDGET, "SignedData")
_WITH_OTHER: Final = s.encode(s.INTEGER, 5)  # RFC 5652 5.1: a revocation of type other


def add_signature_timestamp(message: bytes, index: int, token: bytes) -> bytes:
    """Put a token into the unsigned attributes of the signer `index` (5.3).

    Raises InputError where `message` is no SignedData; IndexError where it has no such signer.
    """
    return _with_attribute(message, index, SIGNATURE_TIME_STAMP, token)


class ArchiveImprint(Struct, frozen=True):
    """What an archive time-stamp has to hold: its hash index, and the imprint over it (5.5.3)."""

    hash_index: bytes
    imprint: bytes

    @classmethod
    def over(
        cls, message: bytes, index: int, oid: str, content_digest: Callable[[str], bytes]
    ) -> ArchiveImprint:
        """Digest by `oid` all that the signer `index` has now, certificates and lists included."""
        document = parse_signed_data(message)
        signature = document.signatures[index]
        parts = Parts(document, signature)
        made = make_hash_index(parts, oid)
        same = oid == signature.digest_algorithm.oid and signature.message_digest is not None
        covered = signature.message_digest if same else content_digest(oid)
        return cls(made, archive_v3_digest(oid, made, parts, covered or b""))


def add_archive_timestamp(message: bytes, index: int, token: bytes, hash_index: bytes) -> bytes:
    """Put an archive-time-stamp-v3 into the signer `index`; its token takes the hash index.

    Raises as `add_signature_timestamp`.
    """
    return _with_attribute(
        message, index, ARCHIVE_V3, _with_attribute(token, 0, INDEX_V3, hash_index)
    )


def enclose(
    message: bytes,
    certificates: Iterable[bytes] = (),
    crls: Iterable[Buffer] = (),
    ocsps: Iterable[bytes] = (),
) -> bytes:
    """Add to SignedData.certificates and crls (RFC 5652 5.1, RFC 5940 2.1; STB 34.101.80).

    All in DER; `ocsps` are OCSPResponse. What is there already is not added again. Raises
    InputError where `message` is no SignedData.
    """
    parts = _opened(message)
    revocations = [bytes(each) for each in crls]
    others = [
        s.encode(
            wire.OTHER_REVOCATION_INFO_FORMAT,
            wire.OtherRevocationInfoFormat(ID_OCSP_RESPONSE, each),
        )
        for each in ocsps
    ]
    head, optional, signers = [*parts[:3]], {part[0]: part for part in parts[3:-1]}, parts[-1]
    fields: list[Buffer] = []
    for tag, new in ((_CERTIFICATES, [*certificates]), (_CRLS, [*revocations, *others])):
        present = optional.get(tag)
        if new:
            fields.append(_joined(tag, _members(present, tag), new))
        elif present is not None:
            fields.append(present)
    if others:
        head[0] = memoryview(_WITH_OTHER)
    return _closed([*head, *fields, signers])


def without_content(message: Buffer) -> bytes:
    """Write a message as if its content lay apart: eContentType stays, eContent goes.

    Raises InputError where `message` is no SignedData.
    """
    parts = [*_opened(message)]
    content_type, *_ = s.decode(_VIEWS, parts[2], mode=s.BER)
    parts[2] = memoryview(s.encode(_ELEMENTS, (bytes(content_type),)))
    return _closed(parts)


def _with_attribute(message: bytes, index: int, oid: str, value: bytes) -> bytes:
    """Add an unsigned attribute of one value to the signer `index`."""
    parts = _opened(message)
    infos = [*s.decode(s.set_of(s.ANY), parts[-1], mode=s.BER)]
    fields = [*s.decode(_ELEMENTS, infos[index], mode=s.BER)]
    present = fields.pop() if fields[-1][0] == _UNSIGNED else None
    added = s.encode(wire.ATTRIBUTE, wire.Attribute(oid, (value,)))
    fields.append(_joined(_UNSIGNED, _members(present, _UNSIGNED), [added]))
    infos[index] = s.encode(_ELEMENTS, tuple(fields))
    return _closed([*parts[:-1], _tagged(_SET, infos)])


def _opened(message: Buffer) -> tuple[memoryview, ...]:
    """Give the components of SignedData, as written."""
    info, _ = s.decode_prefix(wire.CONTENT_INFO, message, mode=s.BER)
    if info.content_type != ID_SIGNED_DATA or info.content is None:
        raise InputError("cms.not-signed-data", oid=info.content_type)
    return s.decode(_VIEWS, info.content, mode=s.BER)


def _closed(parts: Sequence[Buffer]) -> bytes:
    signed_data = s.encode(_ELEMENTS, tuple(bytes(part) for part in parts))
    return s.encode(wire.CONTENT_INFO, wire.ContentInfo(ID_SIGNED_DATA, memoryview(signed_data)))


def _members(field: Buffer | None, tag: int) -> tuple[bytes, ...]:
    """Give the members of an IMPLICIT SET OF, as written."""
    if field is None:
        return ()
    return s.decode(s.implicit(tag & 0x1F, s.set_of(s.ANY)), field, mode=s.BER)


def _joined(tag: int, present: tuple[bytes, ...], new: Iterable[bytes]) -> bytes:
    known = set(present)
    members = [*present, *(each for each in dict.fromkeys(new) if each not in known)]
    return _tagged(tag, sorted(members) if [*present] == sorted(present) else members)


def _tagged(tag: int, members: Iterable[bytes]) -> bytes:
    """Write members under `tag` in the order given."""
    return bytes((tag,)) + s.encode(_ELEMENTS, tuple(members))[1:]
