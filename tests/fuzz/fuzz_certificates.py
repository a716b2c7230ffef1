"""Fuzz certificates, lists, answers and paths: octets are an object or an InputError.

Everything that was read is asked everything.
"""

from __future__ import annotations

from datetime import UTC, datetime

from driver import SHARED, run, shared_seeds

from zaruka.errors import InputError, UnsupportedError
from zaruka.findings import Severity
from zaruka.x509.attribute_certificates import AttributeCertificate, check_attribute_certificate
from zaruka.x509.certificates import Certificate
from zaruka.x509.crls import CertificateList
from zaruka.x509.names import Name
from zaruka.x509.ocsp import OcspResponse
from zaruka.x509.path_checks import PathInputs, find_path
from zaruka.x509.paths import Anchor, CertificatePool
from zaruka.x509.revocation import CrlPool, RevocationMeans, revocation_status

AT = datetime(2026, 12, 1, tzinfo=UTC)
KNOWN = [
    Certificate.parse((SHARED / "real/by" / name).read_bytes())
    for name in ("kuc.cer", "ruc.cer", "ruc_old.cer")
]


def check(octets: bytes) -> None:
    """Read `octets` in every way and use what is there: use never raises."""
    for parse, use in USES:
        try:
            found = parse(octets)
        except (InputError, UnsupportedError):
            continue
        use(found)


def _certificate(subject: Certificate) -> None:
    assert repr(subject)
    assert subject.ref.sha256
    assert subject.subject.rfc4514() is not None
    _ = (subject.crl_urls, subject.ocsp_urls, subject.issuer_urls, subject.deviations)
    anchors = [Anchor.of(KNOWN[0]), Anchor.of(subject)]
    pool = CertificatePool([*KNOWN, subject])
    inputs = PathInputs(AT, departures=Severity.FAIL)
    for target in (subject, KNOWN[1]):
        outcome = find_path(target, pool, anchors, inputs)
        assert outcome.valid or outcome.failed or outcome.dead_ends or outcome.findings


def _list(crl: CertificateList) -> None:
    assert crl.ref.name is not None
    means = RevocationMeans(CrlPool([crl]), (), CertificatePool(KNOWN), (Anchor.of(KNOWN[0]),))
    assert revocation_status(KNOWN[2], KNOWN[0], means, AT).findings
    try:
        count = len(crl)
        assert sum(1 for _ in crl.entries()) == count
    except InputError:
        return


def _answer(response: OcspResponse) -> None:
    assert response.ref.name is not None
    means = RevocationMeans((CrlPool()), (response,), CertificatePool(KNOWN))
    assert revocation_status(KNOWN[1], KNOWN[0], means, AT).findings


def _attributes(subject: AttributeCertificate) -> None:
    assert check_attribute_certificate(subject, KNOWN[1], AT, KNOWN[0])


USES = (
    (Certificate.parse, _certificate),
    (CertificateList.parse, _list),
    (OcspResponse.parse, _answer),
    (AttributeCertificate.parse, _attributes),
    (Name, repr),
)


if __name__ == "__main__":
    patterns = ("interop/by/pki/*.cer", "interop/*/crl/*.crl", "interop/*/ocsp/*.[or]*")
    found = [octets for octets in shared_seeds(*patterns) if octets[:1] == b"\x30"]
    run(check, [*found, *(one.der for one in KNOWN)])
