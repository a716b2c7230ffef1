"""Revocation lists for one certificate: RFC 5280 6.3.3, one rule after the other."""

from __future__ import annotations

import mmap
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hierarchy import END, NOW, START, Authority, name_of
from material import der
from zaruka._native import CrlIndex
from zaruka.asn1 import extensions as asn1
from zaruka.asn1 import pkix
from zaruka.asn1 import schema as s
from zaruka.crypto import Outcome
from zaruka.errors import InputError
from zaruka.facts import FactKind
from zaruka.x509 import rules
from zaruka.x509.certificates import Certificate
from zaruka.x509.crls import CertificateList, RevokedEntry
from zaruka.x509.evidence import Tries
from zaruka.x509.issuing import extension, key_usage
from zaruka.x509.paths import Anchor, CertificatePool
from zaruka.x509.revocation import CrlPool, RevocationMeans, Status, revocation_status
from zaruka.x509.signed import verify_signed

if TYPE_CHECKING:
    from zaruka.x509.revocation import RevocationStatus

DAY = timedelta(days=1)
ROOT, OTHER, LEAF = Authority("root"), Authority("other"), Authority("leaf")
ANCHOR = ROOT.anchor()
HOLD, REMOVE = 6, 8


def status(certificate, *crls, at=NOW + DAY, issuer=ANCHOR, candidates=()) -> RevocationStatus:
    means = RevocationMeans(
        CrlPool(crls), candidates=CertificatePool(candidates), anchors=(ANCHOR, issuer)
    )
    return revocation_status(certificate, issuer, means, at)


def revoked(certificate, *, reason=1, date=NOW - DAY) -> RevokedEntry:
    return RevokedEntry(certificate.serial_number, date, reason)


def idp(**fields) -> list:
    empty = {"distribution_point": None, "only_some_reasons": None}
    flags = dict.fromkeys(
        (
            "only_contains_user_certs",
            "only_contains_ca_certs",
            "indirect_crl",
            "only_contains_attribute_certs",
        ),
        False,
    )
    value = asn1.IssuingDistributionPoint(**{**empty, **flags, **fields})
    return [extension("2.5.29.28", value, critical=True)]


def full_name(url: str) -> tuple:
    return ("fullName", (("uniformResourceIdentifier", url),))


def points(*urls: str, reasons=None, crl_issuer=None) -> list:
    found = [asn1.DistributionPoint(full_name(url), reasons, crl_issuer) for url in urls]
    return [extension("2.5.29.31", found)]


