"""A country's own extensions may be critical in its certificates (RFC 5280 4.2), and only there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from northland import NORTHLAND
from northland import jurisdiction as north

from hierarchy import END, NOW, START, Authority
from material import ders
from zaruka.asn1 import schema as s
from zaruka.crypto import Outcome
from zaruka.jurisdictions.belarus import BELARUS
from zaruka.jurisdictions.russia import RUSSIA
from zaruka.trust import TrustBase, given
from zaruka.validation.blocks.x509_validation import validate_certificate_chain
from zaruka.validation.context import Context, Evidence
from zaruka.validation.policy_file import built_in
from zaruka.x509 import Certificate, Name, verify_signed
from zaruka.x509.issuing import Issuer, authority_extensions, extension, issue_certificate

UNKNOWN = "x509.unknown-critical-extension"
THEN = datetime(2016, 1, 1, tzinfo=UTC)
SIGN_TOOLS = {"1.2.643.100.111", "1.2.643.100.112"}


def codes(certificate, root, at, *jurisdictions):
    evidence = Evidence.of("file:test", certificates=[certificate, root])
    context = Context(built_in(), at, TrustBase(given([root])), evidence, jurisdictions)
    found = validate_certificate_chain(certificate, context, signs=False).conclusion.findings
    return {each.rule.code for each in found}


@pytest.fixture(scope="module")
def accredited(shared):
    return [Certificate.parse(one) for one in ders(shared / "real/ru/accredited-ca.pem")]


def test_the_two_real_authorities_that_mark_their_means_critical_are_judged(accredited):
    critical = [
        each
        for each in accredited
        if any(each.extensions[o].critical for o in SIGN_TOOLS & set(each.extensions))
    ]
    assert len(critical) == 2
    for certificate in critical:
        (root,) = [
            each
            for each in accredited
            if each.subject == certificate.issuer
            and verify_signed(certificate, each.key).outcome is Outcome.VALID
        ]
        assert UNKNOWN in codes(certificate, root, THEN)
        assert UNKNOWN in codes(certificate, root, THEN, BELARUS)
        assert UNKNOWN not in codes(certificate, root, THEN, BELARUS, RUSSIA)


def test_a_country_from_outside_names_its_own():
    root, leaf = Authority("north root"), Authority("north leaf")
    own = Issuer(Name.of([("2.5.4.6", "QN", 19)]), root.issuer.private_key, root.key)
    oath = extension(north.OATH, s.encode(s.STRING, s.Text(12, "office")), critical=True)

    def issued(name, key, *extensions):
        number = len(extensions) + 1
        return issue_certificate(
            own,
            name,
            key,
            serial_number=number,
            not_before=START,
            not_after=END,
            extensions=extensions,
            entropy=b"",
        )

    above = issued(own.name, own.key, *authority_extensions(own.key, None))
    sworn = issued(leaf.issuer.name, leaf.key, oath)
    assert UNKNOWN in codes(sworn, above, NOW)
    assert UNKNOWN not in codes(sworn, above, NOW, NORTHLAND)
    foreign = issued(leaf.issuer.name, leaf.key, oath, extension("2.25.7", b"\5\0", critical=True))
    assert UNKNOWN in codes(foreign, above, NOW, NORTHLAND)
