"""The report as XML after ETSI TS 119 102-2 V1.4.1, the edition that EU DSS writes too.

Namespace `http://uri.etsi.org/19102/v1.4.1#`; that of earlier editions ends in `v1.2.1#` and leaves
less room for objects. Indications, objects and proofs bear the URIs of the standard as DSS writes
them, building blocks of EN 319 102-1 those of DSS, single rules `urn:zaruka:rule:`.
It has no words of a language: what it says is indications, digests, times and relations.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from lxml import etree

from zaruka.asn1 import schema as s
from zaruka.asn1.cms import SIGNER_INFO
from zaruka.errors import InputError
from zaruka.facts import FactKind
from zaruka.findings import Indication, ObjectKind, ObjectRef, Severity, SubIndication
from zaruka.messages import visible
from zaruka.reports.as_json import in_order
from zaruka.reports.told import links_of
from zaruka.validation.results import (
    Block,
    Process,
    RevocationState,
    TimestampKind,
    TimestampResult,
    overall,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from zaruka.facts import Fact
    from zaruka.findings import Conclusion, Finding
    from zaruka.validation.results import (
        Algorithm,
        BlockResult,
        ChainLink,
        ObjectResult,
        SignatureResult,
        ValidationReport,
    )

__all__ = ["NAMESPACE", "render_etsi"]

NAMESPACE: Final = "http://uri.etsi.org/19102/v1.4.1#"
_DS: Final = "http://www.w3.org/2000/09/xmldsig#"
_XADES: Final = "http://uri.etsi.org/01903/v1.3.2#"
_TSL: Final = "http://uri.etsi.org/02231/v2#"
_PREFIXES: Final = {None: NAMESPACE, "ds": _DS, "xades": _XADES, "tsl": _TSL}
_URN: Final = "urn:etsi:019102:"
_PROVIDED: Final = "validation.existence-proven"  # by what was given beside the signature
_SHA_256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"

_INDICATIONS: Final = {
    Indication.TOTAL_PASSED: "total-passed",
    Indication.TOTAL_FAILED: "total-failed",
    Indication.PASSED: "passed",
    Indication.FAILED: "failed",
    Indication.INDETERMINATE: "indeterminate",
}
_BLOCKS: Final = {
    Block.FORMAT_CHECKING: "formatChecking",
    Block.IDENTIFICATION: "identificationOfTheSigningCertificate",
    Block.VALIDATION_CONTEXT: "validationContextInitialization",
    Block.REVOCATION_FRESHNESS: "revocationFreshnessChecker",
    Block.X509_VALIDATION: "x509CertificateValidation",
    Block.CRYPTOGRAPHIC_VERIFICATION: "cryptographicVerification",
    Block.SIGNATURE_ACCEPTANCE: "signatureAcceptanceValidation",
    Block.SIGNATURE_TIME: "validationTimeSliding",
    Block.LONG_TERM: "pastSignatureValidation",
}
_PROCESSES: Final = {
    Process.BASIC: "Basic",
    Process.TIME_STAMP: "Basic",
    Process.WITH_TIME: "LTVM",
    Process.ARCHIVAL: "LTA",
}
_STAMPS: Final = {
    TimestampKind.SIGNATURE: "SignatureTimeStamp",
    TimestampKind.CADES_C: "SigAndRefsTimeStamp",
    TimestampKind.REFERENCES: "RefsOnlyTimeStamp",
    TimestampKind.CONTENT: "AllDataObjectsTimeStamp",
}
_KINDS: Final = {
    ObjectKind.CERTIFICATE: ("C", "certificate"),
    ObjectKind.CRL: ("R", "CRL"),
    ObjectKind.OCSP: ("O", "OCSPResponse"),
    ObjectKind.TIMESTAMP: ("T", "timestamp"),
    ObjectKind.DOCUMENT: ("D", "signedData"),
    ObjectKind.KEY: ("K", "publicKey"),
    ObjectKind.ATTRIBUTE_CERTIFICATE: ("A", "other"),
}
# CRLReason (RFC 5280 5.3.1) by the names of TS 119 102-2.
_REASONS: Final = {
    0: "unspecified",
    1: "keyCompromise",
    2: "cACompromise",
    3: "affiliationChanged",
    4: "superseded",
    5: "cessationOfOperation",
    6: "certificateHold",
    8: "removeFromCRL",
    9: "privilegeWithdrawn",
    10: "aACompromise",
}
_STATES: Final = {
    Severity.PASS: Indication.PASSED,
    Severity.INFO: Indication.PASSED,
    Severity.WARN: Indication.PASSED,
    Severity.UNKNOWN: Indication.INDETERMINATE,
    Severity.FAIL: Indication.FAILED,
}
_CRYPTO: Final = {
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
}


def render_etsi(report: ValidationReport) -> bytes:
    """Return the XML document, in UTF-8."""
    root = _Writer(report).root()
    etree.indent(root)
    octets: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return octets + b"\n"


class _Writer:
    """Writes elements in the order of their types in the schema."""

    def __init__(self, report: ValidationReport) -> None:
        self._report = report
        facts = in_order(report.facts)
        self._documents = [fact for fact in facts if _is_document(fact)]
        self._ders = {f.sha256: f.der for f in facts if f.der is not None}
        # objects by their identifier: what each is, and the stamp or object judged, if one
        self._objects: dict[str, ObjectRef] = {}
        self._judged: dict[str, ObjectResult] = {}

    def root(self) -> etree._Element:
        report = self._report
        root = etree.Element(_tag("ValidationReport"), nsmap=_PREFIXES)
        for found in report.signatures:
            self._signature(_add(root, "SignatureValidationReport"), found)
        if not report.signatures:
            self._status(_add(root, "SignatureValidationReport"), overall(()))
        for each in report.objects:
            self._judged[self._id(each.ref)] = each
            self._links(each)
        for fact in self._documents:
            self._objects.setdefault(_document_id(fact), _document_ref(fact))
        if self._objects:
            self._write_objects(_add(root, "SignatureValidationObjects"))
        self._validator(_add(root, "SignatureValidator"))
        return root

    # --- a signature

    def _signature(self, at: etree._Element, found: SignatureResult) -> None:
        self._identifier(at, found)
        self._constraints(at, found.blocks, found.findings)
        self._times(at, found)
        self._document(at)
        self._attributes(at, found)
        if found.signing_certificate is not None:
            name = found.signer.name if found.signer else found.signing_certificate.name
            self._signer(at, found.signing_certificate, name)
        process = _add(at, "SignatureValidationProcess")
        name = _PROCESSES[found.process]
        _add(process, "SignatureValidationProcessID", f"{_URN}validationprocess:{name}")
        conclusion = overall((found.conclusion, *self._report.on_whole))
        status = self._status(at, conclusion)
        self._data(status, found, found.algorithm)

    def _identifier(self, at: etree._Element, found: SignatureResult) -> None:
        identifier = _add(at, "SignatureIdentifier", id=_signature_id(found))
        value = self._value_of(found)
        if value:
            _add(identifier, "SignatureValue", _base64(value), namespace=_DS)
        _add(identifier, "HashOnly", "false")
        _add(identifier, "DocHashOnly", "false")

    def _value_of(self, found: SignatureResult) -> bytes:
        der = self._ders.get(found.ref.sha256, b"")
        try:
            return s.decode(SIGNER_INFO, der).signature if der else b""
        except InputError:  # no SignerInfo: XML, or a bare value
            return b""

    def _constraints(
        self, at: etree._Element, blocks: Iterable[BlockResult], findings: Iterable[Finding]
    ) -> None:
        """Write the policy, what each building block said, and every rule that was applied."""
        inner = _add(at, "ValidationConstraintsEvaluationReport")
        self._policy(_add(inner, "SignatureValidationPolicy"))
        for block in blocks:
            each = _constraint(inner, f"urn:cef:dss:bbb:{_BLOCKS[block.block]}")
            status = _add(each, "ValidationStatus")
            _indicate(status, block.conclusion.indication, block.conclusion.sub_indication)
        for finding in findings:
            each = _add(inner, "ValidationConstraint")
            rule = finding.rule
            _add(each, "ValidationConstraintIdentifier", f"urn:zaruka:rule:{rule.code}")
            _typed(each, "ValidationConstraintParameter", "urn:zaruka:clause", rule.clause)
            _applied(each)
            status = _add(each, "ValidationStatus")
            _indicate(status, _STATES[finding.severity], finding.sub_indication)
            if finding.subject.kind in _KINDS:
                data = _add(status, "AssociatedValidationReportData")
                self._refer(data, "RelatedValidationObject", finding.subject)

    def _policy(self, at: etree._Element) -> None:
        policy = self._report.policy
        identifier = _add(
            _add(at, "SignaturePolicyIdentifier"), "SignaturePolicyId", namespace=_XADES
        )
        name = quote(visible(policy.name), safe="")
        own = _add(identifier, "SigPolicyId", namespace=_XADES)
        _add(own, "Identifier", f"urn:zaruka:policy:{name}", namespace=_XADES)
        _digest(identifier, "SigPolicyHash", bytes.fromhex(policy.sha256), namespace=_XADES)
        _add(at, "PolicyName", visible(policy.name))

    def _times(self, at: etree._Element, found: SignatureResult) -> None:
        times = _add(at, "ValidationTimeInfo")
        _add(times, "ValidationTime", _time(self._report.validation_time))
        poe = _add(times, "BestSignatureTime")
        _add(poe, "POETime", _time(found.best_signature_time))
        provided = any(each.rule.code == _PROVIDED for each in found.findings)
        kind = "provided" if provided else "validation"
        _add(poe, "TypeOfProof", f"{_URN}poetype:{kind}")
        best = next((stamp for stamp in found.timestamps if stamp.at_best), None)
        if best is not None:
            self._refer(poe, "POEObject", best.ref)

    def _document(self, at: etree._Element) -> None:
        """Name the document by its digest; what an XML signature signs, part by part."""
        facts = self._documents
        if not facts:
            return
        document = _add(at, "SignersDocument")
        if len(facts) == 1:
            _digest(document, "DigestAlgAndValue", bytes.fromhex(facts[0].sha256))
        ids = dict.fromkeys(map(_document_id, facts))
        _add(document, "SignersDocumentRepresentation", VOReference=" ".join(ids))

    def _attributes(self, at: etree._Element, found: SignatureResult) -> None:
        inner = etree.Element(_tag("SignatureAttributes"))
        if found.signing_time is not None:
            _add(_add(inner, "SigningTime", Signed="true"), "Time", _time(found.signing_time))
        for stamp in found.timestamps:
            self._judged[self._id(stamp.ref)] = stamp
            signed = "true" if stamp.kind is TimestampKind.CONTENT else "false"
            name = _STAMPS.get(stamp.kind, "ArchiveTimeStamp")
            attribute = _add(inner, name, Signed=signed)
            self._refer(attribute, "AttributeObject", stamp.ref)
            _add(attribute, "TimeStampValue", _time(stamp.time))
        for each in found.countersignatures:
            counter = _add(inner, "CounterSignature", Signed="false")
            _reference(_add(counter, "CounterSignature"), each.ref)
        if len(inner):
            at.append(inner)

    def _signer(self, at: etree._Element, certificate: ObjectRef, name: str) -> None:
        signer = _add(at, "SignerInformation")
        self._refer(signer, "SignerCertificate", certificate)
        _add(signer, "Signer", visible(name))

    # --- conclusions

    def _status(self, at: etree._Element, conclusion: Conclusion) -> etree._Element:
        status = _add(at, "SignatureValidationStatus")
        _indicate(status, conclusion.indication, conclusion.sub_indication)
        return status

    def _data(
        self,
        status: etree._Element,
        found: SignatureResult | ObjectResult,
        algorithm: Algorithm | None,
    ) -> None:
        """Write what a conclusion rests on: chain, lists and stamps, revocation, algorithms."""
        links = self._links(found)
        data = etree.Element(_tag("AssociatedValidationReportData"))
        if links:
            if links[-1].anchor is not None:
                self._refer(data, "TrustAnchor", links[-1].ref)
            self._chain(data, links)
        used = [link.revocation.source for link in links if link.revocation.source is not None]
        if not isinstance(found, TimestampResult):
            used += [stamp.ref for stamp in getattr(found, "timestamps", ())]
        for each in dict.fromkeys(used):
            self._refer(data, "RelatedValidationObject", each)
        self._revocation(data, links)
        if algorithm is not None:
            self._algorithm(data, found, algorithm)
        if len(data):
            status.append(data)

    def _links(self, found: SignatureResult | ObjectResult) -> tuple[ChainLink, ...]:
        links = links_of(found)
        for link in links:
            self._id(link.ref)
            self._ders.setdefault(link.ref.sha256, link.certificate.der)
        return links

    def _chain(self, data: etree._Element, links: tuple[ChainLink, ...]) -> None:
        chain = _add(data, "CertificateChain")
        self._refer(chain, "SigningCertificate", links[0].ref)
        ends = links[-1].anchor is not None and len(links) > 1
        for link in links[1:-1] if ends else links[1:]:
            self._refer(chain, "IntermediateCertificate", link.ref)
        if ends:
            self._refer(chain, "TrustAnchor", links[-1].ref)

    def _revocation(self, data: etree._Element, links: tuple[ChainLink, ...]) -> None:
        held = {RevocationState.REVOKED, RevocationState.ON_HOLD}
        revoked = next((link for link in links if link.revocation.state in held), None)
        if revoked is None or revoked.revocation.revoked_at is None:
            return
        known = revoked.revocation
        status = _add(data, "RevocationStatusInformation")
        self._refer(status, "ValidationObjectId", revoked.ref)
        _add(status, "RevocationTime", _time(revoked.revocation.revoked_at))
        if known.reason in _REASONS:
            _add(status, "RevocationReason", f"{_URN}revocationReason:{_REASONS[known.reason]}")
        if known.source is not None:
            self._refer(status, "RevocationObject", known.source)

    def _algorithm(
        self, data: etree._Element, found: SignatureResult | ObjectResult, algorithm: Algorithm
    ) -> None:
        crypto = _add(data, "CryptoInformation")
        own = found.ref.kind not in _KINDS
        where = _signature_id(found) if own else self._id(found.ref)
        _add(crypto, "ValidationObjectId", VOReference=where)
        _add(crypto, "Algorithm", f"urn:oid:{algorithm.signature_oid}")
        broken = any(f.sub_indication in _CRYPTO for f in found.conclusion.findings)
        _add(crypto, "SecureAlgorithm", "false" if broken else "true")

    # --- objects

    def _id(self, ref: ObjectRef) -> str:
        """Return the identifier of an object, and see that it will be written."""
        identifier = f"{_KINDS[ref.kind][0]}-{ref.sha256}"
        self._objects.setdefault(identifier, ref)
        return identifier

    def _refer(self, at: etree._Element, name: str, ref: ObjectRef) -> None:
        _add(at, name, VOReference=self._id(ref))

    def _write_objects(self, at: etree._Element) -> None:
        """Write every object; one that was judged may name others, which are written then."""
        written: set[str] = set()
        while len(written) < len(self._objects):
            for identifier, ref in sorted(self._objects.items()):
                if identifier not in written:
                    written.add(identifier)
                    self._object(_add(at, "ValidationObject", id=identifier), identifier, ref)

    def _object(self, at: etree._Element, identifier: str, ref: ObjectRef) -> None:
        _add(at, "ObjectType", f"{_URN}validationObject:{_KINDS[ref.kind][1]}")
        represented = _add(at, "ValidationObjectRepresentation")
        der = self._ders.get(ref.sha256)
        if der is not None:
            _add(represented, "base64", _base64(der))
        _digest(represented, "DigestAlgAndValue", bytes.fromhex(ref.sha256))
        poe = _add(at, "POE")
        _add(poe, "POETime", _time(self._report.validation_time))
        _add(poe, "TypeOfProof", f"{_URN}poetype:validation")
        judged = self._judged.get(identifier)
        if isinstance(judged, TimestampResult):
            self._proves(at, judged)
        if judged is not None:
            self._judgement(_add(at, "ValidationReport"), judged)

    def _proves(self, at: etree._Element, stamp: TimestampResult) -> None:
        """Name the signatures that a stamp proves to have existed; a broken one proves none."""
        if not stamp.conclusion.passed:
            return
        poe = _add(at, "POEProvisioning")
        _add(poe, "POETime", _time(stamp.time))
        for found in self._report.signatures:
            if stamp in found.timestamps:
                _reference(_add(poe, "SignatureReference"), found.ref)

    def _judgement(self, at: etree._Element, found: ObjectResult) -> None:
        blocks = found.blocks if isinstance(found, TimestampResult) else ()
        self._constraints(at, blocks, found.conclusion.findings)
        links = links_of(found)
        if links and isinstance(found, TimestampResult):
            self._signer(at, links[0].ref, links[0].ref.name)
        status = self._status(at, found.conclusion)
        self._data(status, found, found.algorithm if isinstance(found, TimestampResult) else None)

    def _validator(self, at: etree._Element) -> None:
        """Name who validated: a program, by the names of its means and their standing."""
        means = self._report.means
        first = f"{means[0].name} {means[0].version}" if means else "Zaruka"
        _add(_add(at, "DigitalId"), "Other", visible(first), namespace=_TSL)
        named = "; ".join(
            f"{m.name} {m.version}, conformity {'confirmed' if m.confirmed else 'not confirmed'}"
            for m in means
        )
        if named:
            _add(at, "OtherInformation", visible(named))


def _tag(name: str, namespace: str = NAMESPACE) -> str:
    return f"{{{namespace}}}{name}"


def _add(
    at: etree._Element,
    name: str,
    text: str | None = None,
    *,
    namespace: str = NAMESPACE,
    **attributes: str,
) -> etree._Element:
    element = etree.SubElement(at, _tag(name, namespace), attributes)
    element.text = text
    return element


def _digest(at: etree._Element, name: str, value: bytes, *, namespace: str = NAMESPACE) -> None:
    """Write a SHA-256 as XAdES DigestAlgAndValueType."""
    digest = _add(at, name, namespace=namespace)
    _add(digest, "DigestMethod", namespace=_DS, Algorithm=_SHA_256)
    _add(digest, "DigestValue", _base64(value), namespace=_DS)


def _reference(at: etree._Element, ref: ObjectRef) -> None:
    """Refer to a signature by the digest of its encoding (TS 119 442: SignatureReference)."""
    _add(at, "DigestMethod", _SHA_256)
    _add(at, "DigestValue", _base64(bytes.fromhex(ref.sha256)))


def _constraint(at: etree._Element, uri: str) -> etree._Element:
    each = _add(at, "ValidationConstraint")
    _add(each, "ValidationConstraintIdentifier", uri)
    _applied(each)
    return each


def _applied(at: etree._Element) -> None:
    _add(_add(at, "ConstraintStatus"), "Status", f"{_URN}constraintStatus:applied")


def _typed(at: etree._Element, name: str, kind: str, value: str) -> None:
    typed = _add(at, name)
    _add(typed, "Type", kind)
    _add(typed, "Value", visible(value))


def _indicate(
    at: etree._Element, indication: Indication, sub_indication: SubIndication | None
) -> None:
    _add(at, "MainIndication", f"{_URN}mainindication:{_INDICATIONS[indication]}")
    if sub_indication is not None and indication not in {
        Indication.PASSED,
        Indication.TOTAL_PASSED,
    }:
        _add(at, "SubIndication", f"{_URN}subindication:{sub_indication.value}")


def _signature_id(found: SignatureResult | ObjectResult) -> str:
    index = getattr(found, "index", 0)
    return f"S-{index}-{found.ref.sha256}"


def _is_document(fact: Fact) -> bool:
    """Whether it is something signed: no message, and of no paper beside it."""
    signed = fact.kind is FactKind.DOCUMENT and fact.of is None
    return signed and "format" not in dict(fact.extract)


def _document_id(fact: Fact) -> str:
    return f"D-{fact.sha256}"


def _document_ref(fact: Fact) -> ObjectRef:
    return ObjectRef(ObjectKind.DOCUMENT, fact.sha256, fact.source)


def _base64(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
