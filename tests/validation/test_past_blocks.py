"""Building blocks of 5.6.2 by themselves, and what hostile archives cost."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import archiving
import nation
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from scene import TEXT, Scene

from zaruka.asn1 import cades as wire
from zaruka.asn1 import schema as s
from zaruka.asn1.pkix import AlgorithmIdentifier
from zaruka.crypto import AlgorithmId, digest
from zaruka.errors import InputError
from zaruka.findings import Indication, ObjectKind, ObjectRef, Severity, SubIndication
from zaruka.signatures import BytesContent, parse_signed_data, parse_timestamp_token
from zaruka.signatures.creation import make_timestamp
from zaruka.signatures.hash_index import read_hash_index
from zaruka.signatures.references import references_of
from zaruka.validation.context import Evidence
from zaruka.validation.past.coverage import Coverage
from zaruka.validation.past.poe_extraction import extract_proofs
from zaruka.validation.policy_file import built_in
from zaruka.validation.process import validate_document
from zaruka.validation.proofs import Proof, ProofKind, ProofsOfExistence
from zaruka.validation.results import TimestampKind

STAMP = ObjectRef(ObjectKind.TIMESTAMP, "aa" * 32, "stamp")
SHA_1, SHA_256 = "1.3.14.3.2.26", "2.16.840.1.101.3.4.2.1"
DAYS = [datetime(year, 1, 1, tzinfo=UTC) for year in (2010, 2012, 2014, 2026)]
STAMPED = "signer 2020..2022; sign 2021-06-01; stamp 2021-06-01"
ARCHIVED = (
    "under ca2; revoked ca2 2023-01-01 2; signer 2020..2022; sign 2021-06-01; stamp 2021-06-01; "
    "enclose root@2021-06-02 ca2@2021-06-02; archive 2021-06-03"
)
_SCENE = Scene.of(ARCHIVED)
_CONTEXT = _SCENE.context()


def test_a_time_stamp_of_the_very_moment_of_the_check_is_a_proof_of_that_moment():
    proofs = ProofsOfExistence(DAYS[3])
    assert proofs.of(STAMP.sha256).kind is ProofKind.HELD
    proofs.add(Proof(STAMP.sha256, DAYS[3], ProofKind.TIME_STAMP))
    assert proofs.of(STAMP.sha256).kind is ProofKind.TIME_STAMP
    proofs.add(Proof("bb" * 32, DAYS[3].replace(year=2027), ProofKind.TIME_STAMP))
    assert proofs.of("bb" * 32).kind is ProofKind.HELD


# --- proofs of existence


def test_the_earliest_proof_counts_and_everything_is_held_now() -> None:
    proofs = ProofsOfExistence(DAYS[3])
    assert proofs.of("x") == Proof("x", DAYS[3], ProofKind.HELD)
    for day in (DAYS[2], DAYS[1], DAYS[2]):
        proofs.add(Proof("x", day, ProofKind.TIME_STAMP, STAMP))
    assert proofs.time_of("x") == DAYS[1]
    assert proofs.time_of("y") == DAYS[3]


def test_what_is_covered_itself_needs_no_reliable_digest() -> None:
    coverage = Coverage(direct=frozenset({"x"}))
    (proof,) = extract_proofs(coverage, STAMP, DAYS[1], ProofsOfExistence(DAYS[3]), built_in())
    assert proof == Proof("x", DAYS[1], ProofKind.TIME_STAMP, STAMP)


@pytest.mark.parametrize(
    ("oid", "later", "proven"),
    [
        (SHA_256, None, True),
        (SHA_1, None, False),  # SHA-1 ended in 2013, and the object is first held in 2026
        (SHA_1, DAYS[1], True),  # it was proven by something else while SHA-1 was reliable
        (SHA_1, DAYS[2], False),
    ],
)
def test_what_a_digest_covers_needs_a_later_proof_from_before_its_end(
    oid: str, later: datetime | None, *, proven: bool
) -> None:
    """5.6.2.3.4 step 4 b)."""
    proofs = ProofsOfExistence(DAYS[3])
    if later is not None:
        proofs.add(Proof("x", later, ProofKind.CALLER))
    coverage = Coverage(by_digest=frozenset({("x", oid)}))
    found = list(extract_proofs(coverage, STAMP, DAYS[0], proofs, built_in()))
    assert bool(found) is proven


# --- the order of evidence changes nothing


@pytest.mark.parametrize(
    "facts",
    [
        ARCHIVED,
        f"{STAMPED}; enclose root@2021-06-02 ca@2021-06-02 ca@2021-06-03 ocsp:signer@2021-06-04",
        f"revoked signer 2021-05-01; {STAMPED}; enclose ca@2021-06-02 ca@2021-06-02-forgot",
    ],
)
def test_the_order_of_evidence_does_not_matter(facts: str) -> None:
    scene = Scene.of(facts)
    context, document = scene.context(), parse_signed_data(scene.message)
    evidence = context.evidence
    turned = Evidence.of(
        "file:case",
        certificates=reversed(evidence.certificates),
        crls=reversed(evidence.crls),
        ocsps=reversed(evidence.ocsps),
    )
    other = structs.replace(document, crls=document.crls[::-1], ocsps=document.ocsps[::-1])
    one = validate_document(document, None, context)
    again = validate_document(other, None, structs.replace(context, evidence=turned))
    assert again == one


# --- sentences: why it counts


def test_what_saved_a_signature_is_said() -> None:
    (result,) = Scene.of(ARCHIVED).report().signatures
    said = {found.rule.code: found for found in result.findings}
    good = said["validation.good-then"]
    assert good.severity is Severity.INFO
    assert said["validation.slid-to-revocation"].severity is Severity.PASS
    assert said["validation.signed-within-validity"].severity is Severity.PASS
    assert good.details["at"] == datetime(2021, 6, 1, tzinfo=UTC)
    assert good.details["limit"] < datetime(2022, 1, 1, tzinfo=UTC)
    assert "validation.slid-to-revocation" in said
    assert "validation.stamp-would-have-saved" not in said
    assert "validation.no-stamp" not in said


def test_the_chain_of_a_signature_that_passed_is_that_of_the_past() -> None:
    (result,) = Scene.of(ARCHIVED).report().signatures
    signer = result.chain[0].revocation
    assert signer.this_update == datetime(2021, 6, 2, tzinfo=UTC)
    assert {f.kind for f in Scene.of(ARCHIVED).report().facts} >= {"crl", "timestamp"}
    assert not Scene.of(ARCHIVED).report().needs


def test_a_contradiction_among_evidence_is_said() -> None:
    facts = (
        "revoked signer 2026-10-01; sign 2026-06-01; "
        "given root@2026-11-22 ca@2026-11-22 ocsp:signer@2026-11-22-forgot"
    )
    (result,) = Scene.of(facts).report().signatures
    assert "x509.evidence-disagrees" in {found.rule.code for found in result.findings}


def test_a_list_newer_than_its_next_is_said() -> None:
    facts = "sign 2026-06-01; given root@2026-11-22 ca@2026-11-22~-3"
    (result,) = Scene.of(facts).report().signatures
    assert "x509.crl-dates-reversed" in {found.rule.code for found in result.findings}


def test_a_time_that_nothing_proves_is_said_by_russian_law() -> None:
    (result,) = Scene.of("policy ru-63fz; sign 2026-06-01").report().signatures
    assert "validation.no-proven-time" in {found.rule.code for found in result.findings}
    (etsi,) = Scene.of("sign 2026-06-01").report().signatures
    assert "validation.no-proven-time" not in {found.rule.code for found in etsi.findings}


# --- hostile archives


def test_thousands_of_entries_in_an_index_are_looked_at_once() -> None:
    scene = Scene.of(ARCHIVED.replace("; archive 2021-06-03", ""))
    oid = scene.oid
    entries = tuple(digest(oid, number.to_bytes(4, "big")) for number in range(20_000))
    index = s.encode(
        wire.ATS_HASH_INDEX, wire.ATSHashIndex(AlgorithmIdentifier(oid), entries, (), ())
    )
    token = archiving.add_attribute(
        scene.token("2021-06-03")(digest(oid, b"anything")), archiving.INDEX_V3, index
    )
    scene.message = archiving.add_attribute(scene.message, archiving.ARCHIVE_V3, token)
    begin = time.monotonic()
    (result,) = scene.report().signatures
    assert time.monotonic() - begin < 30
    codes = {f.rule.code for each in result.timestamps for f in each.conclusion.findings}
    assert "validation.hash-index-lost" in codes


@pytest.mark.parametrize("known", [True, False])
def test_an_archive_by_a_digest_that_we_do_not_have_is_open(*, known: bool) -> None:
    """Of the index alone, or of the imprint too."""
    scene = Scene.of(ARCHIVED.replace("; archive 2021-06-03", ""))
    unknown = AlgorithmIdentifier("1.2.3.4")
    index = s.encode(wire.ATS_HASH_INDEX, wire.ATSHashIndex(unknown, (b"x",), (), ()))
    token = make_timestamp(
        AlgorithmId(scene.oid if known else "1.2.3.4"),
        bytes(32),
        scene.signer("tsa"),
        time=datetime(2021, 6, 3, tzinfo=UTC),
        serial_number=1,
        policy="1.2.3",
        entropy=nation.entropy,
    )
    token = archiving.add_attribute(token, archiving.INDEX_V3, index)
    scene.message = archiving.add_attribute(scene.message, archiving.ARCHIVE_V3, token)
    (result,) = scene.report().signatures
    assert result.conclusion.sub_indication is SubIndication.OUT_OF_BOUNDS_NO_POE
    (archive,) = [e for e in result.timestamps if e.kind is TimestampKind.ARCHIVE_V3]
    assert archive.conclusion.indication is Indication.INDETERMINATE
    codes = {found.rule.code for found in archive.conclusion.findings}
    assert "cms.digest-unsupported" in codes


def test_of_too_many_archive_stamps_the_latest_are_judged() -> None:
    scene = Scene.of("sign 2026-06-01; stamp 2026-06-01")
    token = scene.token("2026-06-03")(digest(scene.oid, b"anything"))
    other = scene.token("2026-06-04")(digest(scene.oid, b"anything"))
    tokens = [token] * 150 + [other]
    for each in tokens:
        scene.message = archiving.add_attribute(scene.message, archiving.ARCHIVE_V3, each)
    begin = time.monotonic()
    (result,) = scene.report().signatures
    assert time.monotonic() - begin < 60
    said = {found.rule.code: found.actual for found in result.findings}
    assert said["validation.stamp-budget"] == "151"
    assert len(result.timestamps) == 64 + 1
    assert result.conclusion.indication is Indication.TOTAL_PASSED
    assert result.timestamps[0].time.day == 4


class Counting(BytesContent):
    """Content that counts how often it is read."""

    reads = 0

    def blocks(self) -> Iterator[memoryview]:
        self.reads += 1  # when the first block is taken
        yield from super().blocks()


def test_what_was_signed_is_read_once_for_all_archive_stamps() -> None:
    """Of 64 small time-stamps each digested a detached file of gigabytes anew."""
    scene = Scene.of("sign 2026-06-01 detached; archive 2026-06-03 v2; archive 2026-06-04 v2")
    for number in range(20):
        token = scene.token("2026-06-05")(number.to_bytes(32, "big"))
        scene.message = archiving.add_attribute(scene.message, f"{archiving.AA}.48", token)
    content = scene.content = Counting(TEXT)
    (result,) = scene.report().signatures
    assert len(result.timestamps) == 22
    assert [each.conclusion.passed for each in result.timestamps].count(True) == 2
    assert content.reads <= 3


def test_of_many_lists_those_that_speak_of_a_certificate_are_looked_at() -> None:
    """Each at its own moment: the newest of all, and the newest before the certificate expired."""
    days = [
        f"ca@{year}-{month:02}-{day:02}"
        for year in range(2016, 2026)
        for month in range(1, 13)
        for day in (1, 8)
    ]
    scene = Scene.of(f"{STAMPED}; given root@2026-11-22 ca@2026-11-22 {' '.join(days)}")
    begin = time.monotonic()
    (result,) = scene.report().signatures
    assert time.monotonic() - begin < 60
    assert result.conclusion.indication is Indication.TOTAL_PASSED
    assert result.chain[0].revocation.this_update == datetime(2022, 1, 1, tzinfo=UTC)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_archive_is_a_verdict_or_a_clear_error(data: st.DataObject) -> None:
    message = bytearray(_SCENE.message)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(message) - 1))
        message[place] ^= 1 << data.draw(st.integers(0, 7))
    try:
        document = parse_signed_data(bytes(message))
    except InputError:
        return
    report = validate_document(document, None, _CONTEXT)
    assert report.conclusion.indication in Indication


@settings(max_examples=100, deadline=None)
@given(octets=st.binary(max_size=200))
def test_any_octets_as_index_or_references_are_read_or_refused(octets: bytes) -> None:
    signature = parse_signed_data(_SCENE.message).signatures[0]
    made = archiving.add_attribute(
        _SCENE.token("2021-06-03")(bytes(32)), archiving.INDEX_V3, b"\x04\x00"
    )
    token = parse_timestamp_token(made)
    (inner,) = token.signed.signatures
    (attribute,) = inner.unsigned_attributes
    spoilt = structs.replace(
        inner, unsigned_attributes=(structs.replace(attribute, values=(octets,)),)
    )
    with contextlib.suppress(InputError):
        read_hash_index(
            structs.replace(token, signed=structs.replace(token.signed, signatures=(spoilt,)))
        )
    for oid in ("21", "22"):
        found = structs.replace(attribute, oid=f"{archiving.AA}.{oid}", values=(octets,))
        references_of(structs.replace(signature, unsigned_attributes=(found,)))


def test_a_belarusian_archive_is_judged_alike() -> None:
    (result,) = Scene.of(ARCHIVED, nation.BIGN).report().signatures
    assert result.conclusion.indication is Indication.TOTAL_PASSED