def bits(*numbers: int) -> s.BitString:
    octets = bytearray(2)
    for number in numbers:
        octets[number // 8] |= 0x80 >> number % 8
    return s.BitString(bytes(octets), 7)


@pytest.fixture(scope="module")
def leaf() -> Certificate:
    return ROOT.issue(LEAF, ca=False, serial=4711)


def found(outcome: RevocationStatus) -> set:
    return {finding.rule for finding in outcome.findings}


def test_absence_from_a_fresh_list_proves_that_a_certificate_is_good(leaf):
    crl = ROOT.crl([RevokedEntry(1, START), RevokedEntry(4712, START)])
    outcome = status(leaf, crl)
    assert outcome.status is Status.GOOD
    assert found(outcome) == {rules.NOT_REVOKED}
    (evidence,) = outcome.evidence
    assert evidence.entry is None
    fact = evidence.fact("file:root.crl")
    assert (fact.kind, fact.sha256, fact.source) == (FactKind.CRL, crl.sha256, "file:root.crl")
    extract = dict(fact.extract)
    assert extract["entry"] == "absent"
    assert extract["this_update"] == NOW.isoformat()
    assert extract["signature"] == "valid"


@pytest.mark.parametrize("reason", [None, 0, 1, 2, 3, 4, 5, 9, 10, 17, 18])
def test_an_entry_revokes_whatever_its_reason(leaf, reason):
    outcome = status(leaf, ROOT.crl([RevokedEntry(1, START), revoked(leaf, reason=reason)]))
    assert outcome.status is Status.REVOKED
    assert outcome.reason == reason
    assert outcome.revoked_at == NOW - DAY
    assert found(outcome) == {rules.REVOKED}


def test_a_revocation_counts_from_its_date(leaf):
    crl = ROOT.crl([revoked(leaf, date=NOW - DAY)])
    assert status(leaf, crl, at=NOW - 2 * DAY).status is Status.GOOD
    assert status(leaf, crl, at=NOW - DAY).status is Status.REVOKED


def test_without_a_list_the_status_is_unknown_and_says_what_is_needed():
    leaf = ROOT.issue(LEAF, points("http://example.by/root.crl"), ca=False)
    outcome = status(leaf)
    assert outcome.status is Status.UNKNOWN
    (need,) = outcome.needs
    assert (need.kind, need.addresses) == (FactKind.CRL, ("http://example.by/root.crl",))
    assert need.about == leaf.sha256


def test_a_stale_list_proves_a_revocation_but_not_its_absence(leaf):
    late = END + DAY
    assert status(leaf, ROOT.crl([revoked(leaf)]), at=late).status is Status.REVOKED
    outcome = status(leaf, ROOT.crl(), at=late)
    assert outcome.status is Status.UNKNOWN
    assert rules.CRL_STALE in found(outcome)


def test_a_list_issued_after_the_moment_counts_while_the_certificate_had_not_expired(leaf):
    assert status(leaf, ROOT.crl(), at=NOW - DAY).status is Status.GOOD
    expired = ROOT.issue(LEAF, ca=False, not_after=NOW - DAY)
    assert status(expired, ROOT.crl(), at=NOW - 2 * DAY).status is Status.UNKNOWN


def test_a_hold_is_lifted_by_a_newer_list_and_a_revocation_is_not(leaf):
    newer = ROOT.crl(number=2, at=NOW + DAY)
    held = ROOT.crl([revoked(leaf, reason=HOLD)])
    outcome = status(leaf, held)
    assert (outcome.status, outcome.reason) == (Status.REVOKED, HOLD)
    assert rules.ON_HOLD in found(outcome)
    assert status(leaf, held, newer, at=NOW + 2 * DAY).status is Status.GOOD
    for_ever = ROOT.crl([revoked(leaf)])
    assert status(leaf, for_ever, newer, at=NOW + 2 * DAY).status is Status.REVOKED


def test_a_list_of_another_signer_is_not_used(leaf):
    impostor = Authority("root", secret="another")
    outcome = status(leaf, impostor.crl([revoked(leaf)]))
    assert outcome.status is Status.UNKNOWN
    assert rules.CRL_SIGNATURE in found(outcome)
    assert status(leaf, OTHER.crl([revoked(leaf)])).status is Status.UNKNOWN


def test_a_list_may_be_signed_by_another_key_of_the_same_name():
    top = Authority("top")
    old, new = Authority("CA", secret="old"), Authority("CA", secret="new")
    leaf, anchor = old.issue(LEAF, ca=False), top.anchor()
    middles = (top.issue(old), top.issue(new))
    crl = new.crl([revoked(leaf)])
    means = RevocationMeans(CrlPool([crl]), (), CertificatePool(middles), (anchor,))
    outcome = revocation_status(leaf, middles[0], means, NOW + DAY)
    assert outcome.status is Status.REVOKED
    assert outcome.evidence[0].signer_path.certificates == (middles[1],)
    untrusted = RevocationMeans(CrlPool([crl]), (), CertificatePool([new.certificate()]), (anchor,))
    assert revocation_status(leaf, middles[0], untrusted, NOW).status is Status.UNKNOWN


def test_a_list_whose_signer_is_revoked_is_not_used():
    top = Authority("top")
    old, new = Authority("CA", secret="old"), Authority("CA", secret="new")
    leaf, anchor = old.issue(LEAF, ca=False), top.anchor()
    middles = (top.issue(old, serial=11), top.issue(new, serial=12))
    means = [
        RevocationMeans(
            CrlPool([new.crl([revoked(leaf)]), top.crl(entries)]),
            (),
            CertificatePool(middles),
            (anchor,),
        )
        for entries in ([], [RevokedEntry(12, START)])
    ]
    assert revocation_status(leaf, middles[0], means[0], NOW + DAY).status is Status.REVOKED
    assert revocation_status(leaf, middles[0], means[1], NOW + DAY).status is Status.UNKNOWN


def test_gossuok_carries_certificates_of_its_old_authority_in_lists_of_the_new(shared):
    folder = shared / "real/by"
    root, old, new, leaf = (
        Certificate.parse(der(folder / f"{name}.cer"))
        for name in ("kuc", "ruc_old", "ruc", "atrib-cert-ul")
    )
    crl = CertificateList.parse(der(folder / "ruc.crl"))
    at = crl.this_update + timedelta(hours=1)
    means = RevocationMeans(CrlPool([crl]), (), CertificatePool([old, new]), (Anchor.of(root),))
    outcome = revocation_status(leaf, old, means, at)
    assert outcome.status is Status.GOOD
    (evidence,) = outcome.evidence
    assert evidence.signer == new
    assert evidence.signer_path.certificates == (new,)
    gone = next(entry for entry in crl.entries() if entry.reason == 17)
    assert crl.find(gone.serial, old.subject) == gone


def test_the_signer_of_a_list_needs_the_key_usage(leaf):
    ca = extension("2.5.29.19", asn1.BasicConstraints(True, None), critical=True)
    silent = Anchor.of(ROOT.issue(ROOT, [ca, key_usage("keyCertSign")], ca=False))
    outcome = revocation_status(
        leaf, silent, RevocationMeans(CrlPool([ROOT.crl([revoked(leaf)])])), NOW + DAY
    )
    assert outcome.status is Status.UNKNOWN
    assert rules.CRL_NO_CRL_SIGN in found(outcome)


def path_to(leaf, ca, crl, *others, anchors) -> RevocationStatus:
    """Look `leaf` up in `crl` as in a path from `ca` to the first of `anchors`."""
    means = RevocationMeans(CrlPool([crl]), (), CertificatePool(others), tuple(anchors))
    return revocation_status(leaf, ca, means.under(anchors[0]), NOW + DAY)


def test_a_holder_of_the_name_under_another_anchor_signs_no_list():
    top, foreign = Authority("top"), Authority("foreign")
    ours, twin = Authority("CA", secret="ours"), Authority("CA", secret="twin")
    leaf, ca = ours.issue(LEAF, ca=False), top.issue(ours)
    anchors = (top.anchor(), foreign.anchor())
    outcome = path_to(leaf, ca, twin.crl(), foreign.issue(twin), anchors=anchors)
    assert outcome.status is Status.UNKNOWN
    assert rules.CRL_SIGNATURE in found(outcome)
    assert path_to(leaf, ca, twin.crl(), top.issue(twin), anchors=anchors).status is Status.GOOD
    namesake = Authority("top", secret="another")
    anchors = (top.anchor(), namesake.anchor())
    outcome = path_to(leaf, ca, twin.crl(), namesake.issue(twin), anchors=anchors)
    assert outcome.status is Status.UNKNOWN


@pytest.mark.parametrize("usage", [None, ("digitalSignature", "cRLSign"), ("digitalSignature",)])
def test_a_client_that_bears_the_name_of_an_authority_signs_no_list(usage):
    top, ours, twin = Authority("top"), Authority("CA"), Authority("CA", secret="client")
    leaf, ca = ours.issue(LEAF, ca=False), top.issue(ours)
    extensions = [key_usage(*usage)] if usage else []
    for certified in (
        ours.issue(twin, extensions, ca=False),
        top.issue(twin, extensions, ca=False),
    ):
        outcome = path_to(leaf, ca, twin.crl(), ca, certified, anchors=[top.anchor()])
        assert outcome.status is Status.UNKNOWN
        assert rules.CRL_NO_CRL_SIGN in found(outcome)


def test_a_key_for_lists_alone_is_certified_by_the_authority_or_by_who_certified_it():
    top, ours, twin = Authority("top"), Authority("CA"), Authority("CA", secret="lists")
    other = Authority("other CA")
    leaf, ca = ours.issue(LEAF, ca=False), top.issue(ours)
    lists_only = [key_usage("cRLSign")]
    for issuer, expected in ((ours, Status.GOOD), (top, Status.GOOD), (other, Status.UNKNOWN)):
        certified = issuer.issue(twin, lists_only, ca=False)
        pool = (ca, top.issue(other), certified)
        outcome = path_to(leaf, ca, twin.crl(), *pool, anchors=[top.anchor()])
        assert outcome.status is expected, issuer.name


def list_with(*entries, extensions=(), inner=None) -> CertificateList:
    """Sign a list of `entries`, which no library would write, by ROOT."""
    issuer = ROOT.issuer
    algorithm = pkix.AlgorithmIdentifier(issuer.algorithm.oid, issuer.algorithm.parameters)
    number = extension("2.5.29.20", 7)
    tbs = pkix.TBSCertList(
        1,
        inner or algorithm,
        issuer.name.der,
        NOW,
        END,
        memoryview(s.encode(pkix.REVOKED_CERTIFICATES, entries)) if entries else None,
        (number, *extensions),
    )
    octets = s.encode(pkix.TBS_CERT_LIST, tbs)
    signature = s.BitString(issuer.sign(octets, b""))
    outer = pkix.CertificateList(memoryview(octets), algorithm, signature)
    return CertificateList.parse(s.encode(pkix.SIGNED, outer))


def entry(serial, *extensions, date=NOW - DAY) -> pkix.RevokedCertificate:
    return pkix.RevokedCertificate(serial, date, extensions or None)


NULL = b"\x05\x00"
KEY_COMPROMISE = extension("2.5.29.21", 1)
UNKNOWN_CRITICAL = pkix.Extension("1.2.3.4", True, NULL)


@pytest.mark.parametrize(
    ("made", "rule"),
    [
        (lambda: list_with(entry(1, UNKNOWN_CRITICAL)), rules.CRL_UNKNOWN_CRITICAL_EXTENSION),
        (lambda: list_with(entry(1, KEY_COMPROMISE, KEY_COMPROMISE)), rules.CRL_MALFORMED),
        (
            lambda: list_with(
                entry(1, pkix.Extension("2.5.29.29", True, b"\x30\x00")),
                extensions=idp(indirect_crl=True),
            ),
            rules.CRL_MALFORMED,
        ),
        (
            lambda: list_with(extensions=[pkix.Extension("2.5.29.28", True, NULL)]),
            rules.CRL_MALFORMED,
        ),
        (
            lambda: list_with(inner=pkix.AlgorithmIdentifier("1.2.840.113549.1.1.5", NULL)),
            rules.CRL_ALGORITHMS_DIFFER,
        ),
    ],
    ids=["unknown-critical", "doubled", "issuer-without-name", "idp", "two-algorithms"],
)
def test_a_list_with_such_a_fault_anywhere_says_nothing(leaf, made, rule):
    assert status(leaf, list_with(entry(1, KEY_COMPROMISE))).status is Status.GOOD
    outcome = status(leaf, made())
    assert outcome.status is Status.UNKNOWN
    assert outcome.evidence == ()
    assert rule in found(outcome)


def test_of_doubled_entries_the_earliest_revocation_counts(leaf):
    early, late = (entry(4711, date=NOW + days * DAY) for days in (-30, 3))
    cleared = entry(4711, extension("2.5.29.21", REMOVE))
    for entries in ((early, late), (late, early), (early, cleared), (cleared, early)):
        outcome = status(leaf, list_with(*entries))
        assert outcome.status is Status.REVOKED
        assert outcome.revoked_at == NOW - 30 * DAY


def test_an_entry_is_cleared_in_a_delta_only(leaf):
    cleared = entry(4711, extension("2.5.29.21", REMOVE))
    assert status(leaf, list_with(cleared)).status is Status.REVOKED
    indicator = extension("2.5.29.27", 1, critical=True)
    delta = list_with(cleared, entry(4711), extensions=[indicator])
    held = ROOT.crl([revoked(leaf, reason=HOLD)])
    assert status(leaf, held, delta).status is Status.REVOKED


def test_work_on_lists_is_bounded_and_what_is_left_out_proves_nothing(leaf):
    impostor = Authority("root", secret="impostor")
    forged = [impostor.crl(number=n, at=NOW + timedelta(seconds=n)) for n in range(1, 7)]
    means = RevocationMeans(CrlPool([*forged, ROOT.crl()]), tries=Tries(7))
    assert revocation_status(leaf, ANCHOR, means, NOW + DAY).status is Status.GOOD
    means = RevocationMeans(CrlPool([*forged, ROOT.crl()]), tries=Tries(6))
    outcome = revocation_status(leaf, ANCHOR, means, NOW + DAY)
    assert outcome.status is Status.UNKNOWN
    assert rules.REVOCATION_BUDGET in found(outcome)
    good, bad = ROOT.crl(at=NOW + timedelta(hours=1)), ROOT.crl([revoked(leaf)])
    for tries, expected in ((2, Status.REVOKED), (1, Status.UNKNOWN)):
        means = RevocationMeans(CrlPool([good, bad]), tries=Tries(tries))
        assert revocation_status(leaf, ANCHOR, means, NOW + DAY).status is expected
    means = RevocationMeans(CrlPool([good, ROOT.crl()]), tries=Tries(1))
    assert revocation_status(leaf, ANCHOR, means, NOW + DAY).status is Status.GOOD


def test_an_unknown_critical_extension_makes_a_list_unusable(leaf):
    strange = [extension("1.2.3.4", b"\x05\x00", critical=True)]
    outcome = status(leaf, ROOT.crl([revoked(leaf)], extensions=strange))
    assert outcome.status is Status.UNKNOWN
    assert rules.CRL_UNKNOWN_CRITICAL_EXTENSION in found(outcome)


def test_a_list_for_authorities_says_nothing_of_others(leaf):
    for field, mine in (
        ("only_contains_ca_certs", False),
        ("only_contains_user_certs", True),
        ("only_contains_attribute_certs", False),
    ):
        outcome = status(leaf, ROOT.crl(extensions=idp(**{field: True})))
        assert (outcome.status is Status.GOOD) is mine, field


def test_a_partition_counts_only_for_its_own_certificates():
    mine = ROOT.issue(LEAF, points("http://example.by/1.crl"), ca=False)
    part = [
        ROOT.crl(extensions=idp(distribution_point=full_name(f"http://example.by/{n}.crl")))
        for n in (1, 2)
    ]
    assert status(mine, part[0]).status is Status.GOOD
    outcome = status(mine, part[1])
    assert outcome.status is Status.UNKNOWN
    assert rules.CRL_SCOPE in found(outcome)


def test_partitions_by_reason_must_cover_every_reason_together(leaf):
    keys = ROOT.crl(extensions=idp(only_some_reasons=bits(1, 2)), number=1)
    rest = ROOT.crl(extensions=idp(only_some_reasons=bits(3, 4, 5, 6, 7, 8)), number=2)
    assert status(leaf, keys).status is Status.UNKNOWN
    assert status(leaf, keys, rest).status is Status.GOOD


def test_an_indirect_list_speaks_for_the_issuer_that_its_entries_name():
    issuer_names = (("directoryName", OTHER.issuer.name.der),)
    mine = ROOT.issue(
        LEAF, points("http://example.by/i.crl", crl_issuer=issuer_names), ca=False, serial=9
    )
    entries = [
        RevokedEntry(9, NOW - DAY),  # of the issuer of the list
        RevokedEntry(5, NOW - DAY, None, None, name_of("root")),
        RevokedEntry(9, NOW - DAY, 4),  # still of "root": 5.3.3
    ]
    extensions = idp(indirect_crl=True, distribution_point=full_name("http://example.by/i.crl"))
    candidates = [ROOT.issue(OTHER)]
    outcome = status(mine, OTHER.crl(entries, extensions=extensions), candidates=candidates)
    assert (outcome.status, outcome.reason) == (Status.REVOKED, 4)
    only_own = OTHER.crl(entries[:1], extensions=extensions)
    assert status(mine, only_own, candidates=candidates).status is Status.GOOD
    plain = OTHER.crl(entries[:1])
    assert status(mine, plain, candidates=candidates).status is Status.UNKNOWN


def test_a_delta_adds_and_removes_entries(leaf):
    def delta(entries, base=1, number=2, until=END):
        indicator = [extension("2.5.29.27", base, critical=True)]
        return ROOT.crl(entries, number=number, at=NOW + DAY, until=until, extensions=indicator)

    later = NOW + 2 * DAY
    complete = ROOT.crl()
    assert status(leaf, complete, delta([revoked(leaf)]), at=later).status is Status.REVOKED
    held = ROOT.crl([revoked(leaf, reason=HOLD)])
    lifted = delta([revoked(leaf, reason=REMOVE)])
    assert status(leaf, held, lifted, at=later).status is Status.GOOD
    alone = status(leaf, delta([revoked(leaf)]), at=later)
    assert alone.status is Status.UNKNOWN
    assert rules.CRL_DELTA in found(alone)
    assert status(leaf, complete, delta([]), at=later).evidence[0].number == 2
    ahead = delta([revoked(leaf)], base=5, number=6)
    outcome = status(leaf, complete, ahead, at=later)
    assert outcome.status is Status.GOOD
    assert rules.CRL_DELTA in found(outcome)
    stale = NOW + DAY + DAY / 2
    assert status(leaf, complete, delta([], until=stale), at=later).status is Status.GOOD
    late = delta([revoked(leaf)], until=stale)
    assert status(leaf, complete, late, at=later).status is Status.REVOKED


def test_an_entry_that_cannot_be_read_makes_its_list_unusable(leaf):
    signed = ROOT.crl([RevokedEntry(4711, NOW, 1)])
    tbs = bytes(signed.tbs_der)
    broken = tbs.replace(bytes.fromhex("0603551d15"), bytes.fromhex("0683551d15"))
    assert broken != tbs
    whole = bytes(signed.der).replace(tbs, broken)
    signature = ROOT.issuer.sign(broken, b"")
    crl = CertificateList.parse(whole.replace(signed.signature, signature))
    outcome = status(leaf, crl)
    assert outcome.status is Status.UNKNOWN
    assert rules.CRL_MALFORMED in found(outcome)


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(5)), st.booleans())
def test_the_order_of_lists_changes_nothing(order, hold):
    leaf = ROOT.issue(LEAF, ca=False, serial=4711)
    lists = [
        ROOT.crl(number=1, at=NOW - 3 * DAY),
        ROOT.crl([revoked(leaf, reason=HOLD if hold else 1)], number=2, at=NOW - DAY),
        ROOT.crl(number=3, until=NOW + 2 * DAY),
        Authority("root", secret="another").crl([revoked(leaf)], number=4),
        ROOT.crl(extensions=idp(only_contains_ca_certs=True), number=5),
    ]
    expected = status(leaf, *lists)
    assert status(leaf, *(lists[n] for n in order)) == expected
    assert expected.status is (Status.GOOD if hold else Status.REVOKED)


