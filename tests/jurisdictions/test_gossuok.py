"""GosSUOK as a list: the one that comes with Zaruka, and others of its form."""

from __future__ import annotations

import base64

import pytest

from zaruka.errors import BudgetExceeded, InputError
from zaruka.facts import FactKind
from zaruka.jurisdictions.belarus import BELARUS
from zaruka.jurisdictions.belarus.anchors import ROOTS
from zaruka.jurisdictions.belarus.gossuok import built_in, parse_gossuok
from zaruka.trust import Missing, Purpose, Scheme, TrustBase
from zaruka.validation.blocks.x509_validation import validate_certificate_chain
from zaruka.validation.context import Context, Evidence
from zaruka.validation.policy_file import built_in as policy
from zaruka.x509 import Certificate, CertificateList, Outcome, verify_signed

HEAD = 'name = "Own"\nversion = 3\ndate = 2026-01-01T03:00:00+03:00\n'
ENTRY = (
    '[[certificates]]\nrole = "link"\nname = "Link"\nsource = "s"\n'
    f'sha256 = "{"AB" * 32}"\nsince = 2020-01-01T00:00:00Z\n'
    'crl = [{ url = "http://a/1.crl", source = "s" }]\n'
)


def test_the_list_that_comes_along_is_whole():
    found = built_in()
    assert (found.scheme, found.territory) == (Scheme.GOSSUOK, "BY")
    roles = [dict(each.details)["ROLE"] for each in found.statements]
    assert roles == ["root", "authority", "authority", "attributes"]
    assert found.unread == ()
    names = [each.url.rpartition("/")[2] for each in found.missing]
    assert names == ["kuc2.cer", "ruc3.cer", "cas_ruc2.cer", "cas_ruc3.cer"]
    assert [each.crl_urls for each in found.missing] == [
        (each.url.replace(".cer", ".crl"),) for each in found.missing
    ]
    assert all(each.crl_urls and each.since and each.until for each in found.statements)
    assert {each.certificate_sha256 for each in found.statements} == {
        each.sha256 for each in found.certificates
    }


def test_the_root_is_the_one_that_is_pinned():
    anchors = [each for each in built_in().statements if each.anchor]
    assert {each.certificate_sha256 for each in anchors} == {r.certificate_sha256 for r in ROOTS}
    assert {(each.since, each.until) for each in anchors} == {(r.since, r.until) for r in ROOTS}


def test_it_holds_what_the_operator_publishes(shared):
    paths = sorted((shared / "real" / "by").glob("*.cer"))
    assert len(paths) == 4
    found = set(built_in().certificates)
    assert found == {Certificate.parse(path.read_bytes()) for path in paths}


def test_the_list_of_the_new_key_speaks_of_the_old_certificates(shared):
    by_name = {each.name: each for each in built_in().statements}
    certificates = {each.sha256: each for each in built_in().certificates}
    old, new = (
        certificates[statement.certificate_sha256]
        for name, statement in by_name.items()
        if dict(statement.details)["ROLE"] == "authority"
    )
    crl = CertificateList.parse((shared / "real" / "by" / "ruc.crl").read_bytes())
    assert verify_signed(crl, new.key).outcome is Outcome.VALID
    assert verify_signed(crl, old.key).outcome is not Outcome.VALID
    assert old.subject == new.subject
    urls = {each.crl_urls for each in by_name.values() if "Республиканский" in each.name}
    assert len(urls) == 1


def test_the_attribute_service_signs_no_documents():
    (service,) = [e for e in built_in().statements if dict(e.details)["ROLE"] == "attributes"]
    assert service.purposes == {Purpose.ATTRIBUTES}


def test_where_a_certificate_names_no_revocation_list_the_list_knows_it():
    found = built_in()
    authority = found.certificates[2]
    assert authority.crl_urls == ()
    context = Context(
        policy(),
        found.issued,
        TrustBase(found.statements),
        Evidence.of("gossuok", certificates=found.certificates),
        (BELARUS,),
    )
    needs = validate_certificate_chain(authority, context, signs=False).needs
    (need,) = [each for each in needs if each.kind is FactKind.CRL]
    place = "https://nces.by/wp-content/uploads/certificates/pki"
    assert need.addresses == (f"{place}/kuc.crl", f"{place}/kuc1.crl")


def test_a_list_of_ones_own_is_read():
    found = parse_gossuok((HEAD + ENTRY).encode())
    assert (found.name, found.sequence, found.issued.hour) == ("Own", 3, 0)
    (link,) = found.statements
    assert link.certificate_sha256 == "ab" * 32
    assert not link.anchor
    assert link.until is None
    assert link.crl_urls == ("http://a/1.crl",)
    assert found.certificates == ()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('role = "link"', 'role = "king"', "lists.malformed"),
        ('role = "link"', "role = 1", "lists.malformed"),
        ("AB" * 32, "AB", "lists.malformed"),
        ("since = 2020-01-01T00:00:00Z", "", "lists.malformed"),
        ("since = 2020-01-01T00:00:00Z", "since = 2020-01-01T00:00:00", "lists.malformed"),
        ("since = 2020-01-01T00:00:00Z", "since = 0001-01-01T00:00:00+14:00", "lists.bad-date"),
        ("crl = [{", 'der = "?"\ncrl = [{', "lists.not-base64"),
        ("crl = [{", 'der = "QUJD"\ncrl = [{', "asn1.truncated"),
        ("crl = [{", 'crl = ["x", {', "lists.malformed"),
    ],
)
def test_a_bad_entry_is_left_out_and_named(old, new, code):
    entry = ENTRY.replace(old, new)
    assert entry != ENTRY
    found = parse_gossuok((HEAD + entry + ENTRY).encode())
    assert len(found.statements) == 1
    assert [each.code.partition(".")[0] for each in found.unread] == [code.partition(".")[0]]


def test_what_is_missing_is_named_and_is_not_unread():
    entry = '[[missing]]\nname = "Next"\nsource = "https://a/kuc2.cer"\n'
    found = parse_gossuok((HEAD + entry + "[[missing]]\nname = 1\n").encode())
    assert found.missing == (Missing("Next", "https://a/kuc2.cer"),)
    assert [each.place for each in found.unread] == ["missing 2"]


def test_the_fingerprint_is_that_of_the_certificate_beside_it():
    own = built_in().statements[0].certificate_sha256
    octets = HEAD + f'[[certificates]]\nrole = "root"\nname = "x"\nsource = "s"\nsha256 = "{own}"\n'
    der = base64.b64encode(built_in().certificates[1].der).decode()
    found = parse_gossuok(f'{octets}der = "{der}"\n'.encode())
    assert found.statements == ()
    assert [each.code for each in found.unread] == ["lists.fingerprint-differs"]


@pytest.mark.parametrize(
    "octets",
    [b"\xff", b"= 1", b"a = " + b"[" * 100_000, b"", b'name = "x"\nversion = true\n', b"name = 1"],
)
def test_what_is_no_list_is_refused(octets):
    with pytest.raises(InputError):
        parse_gossuok(octets)


@pytest.mark.parametrize(
    "octets", [b"#" * (5 << 20), HEAD.encode() + b"a." * 100_000 + b"b = 1"], ids=["size", "keys"]
)
def test_what_is_too_large_is_refused(octets):
    """A key of a hundred thousand parts would be read for hours."""
    with pytest.raises(BudgetExceeded):
        parse_gossuok(octets)
