"""A report is judged again from its facts: the same where nothing was altered, found out where."""

from __future__ import annotations

import base64
import copy
import json
import random
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from lxml import etree

import test_interop
from extending_world import COUNTRIES, NOW, TEXT, Country
from zaruka import InputError, verify
from zaruka.errors import UnsupportedError
from zaruka.messages import messages
from zaruka.reports.as_json import dump, report_value
from zaruka.service.at_hand import files_at_hand
from zaruka.service.extending import Aim, extend
from zaruka.service.replaying import read_report, replay
from zaruka.validation.policy_file import parse_policy
from zaruka.x509 import crls

SAY = messages("ru")


def as_value(report):
    return read_report(dump(report_value(report, SAY)).encode())


# --- every case made by other programs


@pytest.mark.parametrize("case", test_interop.CASES, ids=lambda case: case.id)
def test_a_case_of_both_countries_gives_the_same_again(case):
    report = test_interop.judge(case)
    if report is None:
        return  # there is no report on what cannot be read
    found = replay(as_value(report))
    assert found.differences == ()
    assert found.is_same
    assert found.report.conclusion.indication is report.conclusion.indication


def long_term():
    folder = test_interop.SHARED / "interop" / "ru-cades"
    if not folder.is_dir():
        return []
    return [(folder, case) for case in json.loads((folder / "manifest.json").read_text())["cases"]]


LONG_TERM = long_term()


@pytest.mark.parametrize(("folder", "case"), LONG_TERM, ids=[case["id"] for _, case in LONG_TERM])
def test_a_case_of_the_long_term_gives_the_same_again(folder, case):
    def files(*names):
        return [folder / name for name in names]

    report = verify(
        folder / case["file"],
        content=folder / case["content"] if case["kind"] == "cms-detached" else None,
        anchors=files(*case["trust"]),
        certificates=files(*case["intermediates"], *filter(None, [case.get("signer_cert")])),
        crls=files(*case["crls"]),
        at=datetime.fromisoformat(case["verify_at"]),
    )
    assert replay(as_value(report)).differences == ()


def test_the_corpora_are_there(shared):
    assert shared == test_interop.SHARED
    assert len(LONG_TERM) == 78


@pytest.mark.parametrize("case", test_interop.XML, ids=lambda case: case.id)
def test_xml_gives_the_same_from_what_is_kept_of_it_and_from_the_document(case):
    value = as_value(test_interop.judge(case))
    found = replay(value)
    assert found.differences == ()
    (verdict,) = [each for each in found.judged if each.part == "verdict"]
    digest = sha256(case.file.read_bytes()).hexdigest()
    assert ("xml", case.file.name, digest) in verdict.absent
    whole = replay(value, octets=files_at_hand([case.file]))
    assert whole.differences == ()
    assert not [each for judged in whole.judged for each in judged.absent if each.what == "xml"]


@pytest.mark.usefixtures("shared")
def test_of_an_xml_document_a_report_holds_no_word():
    case = next(each for each in test_interop.XML if each.file.name == "env-256.xml")
    text = case.file.read_text(encoding="utf-8")
    body = etree.fromstring(text.encode()).find(".//{*}body")
    words = max((body.text or "").split(), key=len)
    value = as_value(test_interop.judge(case))
    kept = [fact["der"] for fact in value["facts"] if fact["extract"].get("format") == "XML"]
    (skeleton,) = [base64.b64decode(each) for each in kept]
    assert words.encode() in case.file.read_bytes()
    assert words.encode() not in skeleton
    assert b"<ds:Signature" in skeleton or b"<Signature" in skeleton


def xml_report():
    case = next(each for each in test_interop.XML if each.file.name == "ref-256.xml")
    return as_value(test_interop.judge(case))


def message_of(report):
    return next(each for each in report["facts"] if each["extract"].get("format") == "XML")


def reference_of(report, what):
    return next(name for name in message_of(report)["extract"] if name.endswith(what))


