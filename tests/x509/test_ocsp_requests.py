"""OCSP requests: the same octets as another implementation makes, and what STB wants left out."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from hierarchy import Authority
from material import ders
from zaruka.asn1 import ocsp as asn1
from zaruka.asn1 import schema as s
from zaruka.crypto import AlgorithmId
from zaruka.x509 import Certificate
from zaruka.x509.ocsp_requests import cert_id_hashes, make_ocsp_request, nonce_value

CA = Authority("asked about")
ISSUER = CA.certificate()
LEAF = CA.issue(Authority("leaf asked about"), ca=False, serial=0x80FF)
NULL = b"\x05\x00"
SHA_1, SHA_256 = "1.3.14.3.2.26", "2.16.840.1.101.3.4.2.1"


@pytest.mark.parametrize("nonce", [None, b"n" * 32])
@pytest.mark.parametrize(("oid", "theirs"), [(SHA_1, hashes.SHA1()), (SHA_256, hashes.SHA256())])
def test_a_request_is_the_one_that_cryptography_makes(oid, theirs, nonce):
    leaf, issuer = (x509.load_der_x509_certificate(each.der) for each in (LEAF, ISSUER))
    builder = ocsp.OCSPRequestBuilder().add_certificate(leaf, issuer, theirs)
    if nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    expected = ocsp.load_der_ocsp_request(builder.build().public_bytes(Encoding.DER))
    made = ocsp.load_der_ocsp_request(
        make_ocsp_request(LEAF, ISSUER, AlgorithmId(oid, NULL), nonce=nonce)
    )
    assert made.public_bytes(Encoding.DER) == expected.public_bytes(Encoding.DER)


def test_belarusian_certificates_are_named_by_belt_and_nothing_is_added(shared):
    issuer = Certificate.parse(ders(shared / "real" / "by" / "kuc.cer")[0])
    subject = Certificate.parse(ders(shared / "real" / "by" / "ruc.cer")[0])
    (belt,) = cert_id_hashes(issuer)
    request = s.decode(asn1.OCSP_REQUEST, make_ocsp_request(subject, issuer, belt))
    assert (request.optional_signature, request.tbs_request.request_extensions) == (None, None)
    (asked,) = request.tbs_request.request_list
    assert asked.req_cert.hash_algorithm.algorithm == "1.2.112.0.2.0.34.101.31.81"
    assert len(asked.req_cert.issuer_key_hash) == 32
    assert asked.req_cert.serial_number == subject.serial_number


def test_others_are_named_by_sha_1_first(shared):
    russian = Certificate.parse(ders(shared / "real" / "ru" / "accredited-ca.pem")[0])
    assert [each.oid for each in cert_id_hashes(russian)] == [
        SHA_1,
        "1.2.643.2.2.9",
    ]  # a key of 34.10-2001
    assert cert_id_hashes(ISSUER)[0].oid == SHA_1


def test_a_nonce_is_an_octet_string_in_the_extension():
    assert nonce_value(b"ab") == b"\x04\x02ab"
