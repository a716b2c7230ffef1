"""What validation lacks is obtained from real servers on loopback, and the verdict follows."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from hierarchy import NOW, Authority
from hostile_server import answering, dripping, good, serving, silent, status, zeros
from online_world import CA, DAY, LEAF, SHA_1, World
from zaruka import Indication, Online, SubIndication, Zaruka, verify
from zaruka.asn1 import ocsp as ocsp_asn1
from zaruka.asn1 import pkix
from zaruka.asn1 import schema as s
from zaruka.facts import FactKind
from zaruka.fetch import Limits
from zaruka.jurisdictions.belarus import BELARUS
from zaruka.service.online import Budget, keep_beside
from zaruka.signatures.creation import Signer, sign_cades
from zaruka.stores.database import Database
from zaruka.stores.evidence import EvidenceStore
from zaruka.trust import Statement
from zaruka.x509.crls import RevokedEntry
from zaruka.x509.ocsp_requests import nonce_value


def verified(world: World, online: Online | None = None):
    fetch = online or world.online()
    return verify(world.signature, anchors=[world.anchor], at=world.now, fetch=fetch)


@pytest.fixture
def server():
    with serving({}) as running:
        yield running


@pytest.fixture
def world(server, tmp_path):
    return World(server, tmp_path)


@pytest.fixture
def store(tmp_path):
    with Database.open(tmp_path / "zaruka.db") as database:
        yield EvidenceStore(database, tmp_path / "zaruka.evidence")


def conclusion(report):
    (signature,) = report.signatures
    return signature.conclusion.indication, signature.conclusion.sub_indication


PASSED = (Indication.TOTAL_PASSED, None)
LATER = (Indication.INDETERMINATE, SubIndication.TRY_LATER)


def test_without_leave_nothing_is_asked_and_the_first_need_is_named(world):
    report = verify(world.signature, anchors=[world.anchor], at=NOW)
    assert conclusion(report)[0] is Indication.INDETERMINATE
    assert [need.addresses for need in report.needs] == [(world.server.at("/ca.cer"),)]
    assert world.asked() == []


def test_issuers_and_lists_are_obtained_until_nothing_is_lacked(world):
    report = verified(world)
    assert conclusion(report) == PASSED
    assert report.needs == ()
    assert world.asked() == ["/ca.cer", "/ca.crl", "/root.crl"]


def test_what_was_obtained_for_one_document_serves_the_next(world, tmp_path):
    other = World(world.server, tmp_path)
    zaruka = Zaruka(anchors=[world.anchor], at=NOW, fetch=world.online())
    for each in (world, other):
        report = zaruka.verify(each.signature)
        assert conclusion(report) == PASSED
        assert len([fact for fact in report.facts if fact.obtained == NOW]) >= 3
    assert len(world.asked()) == 3


def test_facts_say_where_they_came_from_and_when(world):
    report = verified(world)
    obtained = {fact.source: fact.obtained for fact in report.facts if fact.obtained}
    assert obtained == {world.server.at(path): NOW for path in ("/ca.cer", "/ca.crl", "/root.crl")}


def test_a_responder_is_asked_before_a_list_is_fetched(server, tmp_path):
    world = World(server, tmp_path, ocsp=True)
    report = verified(world)
    assert conclusion(report) == PASSED
    assert world.asked() == ["/ca.cer", "/ocsp", "/root.crl"]
    (asked,) = [each for each in server.asked if each.path == "/ocsp"]
    request = s.decode(ocsp_asn1.OCSP_REQUEST, asked.body).tbs_request
    (one,) = request.request_list
    assert one.req_cert.serial_number == world.leaf.serial_number
    assert one.req_cert.hash_algorithm == (SHA_1, b"\x05\x00")
    assert request.request_extensions[0].extn_value == b"\x04\x20" + b"n" * 32
    assert "online.nonce-absent" in {finding.rule.code for finding in report.findings}


def test_a_revocation_that_was_fetched_counts(server, tmp_path):
    world = World(server, tmp_path, ocsp=True)
    world.status = RevokedEntry(world.leaf.serial_number, NOW - DAY, 1)
    assert conclusion(verified(world))[1] is SubIndication.REVOKED_NO_POE


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (silent, "timeout"),
        (dripping(b"x" * 1000), None),  # too slow, or out of time
        (status("500 Oops"), "busy"),
        (zeros(4 << 20), "too-large"),
        (good(b"\x30\x03\x0a\x01\x63\x00"), "unreadable"),
        (good(b"nothing like it"), "unreadable"),
    ],
)
def test_where_the_responder_is_no_use_the_list_is(server, tmp_path, answer, code):
    world = World(server, tmp_path, ocsp=True)
    server.answers["/ocsp"] = answer
    report = verified(world, world.online(limits=Limits(seconds=2, silence_s=0.5, tries=1)))
    assert conclusion(report) == PASSED
    assert "/ca.crl" in world.asked()
    failures = [f for f in report.findings if f.rule.code == "online.not-obtained"]
    assert failures
    assert code is None or code in {failure.details["reason"] for failure in failures}


def test_an_answer_about_another_certificate_is_no_answer(server, tmp_path):
    world = World(server, tmp_path, ocsp=True, crl=False)
    world.about = CA.issue(LEAF, ca=False)
    report = verified(world)
    assert conclusion(report) == LATER
    codes = {finding.details.get("reason") for finding in report.findings}
    assert "other-certificate" in codes


def test_an_answer_with_another_nonce_is_no_answer(server, tmp_path):
    world = World(server, tmp_path, ocsp=True, crl=False)
    first = world.online(entropy=lambda count: b"m" * count)
    server.answers["/ocsp"] = answering(lambda _: with_nonce(world, b"other"))
    report = verified(world, first)
    assert conclusion(report) == LATER
    assert "other-nonce" in {f.details.get("reason") for f in report.findings}
    server.answers["/ocsp"] = answering(lambda _: with_nonce(world, b"m" * 32))
    report = verified(world, first)
    assert conclusion(report) == PASSED
    assert "online.nonce-absent" not in {f.rule.code for f in report.findings}


def with_nonce(world: World, nonce: bytes) -> bytes:
    whole = s.decode(ocsp_asn1.OCSP_RESPONSE, world.answer())
    basic = s.decode(ocsp_asn1.BASIC_OCSP_RESPONSE, whole.response_bytes.response)
    repeated = pkix.Extension("1.3.6.1.5.5.7.48.1.2", False, nonce_value(nonce))
    data = basic.tbs_response_data._replace(der=b"", response_extensions=(repeated,))
    signature = CA.issuer.sign(s.encode(ocsp_asn1.RESPONSE_DATA, data), b"")
    signed = basic._replace(tbs_response_data=data, signature=s.BitString(signature))
    octets = s.encode(ocsp_asn1.BASIC_OCSP_RESPONSE, signed)
    body = whole.response_bytes._replace(response=octets)
    return s.encode(ocsp_asn1.OCSP_RESPONSE, whole._replace(response_bytes=body))


def test_a_forged_list_changes_nothing(world):
    world.server.answers["/ca.crl"] = good(bytes(Authority("online ca", "forged").crl().der))
    assert conclusion(verified(world)) == LATER


def test_a_certificate_where_a_list_should_be_is_said(world):
    world.server.answers["/ca.crl"] = good(world.ca.der)
    report = verified(world)
    assert conclusion(report) == LATER
    assert "wrong-object" in {f.details.get("reason") for f in report.findings}


@pytest.mark.parametrize(
    "budget", [Budget(rounds=1), Budget(requests=2), Budget(seconds=0), Budget(octets=1)]
)
def test_a_budget_that_is_spent_leaves_the_verdict_open(world, budget):
    report = verified(world, world.online(budget=budget))
    assert conclusion(report)[0] is Indication.INDETERMINATE
    assert report.needs


class Country:
    """Belarus, but for its roots."""

    def __init__(self, *statements: Statement) -> None:
        self.anchors = lambda: statements

    def __getattr__(self, name: str):
        return getattr(BELARUS, name)


def test_lists_that_no_certificate_names_are_where_the_trusted_list_says(world):
    """As of GosSUOK: whoever trusts the issuer knows where its lists are."""
    bare = CA.issue(LEAF, ca=False)
    signature = sign_cades(
        b"document",
        [Signer(LEAF.issuer.private_key, bare)],
        signing_time=NOW,
        entropy=bytes,
        chain=[world.ca],
    )
    address = world.server.at("/ca.crl")
    country = Country(
        Statement(world.root.sha256, "root", "list"),
        Statement(world.ca.sha256, "ca", "list", anchor=False, crl_urls=(address,)),
    )
    asking = {"certificates": [world.anchor], "jurisdictions": [country], "at": NOW}
    report = verify(signature, **asking)
    assert (address,) in [need.addresses for need in report.needs]
    assert conclusion(verify(signature, fetch=world.online(), **asking)) == PASSED
    assert world.asked() == ["/ca.crl", "/root.crl"]


# --- with a store


def test_what_is_kept_and_good_is_not_asked_for_again(world, store):
    assert conclusion(verified(world, world.online(store))) == PASSED
    assert len(world.asked()) == 3
    world.now += timedelta(minutes=30)
    report = verified(world, world.online(store))
    assert conclusion(report) == PASSED
    assert len(world.asked()) == 3
    assert {fact.obtained for fact in report.facts if fact.obtained} == {NOW}


def test_a_store_is_opened_when_something_is_lacked(world, tmp_path):
    place = tmp_path / "own" / "zaruka.db"
    online = world.online(keep_beside(place))
    assert not place.exists()
    assert conclusion(verified(world, online)) == PASSED
    assert (tmp_path / "own" / "zaruka.evidence").is_dir()
    assert conclusion(verified(world, world.online(keep_beside(place), network=False))) == PASSED


def test_what_is_kept_is_confirmed_by_its_etag(world, store):
    verified(world, world.online(store))
    world.now += timedelta(hours=2)
    assert conclusion(verified(world, world.online(store))) == PASSED
    again = [each.fields.get("if-none-match") for each in world.server.asked[3:]]
    assert sorted(filter(None, again)) == ['"c1"', '"r1"']
    assert store.usage().objects == 3


def test_offline_the_store_alone_answers(world, store):
    verified(world, world.online(store))
    world.server.answers.clear()
    world.now += timedelta(days=30)
    report = verified(world, world.online(store, network=False))
    assert conclusion(report) == PASSED
    assert len(world.asked()) == 3


def test_a_list_that_came_as_pem_is_opened_again(world, store):
    pem = b"-----BEGIN X509 CRL-----\n%s-----END X509 CRL-----\n"
    world.server.answers["/ca.crl"] = good(pem % base64.encodebytes(bytes(CA.crl().der)))
    assert conclusion(verified(world, world.online(store))) == PASSED
    again = EvidenceStore(store._database, store.folder)
    assert conclusion(verified(world, world.online(again, network=False))) == PASSED
    assert again.damaged() == ()
    assert not [path for path in store.folder.iterdir() if path.is_file()]  # nothing half done


def test_old_evidence_is_used_where_no_new_one_comes_and_does_not_count(world, store):
    """The lists end: they say what they said, validation says that they are old."""
    short = CA.crl(at=NOW - DAY, until=NOW + DAY)
    world.server.answers["/ca.crl"] = good(bytes(short.der))
    assert conclusion(verified(world, world.online(store))) == PASSED
    world.server.answers["/ca.crl"] = status("503 Busy")
    world.now += 2 * DAY
    report = verified(world, world.online(store))
    assert conclusion(report) == LATER
    codes = {finding.rule.code for each in report.signatures for finding in each.findings}
    assert "x509.crl-stale" in codes
    assert {fact.sha256 for fact in report.facts if fact.kind is FactKind.CRL} >= {short.sha256}


def test_an_answer_of_a_responder_is_kept_under_its_question(server, tmp_path, store):
    world = World(server, tmp_path, ocsp=True)
    verified(world, world.online(store))
    verified(world, world.online(store))
    assert world.asked().count("/ocsp") == 1
    world.now += 2 * DAY
    assert conclusion(verified(world, world.online(store))) == PASSED
    assert world.asked().count("/ocsp") == 2


def test_a_store_that_was_damaged_is_obtained_anew(world, store):
    verified(world, world.online(store))
    for path in store.folder.rglob("*"):
        if path.is_file():
            path.write_bytes(b"damaged")
    fresh = EvidenceStore(store._database, store.folder)
    report = verified(world, world.online(fresh))
    assert conclusion(report) == PASSED
    assert fresh.damaged() == ()


def test_the_order_in_which_servers_answer_changes_nothing(server, tmp_path):
    world = World(server, tmp_path, ocsp=True)
    assert verified(world, world.online(limits=Limits(at_once=1))) == verified(
        world, world.online(limits=Limits(at_once=8))
    )
