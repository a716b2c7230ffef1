"""What a file holds, in words: nothing is judged, damage is shown where it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.asn1 import schema as s
from zaruka.errors import InputError, ZarukaError
from zaruka.messages import visible
from zaruka.reports.page import Line, Section, Tone
from zaruka.reports.xml_inspection import inspect_signed_xml
from zaruka.signatures.cms import parse_signed_data, parse_timestamp_token
from zaruka.signatures.ers import parse_evidence_record
from zaruka.signatures.input.forms import REFUSED, unexpected
from zaruka.signatures.input.kinds import Kind
from zaruka.signatures.tsp import TimeStampResponse
from zaruka.x509 import AttributeCertificate, Certificate, CertificateList, OcspResponse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from zaruka.messages import Messages
    from zaruka.signatures import Attribute, Signature, SignedDocument, TimeStampToken
    from zaruka.signatures.ers import ArchiveTimeStamp, EvidenceRecord
    from zaruka.signatures.input.forms import Form
    from zaruka.x509 import Name
    from zaruka.x509.extensions import Extension

__all__ = ["inspect_form"]

_SIGNED: Final = {
    Kind.SIGNED_DATA,
    Kind.CERTIFICATES,
    Kind.DVCS_REQUEST,
    Kind.DVCS_RESPONSE,
}
_RECEIPTS: Final = {Kind.DVCS_REQUEST, Kind.DVCS_RESPONSE}
_SHOWN: Final = 50  # certificates of one message named one by one


def inspect_form(form: Form, say: Messages) -> Iterator[Section]:
    """Describe one object: what it is and how it came, then its parts."""
    return _Inspector(say).sections(form)


class _Inspector:
    def __init__(self, say: Messages) -> None:
        self._say = say

    def sections(self, form: Form) -> Iterator[Section]:
        yield Section(None, tuple(self._outside(form)))
        try:
            if form.kind in _RECEIPTS and not form.missing:
                yield from self._receipt(form)
            if form.what == "ers" and not form.missing:
                yield from self._record(parse_evidence_record(form.data))
            if not form.missing:
                yield from self._inside(form)
        except ZarukaError as error:
            reason = self._say.error(error.code, {"name": form.name, **error.details}).text
            yield Section(None, (Line(self._show("damaged", reason=reason), Tone.BAD),))

    def _outside(self, form: Form) -> Iterator[Line]:
        kind = self._say(f"kinds.kind.{form.kind.value}")
        what = f"kinds.what.{form.what}"
        more = f" ({self._say(what)})" if self._say.has(what) else ""
        yield Line(f"{kind[:1].upper()}{kind[1:]}{more}", Tone.STRONG)
        yield self._line("size", self._say("words.label.content_size", size=form.source.size))
        if form.trail:
            yield self._line("wrapping", " → ".join(form.trail))
        if form.missing:
            yield Line(self._show("missing", missing=form.missing), Tone.BAD)
        if form.trailing:
            yield Line(self._show("trailing", trailing=form.trailing), Tone.UNSURE)
        if form.kind in REFUSED:  # what to do with what is not read
            error = unexpected(form, ())
            remedy = self._say.error(error.code, error.details).remedy
            if remedy:
                yield Line(remedy, Tone.REMEDY)

    def _inside(self, form: Form) -> Iterator[Section]:
        octets = form.data
        if form.kind in _SIGNED:
            yield from self._document(parse_signed_data(octets))
        elif form.kind is Kind.XML and form.signed:
            yield from inspect_signed_xml(form, self._say)
        elif form.kind is Kind.CERTIFICATE:
            yield from self._certificate(Certificate.parse(octets))
        elif form.kind is Kind.ATTRIBUTE_CERTIFICATE:
            yield from self._attribute_certificate(AttributeCertificate.parse(octets))
        elif form.kind is Kind.CRL:
            yield Section(None, tuple(self._crl(CertificateList.parse(octets))))
        elif form.kind is Kind.OCSP_RESPONSE:
            yield Section(None, tuple(self._ocsp(OcspResponse.parse(bytes(octets)))))
        elif form.kind is Kind.TIMESTAMP_TOKEN:
            yield from self._token(parse_timestamp_token(bytes(octets)))
        elif form.kind is Kind.TIMESTAMP_RESPONSE:
            response = TimeStampResponse.parse(octets)
            if response.token is not None:
                yield from self._token(parse_timestamp_token(response.token))

    def _receipt(self, form: Form) -> Iterator[Section]:
        from zaruka.reports import receipt_inspection as receipts  # noqa: PLC0415 - seldom shown

        is_request = form.kind is Kind.DVCS_REQUEST
        show = receipts.inspect_request if is_request else receipts.inspect_response
        yield from show(form.data, self._say)

    # --- signed messages

    def _document(self, document: SignedDocument) -> Iterator[Section]:
        content = document.encapsulated
        where = (
            self._show("detached") if content is None else self._show("attached", size=content.size)
        )
        kind = self._oid(document.content_type)
        yield Section(None, (self._line("content", where), self._line("content_type", kind)))
        for signature in document.signatures:
            yield self._signature(signature, document)
        yield from self._list("certificates", [c.ref.name for c in document.certificates])
        yield from self._list(
            "attribute_certificates", [*map(_name_of, document.attribute_certificates)]
        )
        yield from self._list("crls", [c.ref.name for c in document.crls])
        yield from self._list("ocsps", [str(len(each)) for each in document.ocsps])

    def _signature(self, found: Signature, document: SignedDocument) -> Section:
        signers = found.find_signers(document.certificates)
        name = signers[0].ref.name if signers else found.sid.display()
        lines = [
            self._line("signer", name),
            self._line("level", found.level),
            self._line("digest", self._oid(found.digest_algorithm.oid)),
            self._line("algorithm", self._oid(found.signature_algorithm.oid)),
        ]
        if found.signing_time is not None:
            time = self._say.moment(found.signing_time)
            lines.append(Line(time, label=self._say("words.label.claimed_time")))
        lines += self._attributes("signed", found.signed_attributes or ())
        lines += self._attributes("unsigned", found.unsigned_attributes)
        return Section(self._show("signature", index=found.index + 1), tuple(lines))

    def _attributes(self, key: str, attributes: Iterable[Attribute]) -> Iterator[Line]:
        for number, attribute in enumerate(attributes):
            if number == 0:
                yield Line(self._show(key) + ":")
            yield Line(self._oid(attribute.oid), depth=1)

    def _token(self, token: TimeStampToken) -> Iterator[Section]:
        info = token.tst_info
        lines = (
            Line(self._say.moment(info.time), label=self._say("words.label.time")),
            self._line("serial", format(info.serial_number, "X")),
            self._line("digest", f"{self._oid(info.imprint_algorithm.oid)} {info.imprint.hex()}"),
            self._line("policy", self._oid(info.policy)),
        )
        yield Section(None, lines)
        yield from self._document(token.signed)

    def _record(self, found: EvidenceRecord) -> Iterator[Section]:
        """Show the chains of an evidence record, time-stamp by time-stamp: RFC 4998 5.1."""
        stamps = found.stamps
        lines = [
            self._line("version", str(found.version)),
            self._line("digest", ", ".join(map(self._oid, found.digest_oids))),
            self._line("chains", str(len(found.chains))),
            self._line("archive_stamps", str(len(stamps))),
        ]
        if found.is_encrypted:
            lines.append(Line(self._show("encrypted"), Tone.UNSURE))
        yield Section(None, tuple(lines))
        number = 0
        for position, chain in enumerate(found.chains, 1):
            for stamp in chain.stamps:
                number += 1
                heading = self._show("archive_stamp", index=number, chain=position)
                yield Section(heading, tuple(self._archive_stamp(stamp)))

    def _archive_stamp(self, found: ArchiveTimeStamp) -> Iterator[Line]:
        info, signed = found.token.tst_info, found.token.signed
        yield Line(self._say.moment(info.time), label=self._say("words.label.time"))
        for signature in signed.signatures:
            signers = signature.find_signers(signed.certificates)
            name = signers[0].ref.name if signers else signature.sid.display()
            yield self._line("authority", name)
        yield self._line("digest", f"{self._oid(found.digest_oid)} {info.imprint.hex()}")
        yield self._line("hashes", str(sum(map(len, found.tree))))

    # --- certificates and lists

    def _certificate(self, found: Certificate) -> Iterator[Section]:
        yield Section(self._show("subject"), tuple(self._name(found.subject)))
        yield Section(self._show("issuer"), tuple(self._name(found.issuer)))
        span = self._say("words.label.valid_span", start=found.not_before, end=found.not_after)
        lines = [
            self._line("serial", format(found.serial_number, "X")),
            self._line("valid", span),
            self._line("key", self._oid(found.key.algorithm.oid)),
            self._line("algorithm", self._oid(found.signature_algorithm.oid)),
            self._line("sha256", found.sha256),
        ]
        yield Section(None, tuple(lines))
        yield from self._extensions(found.extensions)

    def _attribute_certificate(self, found: AttributeCertificate) -> Iterator[Section]:
        """Show whose attributes are stated, by whom, for how long: RFC 5755 4.1."""
        holder = found.holder
        lines = [
            Line(visible(name.display()))
            for name in (*holder.entity_name, *holder.certificate_issuer)
        ]
        if holder.certificate_serial is not None:
            lines.append(self._line("serial", format(holder.certificate_serial, "X")))
        if holder.object_digest is not None:
            info = holder.object_digest
            oid = self._oid(info.digest_algorithm.algorithm)
            lines.append(self._line("digest", f"{oid} {info.object_digest.octets.hex()}"))
        yield Section(self._show("subject"), tuple(lines))
        if found.issuer is not None:
            yield Section(self._show("issuer"), tuple(self._name(found.issuer)))
        span = self._say("words.label.valid_span", start=found.not_before, end=found.not_after)
        yield Section(
            None,
            (
                self._line("serial", format(found.serial_number, "X")),
                self._line("valid", span),
                self._line("algorithm", self._oid(found.signature_algorithm.oid)),
                self._line("sha256", found.sha256),
            ),
        )
        attributes = [
            Line(_text_of(value), label=self._oid(oid))
            for oid, values in found.attributes
            for value in values
        ]
        if attributes:
            yield Section(self._show("attributes"), tuple(attributes))
        yield from self._extensions(found.extensions)

    def _extensions(self, found: Mapping[str, Extension]) -> Iterator[Section]:
        critical = self._show("critical")
        lines = [
            Line(self._oid(oid) + (f" ({critical})" if extension.critical else ""))
            for oid, extension in found.items()
        ]
        if lines:
            yield Section(self._show("extensions"), tuple(lines))

    def _name(self, name: Name) -> Iterator[Line]:
        for attribute in name.attributes:
            yield Line(visible(attribute.value), label=self._oid(attribute.oid))

    def _crl(self, found: CertificateList) -> Iterator[Line]:
        label = "words.label."
        yield self._line("issuer", found.issuer.display())
        yield Line(self._say.moment(found.this_update), label=self._say(label + "this_update"))
        if found.next_update is not None:
            time = self._say.moment(found.next_update)
            yield Line(time, label=self._say(label + "next_update"))
        if found.number is not None:
            yield Line(str(found.number), label=self._say(label + "number"))
        yield Line(str(len(found)), label=self._say(label + "entries"))
        yield self._line("algorithm", self._oid(found.signature_algorithm.oid))

    def _ocsp(self, found: OcspResponse) -> Iterator[Line]:
        if not found.is_successful:
            yield Line(visible(found.status_name), Tone.UNSURE)
            return
        time = self._say.moment(found.produced_at)
        yield Line(time, label=self._say("words.label.produced_at"))
        yield self._line("algorithm", self._oid(found.signature_algorithm.oid))
        for single in found.responses:
            yield self._line("serial", f"{single.cert_id.serial_number:X}: {single.status}")

    # --- words

    def _list(self, key: str, names: list[str]) -> Iterator[Section]:
        if not names:
            return
        lines = [Line(f"{n}. {visible(name)}") for n, name in enumerate(names[:_SHOWN], 1)]
        if len(names) > _SHOWN:
            lines.append(Line(self._show("more", count=len(names) - _SHOWN), Tone.QUIET))
        yield Section(self._show(key), tuple(lines))

    def _line(self, key: str, value: str) -> Line:
        return Line(visible(value), label=self._show(key))

    def _show(self, key: str, **values: object) -> str:
        return self._say(f"kinds.show.{key}", **values)

    def _oid(self, oid: str) -> str:
        name = self._say.name_of(oid)
        return name if name == oid else f"{name} ({oid})"


def _name_of(der: bytes) -> str:
    """Name an attribute certificate of a message by its number and issuer, or by its size."""
    try:
        return AttributeCertificate.parse(der).ref.name
    except InputError:
        return str(len(der))


def _text_of(value: bytes) -> str:
    """Show the value of an attribute: a string as it reads, anything else by its octets."""
    try:
        return visible(s.decode(s.STRING, value)[1])
    except InputError:
        return value.hex()
