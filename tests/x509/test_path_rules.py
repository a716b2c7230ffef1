"""Each rule of RFC 5280 6.1 refuses a path that breaks it, and only that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hierarchy import END, NOW, START, Authority
from zaruka.asn1 import extensions as asn1
from zaruka.asn1 import pkix
from zaruka.findings import Severity
from zaruka.x509 import rules
from zaruka.x509.certificates import Certificate
from zaruka.x509.issuing import extension, key_usage
from zaruka.x509.path_checks import PathInputs, check_path
from zaruka.x509.paths import Anchor, Path

GOLD, RED, ANY_POLICY = "1.2.3.1", "1.2.3.3", "2.5.29.32.0"
ROOT, MIDDLE, LEAF = Authority("root"), Authority("middle"), Authority("leaf")
ANCHOR = ROOT.anchor()


def broken(*certificates: Certificate, anchor: Anchor = ANCHOR, at=NOW, **inputs) -> set:
    """Rules that a path breaks; certificates from the target up."""
    findings = check_path(Path(certificates, anchor), PathInputs(at, **inputs))
    return {f.rule for f in findings if f.severity in (Severity.FAIL, Severity.UNKNOWN)}


def policies(*oids: str, critical: bool = False) -> pkix.Extension:
    return extension(
        "2.5.29.32", [asn1.PolicyInformation(oid, None) for oid in oids], critical=critical
    )


def permitted(*names, excluded=()) -> pkix.Extension:
    def subtrees(these):
        return tuple(asn1.GeneralSubtree(name, 0, None) for name in these) or None

    value = asn1.NameConstraints(subtrees(names), subtrees(excluded))
    return extension("2.5.29.30", value, critical=True)


def alternative(*names) -> pkix.Extension:
    return extension("2.5.29.17", names)


def test_a_good_path_breaks_nothing():
    leaf = MIDDLE.issue(LEAF, ca=False)
    findings = check_path(Path((leaf, ROOT.issue(MIDDLE)), ANCHOR), PathInputs(NOW))
    assert {f.severity for f in findings} == {Severity.PASS}
    assert {f.rule for f in findings} == {rules.SIGNATURE, rules.VALIDITY}
    assert {f.subject.name for f in findings} == {"leaf", "middle"}


@pytest.mark.parametrize(
    ("at", "rule"),
    [
        (START - timedelta(seconds=1), rules.NOT_YET_VALID),
        (START, None),
        (END, None),
        (END + timedelta(seconds=1), rules.EXPIRED),
        (datetime(1950, 1, 1, tzinfo=UTC), rules.NOT_YET_VALID),
    ],
)
def test_both_ends_belong_to_the_validity_period(at, rule):
    assert broken(ROOT.issue(LEAF, ca=False), at=at) == ({rule} if rule else set())


def test_a_signature_by_another_key_of_the_same_name():
    impostor = Authority("root", secret="another")
    assert broken(impostor.issue(LEAF, ca=False)) == {rules.SIGNATURE}


def test_an_anchor_of_version_3_that_is_no_authority_ends_a_direct_path_only():
    plain = ROOT.certificate([key_usage("digitalSignature")], ca=False)
    anchor = Anchor.of(plain)
    assert broken(ROOT.issue(LEAF, ca=False), anchor=anchor) == {rules.NOT_A_CA}
    direct = check_path(Path((plain,), anchor, is_direct=True), PathInputs(NOW))
    assert {f.severity for f in direct} <= {Severity.PASS, Severity.WARN}
    bare = Anchor(anchor.name, anchor.key)
    assert broken(ROOT.issue(LEAF, ca=False), anchor=bare) == set()


def test_the_name_of_the_issuer_must_be_the_subject_above():
    leaf = MIDDLE.issue(LEAF, ca=False)
    stranger = ROOT.issue(Authority("stranger"))
    assert rules.ISSUER_NAME in broken(leaf, stranger)


def test_only_an_authority_may_issue():
    assert broken(MIDDLE.issue(LEAF, ca=False), ROOT.issue(MIDDLE, ca=False)) == {rules.NOT_A_CA}


def test_an_authority_needs_the_key_usage_to_sign_certificates():
    leaf = MIDDLE.issue(LEAF, ca=False)
    ca = extension("2.5.29.19", asn1.BasicConstraints(True, None), critical=True)
    middle = ROOT.issue(MIDDLE, [ca, key_usage("cRLSign", "digitalSignature")], ca=False)
    assert broken(leaf, middle) == {rules.NO_KEY_CERT_SIGN}
    assert broken(leaf, ROOT.issue(MIDDLE, [ca], ca=False)) == set()


def test_the_length_of_a_path_is_limited_from_above():
    last = Authority("last")
    leaf = last.issue(LEAF, ca=False)
    path = (leaf, MIDDLE.issue(last), ROOT.issue(MIDDLE, path_length=0))
    assert broken(*path) == {rules.PATH_LENGTH}
    assert broken(*path[:2], ROOT.issue(MIDDLE, path_length=1)) == set()
    assert broken(*path[:2], ROOT.issue(MIDDLE), anchor=ROOT.anchor(path_length=1)) == {
        rules.PATH_LENGTH
    }


def test_self_issued_certificates_do_not_count_towards_the_length():
    renewed = Authority("middle", secret="renewed")
    path = (
        renewed.issue(LEAF, ca=False),
        MIDDLE.issue(renewed),
        ROOT.issue(MIDDLE, path_length=0),
    )
    assert path[1].is_self_issued
    assert broken(*path) == set()


def test_an_unknown_critical_extension_is_refused_unless_the_caller_processes_it():
    oid = "1.2.643.100.111"
    leaf = ROOT.issue(LEAF, [extension(oid, b"\x0c\x01a", critical=True)], ca=False)
    assert broken(leaf) == {rules.UNKNOWN_CRITICAL_EXTENSION}
    assert broken(leaf, processed=frozenset({oid})) == set()
    assert broken(ROOT.issue(LEAF, [extension(oid, b"\x0c\x01a")], ca=False)) == set()


def test_a_known_extension_must_be_well_formed_and_single():
    malformed = pkix.Extension("2.5.29.15", False, b"\x04\x00")
    assert broken(ROOT.issue(LEAF, [malformed], ca=False)) == {rules.MALFORMED_EXTENSION}
    doubled = [key_usage("digitalSignature"), key_usage("keyCertSign")]
    assert broken(ROOT.issue(LEAF, doubled, ca=False)) == {rules.DUPLICATE_EXTENSION}


def test_policies_bind_only_where_they_are_asked_for():
    path = (MIDDLE.issue(LEAF, [policies(GOLD)], ca=False), ROOT.issue(MIDDLE, [policies(RED)]))
    assert broken(*path) == set()
    assert broken(*path, explicit_policy=True) == {rules.NO_VALID_POLICY}
    agreed = (path[0], ROOT.issue(MIDDLE, [policies(GOLD, RED)]))
    assert broken(*agreed, explicit_policy=True) == set()
    asked = {"explicit_policy": True, "policies": frozenset({RED})}
    assert broken(*agreed, **asked) == {rules.NO_VALID_POLICY}


def test_a_certificate_may_require_a_policy_of_those_below():
    required = extension("2.5.29.36", asn1.PolicyConstraints(0, None), critical=True)
    middle = ROOT.issue(MIDDLE, [policies(GOLD), required])
    assert broken(MIDDLE.issue(LEAF, ca=False), middle) == {rules.NO_VALID_POLICY}
    assert broken(MIDDLE.issue(LEAF, [policies(GOLD)], ca=False), middle) == set()


def test_mapping_to_or_from_any_policy_is_refused():
    mapping = extension("2.5.29.33", [asn1.PolicyMapping(GOLD, ANY_POLICY)])
    middle = ROOT.issue(MIDDLE, [policies(GOLD), mapping])
    assert broken(MIDDLE.issue(LEAF, ca=False), middle) == {rules.POLICY_MAPPING_ANY}


NAME_CASES = [
    (("dNSName", "example.by"), ("dNSName", "www.EXAMPLE.by"), True),
    (("dNSName", "example.by"), ("dNSName", "example.by"), True),
    (("dNSName", "example.by"), ("dNSName", "notexample.by"), False),
    (("dNSName", ""), ("dNSName", "any.example"), True),
    (("rfc822Name", "example.by"), ("rfc822Name", "a@example.by"), True),
    (("rfc822Name", "example.by"), ("rfc822Name", "a@mail.example.by"), False),
    (("rfc822Name", ".example.by"), ("rfc822Name", "a@mail.example.by"), True),
    (("rfc822Name", ".example.by"), ("rfc822Name", "a@example.by"), False),
    (("rfc822Name", "a@example.by"), ("rfc822Name", "a@Example.By"), True),
    (("rfc822Name", "a@example.by"), ("rfc822Name", "b@example.by"), False),
    (
        ("uniformResourceIdentifier", ".example.by"),
        ("uniformResourceIdentifier", "https://www.example.by:8443/x"),
        True,
    ),
    (
        ("uniformResourceIdentifier", "example.by"),
        ("uniformResourceIdentifier", "https://www.example.by/"),
        False,
    ),
    (
        ("iPAddress", bytes([192, 0, 2, 0, 255, 255, 255, 0])),
        ("iPAddress", bytes([192, 0, 2, 7])),
        True,
    ),
    (
        ("iPAddress", bytes([192, 0, 2, 0, 255, 255, 255, 0])),
        ("iPAddress", bytes([192, 0, 3, 7])),
        False,
    ),
    (("iPAddress", bytes(32)), ("iPAddress", bytes([192, 0, 3, 7])), False),
    (
        ("directoryName", Authority("leaf").issuer.name.der),
        ("directoryName", Authority("LEAF").issuer.name.der),
        True,
    ),
    (
        ("directoryName", Authority("other").issuer.name.der),
        ("directoryName", Authority("leaf").issuer.name.der),
        False,
    ),
]


@pytest.mark.parametrize(("base", "name", "inside"), NAME_CASES)
def test_names_stay_within_permitted_and_out_of_excluded_subtrees(base, name, inside):
    leaf = MIDDLE.issue(LEAF, [alternative(name)], ca=False)
    within = ROOT.issue(MIDDLE, [permitted(base)])
    without = ROOT.issue(MIDDLE, [permitted(excluded=[base])])
    assert broken(leaf, within) == (set() if inside else {rules.NAME_NOT_PERMITTED})
    assert broken(leaf, without) == ({rules.NAME_EXCLUDED} if inside else set())
    limited = ROOT.anchor([permitted(base)])
    assert broken(leaf, ROOT.issue(MIDDLE), anchor=limited) >= (
        set() if inside else {rules.NAME_NOT_PERMITTED}
    )


@pytest.mark.parametrize(
    ("base", "name"),
    [
        (("dNSName", ".example.by"), ("dNSName", "a.example.by")),
        (("dNSName", "*.example.by"), ("dNSName", "a.example.by")),
        (("dNSName", "example.by"), ("dNSName", ".example.by")),
        (("iPAddress", bytes([192, 0, 2, 0])), ("iPAddress", bytes([192, 0, 2, 0]))),
        (
            ("iPAddress", bytes([192, 0, 2, 0, 255, 0, 255, 0])),
            ("iPAddress", bytes([192, 0, 2, 0])),
        ),
        (("rfc822Name", "a@b@example.by"), ("rfc822Name", "a@example.by")),
        (
            ("uniformResourceIdentifier", "example.by"),
            ("uniformResourceIdentifier", "urn:example:by"),
        ),
        (("registeredID", "1.2.3"), ("registeredID", "1.2.3.4")),
    ],
)
def test_a_constraint_that_cannot_be_judged_is_refused(base, name):
    leaf = MIDDLE.issue(LEAF, [alternative(name)], ca=False)
    for limits in (permitted(base), permitted(excluded=[base])):
        assert broken(leaf, ROOT.issue(MIDDLE, [limits])) == {rules.NAME_CONSTRAINT_UNSUPPORTED}


def test_constraints_of_one_kind_do_not_touch_names_of_another():
    leaf = MIDDLE.issue(LEAF, [alternative(("dNSName", "a.example"))], ca=False)
    other = permitted(("rfc822Name", "example.by"), excluded=[("registeredID", "1.2.3")])
    assert broken(leaf, ROOT.issue(MIDDLE, [other])) == set()


def test_constraints_narrow_downwards_and_never_widen():
    last = Authority("last")
    leaf = last.issue(LEAF, [alternative(("dNSName", "other.example"))], ca=False)
    wide = permitted(("dNSName", "example"))
    narrow = permitted(("dNSName", "narrow.example"))
    path = (leaf, MIDDLE.issue(last, [wide]), ROOT.issue(MIDDLE, [narrow]))
    assert broken(*path) == {rules.NAME_NOT_PERMITTED}


def test_a_hundred_thousand_constraints_end_in_a_budget():
    bases = tuple(("dNSName", f"h{n}.example") for n in range(20_000))
    limited = ROOT.anchor([permitted(*bases)])
    names = [("dNSName", f"x{n}.invalid") for n in range(200)]
    leaf = ROOT.issue(LEAF, [alternative(*names)], ca=False)
    assert rules.NAME_CONSTRAINT_BUDGET in broken(leaf, anchor=limited)


def test_one_flipped_bit_anywhere_in_a_chain_never_passes():
    leaf, middle = MIDDLE.issue(LEAF, ca=False), ROOT.issue(MIDDLE)
    passed = []
    for place, certificate in enumerate((leaf, middle)):
        for at in range(len(certificate.der)):
            flipped = bytearray(certificate.der)
            flipped[at] ^= 1 << at % 8
            try:
                altered = Certificate.parse(flipped)
            except Exception as error:  # noqa: BLE001 - its kind is asserted
                assert type(error).__name__ in {"InputError", "BudgetExceeded"}  # noqa: PT017
                continue
            path = (altered, middle) if place == 0 else (leaf, altered)
            if not broken(*path):
                passed.append((place, at))
    assert passed == []