def test_one_flipped_bit_of_a_list_never_counts(leaf):
    crl = ROOT.crl([revoked(leaf)])
    usable = []
    for at in range(len(crl.der)):
        flipped = bytearray(crl.der)
        flipped[at] ^= 1 << at % 8
        try:
            altered = CertificateList.parse(bytes(flipped))
        except InputError:
            continue
        if status(leaf, altered).status is not Status.UNKNOWN:
            usable.append(at)
    assert usable == []


@pytest.mark.parametrize("serial", [0, 127, 128, 2**64, 2**159, -1, -128, -129, -(2**70)])
def test_every_serial_number_is_found(serial):
    crl = ROOT.crl([RevokedEntry(serial + 1, NOW), RevokedEntry(serial, START, 1)])
    assert crl.find(serial) == RevokedEntry(serial, START, 1)
    assert crl.find(serial + 2) is None


def test_a_list_in_a_mapped_file_is_read_where_it_lies(shared):
    path = shared / "real/by/ruc.crl"
    whole = CertificateList.parse(der(path))
    signer = Certificate.parse(der(shared / "real/by/ruc.cer"))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as octets:
        mapped = CertificateList.parse(octets)
        assert mapped == whole
        assert verify_signed(mapped, signer.key).outcome is Outcome.VALID
        entry = next(whole.entries())
        assert mapped.find(entry.serial) == entry
        del mapped


