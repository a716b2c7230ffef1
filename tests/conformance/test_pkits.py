"""NIST PKITS by certificates: all 246 cases, with the files of the package cryptography-vectors."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from zaruka.errors import InputError
from zaruka.x509.certificates import Certificate
from zaruka.x509.crls import CertificateList
from zaruka.x509.path_checks import PathInputs, find_path
from zaruka.x509.paths import Anchor, CertificatePool
from zaruka.x509.revocation import CrlPool, RevocationMeans, revocation_status

CASES = 246
AT = datetime(2022, 1, 1, tzinfo=UTC)


def inputs(params: dict) -> PathInputs:
    policies = params.get("user_initial_policy_set")
    return PathInputs(
        AT,
        frozenset(policies or ["2.5.29.32.0"]),
        inhibit_policy_mapping=params.get("initial_policy_mapping_inhibit", False),
        explicit_policy=params.get("initial_explicit_policy", False),
        inhibit_any_policy=params.get("initial_any_policy_inhibit", False),
    )


def passes(case: dict, files) -> bool:
    def certificate(name: str) -> Certificate:
        return Certificate.parse((files / "certs" / name).read_bytes())

    anchor = Anchor.of(certificate("TrustAnchorRootCertificate.crt"))
    lists = ("TrustAnchorRootCRL.crl", *case.get("crls", ()))
    try:
        crls = [CertificateList.parse((files / "crls" / name).read_bytes()) for name in lists]
        pool = CertificatePool(map(certificate, case.get("other_certs", ())))
        target = certificate(case["cert"])
    except InputError:  # a signature that is not of whole octets
        return False
    means = RevocationMeans(CrlPool(crls), (), pool, (anchor,))

    def revocation(path):
        for index, one in enumerate(path.certificates):
            yield from revocation_status(one, path.issuer_of(index), means, AT).findings

    asked = inputs(case.get("params") or {})
    return find_path(target, pool, [anchor], asked, also=revocation).valid is not None


def test_every_case_comes_out_as_the_suite_says(shared, pkits_files, score):
    account = score("NIST PKITS, certificates")
    cases = json.loads((shared / "conformance/pkits/pkits.json").read_text(encoding="utf-8"))
    for case in cases:
        account.judge(
            f"{case['id']} {case['name']}",
            "error" not in case,
            lambda case=case: passes(case, pkits_files),
        )
    account.check(CASES)
