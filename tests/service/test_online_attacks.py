"""Attacks through what is fetched: on other documents of the process, on what is kept."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from hierarchy import NOW, Authority
from hostile_server import good, serving
from online_world import CA, DAY, ROOT, World, access
from zaruka import Indication, Zaruka, verify
from zaruka.asn1 import cms
from zaruka.asn1 import schema as s
from zaruka.signatures.creation import Signer, sign_cades
from zaruka.stores.database import Database
from zaruka.stores.evidence import EvidenceStore
from zaruka.x509.crls import RevokedEntry

PASSED = Indication.TOTAL_PASSED


@pytest.fixture
def world(tmp_path):
    with serving({}) as server:
        yield World(server, tmp_path)


@pytest.fixture
def store(tmp_path):
    with Database.open(tmp_path / "zaruka.db") as database:
        yield EvidenceStore(database, tmp_path / "zaruka.evidence")


def indication(report):
    (signature,) = report.signatures
    return signature.conclusion.indication


def verified(world, store=None):
    fetch = world.online(store)
    return verify(world.signature, anchors=[world.anchor], at=world.now, fetch=fetch)


def p7b(certificates: list[bytes], crls: list[bytes]) -> bytes:
    """SignedData that nobody signed (RFC 5652 5.1)."""
    held = [
        bytes((tag,)) + s.encode(s.sequence_of(s.ANY), tuple(each))[1:]
        for tag, each in ((0xA0, certificates), (0xA1, crls))
    ]
    data = bytes.fromhex("300b06092a864886f70d010701")
    whole = s.encode(s.sequence_of(s.ANY), (b"\x02\x01\x01", b"\x31\x00", data, *held, b"\x31\x00"))
    return s.encode(cms.CONTENT_INFO, cms.ContentInfo("1.2.840.113549.1.7.2", memoryview(whole)))


def test_what_a_stranger_s_address_gave_is_no_evidence_for_the_next_document(world):
    """Lists that nobody signed spent the tries of a rival's signature, to the process's end."""
    named = Authority("online ca", "of somebody else")
    crl = bytes(named.crl([RevokedEntry(world.leaf.serial_number, NOW - DAY, 1)]).der)
    decoys = [crl[:-3] + number.to_bytes(3, "big") for number in range(3000)]
    nobody, stranger = Authority("nobody"), Authority("stranger")
    own = nobody.issue(stranger, [access(issuer=world.server.at("/nobody.p7b"))], ca=False)
    world.server.answers["/nobody.p7b"] = good(p7b([nobody.certificate().der], decoys))
    hostile = sign_cades(
        b"document",
        [Signer(stranger.issuer.private_key, own)],
        signing_time=NOW,
        entropy=bytes,
    )
    zaruka = Zaruka(anchors=[world.anchor], at=NOW, fetch=world.online())
    assert indication(zaruka.verify(hostile)) is Indication.INDETERMINATE
    assert "/nobody.p7b" in world.asked()
    assert indication(zaruka.verify(world.signature)) is PASSED


@pytest.mark.parametrize("path", ["/ca.crl", "/root.crl", "/ca.cer"])
def test_what_somebody_between_gave_once_is_not_kept_for_ever(world, store, path):
    """Under the true object's ETag it was confirmed again and again, and never replaced."""
    genuine = world.server.answers[path]
    stranger = Authority("online stranger")
    forged = stranger.certificate().der if path.endswith("cer") else bytes(stranger.crl().der)
    tag = {"/ca.crl": '"c1"', "/root.crl": '"r1"', "/ca.cer": '"a1"'}[path]
    if path == "/ca.cer":
        genuine = good(world.ca.der, ETag=tag)
    world.server.answers[path] = good(forged, ETag=tag, **{"Cache-Control": "max-age=31536000"})
    assert indication(verified(world, store)) is Indication.INDETERMINATE
    world.server.answers[path] = genuine
    for later in (timedelta(minutes=5), 2 * DAY, 400 * DAY):
        world.now = NOW + later
        assert indication(verified(world, store)) is PASSED, later


def test_a_list_in_the_form_of_mail_serves_with_a_store_and_without(world, store):
    text = base64.encodebytes(bytes(CA.crl().der))
    pem = b"-----BEGIN X509 CRL-----\n" + text + b"-----END X509 CRL-----\n"
    world.server.answers["/ca.crl"] = good(pem)
    assert indication(verified(world)) is PASSED
    assert indication(verified(world, store)) is PASSED


def test_a_list_among_certificates_is_used_and_ends_nothing(world, store):
    """Whose signature it was could not be noted in the store, and that was the whole answer."""
    lists = [bytes(CA.crl().der), bytes(ROOT.crl().der)]
    world.server.answers["/ca.cer"] = good(p7b([world.ca.der], lists))
    assert indication(verified(world, store)) is PASSED
    assert world.asked() == ["/ca.cer"]
