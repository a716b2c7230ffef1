"""Verification with a store: the lists give trust and certificates, and reports name them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from minted_lists import ISSUED, russian_list

import zaruka
from zaruka.errors import StoreError
from zaruka.facts import FactKind
from zaruka.findings import Indication, SubIndication
from zaruka.lab import russia as ru
from zaruka.lab.lists import Accredited
from zaruka.service.lists import Obtained

AT = datetime(2026, 7, 23, 12, tzinfo=UTC)
CONTENT = b"contract"
OGRN = "1027700132195"


@pytest.fixture(scope="module")
def nation():
    return ru.russia(AT, os.urandom, root_key="gost-256", key="gost-256")


@pytest.fixture(scope="module")
def crls(nation, tmp_path_factory):
    folder = tmp_path_factory.mktemp("crls")
    for number, crl in enumerate(nation.lists()):
        (folder / f"{number}.crl").write_bytes(bytes(crl.der))
    return folder


@pytest.fixture(scope="module")
def signature(nation):
    """A detached signature of a contractor."""
    member = nation.enrol(ru.CONTRACTOR, ru.SIGNER)
    return nation.sign(CONTENT, [member], at=AT, detached=True)


@pytest.fixture
def filled(taking, source, nation, tmp_path):
    """The store with a list whose authorities are those of the nation."""

    def fill(*statuses):
        statuses = statuses or (("Действует", ISSUED - timedelta(days=999)),)
        certificates = (nation.root.certificate, nation.authority.certificate)
        octets = russian_list(Accredited("УЦ", OGRN, certificates, statuses))
        taking.accept(taking.propose(source, Obtained(octets, "list.xml")))
        return tmp_path / "zaruka.db"

    return fill


def judge(signature, crls, **more):
    return zaruka.verify(signature, content=CONTENT, crls=[crls], at=AT, **more)


def test_without_a_store_the_root_is_unknown(signature, crls):
    report = judge(signature, crls)
    (result,) = report.signatures
    assert result.conclusion.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND


def test_a_list_gives_trust_and_is_named_in_the_facts(filled, signature, crls, nation):
    report = judge(signature, crls, store=filled())
    assert report.conclusion.indication is Indication.TOTAL_PASSED
    (anchor,) = [each for each in report.facts if each.kind is FactKind.ANCHOR]
    assert anchor.sha256 == nation.root.certificate.sha256
    assert anchor.source.endswith(" 5 2026-07-23")
    assert len(dict(anchor.extract)["source_sha256"]) == 64
    sources = {each.source for each in report.facts if each.kind is FactKind.CERTIFICATE}
    assert "list:e-trust" in sources


def test_the_same_store_gives_the_same_report(filled, signature, crls):
    store = filled()
    assert judge(signature, crls, store=store) == judge(signature, crls, store=store)


def test_an_ended_accreditation_gives_no_trust_any_more(filled, signature, crls):
    begin, end = ISSUED - timedelta(days=999), ISSUED - timedelta(days=1)
    store = filled(("Действует", begin), ("Прекращена", end))
    report = judge(signature, crls, store=store)
    assert report.conclusion.indication is Indication.INDETERMINATE


def test_anchors_that_are_given_are_all_that_is_trusted(filled, signature, crls, tmp_path):
    other = tmp_path / "other.cer"
    other.write_bytes(ru.russia(AT, os.urandom).root.certificate.der)
    report = judge(signature, crls, store=filled(), anchors=[other])
    assert report.conclusion.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND


def test_many_are_judged_with_one_look_at_the_store(filled, signature, crls, tmp_path):
    store, folder = filled(), tmp_path / "signed"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.txt").write_bytes(CONTENT)
        (folder / f"{number}.txt.sig").write_bytes(signature)
    answers = list(zaruka.verify_all([folder], crls=[crls], at=AT, store=store))
    assert [each.outcome.conclusion.passed for each in answers] == [True] * 3


def test_a_store_that_was_named_has_to_be_there(signature, crls, tmp_path):
    with pytest.raises(StoreError) as raised:
        judge(signature, crls, store=tmp_path / "none.db")
    assert raised.value.code == "store.missing"


def test_verification_with_a_store_does_not_load_what_only_writers_need(filled, tmp_path, nation):
    store = filled()
    (tmp_path / "some.cer").write_bytes(nation.authority.certificate.der)
    code = (
        "import sys, zaruka; zaruka.verify(sys.argv[1], store=sys.argv[2]); "
        "sys.exit('sqlalchemy' in sys.modules)"
    )
    words = [sys.executable, "-c", code, str(tmp_path / "some.cer"), str(store)]
    assert subprocess.run(words, check=False).returncode == 0


def test_the_command_finds_the_store_where_it_is_configured(filled, tmp_path, nation):
    store = filled()
    (tmp_path / "some.cer").write_bytes(nation.authority.certificate.der)
    words = [sys.executable, "-m", "zaruka", "verify", "some.cer", "--json"]
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("ZARUKA", "XDG"))}
    clean |= {"HOME": str(tmp_path)}

    def anchors(*options, **more):
        done = subprocess.run(
            [*words, *options], cwd=tmp_path, env=clean | more, capture_output=True, check=False
        )
        facts = json.loads(done.stdout).get("facts", ())
        return [each["sha256"] for each in facts if each["kind"] == "anchor"]

    root = nation.root.certificate.sha256
    assert anchors() == []
    assert anchors(ZARUKA_STORE=str(store)) == [root]
    assert anchors("--store", str(store)) == [root]
    assert anchors("--anchor", "some.cer", "--store", str(store)) != [root]
    usual = tmp_path / ".local" / "share" / "zaruka"
    usual.mkdir(parents=True)
    (usual / "zaruka.db").symlink_to(store)
    assert anchors() == [root]
