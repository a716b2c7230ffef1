"""Revocation lists: RFC 5280 5, as they are met.

Real lists of GosSUOK date entries in GeneralizedTime, leave entries without extensions, do not
sort them, and use reason codes 17 and 18, which X.509 does not have: all of that is read.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from bisect import bisect_right
from typing import TYPE_CHECKING

from msgspec import Struct

from zaruka._native import CrlIndex, StoredCrlIndex, lazy
from zaruka.asn1 import pkix
from zaruka.asn1 import schema as s
from zaruka.crypto import AlgorithmId
from zaruka.errors import InputError
from zaruka.findings import ObjectKind, ObjectRef
from zaruka.x509 import extensions as ext
from zaruka.x509 import rules
from zaruka.x509.names import Name, read_name
from zaruka.x509.signed import whole_octets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from typing_extensions import Buffer

    from zaruka.findings import Rule

__all__ = ["CertificateList", "RecordedList", "RevokedEntry"]

_REMOVE_FROM_CRL = 8
_SMALL = 1 << 14  # octets of a list that a report keeps whole
# authorityKeyIdentifier, issuerAltName, cRLNumber, deltaCRLIndicator, issuingDistributionPoint,
# freshestCRL; in entries: reasonCode, invalidityDate, certificateIssuer
_PROCESSED = frozenset(
    {
        "2.5.29.35",
        "2.5.29.18",
        "2.5.29.20",
        "2.5.29.27",
        "2.5.29.28",
        "2.5.29.46",
        "2.5.29.21",
        "2.5.29.24",
        "2.5.29.29",
    }
)


class RevokedEntry(Struct, frozen=True):
    """One revoked certificate: RFC 5280 5.1.2.6 and 5.3.

    `reason` is the number found, also where X.509 does not define it; None where none is given.
    `certificate_issuer` None: the issuer of the list. `unknown_critical`: OIDs of critical
    extensions that are not known, with which the whole list may not be used (RFC 5280 5.3).
    `malformed`: OIDs of known extensions that cannot be read, and of any that stand twice.
    """

    serial: int
    revocation_date: datetime
    reason: int | None = None
    invalidity_date: datetime | None = None
    certificate_issuer: Name | None = None
    unknown_critical: tuple[str, ...] = ()
    malformed: tuple[str, ...] = ()


class CertificateList:
    """One revocation list, equal to another of the same octets.

    The octets may be a mapped file: they are neither copied nor made into values; entries are
    indexed when one is first looked for.
    """

    issuer: Name
    """The name of who issued it."""
    extensions: Mapping[str, ext.Extension]
    """The extensions by OID in their order; the first of doubled ones."""
    this_update: datetime
    """The moment of issue."""
    next_update: datetime | None
    """The moment by which the next list comes."""
    tbs_der: memoryview
    """The octets that are signed."""
    signature: bytes
    """The signature octets."""

    def __init__(self, der: Buffer, parsed: pkix.CertificateList, tbs: pkix.TBSCertList) -> None:
        """Take what `parse` read."""
        self.der = der
        self._parsed = parsed
        self._tbs = tbs
        self.issuer = read_name(tbs.issuer)
        self.extensions = ext.by_oid(tbs.crl_extensions)
        self.this_update, self.next_update = tbs.this_update, tbs.next_update
        self.tbs_der = parsed.tbs_cert_list
        self.signature = parsed.signature_value.octets

    @classmethod
    def parse(cls, der: Buffer) -> CertificateList:
        """Read the DER of a CertificateList (at most 2 GiB); `InputError` where it is none."""
        parsed = s.decode(pkix.CERTIFICATE_LIST, der)
        whole_octets(parsed.signature_value)
        return cls(der, parsed, s.decode(pkix.TBS_CERT_LIST, parsed.tbs_cert_list))

    @classmethod
    def with_index(cls, der: Buffer, sha256: str, index: Buffer, seal: str) -> CertificateList:
        """Read a list that was indexed before, without looking at its entries.

        `sha256` is of the list, as it was found when `index` and `seal` came from `to_index`.
        `InputError` (x509.crl-index) where they do not belong to these octets, or not any more.
        """
        found = cls.parse(der)
        found._take_index(sha256, index, seal)  # noqa: SLF001 - of this class
        return found

    def _take_index(self, sha256: str, index: Buffer, seal: str) -> None:
        view = self._tbs.revoked_certificates
        try:
            stored = None if view is None else StoredCrlIndex(index, _start(view), len(view))
        except ValueError:
            stored = None
        if stored is None or self._seal(sha256, stored.digest) != seal:
            raise InputError("x509.crl-index")
        self.__dict__.update(sha256=sha256, _index=stored)

    def to_index(self) -> tuple[bytes, str] | None:
        """Return a file of the index for `with_index`, and its seal; None without entries.

        The seal binds the file to the list and to all that is read of the list but its entries;
        of these each is compared when it is found. `InputError` where they are malformed.
        """
        view, index = self._tbs.revoked_certificates, self._index
        if view is None or not isinstance(index, CrlIndex):
            return None
        file = index.to_stored(view)
        digest = StoredCrlIndex(file, _start(view), len(view)).digest
        return file, self._seal(self.sha256, digest)

    def _seal(self, sha256: str, digest: bytes) -> str:
        head = (self._tbs._replace(revoked_certificates=None), *self._parsed[1:])
        return hashlib.sha256(repr((sha256, digest, head)).encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        """Compare octets, by their digest."""
        return self.sha256 == other.sha256 if isinstance(other, CertificateList) else NotImplemented

    def __hash__(self) -> int:
        """Agree with equality."""
        return hash(self.sha256)

    def __repr__(self) -> str:
        """Name the issuer and the moment of issue."""
        return f"<CertificateList {self.issuer.display()!r} {self.this_update.date()}>"

    def __bool__(self) -> bool:
        """Say yes: a list without entries is a list."""
        return True

    def __len__(self) -> int:
        """Count the entries; `InputError` where they are malformed."""
        return len(self._index) if self._index is not None else 0

    @lazy
    def sha256(self) -> str:
        """Return SHA-256 of the whole, 64 hex digits."""
        return hashlib.sha256(self.der).hexdigest()

    @lazy
    def ref(self) -> ObjectRef:
        """Return what findings call this list."""
        name = f"{self.issuer.display()}, {self.this_update.date()}"
        return ObjectRef(ObjectKind.CRL, self.sha256, name)

    @lazy
    def signature_algorithm(self) -> AlgorithmId:
        """Return the algorithm named beside the signature."""
        return AlgorithmId(*self._parsed.signature_algorithm)

    @property
    def tbs_signature_algorithm(self) -> AlgorithmId:
        """The algorithm named among what is signed."""
        return AlgorithmId(*self._tbs.signature)

    @property
    def names_one_algorithm(self) -> bool:
        """Whether both places name the same algorithm with the same parameters: 5.1.1.2."""
        return self._tbs.signature == self._parsed.signature_algorithm

    # --- extensions

    @lazy
    def _values(self) -> ext.Values:
        return ext.read(self.extensions, ext.OF_LISTS)

    @property
    def malformed_extensions(self) -> tuple[str, ...]:
        """OIDs of known extensions whose value is not of their type, or that are doubled."""
        doubled = ext.duplicates(self._tbs.crl_extensions, self.extensions)
        return (*self._values.malformed, *doubled)

    @lazy
    def number(self) -> int | None:
        """CRLNumber: RFC 5280 5.2.3."""
        number = self._values.get(ext.CRLNumber)
        return None if number is None else number.number

    @lazy
    def base_number(self) -> int | None:
        """Return the number of the list that this one amends; None for a complete list: 5.2.4."""
        indicator = self._values.get(ext.DeltaCRLIndicator)
        return None if indicator is None else indicator.base

    @property
    def authority_key_identifier(self) -> ext.AuthorityKeyIdentifier | None:
        """RFC 5280 5.2.1."""
        return self._values.get(ext.AuthorityKeyIdentifier)

    @property
    def key_identifier(self) -> bytes | None:
        """The identifier of the key that signed the list, where it says so."""
        identifier = self.authority_key_identifier
        return None if identifier is None else identifier.key_identifier

    @property
    def issuing_distribution_point(self) -> ext.IssuingDistributionPoint | None:
        """RFC 5280 5.2.5."""
        return self._values.get(ext.IssuingDistributionPoint)

    @property
    def issuing_distribution_point_der(self) -> bytes | None:
        """Its encoding, which a delta has in common with the list that it amends: 6.3.3(c)(2)."""
        extension = self.extensions.get("2.5.29.28")
        return None if extension is None else extension.extn_value

    @lazy
    def fault(self) -> tuple[Rule, str] | None:
        """Why nothing may be concluded from the list, whoever signed it; None if something may.

        RFC 5280 5.1.1.2, 5.2 and 5.3: its two algorithm identifiers differ, or an extension, of
        the list or of any entry, is critical and unknown, cannot be read or stands twice.
        """
        try:
            len(self)
            entry = self.faulty_entry
        except InputError as error:
            return rules.CRL_MALFORMED, str(error.details.get("offset", ""))
        if not self.names_one_algorithm:
            return rules.CRL_ALGORITHMS_DIFFER, self.tbs_signature_algorithm.oid
        unknown = [
            oid
            for oid, extension in self.extensions.items()
            if extension.critical and oid not in _PROCESSED
        ]
        malformed = self.malformed_extensions
        if entry is not None:
            unknown += (oid for oid in entry.unknown_critical if oid not in entry.malformed)
            malformed = (*malformed, *(entry.malformed or (str(entry.serial),)))
        if unknown:
            return rules.CRL_UNKNOWN_CRITICAL_EXTENSION, unknown[0]
        return (rules.CRL_MALFORMED, malformed[0]) if malformed else None

    # --- what a report keeps

    @lazy
    def kept(self) -> bytes | None:
        """Return the whole list where it is small."""
        return bytes(self.der) if memoryview(self.der).nbytes <= _SMALL else None

    @lazy
    def head(self) -> str:
        """Return the list without its entries, in base64: no signature is over it."""
        tbs = s.encode(pkix.TBS_CERT_LIST, self._tbs._replace(revoked_certificates=None))
        whole = self._parsed._replace(tbs_cert_list=memoryview(tbs))
        return b64encode(s.encode(pkix.SIGNED, whole)).decode()

    # --- entries

    @lazy
    def _index(self) -> CrlIndex | StoredCrlIndex | None:
        view = self._tbs.revoked_certificates
        if view is None:
            return None
        start = _start(view)
        try:
            return CrlIndex(view, start, len(view))
        except ValueError as error:
            raise InputError("x509.crl-entry", offset=int(error.args[0])) from None

    def find(self, serial: int, certificate_issuer: Name | None = None) -> RevokedEntry | None:
        """Return the entry of a certificate, None where it is not on the list.

        `certificate_issuer` None: the issuer of the list. Of several entries for one certificate
        the earliest revocation counts; removeFromCRL clears only in a delta, and only where no
        entry revokes. `InputError` where the entries are malformed, or a stored index or its list
        was damaged since it was opened.
        """
        view = self._tbs.revoked_certificates
        if self._index is None or view is None:
            return None
        content = serial.to_bytes((serial + (serial < 0)).bit_length() // 8 + 1, signed=True)
        try:
            offsets = self._index.find(view, content)
        except ValueError:
            raise InputError("x509.crl-index") from None
        found = []
        for offset in offsets:
            issuer = self._certificate_issuer(offset)
            if (issuer or self.issuer) == (certificate_issuer or self.issuer):
                found.append(self._entry(offset, issuer))
        revoking = [one for one in found if not self.clears(one)]
        return min(revoking or found, key=lambda one: one.revocation_date, default=None)

    def clears(self, entry: RevokedEntry) -> bool:
        """Whether an entry of this list takes a revocation back: RFC 5280 5.3.1."""
        return entry.reason == _REMOVE_FROM_CRL and self.base_number is not None

    @lazy
    def faulty_entry(self) -> RevokedEntry | None:
        """Return the first entry whose extensions forbid the use of the list: RFC 5280 5.3.

        One of them is critical and unknown, stands twice or cannot be read. `InputError` where
        the entries are malformed.
        """
        faulty = [] if self._index is None else self._index.faulty
        return self._entry(faulty[0], None) if faulty else None

    def entries(self) -> Iterator[RevokedEntry]:
        """Yield every entry in order; for small lists and for people."""
        view = self._tbs.revoked_certificates
        issuer = None
        at = 0 if view is None or self._index is None else _start(view)
        while view is not None and at < len(view):
            entry = self._entry(at, issuer)
            issuer = entry.certificate_issuer
            yield entry
            at = _end(view, at)

    def _entry(self, offset: int, issuer: Name | None) -> RevokedEntry:
        view = self._tbs.revoked_certificates
        assert view is not None
        revoked = s.decode(pkix.REVOKED_CERTIFICATE, view[offset : _end(view, offset)])
        return _revoked_entry(revoked, issuer)

    def _certificate_issuer(self, offset: int) -> Name | None:
        """RFC 5280 5.3.3: an entry has the certificate issuer of the last one that names it."""
        idp = self.issuing_distribution_point
        if idp is None or not idp.indirect:
            return None
        last = bisect_right(self._changes, offset) - 1
        if last < 0:
            return None
        issuer = self._entry(self._changes[last], None).certificate_issuer
        if issuer is None:
            raise InputError("x509.crl-entry", offset=self._changes[last])
        return issuer

    @lazy
    def _changes(self) -> list[int]:
        return [] if self._index is None else self._index.issuer_changes


class RecordedList(CertificateList):
    """A list of which a report kept its head and some entries, and under which key it was valid.

    It stands for the list of which `sha256` is; `valid_under` is the key (SubjectPublicKeyInfo).
    """

    valid_under: bytes

    @classmethod
    def of(
        cls, head: bytes, sha256: str, valid_under: bytes, entries: Iterable[RevokedEntry]
    ) -> RecordedList:
        """Read a head, and look entries up among those given; InputError where it is no list."""
        found = cls.parse(head)
        assert isinstance(found, RecordedList)
        found.valid_under = valid_under
        found.__dict__.update(sha256=sha256, _recorded={each.serial: each for each in entries})
        return found

    def find(self, serial: int, certificate_issuer: Name | None = None) -> RevokedEntry | None:
        """Return what was kept of the certificate's entry."""
        del certificate_issuer  # whoever kept the entry looked for that of the certificate
        recorded: dict[int, RevokedEntry] = self.__dict__["_recorded"]
        return recorded.get(serial)


