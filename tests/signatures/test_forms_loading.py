"""Options take files of one or many objects, PEM or DER, p7b, or folders."""

from __future__ import annotations

import base64

import pytest
from asn1crypto import cms

from zaruka.errors import ZarukaError
from zaruka.signatures.input.codes import CODES
from zaruka.signatures.input.forms import Kind, recognise
from zaruka.signatures.input.loading import load_objects
from zaruka.signatures.input.opening import Input


def code_of(path, *kinds, **options) -> str:
    with pytest.raises(ZarukaError) as caught:
        list(load_objects(path, *kinds, **options))
    assert set(caught.value.details) == set(CODES[caught.value.code].details)
    return caught.value.code


def test_one_file_of_2375_certificates(shared):
    forms = list(load_objects(shared / "real/ru/accredited-ca.pem", Kind.CERTIFICATE))
    assert len(forms) == 2375
    assert {form.kind for form in forms} == {Kind.CERTIFICATE}


def test_a_folder_gives_what_is_wanted_of_it(shared):
    certificates = list(load_objects(shared / "real/by", Kind.CERTIFICATE))
    crls = list(load_objects(shared / "real/by", Kind.CRL))
    both = list(load_objects(shared / "real/by", Kind.CRL, Kind.CERTIFICATE))
    assert (len(certificates), len(crls), len(both)) == (4, 3, 7)
    assert certificates[0].name == "atrib-cert-ul.cer"


def p7b(certificates, crls=()) -> bytes:
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [],
            "encap_content_info": {"content_type": "data"},
            "certificates": [cms.CertificateChoices.load(c) for c in certificates],
            "crls": [cms.RevocationInfoChoice.load(c) for c in crls],
            "signer_infos": [],
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()


def test_a_p7b_gives_its_certificates_and_lists(tmp_path, shared):
    certificates = [(shared / f"real/by/{name}.cer").read_bytes() for name in ("kuc", "ruc")]
    crl = (shared / "real/by/kuc.crl").read_bytes()
    data = p7b(certificates, [crl])
    for octets in (data, base64.encodebytes(data)):
        path = tmp_path / "chain.p7b"
        path.write_bytes(octets)
        assert recognise(Input.open(path)).kind is Kind.CERTIFICATES
        found = list(load_objects(path, Kind.CERTIFICATE))
        assert sorted(bytes(form.data) for form in found) == sorted(certificates)
        assert found[0].trail[-1] == "p7b"
        [form] = load_objects(path, Kind.CRL)
        assert bytes(form.data) == crl


def test_keys_beside_a_certificate_are_passed_over(tmp_path, shared):
    path = tmp_path / "both.pem"
    key = base64.encodebytes((shared / "interop/by/keys/m-root.p8").read_bytes()).decode()
    path.write_text(
        f"-----BEGIN PRIVATE KEY-----\n{key}-----END PRIVATE KEY-----\n"
        + (shared / "interop/by/pki/m-root.pem").read_text()
    )
    assert len(list(load_objects(path, Kind.CERTIFICATE))) == 1
    assert len(list(load_objects(path, Kind.PRIVATE_KEY))) == 1


@pytest.mark.parametrize(
    ("file", "kind", "code"),
    [
        ("interop/by/crl/m-root.crl", Kind.CERTIFICATE, "input.wrong-kind"),
        ("interop/by/cms/m256-text-att.p7s", Kind.CERTIFICATE, "input.wrong-kind"),
        ("interop/by/keys/m-root.p8", Kind.CERTIFICATE, "input.private-key"),
        ("interop/by/docs/text.txt", Kind.CERTIFICATE, "input.no-signature"),
        ("interop/by/docs/empty.bin", Kind.CRL, "input.empty"),
        ("interop/by/docs/bin5m.bin", Kind.CRL, "input.unrecognised"),
        ("interop/by/docs", Kind.CRL, "input.nothing-wanted"),
        ("interop/by/nothing", Kind.CRL, "input.not-found"),
    ],
)
def test_what_is_not_wanted_is_said(shared, file, kind, code):
    assert code_of(shared / file, kind) == code


def test_a_cut_certificate_is_never_passed_over(tmp_path, shared):
    whole = (shared / "real/by/kuc.cer").read_bytes()
    (tmp_path / "a.cer").write_bytes(whole)
    (tmp_path / "b.cer").write_bytes(whole[:-1])
    assert code_of(tmp_path, Kind.CERTIFICATE) == "input.truncated"
    assert code_of(tmp_path / "b.cer", Kind.CERTIFICATE) == "input.truncated"
    data = p7b([whole])
    (tmp_path / "b.cer").write_bytes(data[:-30])
    assert code_of(tmp_path / "b.cer", Kind.CERTIFICATE) == "input.truncated"


def test_too_many_objects_are_refused(tmp_path, shared):
    whole = (shared / "real/by/kuc.cer").read_bytes()
    for number in range(3):
        (tmp_path / f"{number}.cer").write_bytes(whole)
    assert code_of(tmp_path, Kind.CERTIFICATE, limit=2) == "input.too-many-objects"
    assert len(list(load_objects(tmp_path, Kind.CERTIFICATE, limit=3))) == 3
