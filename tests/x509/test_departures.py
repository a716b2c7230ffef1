"""Departures from the profile: tolerated and named by default, refused by a strict policy."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from hierarchy import END, NOW, Authority
from material import der, ders
from zaruka.asn1 import extensions as asn1
from zaruka.findings import Severity
from zaruka.x509 import rules
from zaruka.x509.certificates import Certificate
from zaruka.x509.issuing import extension, key_usage
from zaruka.x509.path_checks import PathInputs, find_path
from zaruka.x509.paths import Anchor, CertificatePool

ROOT, LEAF = Authority("root"), Authority("leaf")
LIST_DATE = datetime(2026, 7, 23, tzinfo=UTC)


def named(target, anchor, *candidates, at=NOW) -> set:
    """Rules that the default tolerates and a strict policy refuses; the same ones."""
    pool = CertificatePool(candidates)
    tolerant = find_path(target, pool, [anchor], PathInputs(at))
    strict = find_path(target, pool, [anchor], PathInputs(at, departures=Severity.FAIL))
    warned = {f.rule for f in tolerant.valid.findings if f.severity is Severity.WARN}
    refused = {f.rule for one in strict.failed for f in one.findings if f.severity == "fail"}
    assert warned == refused
    assert (strict.valid is None) is bool(warned)
    return warned


@pytest.mark.parametrize(
    ("made", "rule"),
    [
        (lambda: ROOT.issue(LEAF, ca=False, identified=False), "AUTHORITY_KEY_IDENTIFIER"),
        (lambda: ROOT.issue(LEAF, ca=False, serial=2**160), "SERIAL_NUMBER"),
        (lambda: ROOT.issue(LEAF, ca=False, serial=-5), "SERIAL_NUMBER"),
        (lambda: ROOT.issue(LEAF, [key_usage("keyCertSign")], ca=False), "KEY_USAGE"),
        (
            lambda: ROOT.issue(LEAF, [extension("2.5.29.17", [("dNSName", "a_b.by")])], ca=False),
            "ALTERNATIVE_NAME",
        ),
        (
            lambda: ROOT.issue(
                LEAF,
                [extension("2.5.29.36", asn1.PolicyConstraints(9, None))],
                ca=False,
            ),
            "POLICY_CONSTRAINTS",
        ),
    ],
)
def test_each_departure_is_named(made, rule):
    assert named(made(), ROOT.anchor()) == {getattr(rules, f"PROFILE_{rule}")}


def test_what_follows_the_profile_has_no_departure():
    assert named(ROOT.issue(LEAF, ca=False), ROOT.anchor()) == set()


def test_an_expired_anchor_is_named():
    anchor = ROOT.anchor(not_after=NOW - timedelta(days=1))
    assert named(ROOT.issue(LEAF, ca=False), anchor) == {rules.ANCHOR_EXPIRED}
    assert END > NOW


def test_gossuok_passes_by_default_and_its_departures_are_named(shared):
    root, old, new = (
        Certificate.parse(der(shared / f"real/by/{name}.cer")) for name in ("kuc", "ruc_old", "ruc")
    )
    for authority in (old, new):
        at = authority.not_before + timedelta(days=30)
        assert named(authority, Anchor.of(root), at=at) == {rules.PROFILE_BASIC_CONSTRAINTS}


def test_accredited_authorities_hang_on_the_roots_of_their_list(shared):
    every = [Certificate.parse(one) for one in ders(shared / "real/ru/accredited-ca.pem")]
    roots = [Anchor.of(one) for one in every if one.is_self_issued]
    assert len(roots) == 7
    pool, outcomes = CertificatePool(every), Counter()
    for certificate in every:
        outcome = find_path(certificate, pool, roots, PathInputs(LIST_DATE))
        if outcome.valid is not None:
            outcomes["valid"] += 1
            continue
        closest = outcome.failed[0].findings if outcome.failed else ()
        failed = {f.rule.code for f in closest if f.severity is Severity.FAIL}
        outcomes[", ".join(sorted(failed)) or outcome.dead_ends[0].finding.rule.code] += 1
    assert outcomes == {
        "valid": 1725,
        "x509.expired": 645,
        "x509.expired, x509.unknown-critical-extension": 2,
        "x509.not-yet-valid": 1,
        "x509.no-issuer": 2,
    }
