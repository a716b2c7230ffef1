"""The services for trial over real HTTP: what they answer, what they refuse, what others say."""

from __future__ import annotations

import base64
import http.client
import os
import socket
import stat
import subprocess
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from extending_world import with_engine
from zaruka import Online
from zaruka.errors import ConfigError
from zaruka.fetch import Settings
from zaruka.lab import russia as ru
from zaruka.lab.server import LabServer
from zaruka.lab.services import COUNTRIES
from zaruka.service import Zaruka
from zaruka.service.extending import Aim, extend
from zaruka.service.stamping import RemoteAuthority
from zaruka.signatures.creation import sign_cades
from zaruka.x509 import OcspResponse
from zaruka.x509.ocsp_requests import cert_id_hashes, make_ocsp_request

TSA, OCSP = "application/timestamp-query", "application/ocsp-request"
RSA = structs.replace(
    COUNTRIES["ru"], profile=lambda: ru.profile(root_key="rsa-2048", key="rsa-2048")
)


def now():
    return datetime.now(UTC)


@contextmanager
def running(folder, **options):
    server = LabServer(folder, options.pop("port", 0), now, os.urandom, **options)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    with running(folder, countries={**COUNTRIES, "rsa": RSA}) as server:
        server.folder = folder
        yield server


def ask(lab, method, path, body=None, **fields):
    connection = http.client.HTTPConnection(*lab.server_address, timeout=20)
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    connection.request(method, path, body, named)
    answer = connection.getresponse()
    return answer.status, answer.headers.get_content_type(), answer.read()


def asked_of(lab, code, member="signer"):
    members = lab.services[code].members
    certificate, issuer = members[member].certificate, members["ca"].certificate
    return certificate, issuer, make_ocsp_request(certificate, issuer, cert_id_hashes(issuer)[0])


@pytest.mark.parametrize("code", ["ru", "by", "rsa"])
def test_a_signature_is_stamped_extended_and_verified_by_nothing_but_the_services(lab, code):
    members = lab.services[code].members
    message = sign_cades(
        b"content", [members["signer"].signer], signing_time=now(), entropy=os.urandom
    )
    online = Online(Settings(allow=("127.0.0.1",)))
    root = lab.folder / code / "root.cer"
    authority = RemoteAuthority(f"{lab.address}/{code}/tsa", online.fetcher, now, os.urandom)
    for to, level in zip(Aim, ("B-T", "B-LT", "B-LTA"), strict=True):
        found = extend(Zaruka(anchors=[root], fetch=online), message, to, authority=authority)
        message = found.octets
        (signature,) = found.report.signatures
        assert str(signature.level) == level
        assert not found.late  # the answers of a responder are newer than the stamp
    report = Zaruka(anchors=[root], at=now() + timedelta(seconds=2)).verify(message)
    assert report.conclusion.passed


@pytest.mark.parametrize(
    ("method", "path", "body", "fields", "status"),
    [
        ("GET", "/ru/root.crl", None, {}, 200),
        ("GET", "/by/ca.cer", None, {}, 200),
        ("GET", "/", None, {}, 404),
        ("GET", "/xx/tsa", None, {}, 404),
        ("GET", "/ru/other.crl", None, {}, 404),
        ("GET", "/ru/../by/root.p8", None, {}, 404),
        ("GET", "/ru/tsa", None, {}, 405),
        ("GET", "/ru/ocsp/%%%", None, {}, 400),
        ("POST", "/ru/root.crl", b"", {"Content_Type": TSA}, 404),
        ("POST", "/ru/tsa", b"", {"Content_Type": "text/plain"}, 415),
        ("POST", "/ru/ocsp", b"", {"Content_Type": TSA}, 415),
        ("POST", "/ru/tsa", b"x", {"Content_Type": TSA, "Content_Length": "-1"}, 411),
        ("POST", "/ru/tsa", b"x", {"Content_Type": TSA, "Content_Length": "9" * 30}, 413),
        ("POST", "/ru/tsa", bytes(1 << 17), {"Content_Type": TSA}, 413),
        ("DELETE", "/ru/tsa", None, {}, 501),
    ],
)
def test_requests_get_the_status_that_is_theirs(lab, method, path, body, fields, status):
    try:
        assert ask(lab, method, path, body, **fields)[0] == status
    except (BrokenPipeError, ConnectionResetError):
        assert status == 413  # answered before all was sent


def test_what_is_no_request_is_answered_as_the_protocols_say(lab):
    for body in (b"", b"\x30\x80", bytes(1000)):
        status, kind, octets = ask(lab, "POST", "/ru/tsa", body, Content_Type=TSA)
        assert (status, kind) == (200, "application/timestamp-reply")
        assert octets[:2] == b"\x30\x09"  # rejection, badDataFormat, no token
        status, _, octets = ask(lab, "POST", "/by/ocsp", body, Content_Type=OCSP)
        assert OcspResponse.parse(octets).status_name == "malformedRequest"


