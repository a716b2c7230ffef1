"""The chains of the public suites: other programs differ from us only where they are known to."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import peers
import pytest
from chains import Chain
from disagreements import CERTVALIDATOR, LIBRARY, OF_LIMBO, OF_PKITS, OPENSSL

from zaruka.errors import InputError
from zaruka.x509 import Certificate, CertificateList

_PEM = re.compile(r"-----BEGIN [^-]+-----(.*?)-----END", re.DOTALL)
PKITS_AT = datetime(2012, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def pkits(shared) -> dict[str, Chain]:
    """Give the chains of NIST PKITS but the three that hold what we do not read."""
    vectors = pytest.importorskip("cryptography_vectors", reason="pip install cryptography-vectors")
    files = Path(vectors.__file__).parent / "x509/PKITS_data"

    def certificate(name: str) -> Certificate:
        return Certificate.parse((files / "certs" / name).read_bytes())

    chains = {}
    for case in json.loads((shared / "conformance/pkits/pkits.json").read_text(encoding="utf-8")):
        params = case.get("params") or {}
        lists = ["TrustAnchorRootCRL.crl", *case.get("crls", ())]
        try:
            chains[f"{case['id']} {case['name']}"] = Chain(
                certificate(case["cert"]),
                tuple(map(certificate, case.get("other_certs", ()))),
                certificate("TrustAnchorRootCertificate.crt"),
                tuple(CertificateList.parse((files / "crls" / n).read_bytes()) for n in lists),
                PKITS_AT,
                tuple(params.get("user_initial_policy_set", ())),
                params.get("initial_explicit_policy", False),
                params.get("initial_policy_mapping_inhibit", False),
                params.get("initial_any_policy_inhibit", False),
            )
        except InputError as error:
            assert error.code == "x509.unused-bits"  # noqa: PT017 - any other is a defect
    assert len(chains) == 243
    return chains


@pytest.fixture(scope="module")
def limbo(shared) -> dict[str, Chain]:
    """Give the chains of x509-limbo that have one anchor and no limit of their length."""

    def octets(pem: str) -> bytes:
        return base64.b64decode(_PEM.search(pem)[1])

    def certificate(pem: str) -> Certificate:
        return Certificate.parse(octets(pem))

    text = (shared / "conformance/x509-limbo/limbo.json").read_text(encoding="utf-8")
    chains = {}
    for case in json.loads(text)["testcases"]:
        web = case["id"].startswith("webpki::")
        if web or len(case["trusted_certs"]) != 1 or case["max_chain_depth"] is not None:
            continue
        moment = case["validation_time"]
        chains[case["id"]] = Chain(
            certificate(case["peer_certificate"]),
            tuple(map(certificate, case["untrusted_intermediates"])),
            certificate(case["trusted_certs"][0]),
            tuple(CertificateList.parse(octets(pem)) for pem in case["crls"]) or None,
            datetime.fromisoformat(moment) if moment else datetime(2026, 1, 1, tzinfo=UTC),
        )
    assert len(chains) == 141
    return chains


def differing(chains: dict[str, Chain], judge) -> set[str]:
    return {name for name, one in chains.items() if judge(one) is not peers.zaruka(one)}


def test_openssl_on_pkits(pkits, gost_openssl, tmp_path):
    found = differing(pkits, lambda one: peers.openssl(one, gost_openssl, tmp_path))
    assert found == {*OF_PKITS[OPENSSL]}


def test_certvalidator_on_pkits(pkits):
    pytest.importorskip("pyhanko_certvalidator", reason="pip install pyhanko-certvalidator")
    assert differing(pkits, peers.certvalidator) == {*OF_PKITS[CERTVALIDATOR]}


def test_openssl_on_limbo(limbo, gost_openssl, tmp_path):
    found = differing(limbo, lambda one: peers.openssl(one, gost_openssl, tmp_path))
    assert found == {*OF_LIMBO[OPENSSL]}


def test_certvalidator_on_limbo_but_what_it_chokes_on(limbo):
    pytest.importorskip("pyhanko_certvalidator", reason="pip install pyhanko-certvalidator")
    short = {name: one for name, one in limbo.items() if not name.startswith("pathological::")}
    assert len(limbo) - len(short) == 9
    assert differing(short, peers.certvalidator) == {*OF_LIMBO[CERTVALIDATOR]}


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_cryptography_on_limbo(limbo):
    known = {name: one for name, one in limbo.items() if peers.known_to_library(one)}
    assert differing(known, peers.library) == {*OF_LIMBO[LIBRARY]}
