"""An invented country plugs in from outside: what docs/adding-a-country.md promises."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from northland import NORTHLAND, numbers
from northland import jurisdiction as north

import zaruka
from zaruka.asn1 import schema as s
from zaruka.findings import Finding, Indication, Severity
from zaruka.lab.hierarchy import Hierarchy, Profile
from zaruka.messages import LANGUAGES, add_catalogues, messages
from zaruka.reports.as_json import report_value
from zaruka.reports.sentences import sentence
from zaruka.service import JURISDICTIONS
from zaruka.x509 import Name
from zaruka.x509.issuing import extension, key_usage

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
GUIDE = Path(__file__).parents[2] / "docs" / "adding-a-country.md"
OATH = extension(north.OATH, s.encode(s.STRING, s.Text(12, "the Lighthouse Office")))
USAGE = key_usage("digitalSignature", "nonRepudiation")


def named(name: str, *more: tuple[str, str]) -> Name:
    return Name.of([("2.5.4.6", "QN", 19), ("2.5.4.3", name), *more])


def entropy(count: int) -> bytes:
    return hashlib.shake_256(b"northland").digest(count)


@pytest.fixture(scope="module")
def hierarchy() -> Hierarchy:
    profile = Profile(
        root_key="bign-256",
        key="bign-256",
        root=named("Northland Root"),
        authority=named("Northland Authority"),
        time_stamps=named("Northland Time"),
        time_stamp_policy="2.25.1",
        time_stamp_extensions=(USAGE,),
    )
    return Hierarchy(profile, NOW, entropy)


def judge(hierarchy: Hierarchy, folder: Path, number: str, extensions: Iterable = (OATH,)):
    """Sign in Northland and judge with its root, pinned by its fingerprint, and no other trust."""
    signer = hierarchy.enrol(
        named("Sigrid North", (north.HEARTH_NUMBER, number)), (USAGE, *extensions)
    )
    document = hierarchy.sign(b"a lease", [signer], at=NOW - timedelta(days=1), detached=False)
    root = hierarchy.root.certificate
    for name, octets in (
        ("root.cer", root.der),
        *((f"{n}.crl", crl.der) for n, crl in enumerate(hierarchy.lists())),
    ):
        (folder / name).write_bytes(octets)
    country = NORTHLAND.with_root(
        root.sha256, root.subject.display(), root.not_before, root.not_after
    )
    return zaruka.verify(
        document,
        certificates=[folder],
        crls=[folder],
        at=NOW,
        jurisdictions=(country, *JURISDICTIONS),
    )


def national(report) -> list[Finding]:
    (signature,) = report.signatures
    return [f for f in signature.conclusion.findings if f.rule.code.startswith("northland.")]


def test_its_signature_is_judged_by_its_own_root_and_named_in_its_own_terms(hierarchy, tmp_path):
    report = judge(hierarchy, tmp_path, "10203040")
    (signature,) = report.signatures
    assert signature.conclusion.indication is Indication.TOTAL_PASSED
    assert signature.signer.country == "QN"
    number = signature.signer.identifier("HEARTH_NUMBER")
    assert (number.masked, number.correct) == ("******40", True)
    assert [(q.code, q.value) for q in signature.signer.qualities] == [
        ("oath", "the Lighthouse Office")
    ]
    assert [f.severity for f in national(report)] == [Severity.PASS]
    assert signature.chain[-1].anchor.source == "pinned:QN"


def test_its_rules_are_said_in_every_language_and_decide_nothing(hierarchy, tmp_path):
    report = judge(hierarchy, tmp_path, "10203041", extensions=())
    assert report.conclusion.indication is Indication.TOTAL_PASSED
    wrong, without = national(report)
    assert (wrong.rule.code, wrong.severity) == ("northland.number-incorrect", Severity.WARN)
    assert (without.rule.code, without.severity) == ("northland.oath-missing", Severity.INFO)
    said = {language: sentence(wrong, messages(language)).text for language in LANGUAGES}
    assert said["ru"] == said["ru-BY"]
    assert said["ru"] == "номер очага в сертификате «Sigrid North» записан с ошибкой: ******41."
    assert said["be"] == "нумар ачага у сертыфікаце «Sigrid North» запісаны з памылкай: ******41."
    assert said["en"].startswith("hearth number in the certificate")
    assert report_value(report, messages("en"))


def test_without_the_country_its_root_is_not_trusted(hierarchy, tmp_path):
    judge(hierarchy, tmp_path, "10203040")
    report = zaruka.verify((tmp_path / "root.cer").read_bytes(), at=NOW)
    assert report.conclusion.indication is Indication.INDETERMINATE


def test_its_catalogues_cannot_change_what_the_package_says(tmp_path):
    ours = messages("en")("words.verdict.TOTAL_PASSED")
    folder = tmp_path / "en" / "words"
    folder.mkdir(parents=True)
    (folder / "forged.toml").write_text('[verdict]\nTOTAL_PASSED = "whatever"\n')
    add_catalogues(tmp_path)
    assert messages("en")("words.verdict.TOTAL_PASSED") == ours


@pytest.mark.parametrize(
    ("number", "correct"),
    [("10203040", True), ("10203041", False), ("1020304", False), ("1020304٤", False)],
)
def test_hearth_numbers_have_a_check_digit(number, correct):
    assert numbers.hearth_number_is_correct(number) is correct


def test_the_guide_shows_the_files_as_they_are():
    """Each block of the guide that names a file stands in that file, word for word."""
    shown = re.findall(r"```(?:python|toml) (\S+)\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert len(shown) > 3
    for name, block in shown:
        file = Path(__file__).parent / "northland" / name
        assert block.strip() in file.read_text(encoding="utf-8"), name
