"""x509-limbo (C2SP): every case but those of the Web's own profile.

Host names and extended key usage, which are not a path's business here, are checked in this file.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import re
from datetime import UTC, datetime

from msgspec import structs

from zaruka.errors import ZarukaError
from zaruka.findings import Severity
from zaruka.x509.certificates import Certificate
from zaruka.x509.crls import CertificateList
from zaruka.x509.path_checks import PathInputs, find_path
from zaruka.x509.paths import Anchor, CertificatePool
from zaruka.x509.revocation import CrlPool, RevocationMeans, Status, revocation_status

ALL_CASES, CASES, WEB = 207, 151, "webpki::"
EXCEPTIONS = {
    "rfc5280::aki::cross-signed-root-missing-aki": "who issued an anchor is of no concern",
}
PURPOSES = {"serverAuth": "1.3.6.1.5.5.7.3.1", "clientAuth": "1.3.6.1.5.5.7.3.2"}
_PEM = re.compile(r"-----BEGIN [^-]+-----(.*?)-----END", re.DOTALL)


def octets(pem: str) -> bytes:
    return base64.b64decode(_PEM.search(pem)[1])


def readable(pems: list[str]) -> list[Certificate]:
    found = []
    for pem in pems:
        try:
            found.append(Certificate.parse(octets(pem)))
        except ZarukaError:
            continue
    return found


def purpose_fits(leaf: Certificate, wanted: list[str]) -> bool:
    own = leaf.extended_key_usage
    return own is None or not wanted or all(PURPOSES[name] in own for name in wanted)


def name_fits(leaf: Certificate, peer: dict | None) -> bool:
    if peer is None:
        return True
    values = {(name.kind, name.value) for name in leaf.subject_alternative_names}
    if peer["kind"] == "IP":
        return ("iPAddress", ipaddress.ip_address(peer["value"]).packed) in values
    wanted = peer["value"].lower()
    kind = "rfc822Name" if peer["kind"] == "RFC822" else "dNSName"
    patterns = {str(value).lower() for name, value in values if name == kind}
    return wanted in patterns or f"*.{wanted.partition('.')[2]}" in patterns


def passes(case: dict) -> bool:
    moment = case["validation_time"]
    at = datetime.fromisoformat(moment) if moment else datetime(2026, 1, 1, tzinfo=UTC)
    try:
        leaf = Certificate.parse(octets(case["peer_certificate"]))
        crls = [CertificateList.parse(octets(pem)) for pem in case["crls"]]
    except ZarukaError:
        return False
    anchors = [Anchor.of(one) for one in readable(case["trusted_certs"])]
    depth = case["max_chain_depth"]
    if depth is not None:
        limits = [depth if one.path_length is None else one.path_length for one in anchors]
        anchors = [
            structs.replace(one, path_length=min(depth, own))
            for one, own in zip(anchors, limits, strict=True)
        ]
    pool = CertificatePool(readable(case["untrusted_intermediates"]))
    strict = Severity.FAIL
    means = RevocationMeans(CrlPool(crls), (), pool, tuple(anchors), strict)

    def revocation(path):
        for index, certificate in enumerate(path.certificates if crls else ()):
            issuer = path.issuer_of(index)
            if issuer is path.anchor:
                status = revocation_status(certificate, issuer, means, at)
                if status.status is not Status.GOOD:
                    yield from status.findings

    inputs = PathInputs(at, departures=strict)
    outcome = find_path(leaf, pool, anchors, inputs, also=revocation)
    return (
        outcome.valid is not None
        and purpose_fits(leaf, case["extended_key_usage"])
        and name_fits(leaf, case["expected_peer_name"])
    )


def test_every_case_but_reasoned_exceptions_comes_out_as_expected(shared, score):
    account = score("x509-limbo without webpki", EXCEPTIONS)
    limbo = json.loads((shared / "conformance/x509-limbo/limbo.json").read_text(encoding="utf-8"))
    assert len(limbo["testcases"]) == ALL_CASES
    for case in limbo["testcases"]:
        if not case["id"].startswith(WEB):
            wanted = case["expected_result"] == "SUCCESS"
            account.judge(case["id"], wanted, lambda case=case: passes(case))
    account.check(CASES)
