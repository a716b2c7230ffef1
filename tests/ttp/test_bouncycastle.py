"""BouncyCastle asks and we answer; it verifies our receipts where it has the mathematics.

Debian: libbcpkix-java and a JVM. BouncyCastle has no bign: of Belarusian receipts it reads what
they say.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from msgspec import structs

from bouncycastle import compiled
from third_parties import BID, NOW, Country, World, shown
from zaruka.crypto import digest
from zaruka.lab import russia as ru
from zaruka.ttp.checking import Asked, check_receipt
from zaruka.ttp.documents import attach
from zaruka.ttp.issuing import answer_request
from zaruka.ttp.profiles import PROFILES
from zaruka.ttp.reading import Verdict, parse_request, parse_response

SOURCE = Path(__file__).with_name("Dvcs.java")
SHA_256 = "2.16.840.1.101.3.4.2.1"


@pytest.fixture(scope="module")
def bouncy(tmp_path_factory):
    """Compile once; give what runs BouncyCastle and returns the lines that it says."""
    run = compiled(SOURCE, tmp_path_factory.mktemp("classes"))
    return lambda *words: dict(line.split(" ", 1) for line in run(*words).splitlines())


@pytest.fixture(scope="module")
def rsa_world():
    """Give a world whose Russian side has RSA keys, which everybody can verify."""
    world = World()
    world.countries["RU"] = Country(
        ru, ru.russia(NOW, os.urandom, root_key="rsa-2048", key="rsa-2048"), ru.CONTRACTOR
    )
    return world


def with_any_key(authority):
    """Let a service of the Russian profile sign with any key: for trial."""
    return structs.replace(authority, profile=structs.replace(PROFILES["ru"], keys=""))


def answered(world, code, request):
    authority = world.authority(code)
    authority = with_any_key(authority) if code == "RU" else authority
    return answer_request(request, authority, world.judge(authority.context))


@pytest.mark.parametrize("kind", ["RSA", "GOST", "bign"])
def test_requests_of_bouncycastle_are_answered_and_it_reads_the_answers(
    bouncy, rsa_world, world, tmp_path, kind
):
    place, code = rsa_world if kind == "RSA" else world, "BY" if kind == "bign" else "RU"
    message = place.signature(code)
    (tmp_path / "document").write_bytes(attach(message, BID))
    bouncy("vsd", tmp_path / "document", tmp_path / "request")
    request = (tmp_path / "request").read_bytes()
    answer = answered(place, code, request)
    receipt = parse_response(answer)
    asked = Asked(request=parse_request(request))
    checked = check_receipt(receipt, place.context(), shown(message), asked)
    assert (receipt.verdict, receipt.info.dv_req_info.nonce) == (Verdict.GRANTED, 77)
    assert checked.conclusion.passed
    (tmp_path / "answer").write_bytes(answer)
    said = bouncy("read" if kind == "bign" else "verify", tmp_path / "answer")
    assert said["serial"] == "7"
    assert said["imprint"] == receipt.info.message_imprint.digest.hex()
    assert (said["nonce"], said["chains"]) == ("77", "1")
    assert said["time"].startswith("20261129090000")
    if kind != "bign":
        assert said["verified"] == "true"


def test_a_request_on_the_existence_of_data_is_answered(bouncy, world, tmp_path):
    bouncy("ccpd", SHA_256, digest(SHA_256, BID).hex(), tmp_path / "request")
    answer = answered(world, "RU", (tmp_path / "request").read_bytes())
    assert parse_response(answer).verdict is Verdict.GRANTED
    (tmp_path / "answer").write_bytes(answer)
    said = bouncy("verify", tmp_path / "answer")
    assert (said["imprint"], said["verified"]) == (digest(SHA_256, BID).hex(), "true")


def test_a_refusal_is_read(bouncy, world, tmp_path):
    (tmp_path / "answer").write_bytes(answered(world, "RU", b"\x30\x00"))
    assert bouncy("verify", tmp_path / "answer") == {"status": "2", "verified": "true"}


def test_the_messages_of_2012_are_read_by_it_as_by_us(bouncy, shared):
    for name in ("ccpd", "cpd", "vpkc"):
        path = shared / f"real/ru/dvcs/response_{name}_tomsk.der"
        own = parse_response(path.read_bytes()).info
        said = bouncy("read", path)
        assert said["serial"] == str(own.serial_number)
        assert said["imprint"] == own.message_imprint.digest.hex()
