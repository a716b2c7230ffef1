"""What holds of the whole product: the order of files, one flipped bit, the octets of a report."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import zaruka
from hierarchy import NOW, Authority
from zaruka.errors import InputError
from zaruka.findings import Indication
from zaruka.messages import Messages
from zaruka.reports.as_json import dump, report_value
from zaruka.signatures.creation import Signer, sign_cades
from zaruka.trust import TrustBase, given
from zaruka.validation.context import Context, Evidence
from zaruka.validation.policy_file import built_in
from zaruka.validation.process import validate_certificate
from zaruka.x509 import Certificate, CertificateList
from zaruka.x509.crls import RevokedEntry

ROOT, OTHER_ROOT, MIDDLE = Authority("root"), Authority("other root"), Authority("middle")
LEAF = Authority("leaf")
ANCHOR = ROOT.anchor().certificate
CHAIN = (MIDDLE.issue(LEAF, ca=False), ROOT.issue(MIDDLE))
LISTS = (ROOT.crl([RevokedEntry(99, NOW.replace(year=2025))]), MIDDLE.crl())


def verdict(leaf: Certificate, middle: Certificate, lists, anchor=ANCHOR) -> Indication:
    evidence = Evidence.of("given", certificates=(middle, anchor), crls=lists)
    context = Context(built_in(), NOW, TrustBase(given([anchor])), evidence)
    return validate_certificate(leaf, context).conclusion.indication


def flipped(octets: bytes):
    """Give every copy of `octets` with one bit changed."""
    for bit in range(8 * len(octets)):
        changed = bytearray(octets)
        changed[bit // 8] ^= 1 << bit % 8
        yield bit, bytes(changed)


def test_the_chain_passes_as_it_is():
    assert verdict(*CHAIN, LISTS) is Indication.PASSED


@pytest.mark.parametrize("which", ["leaf", "middle"])
def test_one_flipped_bit_anywhere_in_a_chain_never_passes(which):
    own = ("leaf", "middle").index(which)
    passed, read = [], 0
    for bit, octets in flipped(CHAIN[own].der):
        chain = list(CHAIN)
        try:
            chain[own] = Certificate.parse(octets)
        except InputError:
            continue
        read += 1
        if verdict(*chain, LISTS) is Indication.PASSED:
            passed.append(bit)
    assert read > 900
    assert passed == []


@pytest.mark.parametrize("which", ["list of the root", "list of the middle"])
def test_one_flipped_bit_anywhere_in_a_list_never_passes(which):
    own = ("list of the root", "list of the middle").index(which)
    passed, read = [], 0
    for bit, octets in flipped(bytes(LISTS[own].der)):
        lists = list(LISTS)
        try:
            lists[own] = CertificateList.parse(octets)
        except InputError:
            continue
        read += 1
        if verdict(*CHAIN, lists) is Indication.PASSED:
            passed.append(bit)
    assert read > 900
    assert passed == []


def test_an_anchor_with_another_name_or_key_anchors_nothing():
    """Of an anchor name and key count; the rest of its certificate is what one was given."""
    name, key = ANCHOR.subject.der, ANCHOR.key.spki
    for part, start in ((name, ANCHOR.der.rindex(name)), (key, ANCHOR.der.index(key))):
        for place in range(start + 2, start + len(part)):
            changed = bytearray(ANCHOR.der)
            changed[place] ^= 1
            try:
                anchor = Certificate.parse(bytes(changed))
            except InputError:
                continue
            assert verdict(*CHAIN, LISTS, anchor) is not Indication.PASSED, place


@pytest.fixture
def files(tmp_path) -> dict[str, list[Path]]:
    """Write roots, certificates and lists of which most are of no use."""
    known = {
        "anchors": [ANCHOR, OTHER_ROOT.anchor().certificate],
        "certificates": [
            CHAIN[1],
            ROOT.issue(MIDDLE, not_after=NOW.replace(year=2024)),
            OTHER_ROOT.issue(MIDDLE, not_before=NOW.replace(year=2027)),
            OTHER_ROOT.issue(Authority("middle", secret="another")),
        ],
        "crls": [*LISTS, MIDDLE.crl(number=2), OTHER_ROOT.crl(), ROOT.crl(number=7)],
    }
    written: dict[str, list[Path]] = {}
    for kind, objects in known.items():
        written[kind] = [tmp_path / f"{kind}-{number}" for number in range(len(objects))]
        for path, one in zip(written[kind], objects, strict=True):
            path.write_bytes(one.der)
    return written


@pytest.mark.parametrize("asked", ["certificate", "signature"])
def test_the_order_of_files_changes_not_an_octet_of_the_report(files, tmp_path, asked):
    source = tmp_path / asked
    leaf = CHAIN[0]
    source.write_bytes(
        leaf.der
        if asked == "certificate"
        else sign_cades(
            b"text",
            [Signer(LEAF.issuer.private_key, leaf)],
            signing_time=NOW.replace(month=5),
            entropy=bytes,
        )
    )

    def report(order: dict[str, list[Path]]) -> str:
        found = zaruka.verify(source, at=NOW, **order)
        assert found.conclusion.indication in {Indication.PASSED, Indication.TOTAL_PASSED}
        return dump(report_value(found, Messages("en")))

    expected = report(files)
    draw = random.Random(3)
    for _ in range(12):
        shuffled = {kind: draw.sample(paths, len(paths)) for kind, paths in files.items()}
        assert report(shuffled) == expected
    doubled = {kind: [*paths, *paths] for kind, paths in files.items()}
    assert report(doubled) == expected