def _revoked_entry(revoked: pkix.RevokedCertificate, issuer: Name | None) -> RevokedEntry:
    """Make an entry; `issuer` is the certificate issuer of the entry before it."""
    extensions = ext.by_oid(revoked.crl_entry_extensions)
    values = ext.read(extensions, ext.OF_ENTRIES)
    reason, invalidity = values.get(ext.CRLReason), values.get(ext.InvalidityDate)
    malformed = (*values.malformed, *ext.duplicates(revoked.crl_entry_extensions, extensions))
    own = values.get(ext.CertificateIssuer)
    named = [name.value for name in own.names if isinstance(name.value, Name)] if own else []
    return RevokedEntry(
        revoked.user_certificate,
        revoked.revocation_date,
        None if reason is None else reason.code,
        None if invalidity is None else invalidity.date,
        named[0] if named else issuer,
        tuple(
            oid
            for oid, extension in extensions.items()
            if extension.critical and (oid not in ext.OF_ENTRIES or oid in values.malformed)
        ),
        malformed,
    )


def _start(view: memoryview, at: int = 0) -> int:
    """Where the content of the element at `at`, whose header was checked before, begins."""
    length = view[at + 1]
    return at + 2 + (length & 0x7F if length & 0x80 else 0)


def _end(view: memoryview, at: int) -> int:
    """Where the element at `at`, whose header was checked before, ends."""
    start = _start(view, at)
    if start == at + 2:
        return start + view[at + 1]
    return start + int.from_bytes(view[at + 2 : start])
