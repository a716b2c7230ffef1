"""What the authorities of both countries really issue is read, and written back to the octet."""

from __future__ import annotations

import base64
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from zaruka.asn1 import extensions, ocsp, pkix
from zaruka.asn1 import schema as s
from zaruka.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

BLOCK = re.compile("-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)


@pytest.fixture(scope="module")
def certificates(shared: Path) -> list[bytes]:
    text = (shared / "real" / "ru" / "accredited-ca.pem").read_text("ascii")
    found = [base64.b64decode(block) for block in BLOCK.findall(text)]
    assert len(found) == 2375
    names = ["kuc.cer", "ruc.cer", "ruc_old.cer"]
    return found + [(shared / "real" / "by" / name).read_bytes() for name in names]


def test_every_certificate_is_read_and_written_back(certificates: list[bytes]) -> None:
    noted: Counter[str] = Counter()
    for der in certificates:
        value, deviations = s.decode_noting(pkix.CERTIFICATE, der)
        noted.update({each.code for each in deviations})
        if not deviations:
            assert s.encode(pkix.CERTIFICATE, value) == der
            assert s.decode(pkix.CERTIFICATE, der, strict=True) == value
    assert noted == {"encoded-default": 1, "time-choice": 1}


def test_every_name_is_read_and_written_back(certificates: list[bytes]) -> None:
    for der in certificates:
        tbs = s.decode(pkix.CERTIFICATE, der).tbs_certificate
        for name in (tbs.issuer, tbs.subject):
            value = s.decode(pkix.NAME, name, strict=True)
            assert s.encode(pkix.NAME, value) == name


def test_the_leniencies_are_those_that_the_table_counts(
    certificates: list[bytes], pytestconfig: pytest.Config
) -> None:
    """docs/leniencies.md says how many of these certificates need each."""
    noted: Counter[str] = Counter()
    for der in certificates:
        tbs = s.decode(pkix.CERTIFICATE, der).tbs_certificate
        for extension in tbs.extensions or ():
            if extension.extn_id in extensions.VALUES:
                node = extensions.VALUES[extension.extn_id]
                value, deviations = s.decode_noting(node, extension.extn_value)
                noted.update({each.code for each in deviations})
                assert deviations or s.encode(node, value) == extension.extn_value
    assert noted == {"boolean-true": 25, "empty-list": 14}
    table = (pytestconfig.rootpath / "docs" / "leniencies.md").read_text("utf-8")
    for code, count in (noted + Counter({"encoded-default": 1, "time-choice": 1})).items():
        assert re.search(rf"`{code}` .*\| {count} ", table), code


GENERALIZED = {"ruc.crl": 18941, "cas_ruc.crl": 9588}


@pytest.mark.parametrize("name", ["kuc.crl", "ruc.crl", "cas_ruc.crl"])
def test_revocation_lists_of_gossuok_are_read(shared: Path, name: str) -> None:
    der = (shared / "real" / "by" / name).read_bytes()
    outer = s.decode(pkix.CERTIFICATE_LIST, der, strict=True)
    inner = s.decode(pkix.TBS_CERT_LIST, outer.tbs_cert_list, strict=True)
    assert s.encode(pkix.TBS_CERT_LIST, inner) == bytes(outer.tbs_cert_list)
    assert s.encode(pkix.CERTIFICATE_LIST, outer) == der
    entries = inner.revoked_certificates
    if entries is not None:
        values, noted = s.decode_noting(pkix.REVOKED_CERTIFICATES, entries)
        assert [each.code for each in noted] == ["time-choice"] * len(values)
        assert len(values) == GENERALIZED[name]


def test_ocsp_answers_are_read_and_written_back(shared: Path) -> None:
    paths = [*(shared / "interop").rglob("*.ocr"), *(shared / "interop").rglob("ocsp/*.resp")]
    assert len(paths) > 15
    for path in paths:
        response = s.decode(ocsp.OCSP_RESPONSE, path.read_bytes(), strict=True)
        assert response.response_bytes is not None
        basic = response.response_bytes.response
        value = s.decode(ocsp.BASIC_OCSP_RESPONSE, basic, strict=True)
        assert s.encode(ocsp.BASIC_OCSP_RESPONSE, value) == basic


def test_a_certificate_with_octets_after_it_is_refused(shared: Path) -> None:
    der = (shared / "real" / "by" / "ruc.cer").read_bytes()
    with pytest.raises(InputError) as caught:
        s.decode(pkix.CERTIFICATE, der + b"\n")
    assert caught.value.code == "asn1.trailing-data"
    assert caught.value.details["offset"] == len(der)
