"""What was obtained earlier serves who asks nobody, for past moments too."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hierarchy import NOW
from hostile_server import good, serving
from online_world import CA, DAY, LEAF, ROOT, World, points
from zaruka import Indication, Zaruka, verify
from zaruka.service.online import keep_beside
from zaruka.signatures.creation import Signer, sign_cades
from zaruka.stores.database import Database

LATER = NOW + 10 * DAY


@pytest.fixture
def world(tmp_path):
    with serving({}) as server:
        yield World(server, tmp_path)


@pytest.fixture
def place(tmp_path):
    place = tmp_path / "zaruka.db"
    Database.open(place).close()
    return place


def is_passed(report):
    (signature,) = report.signatures
    return signature.conclusion.indication is Indication.TOTAL_PASSED


def asking(world, place, **more):
    """Ask with the store beside, and with the root as evidence that somebody gives an anchor."""
    return {"anchors": [world.anchor], "store": place, "at": world.now, **more}


def test_what_was_obtained_once_serves_without_a_network(world, place):
    assert not is_passed(verify(world.signature, **asking(world, place)))
    verify(world.signature, **asking(world, place, fetch=world.online(keep_beside(place))))
    world.server.answers.clear()
    report = verify(world.signature, **asking(world, place))
    assert is_passed(report)
    assert report.needs == ()
    sources = {fact.source for fact in report.facts if fact.obtained == NOW}
    assert world.server.at("/ca.crl") in sources
    assert len(world.asked()) == 3


def test_what_is_kept_is_not_opened_where_nothing_is_lacked(world, place, tmp_path):
    """A store that cannot be opened is noticed only by who needs it, and breaks nothing."""
    online = world.online(keep_beside(place))
    verify(world.signature, **asking(world, place, fetch=online))
    place.write_bytes(b"no database")
    for name, octets in (
        ("ca.cer", world.ca.der),
        ("1.crl", bytes(CA.crl().der)),
        ("2.crl", bytes(ROOT.crl().der)),
    ):
        (tmp_path / name).write_bytes(octets)
    lists = [tmp_path / "1.crl", tmp_path / "2.crl"]
    given = asking(world, place, certificates=[tmp_path / "ca.cer"], crls=lists)
    assert verify(world.signature, **given).findings == ()
    report = verify(world.signature, **asking(world, place))
    assert [each.rule.code for each in report.findings] == ["online.kept-unusable"]
    assert report.needs


def test_a_past_moment_is_judged_by_what_was_in_force_then(world, place):
    """The certificate has expired since, and newer lists prove nothing of it."""
    address = world.server.at("/ca.crl")
    leaf = CA.issue(LEAF, [points(address)], ca=False, not_after=NOW + 5 * DAY)
    signer = Signer(LEAF.issuer.private_key, leaf)
    signature = sign_cades(b"document", [signer], signing_time=NOW, entropy=bytes)
    world.anchor.write_bytes(world.root.der)
    ca = world.anchor.with_name("ca.cer")
    ca.write_bytes(world.ca.der)
    more = {"certificates": [ca]}
    for days in (-30, 0, 10, 20):
        begin = NOW + days * DAY
        crl = CA.crl(at=begin, until=begin + 3 * DAY)
        world.server.answers["/ca.crl"] = good(bytes(crl.der), ETag=f'"{days}"')
        world.now = begin + timedelta(hours=1)
        online = world.online(keep_beside(place))
        verify(signature, **asking(world, place, fetch=online, **more))
    world.now = NOW + DAY
    report = verify(signature, **asking(world, place, **more))
    assert is_passed(report)
    world.now = LATER
    assert not is_passed(verify(signature, **asking(world, place, **more)))


def test_many_documents_open_the_store_once(world, place, monkeypatch):
    verify(world.signature, **asking(world, place, fetch=world.online(keep_beside(place))))
    opened = []
    kept = Database.open
    monkeypatch.setattr(Database, "open", lambda place: opened.append(place) or kept(place))
    zaruka = Zaruka(**asking(world, place))
    assert all(is_passed(zaruka.verify(world.signature)) for _ in range(3))
    assert opened == [place]