XML_ALTERATIONS = {
    "the verdict": lambda r: r["signatures"][0].update(indication="TOTAL_FAILED"),
    "what it covers": lambda r: r["signatures"][0]["findings"].remove(
        next(f for f in r["signatures"][0]["findings"] if f["code"] == "xmldsig.covers-part")
    ),
    "where it stood": lambda r: message_of(r)["extract"].update(
        {reference_of(r, ".place"): "/doc"}
    ),
    "what was signed": lambda r: message_of(r)["extract"].update(
        {reference_of(r, ".content"): "0" * 64}
    ),
    "its digest": lambda r: next(
        f
        for f in r["facts"]
        if f["sha256"] == message_of(r)["extract"][reference_of(r, ".content")]
    )["extract"].update({"1.2.643.7.1.1.2.2": "0" * 64}),
}


@pytest.mark.parametrize("how", XML_ALTERATIONS)
@pytest.mark.usefixtures("shared")
def test_a_report_on_xml_altered_by_hand_is_found(how):
    value = xml_report()
    XML_ALTERATIONS[how](value)
    assert not replay(value).is_same


@pytest.mark.usefixtures("shared")
def test_the_signature_in_what_is_kept_of_xml_is_verified_again():
    value = xml_report()
    fact = message_of(value)
    octets = base64.b64decode(fact["der"])
    start = octets.index(b"SignatureValue>") + len(b"SignatureValue>") + 4
    other = (
        octets[:start] + (b"A" if octets[start : start + 1] != b"A" else b"B") + octets[start + 1 :]
    )
    fact.update(der=base64.b64encode(other).decode(), sha256=sha256(other).hexdigest())
    found = replay(value)
    assert not found.is_same


@pytest.mark.usefixtures("shared")
def test_a_mangled_report_on_xml_is_judged_or_refused_and_never_more(rng):
    report = xml_report()
    for _ in range(100):
        altered = copy.deepcopy(report)
        mangled(altered, rng)
        try:
            found = replay(read_report(json.dumps(altered).encode()))
        except (InputError, UnsupportedError):
            continue
        assert isinstance(found.is_same, bool)


# --- what was extended, lists that are large


@pytest.fixture(scope="module", params=COUNTRIES)
def country(request, tmp_path_factory):
    return Country(request.param, tmp_path_factory.mktemp("country"))


@pytest.mark.parametrize("detached", [False, True])
def test_an_extended_signature_gives_the_same_again(country, detached):
    message, content = country.sign(detached=detached), TEXT if detached else None
    found = extend(country.zaruka(), message, Aim.LTA, authority=country.authority, content=content)
    report = country.zaruka(lists=False).verify(found.octets, content=content)
    assert replay(as_value(report)).is_same


def test_of_a_large_list_a_head_and_entries_are_enough_and_that_is_told(country, monkeypatch):
    monkeypatch.setattr(crls, "_SMALL", 0)
    revoked = country.enrol()
    country.hierarchy.revoke(revoked, NOW - timedelta(days=1), 4)
    country.publish()
    for member, passes in ((country.signer, True), (revoked, False)):
        report = country.zaruka().verify(country.sign(member))
        assert report.conclusion.passed is passes
        lists = [fact for fact in report.facts if fact.kind == "crl"]
        assert all(fact.der is None for fact in lists)
        found = replay(as_value(report))
        assert found.differences == ()
        assert {fact.sha256 for fact in found.unchecked} == {fact.sha256 for fact in lists}


def test_the_strict_mode_and_another_policy_are_replayed_as_such(country):
    report = country.zaruka(strict=True).verify(country.sign())
    assert replay(as_value(report)).is_same
    policy = parse_policy('name = "mine"\nextends = "etsi"\n')
    mine = as_value(country.zaruka(policy=policy).verify(country.sign()))
    assert replay(mine, policy=policy).is_same
    with pytest.raises(InputError, match=r"replay\.policy"):
        replay(mine)


# --- what is not as it was


@pytest.fixture(scope="module")
def report(country):
    message = extend(country.zaruka(), country.sign(), Aim.T, authority=country.authority).octets
    return as_value(country.zaruka().verify(message))


