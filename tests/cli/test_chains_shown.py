"""What is shown of chains: every candidate with its reason, attribute certificates."""

from __future__ import annotations

import base64

import pytest

from hierarchy import END, NOW, START, Authority, name_of
from zaruka.asn1 import attribute_certificates as asn1
from zaruka.asn1 import pkix
from zaruka.asn1 import schema as s
from zaruka.asn1.cms import Attribute

ROOT, MIDDLE, LEAF = Authority("root"), Authority("middle"), Authority("leaf")


def test_verbose_shows_every_candidate_chain_with_its_reason(run, tmp_path):
    candidates = [
        ROOT.issue(MIDDLE, not_after=NOW.replace(year=2025)),
        ROOT.issue(MIDDLE, path_length=0, not_before=NOW.replace(year=2027)),
        ROOT.issue(MIDDLE, ca=False),
        Authority("far").issue(MIDDLE),
    ]
    (tmp_path / "root.cer").write_bytes(ROOT.anchor().certificate.der)
    (tmp_path / "leaf.cer").write_bytes(MIDDLE.issue(LEAF, ca=False).der)
    (tmp_path / "candidates").mkdir()
    for number, one in enumerate(candidates):
        (tmp_path / f"candidates/{number}.cer").write_bytes(one.der)
    words = ["leaf.cer", "--anchor", "root.cer", "--cert", "candidates", "--at", NOW.isoformat()]
    done = run("verify", *words, "--verbose", "--lang", "en")
    assert done.returncode == 2
    shown = " ".join(done.stdout.partition("All candidate chains")[2].split())
    assert shown.count("leaf ← middle ← root") == 3
    reasons = ("expired on 01.06.2025", "only from 01.06.2027", "is not a CA's", "not found: far")
    places = [shown.index(reason) for reason in reasons]
    assert max(places[:2]) < places[2] < places[3]  # the closest to passing first
    headline = done.stdout.partition("All findings")[0]
    assert "not a CA's" not in headline


@pytest.mark.parametrize("wrapped", [False, True])
def test_inspect_shows_an_attribute_certificate(run, tmp_path, wrapped):
    office = Authority("office")
    algorithm = pkix.AlgorithmIdentifier(office.issuer.algorithm.oid)
    holder = (("directoryName", name_of("Иванов").der),)
    info = asn1.AttributeCertificateInfo(
        der=b"",
        version=1,
        holder=asn1.Holder(None, holder, None),
        issuer=("v2Form", asn1.V2Form((("directoryName", office.issuer.name.der),), None, None)),
        signature=algorithm,
        serial_number=0x99,
        attr_cert_validity_period=asn1.AttCertValidityPeriod(START, END),
        attributes=(Attribute("2.5.4.12", (s.encode(s.UTF8_STRING, "директор"),)),),
        issuer_unique_id=None,
        extensions=None,
    )
    tbs = s.encode(asn1.ATTRIBUTE_CERTIFICATE_INFO, info)
    signature = s.BitString(office.issuer.sign(tbs, b""))
    der = s.encode(
        asn1.ATTRIBUTE_CERTIFICATE, asn1.AttributeCertificate(info, algorithm, signature)
    )
    (tmp_path / "role.ac").write_bytes(base64.encodebytes(der) if wrapped else der)
    done = run("inspect", "role.ac", "--lang", "en")
    assert done.returncode == 0, done.stderr
    for word in ("Иванов", "office", "директор", "Serial number: 99", "01.06.2034"):
        assert word in done.stdout
