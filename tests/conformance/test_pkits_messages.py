"""NIST PKITS as signed messages: every .eml of cryptography-vectors through the whole product.

The signer of a message is the end entity of a case; the message is judged with the certificates
and lists of that case, by the default policy and by the policy inputs that the case asks for.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime
from importlib import resources

import zaruka
from zaruka.errors import InputError
from zaruka.findings import Indication
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.input.forms import recognise
from zaruka.signatures.input.opening import Input
from zaruka.validation.policy_file import parse_policy

MESSAGES, CASES = 224, 262
# Before the end of 2013, so that what ended SHA-1 with DSA of 1024 bits does not decide.
AT = datetime(2012, 6, 1, tzinfo=UTC)
# NIST PKITS 4.8.20, which the table of cases leaves out.
CPS_POINTER = {
    "id": "40820",
    "name": "cps_pointer_qualifier_test20",
    "cert": "CPSPointerQualifierTest20EE.crt",
    "other_certs": ["GoodCACert.crt"],
    "crls": ["GoodCACRL.crl"],
    "params": {"initial_explicit_policy": True},
}
# A certificate that cannot be read leaves its message without a signer to be found by.
UNREADABLE = {"SignedInvalidDSASignatureTest6": "InvalidDSASignatureTest6EE.crt"}
# The suite's own slip: the message of case 4.14.18 is signed with the certificate of 4.14.19.
WITHOUT_MESSAGE = "ValidonlySomeReasonsTest18EE.crt"


def policy(params: dict):
    """Make the default policy with the inputs of RFC 5280 6.1.1 that a case asks for."""
    text = resources.files("zaruka.validation").joinpath("policies/etsi.toml").read_text("utf-8")
    lines = [f"{key.removeprefix('initial_')} = true" for key, on in params.items() if on is True]
    names = {"policy_mapping_inhibit": "inhibit_policy_mapping"}
    names |= {"any_policy_inhibit": "inhibit_any_policy"}
    for old, new in names.items():
        lines = [line.replace(old, new) for line in lines]
    if "user_initial_policy_set" in params:
        lines.append(f"initial_policies = {json.dumps(params['user_initial_policy_set'])}")
    return parse_policy("\n".join([text, "[paths]", *lines]))


def cases_by_certificate(shared, files) -> dict[bytes, list[dict]]:
    tables = [shared / "conformance/pkits" / f"pkits{part}.json" for part in ("", "-user-notice")]
    cases = [case for path in tables for case in json.loads(path.read_text(encoding="utf-8"))]
    found = defaultdict(list)
    for case in {case["name"]: case for case in (*cases, CPS_POINTER)}.values():
        found[(files / "certs" / case["cert"]).read_bytes()].append(case)
    return dict(found)


def signer(message, files) -> bytes:
    """Give the certificate that a message is signed with."""
    if message.stem in UNREADABLE:
        return (files / "certs" / UNREADABLE[message.stem]).read_bytes()
    document = parse_signed_data(recognise(Input.open(message)).data)
    (signature,) = document.signatures
    (found,) = {c.der for c in document.certificates if signature.sid.names(c)}
    return found


def passes(message, case: dict, files) -> bool:
    others = [files / "certs" / name for name in case.get("other_certs", ())]
    lists = ["TrustAnchorRootCRL.crl", *case.get("crls", ())]
    try:
        report = zaruka.verify(
            message,
            anchors=[files / "certs/TrustAnchorRootCertificate.crt"],
            certificates=others,
            crls=[files / "crls" / name for name in dict.fromkeys(lists)],
            at=AT,
            policy=policy(case.get("params") or {}),
        )
    except InputError as error:  # a list whose signature is not of whole octets
        assert error.code == "x509.unused-bits"  # noqa: PT017 - any other is a defect
        return False
    (signature,) = report.signatures
    return signature.conclusion.indication is Indication.TOTAL_PASSED


def test_every_message_passes_where_the_certificate_of_its_signer_does(shared, pkits_files, score):
    account = score("NIST PKITS, signed messages")
    cases = cases_by_certificate(shared, pkits_files)
    messages = sorted((pkits_files / "smime").glob("*.eml"))
    assert len(messages) == MESSAGES
    seen = set()
    for message in messages:
        own = signer(message, pkits_files)
        seen.add(own)
        for case in cases[own]:
            account.judge(
                f"{message.stem} {case['id']} {case['name']}",
                "error" not in case,
                lambda message=message, case=case: passes(message, case, pkits_files),
            )
    unused = {case["cert"] for own in {*cases} - seen for case in cases[own]}
    assert unused == {WITHOUT_MESSAGE}
    account.check(CASES)