ALTERATIONS = {
    "indication": lambda r: r.update(indication="TOTAL_FAILED", sub_indication="REVOKED"),
    "signatures.1.indication": lambda r: r["signatures"][0].update(indication="INDETERMINATE"),
    "signatures.1.level": lambda r: r["signatures"][0].update(level="B-LTA"),
    "signatures.1.best_signature_time": lambda r: r["signatures"][0].update(
        best_signature_time="2020-01-01T00:00:00Z"
    ),
    "signatures.1.signer.name": lambda r: r["signatures"][0]["signer"].update(name="Иной"),
    "signatures.1.chain.1.revocation.state": lambda r: r["signatures"][0]["chain"][0][
        "revocation"
    ].update(state="revoked"),
    "signatures.1.timestamps.1.time": lambda r: r["signatures"][0]["timestamps"][0].update(
        time="2020-01-01T00:00:00Z"
    ),
    "signatures.1.findings": lambda r: r["signatures"][0]["findings"].pop(),
    "signatures.2": lambda r: r["signatures"].append(r["signatures"][0]),
}


@pytest.mark.parametrize("place", ALTERATIONS)
def test_a_verdict_altered_by_hand_is_found(report, place):
    altered = copy.deepcopy(report)
    ALTERATIONS[place](altered)
    found = replay(altered)
    assert not found.is_same
    assert any(each.place.startswith(place) for each in found.differences)


@pytest.mark.parametrize("kind", ["certificate", "signature", "timestamp", "document"])
def test_a_fact_altered_by_hand_is_found(report, kind):
    altered = copy.deepcopy(report)
    fact = next(each for each in altered["facts"] if each["kind"] == kind and each["der"])
    fact["der"] = fact["der"].replace("A", "B", 1)
    try:
        found = replay(altered)
    except (InputError, UnsupportedError):
        return  # too little is left to judge by
    assert not found.is_same
    assert fact["sha256"] in {each.sha256 for each in found.altered}


def test_a_fact_of_another_report_changes_the_verdict(country, report):
    """A digest of its own does not help: the signature is over something else."""
    altered = copy.deepcopy(report)
    other = as_value(
        country.zaruka().verify(
            country.hierarchy.sign(b"another", [country.signer], at=NOW, detached=False)
        )
    )
    for fact in altered["facts"]:
        if fact["kind"] == "document" and fact["der"] is None:
            fact.update(next(e for e in other["facts"] if e["kind"] == "document" and not e["der"]))
    found = replay(altered)
    assert found.report.signatures[0].conclusion.sub_indication == "HASH_FAILURE"
    assert not found.is_same


def test_another_moment_gives_another_verdict(report):
    altered = copy.deepcopy(report)
    altered["validation_time"] = "2040-01-01T00:00:00Z"
    assert not replay(altered).is_same


def test_what_changed_since_is_told_and_is_no_difference(report):
    old = copy.deepcopy(report)
    old["policy"]["sha256"] = "0" * 64
    for means in old["means"]:
        means["version"] = "0.0.1" if means["name"] == "Zaruka" else means["version"]
    found = replay(old)
    assert {each.what for each in found.changes} == {"policy", "version"}
    assert found.is_same


# --- what is no report


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"[]",
        b"{}",
        b'{"report_version": 2}',
        b"[" * 100_000,
        b'{"report_version": 1, "error": {}}',
        b"\xff\xfe",
    ],
)
def test_what_is_no_report_is_refused(octets):
    with pytest.raises(InputError, match=r"replay\.not-a-report"):
        read_report(octets)


def test_a_report_on_several_documents_is_refused():
    with pytest.raises(InputError, match=r"replay\.several"):
        read_report(b'{"report_version": 1, "reports": []}')


def mangled(value, random):
    """Put something else in one place of a JSON value."""
    kinds = [None, 0, "", "x", [], {}, True, "2020-01-01", -1, "A" * 70]
    node, place = {"": value}, ""
    while isinstance(node[place], (dict, list)) and node[place] and random.random() < 0.9:
        node = node[place]
        place = random.choice([*node] if isinstance(node, dict) else range(len(node)))
    node[place] = random.choice(kinds)
    return value


def test_a_mangled_report_is_judged_or_refused_and_never_more(report, rng):
    for _ in range(150):
        altered = copy.deepcopy(report)
        mangled(altered, rng)
        try:
            found = replay(read_report(json.dumps(altered).encode()))
        except (InputError, UnsupportedError):
            continue
        assert isinstance(found.is_same, bool)


@pytest.fixture
def rng():

    return random.Random(20261129)
