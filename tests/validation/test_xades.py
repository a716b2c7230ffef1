"""XAdES signatures of both countries with time-stamps and evidence inside, and what breaks them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
import xades_samples as xades
from nation import DAY, NOW, Nation, belarus, russia

import judging
from zaruka.errors import BudgetExceeded
from zaruka.findings import Indication, Severity, SubIndication
from zaruka.signatures import check_imprint
from zaruka.signatures.xml.document import XmlSignature
from zaruka.signatures.xml.xmldsig import parse_signed_xml
from zaruka.validation.process import validate_document
from zaruka.validation.results import Process, SignatureResult, TimestampKind

NATIONS = pytest.mark.parametrize("make", [russia, belarus], ids=["RU", "BY"])
STAMPED, SIGNED = NOW - 5 * DAY, NOW - 10 * DAY
ENCAPSULATED = "<EncapsulatedTimeStamp>MAA=</EncapsulatedTimeStamp>"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"


def judge(nation: Nation, octets: bytes) -> SignatureResult:
    (result,) = validate_document(parse_signed_xml(octets), None, nation.context()).signatures
    return result


def only(octets: bytes) -> XmlSignature:
    (signature,) = parse_signed_xml(octets).signatures
    return signature


def codes(result: SignatureResult) -> set[str]:
    return {each.rule.code for each in result.findings}


@NATIONS
def test_a_time_stamp_over_the_signature_value_proves_the_time(make: Callable[[], Nation]) -> None:
    nation = make()
    sample = xades.Xades(nation.signer(), SIGNED)
    token = xades.token(nation.stamping(), STAMPED, sample.canonical(sample.value))
    result = judge(nation, sample.document(xades.stamp(token)))
    assert result.conclusion.indication is Indication.TOTAL_PASSED
    assert (result.format, result.level) == ("XAdES", "B-T")
    assert (result.proven, result.best_signature_time) == (True, STAMPED)
    assert result.signing_time == SIGNED


@NATIONS
def test_a_stamp_forgives_a_revocation_that_came_later(make: Callable[[], Nation]) -> None:
    nation = make()
    who = nation.signer()
    sample = xades.Xades(who, SIGNED)
    token = xades.token(nation.stamping(), STAMPED, sample.canonical(sample.value))
    nation.revoke(who, NOW - 2 * DAY)
    bare, stamped = sample.document(), sample.document(xades.stamp(token))
    assert judge(nation, bare).conclusion.sub_indication is SubIndication.REVOKED_NO_POE
    assert judge(nation, stamped).conclusion.indication is Indication.TOTAL_PASSED


def test_a_stamp_without_a_canonical_form_is_over_canonical_xml() -> None:
    nation = russia()
    sample = xades.Xades(nation.signer(), SIGNED)
    token = xades.token(nation.stamping(), STAMPED, sample.canonical(sample.value))
    signature = only(sample.document(xades.stamp(token, form="")))
    (found,) = signature.timestamps
    assert check_imprint(found, signature.stamped_octets(found)).severity is Severity.PASS


@pytest.mark.parametrize("covered", [b"another", b""])
def test_a_stamp_over_something_else_is_dropped_and_said(covered: bytes) -> None:
    nation = belarus()
    sample = xades.Xades(nation.signer(), SIGNED)
    stamp = xades.stamp(xades.token(nation.stamping(), STAMPED, covered))
    result = judge(nation, sample.document(stamp))
    assert result.conclusion.indication is Indication.TOTAL_PASSED
    assert (result.level_claimed, result.level, result.proven) == ("B-T", "B-B", False)
    assert "validation.level-refused" in codes(result)


def test_a_stamp_over_the_bare_value_is_not_one_of_xades() -> None:
    """CAdES stamps the octets of the value, XAdES its element (EN 319 132-1 5.3)."""
    nation = russia()
    sample = xades.Xades(nation.signer(), SIGNED)
    value = only(sample.document()).signature
    stamp = xades.stamp(xades.token(nation.stamping(), STAMPED, value))
    assert not judge(nation, sample.document(stamp)).proven


@NATIONS
def test_evidence_inside_is_enough_to_judge_by(make: Callable[[], Nation]) -> None:
    nation = make()
    sample = xades.Xades(nation.signer(), SIGNED)
    token = xades.token(nation.stamping(), STAMPED, sample.canonical(sample.value))
    added = xades.values([nation.ca], nation.crls())
    document = parse_signed_xml(sample.document(xades.stamp(token), added))
    context = judging.context(NOW, anchors=(nation.root,))
    (result,) = validate_document(document, None, context).signatures
    assert result.conclusion.indication is Indication.TOTAL_PASSED
    assert result.level_claimed == "B-LT"


@pytest.mark.parametrize("form", [xades.EXC, C14N])
def test_an_archive_time_stamp_covers_all_that_was_there_before_it(form: str) -> None:
    """EN 319 132-1 5.5.2.2, STB 34.101.80 10.8.2."""
    nation = belarus()
    sample = xades.Xades(nation.signer(), SIGNED)
    token = xades.token(nation.stamping(), STAMPED, sample.canonical(sample.value))
    first = xades.stamp(token)
    references = only(sample.document()).references
    covered = b"".join(each.octets or b"" for each in references)
    assert covered.startswith(b"<doc><body>pay 10</body></doc><SignedProperties ")
    covered += sample.signed_info.encode() + sample.canonical(sample.value)
    covered += sample.canonical(sample.key_info) + first.encode()
    archive = xades.stamp(
        xades.token(nation.stamping(), STAMPED + DAY, covered),
        "ArchiveTimeStamp",
        form=form,
        namespace=xades.XADES_141,
    )
    signature = only(sample.document(first, archive))
    assert signature.level == "B-LTA"
    (found,) = (e for e in signature.evidence if e.kind == "archive-time-stamp")
    (stamp,) = found.tokens
    assert check_imprint(stamp, signature.stamped_octets(stamp)).severity is Severity.PASS
    assert "xades.not-judged" not in {each.rule.code for each in signature.findings}


def archived(nation: Nation, sample: xades.Xades, at: datetime, *before: str) -> bytes:
    """Add an ArchiveTimeStamp over the properties `before` it and all that was signed."""

    def stamp(covered: bytes) -> str:
        token = xades.token(nation.stamping(), at, covered)
        return xades.stamp(token, "ArchiveTimeStamp", namespace=xades.XADES_141)

    signature = only(sample.document(*before, stamp(b"")))
    (found,) = (e for e in signature.evidence if e.kind == "archive-time-stamp")
    return sample.document(*before, stamp(signature.stamped_octets(found.tokens[0])))


@NATIONS
def test_an_archive_carries_what_it_covers_until_the_authority_is_revoked(
    make: Callable[[], Nation],
) -> None:
    """EN 319 102-1 5.6.2.3: lists of an authority that is revoked later need a proof of age."""
    nation = make()
    who = nation.signer(not_after=NOW - DAY)
    sample = xades.Xades(who, SIGNED)
    token = xades.token(nation.stamping(), STAMPED, sample.canonical(sample.value))
    lists = xades.values([nation.ca], nation.crls(STAMPED + DAY / 4, STAMPED + 2 * DAY))
    document = archived(nation, sample, STAMPED + DAY / 2, xades.stamp(token), lists)
    result = judge(nation, document)
    assert result.conclusion.indication is Indication.TOTAL_PASSED
    assert result.process is Process.ARCHIVAL
    assert result.level == result.level_claimed == "B-LTA"
    assert {each.kind for each in result.timestamps} == {
        TimestampKind.SIGNATURE,
        TimestampKind.ARCHIVE,
    }
    spoilt = document.replace(b"<CRLValues>", b"<CRLValues> ")
    assert judge(nation, spoilt).level == "B-LT"


def test_evidence_that_cannot_be_read_is_said_and_the_rest_used() -> None:
    nation = russia()
    sample = xades.Xades(nation.signer(), SIGNED)
    broken = xades.values([nation.ca], nation.crls()).replace(
        "<CRLValues>", "<CRLValues><EncapsulatedCRLValue>MAA=</EncapsulatedCRLValue>"
    )
    result = judge(nation, sample.document(broken))
    assert result.conclusion.indication is Indication.TOTAL_PASSED
    assert "xades.evidence-unreadable" in codes(result)
    assert len(only(sample.document(broken)).evidence[1].crls) == 2


def test_a_stamp_that_names_what_it_covers_is_kept_unread() -> None:
    nation = russia()
    sample = xades.Xades(nation.signer(), SIGNED)
    token = xades.token(nation.stamping(), STAMPED, sample.canonical(sample.value))
    stamp = xades.stamp(token).replace("<Canon", '<Include URI="#s"></Include><Canon')
    signature = only(sample.document(stamp))
    assert signature.timestamps == ()
    assert [each.reason for each in signature.evidence[0].unread] == ["xades.stamp-unsupported"]


def test_properties_that_point_elsewhere_are_said() -> None:
    nation = russia()
    result = judge(nation, xades.Xades(nation.signer(), SIGNED, target="#other").document())
    assert result.conclusion.indication is Indication.TOTAL_PASSED
    assert "xades.properties-target" in codes(result)


def test_a_stamp_over_data_before_signing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    nation = russia()
    plain = xades.signed_properties
    added = "<SignedDataObjectProperties><AllDataObjectsTimeStamp></AllDataObjectsTimeStamp>"
    end = "</SignedProperties>"
    monkeypatch.setattr(
        xades,
        "signed_properties",
        lambda who, at: plain(who, at).replace(end, f"{added}</SignedDataObjectProperties>{end}"),
    )
    result = judge(nation, xades.Xades(nation.signer(), SIGNED).document())
    named = [each.actual for each in result.findings if each.rule.code == "xades.not-judged"]
    assert result.conclusion.indication is Indication.TOTAL_PASSED
    assert named == ["AllDataObjectsTimeStamp"]


def test_two_sets_of_properties_are_refused() -> None:
    """Anybody can add an Object; which set counts would be the reader's guess."""
    nation = russia()
    octets = xades.Xades(nation.signer(), SIGNED).document()
    second = f'<Object><QualifyingProperties xmlns="{xades.XADES}"></QualifyingProperties></Object>'
    result = judge(nation, octets.replace(b"</Signature>", second.encode() + b"</Signature>"))
    assert result.conclusion.sub_indication is SubIndication.FORMAT_FAILURE
    assert "xades.properties-doubled" in codes(result)


def test_a_counter_signature_is_noticed_and_no_signature_of_the_document() -> None:
    nation = russia()
    sample = xades.Xades(nation.signer(), SIGNED)
    inner = f'<CounterSignature><Signature xmlns="{xades.DS}"></Signature></CounterSignature>'
    result = judge(nation, sample.document(inner))
    assert result.conclusion.indication is Indication.TOTAL_PASSED
    assert len(result.countersignatures) == 1


@pytest.mark.parametrize(
    ("added", "code"),
    [
        ("<CertificateValues></CertificateValues>" * 300, "xmldsig.too-many"),
        (f"<SignatureTimeStamp>{ENCAPSULATED * 300}</SignatureTimeStamp>", "xml.too-much-signed"),
    ],
    ids=["properties", "time-stamps"],
)
def test_a_bomb_of_evidence_is_refused(added: str, code: str) -> None:
    sample = xades.Xades(russia().signer(), SIGNED)
    with pytest.raises(BudgetExceeded) as error:
        parse_signed_xml(sample.document(added))
    assert error.value.code == code