def test_of_another_authority_s_certificates_the_responder_says_nothing(lab):
    *_, request = asked_of(lab, "rsa")
    _, _, octets = ask(lab, "POST", "/ru/ocsp", request, Content_Type=OCSP)
    assert OcspResponse.parse(octets).status_name == "unauthorized"


def test_a_responder_may_be_asked_in_the_address(lab):
    certificate, issuer, request = asked_of(lab, "by")
    path = "/by/ocsp/" + base64.b64encode(request).decode().replace("/", "%2F")
    _, kind, octets = ask(lab, "GET", path)
    assert kind == "application/ocsp-response"
    assert OcspResponse.parse(octets).find(certificate, issuer).status == "good"


def test_a_client_that_goes_away_or_says_nothing_stops_nobody(lab):
    silent = [socket.create_connection(lab.server_address) for _ in range(8)]
    gone = socket.create_connection(lab.server_address)
    gone.sendall(b"POST /ru/tsa HTTP/1.1\r\nContent-Type: application/timestamp-query\r\n")
    gone.close()
    assert ask(lab, "GET", "/ru/root.cer")[0] == 200
    for each in silent:
        each.close()


def test_a_folder_is_kept_and_its_keys_are_its_owner_s(tmp_path):
    with running(tmp_path) as first:
        port = first.server_address[1]
        root = ask(first, "GET", "/by/root.cer")[2]
    keys = list(tmp_path.glob("*/*.p8"))
    assert len(keys) == 10
    assert {stat.S_IMODE(each.stat().st_mode) for each in keys} == {0o600}
    with running(tmp_path, port=port) as again:
        assert ask(again, "GET", "/by/root.cer")[2] == root
        with pytest.raises(ConfigError, match=r"lab\.port-taken"):
            LabServer(tmp_path, port, now, os.urandom)
    with pytest.raises(ConfigError, match=r"lab\.other-address"):
        LabServer(tmp_path, 0, now, os.urandom)


def test_a_revoked_certificate_is_said_by_responder_and_list(tmp_path):
    with running(tmp_path) as lab:
        certificate, issuer, request = asked_of(lab, "ru")
        (tmp_path / "ru" / "revoked.txt").write_text(
            f"{certificate.serial_number:x} 2026-01-01T00:00:00Z\n"
        )
        octets = ask(lab, "POST", "/ru/ocsp", request, Content_Type=OCSP)[2]
        assert OcspResponse.parse(octets).find(certificate, issuer).status == "revoked"
        (tmp_path / "list.crl").write_bytes(ask(lab, "GET", "/ru/ca.crl")[2])
        (tmp_path / "ru" / "revoked.txt").write_text("nonsense\n")
        assert ask(lab, "GET", "/ru/ca.crl")[0] == 500


@pytest.fixture
def openssl(gost_openssl, tmp_path):
    """Run `openssl` with the GOST engine in `tmp_path`."""

    def run(*words):
        return subprocess.run(
            [gost_openssl, *map(str, words)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            env=with_engine(tmp_path),
        )

    return run


@pytest.mark.parametrize(("code", "digest"), [("rsa", "sha256"), ("ru", "md_gost12_256")])
def test_openssl_takes_the_stamps(lab, code, digest, openssl, tmp_path):
    (tmp_path / "file").write_bytes(b"content")
    made = openssl("ts", "-query", "-data", "file", f"-{digest}", "-cert", "-out", "ask.tsq")
    assert made.returncode == 0, made.stderr
    request = (tmp_path / "ask.tsq").read_bytes()
    (tmp_path / "reply.tsr").write_bytes(
        ask(lab, "POST", f"/{code}/tsa", request, Content_Type=TSA)[2]
    )
    for name in ("root", "ca"):
        place = lab.folder / code / f"{name}.cer"
        openssl("x509", "-inform", "DER", "-in", place, "-out", f"{name}.pem")
    trust = ("-CAfile", "root.pem", "-untrusted", "ca.pem")
    done = openssl("ts", "-verify", "-queryfile", "ask.tsq", "-in", "reply.tsr", *trust)
    assert "Verification: OK" in done.stdout, done.stderr


@pytest.mark.parametrize("code", ["rsa", "ru"])
def test_openssl_takes_the_answers_of_the_responder(lab, code, openssl):
    for name in ("root", "ca", "signer"):
        place = lab.folder / code / f"{name}.cer"
        openssl("x509", "-inform", "DER", "-in", place, "-out", f"{name}.pem")
    done = openssl(
        "ocsp",
        *("-issuer", "ca.pem", "-cert", "signer.pem", "-url", f"{lab.address}/{code}/ocsp"),
        *("-CAfile", "root.pem", "-verify_other", "ca.pem"),
    )
    assert "Response verify OK" in done.stderr
    assert "signer.pem: good" in done.stdout
