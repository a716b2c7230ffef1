"""The same messages read by asn1crypto: an independent reader must see the same."""

from __future__ import annotations

import pytest
from asn1crypto import cms as other
from asn1crypto import tsp  # noqa: F401 - makes TSTInfo known
from cms_samples import cases

from zaruka.errors import InputError
from zaruka.signatures.cms import parse_signed_data


def _compare(message: bytes) -> None:
    ours = parse_signed_data(message)
    theirs = other.ContentInfo.load(message)["content"]
    content = theirs["encap_content_info"]["content"].native
    assert content == (None if ours.encapsulated is None else bytes(ours.encapsulated))
    assert {each.chosen.dump() for each in theirs["certificates"]} == {
        each.der for each in ours.certificates
    }
    for signature, info in zip(ours.signatures, theirs["signer_infos"], strict=True):
        assert signature.signature == info["signature"].native
        assert signature.digest_algorithm.oid == info["digest_algorithm"]["algorithm"].dotted
        assert signature.signature_algorithm.oid == info["signature_algorithm"]["algorithm"].dotted
        if info["sid"].name == "issuer_and_serial_number":
            assert signature.sid.serial_number == info["sid"].chosen["serial_number"].native
            assert signature.sid.issuer is not None
            assert signature.sid.issuer.der == info["sid"].chosen["issuer"].dump()
        else:
            assert signature.sid.key_id == info["sid"].chosen.native
        signed = {} if signature.signed_attributes is None else _values(info["signed_attrs"])
        assert [found.oid for found in signature.signed_attributes or ()] == list(signed)
        for oid, value in (
            ("1.2.840.113549.1.9.3", signature.content_type),
            ("1.2.840.113549.1.9.4", signature.message_digest),
            ("1.2.840.113549.1.9.5", signature.signing_time),
        ):
            assert value == signed.get(oid)
        if signature.signed_attributes is not None:
            assert signature.signed_attributes_der == info["signed_attrs"].untag().dump()
        tokens = [
            token["content"]["encap_content_info"]["content"].parsed["gen_time"].native
            for found in info["unsigned_attrs"]
            if found["type"].native == "signature_time_stamp_token"
            for token in found["values"]
        ]
        assert [found.tst_info.time for found in signature.timestamps] == tokens


def _values(attributes: other.CMSAttributes) -> dict[str, object]:
    """Give the attributes by OID in order; only values that are compared are looked at."""
    found: dict[str, object] = {}
    for each in attributes:
        found[each["type"].dotted] = None
        if each["type"].native == "content_type":
            found[each["type"].dotted] = each["values"][0].dotted
        elif each["type"].native in {"message_digest", "signing_time"}:
            found[each["type"].dotted] = each["values"][0].native
    return found


@pytest.mark.parametrize("name", ["ru", "ru-cades", "by"])
def test_an_independent_reader_sees_the_same(shared, name) -> None:
    compared = 0
    for case in cases(shared, name):
        try:
            parse_signed_data(case.message)
        except InputError:
            with pytest.raises(ValueError, match=r".+"):
                other.ContentInfo.load(case.message, strict=True).native  # noqa: B018
            continue
        _compare(case.message)
        compared += 1
    assert compared > 20


def test_an_independent_reader_sees_the_same_of_cryptopro(shared) -> None:
    paths = sorted((shared / "real/ru/cryptopro-test-ca").glob("*.p7s"))
    assert len(paths) == 8
    for path in paths:
        _compare(path.read_bytes())