def test_malformed_entries_are_an_unusable_list(leaf):
    crl = ROOT.crl([revoked(leaf)])
    damaged = bytes(crl.der).replace(b"\x02\x02\x12\x67\x17", b"\x02\x02\x12\x67\x16")
    assert damaged != crl.der
    altered = CertificateList.parse(damaged)
    with pytest.raises(InputError):
        len(altered)
    outcome = status(leaf, altered)
    assert outcome.status is Status.UNKNOWN
    assert rules.CRL_MALFORMED in found(outcome)


def test_a_list_of_a_million_entries_is_searched_by_its_index():
    def element(tag, content):
        return bytes([tag, len(content)]) + content

    time_ = element(0x17, b"260101000000Z")
    serials = [n * 2_654_435_761 % 2**32 for n in range(1_000_000)]
    octets = b"".join(
        element(0x30, element(0x02, b"\x40" + serial.to_bytes(4)) + time_) for serial in serials
    )
    index = CrlIndex(octets, 0, len(octets))
    for serial in serials[::1000]:
        (at,) = index.find(octets, b"\x40" + serial.to_bytes(4))
        assert octets[at + 5 : at + 9] == serial.to_bytes(4)
        assert index.find(octets, b"\x41" + serial.to_bytes(4)) == []
    assert len(index) == 1_000_000
