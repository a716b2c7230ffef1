"""`zaruka receipt`: given, shown and checked as people do it, without a network."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile

import pytest

from third_parties import BID, World
from zaruka.x509.private_keys import dump_private_key

AT = "2026-11-29T09:00:00Z"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Write what both sides have."""
    place, world = tmp_path_factory.mktemp("receipts"), World()
    parties = []
    for code, country in world.countries.items():
        hierarchy, service = country.hierarchy, country.third_party
        (place / f"{code}-root.cer").write_bytes(hierarchy.root.certificate.der)
        (place / f"{code}-ca.cer").write_bytes(hierarchy.authority.certificate.der)
        for number, crl in enumerate(hierarchy.lists()):
            (place / f"{code}-{number}.crl").write_bytes(bytes(crl.der))
        key = dump_private_key(service.private_key, "секрет", entropy=bytes(32))
        (place / f"{code}.p8").write_bytes(key)
        (place / f"{code}.cer").write_bytes(service.certificate.der)
        parties.append(
            f'[[third_parties]]\ncountry = "{code}"\nname = "{code}"\n'
            f'certificate_sha256 = "{service.certificate.sha256}"\nsince = 2026-01-01\n'
        )
    (place / "password").write_text("секрет\n", encoding="utf-8")
    (place / "bid.txt").write_bytes(BID)
    (place / "bid.txt.sig").write_bytes(world.signature())
    start = 'extends = "by-ru-2024"\n[effect]\nkind = "recognition"\nsince = 2026-01-01\n'
    (place / "agreement.toml").write_text(start + "".join(parties), encoding="utf-8")
    return place


def trust(*codes):
    for code in codes:
        yield from ("--anchor", f"{code}-root.cer")
        yield from ("--crl", f"{code}-0.crl", "--crl", f"{code}-1.crl")


def issue(run, folder, code="BY", *more, file="bid.txt.sig"):
    chain = [word for each in ("BY", "RU") for word in ("--chain", f"{each}-ca.cer")]
    words = ("--key", f"{code}.p8", "--cert", f"{code}.cer", "--password-file", "password")
    words = (*words, *trust("BY", "RU"), *chain, "--at", AT, *more)
    return run("receipt", "issue", file, *words, cwd=folder)


def verify(run, folder, *files, lang="ru_RU.UTF-8", more=()):
    certificates = ("--cert", "BY-ca.cer", "--cert", "RU-ca.cer")
    words = (*files, *trust("BY", "RU"), *certificates, "--at", AT, *more)
    return run("receipt", "verify", *words, cwd=folder, lang=lang)


@pytest.fixture(scope="module")
def given(folder):
    """Give a Belarusian receipt with its bundle and printed form; run once."""

    def run(*words, cwd, **_):
        command = [sys.executable, "-m", "zaruka", *map(str, words), "--lang", "ru"]
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)

    done = issue(run, folder, "BY", "--out", "by.dvc", "--bundle", "by.zip", "--pdf", "by.pdf")
    assert done.returncode == 0, done.stderr
    return folder


def test_a_receipt_is_given_and_checked(run, given):
    done = verify(run, given, "by.dvc", "bid.txt.sig")
    assert done.returncode == 0, done.stdout
    assert "Квитанция действительна." in done.stdout
    assert "Что говорит квитанция: подтверждено" in done.stdout


def test_a_receipt_is_shown_in_words(run, given):
    done = run("receipt", "show", "by.dvc", cwd=given)
    assert done.returncode == 0
    assert "Квитанция ДТС (аттестат заверения)" in done.stdout
    assert "Ничего здесь не проверено" in done.stdout


def test_a_bundle_with_the_document_is_enough(run, given):
    done = run("receipt", "verify", "by.zip", "bid.txt", *trust("BY"), "--at", AT, cwd=given)
    assert done.returncode == 0, done.stdout
    with zipfile.ZipFile(given / "by.zip") as archive:
        assert "manifest.json" in archive.namelist()


def test_the_other_side_gives_its_receipt_on_the_first(run, given):
    more = ("--receipt", "by.dvc", "--agreement", "agreement.toml", "--out", "ru.dvc", "--json")
    done = issue(run, given, "RU", *more, "--force")
    assert done.returncode == 0, done.stdout + done.stderr
    answer = json.loads(done.stdout)
    assert (answer["outcome"], answer["record"]["IsValid"]) == ("granted", True)
    assert answer["nested"][0]["service"]["country"] == "BY"
    agreed = ("--agreement", "agreement.toml")
    assert verify(run, given, "ru.dvc", "bid.txt.sig", more=agreed).returncode == 0


def test_without_an_agreement_in_force_nothing_can_be_checked_across_the_border(run, given):
    done = issue(run, given, "RU", "--receipt", "by.dvc", "--out", "no.dvc", "--force")
    assert done.returncode == 2
    assert "невозможно проверить" in done.stdout


def test_a_receipt_for_another_document_fails(run, given, tmp_path):
    (tmp_path / "other.txt").write_bytes(b"other")
    done = verify(run, given, "by.dvc", "bid.txt.sig", tmp_path / "other.txt")
    assert done.returncode == 1
    assert "на другую подпись или другой документ" in done.stdout


@pytest.mark.parametrize(
    ("lang", "words"),
    [("be_BY.UTF-8", "Квітанцыя сапраўдная."), ("en_GB.UTF-8", "The receipt is valid.")],
)
def test_the_answer_is_in_the_readers_language(run, given, lang, words):
    assert words in verify(run, given, "by.dvc", "bid.txt.sig", lang=lang).stdout


def test_a_receipt_is_not_written_over_another(run, given):
    done = issue(run, given, "BY", "--out", "by.dvc")
    assert done.returncode == 64


def test_a_key_of_another_country_than_the_profile_is_refused(run, given):
    done = issue(run, given, "RU", "--profile", "by-strict", "--out", "x.dvc")
    assert done.returncode == 64
    assert not (given / "x.dvc").exists()


def test_wrong_usage_and_wrong_files_are_said(run, given):
    assert run("receipt", cwd=given).returncode == 64
    assert run("receipt", "none", cwd=given).returncode == 64
    assert run("receipt", "verify", "bid.txt.sig", cwd=given).returncode == 3
    assert run("receipt", "show", "bid.txt", cwd=given).returncode == 3
    assert run("receipt", "verify", "a", "b", "c", "d", cwd=given).returncode == 64
    assert issue(run, given, "BY", "--number", "seven", "--out", "x.dvc").returncode == 64
    assert "zaruka receipt verify" in run("receipt", "verify", "--help", cwd=given).stdout


def test_the_printed_form_has_the_receipt_and_a_code_that_finds_it(given):
    if shutil.which("pdftoppm") is None or shutil.which("zbarimg") is None:
        pytest.skip("not installed: apt-get install poppler-utils zbar-tools")
    subprocess.run(["pdftoppm", "-r", "200", "-png", "by.pdf", "sheet"], cwd=given, check=True)
    sheets = sorted(path.name for path in given.glob("sheet*.png"))
    read = subprocess.run(
        ["zbarimg", "-q", "--raw", *sheets], cwd=given, capture_output=True, text=True, check=False
    )
    assert read.stdout.startswith("zaruka-receipt 1\nnumber 1\ntime 2026-11-29T09:00:00Z\n")
    assert "service Служба заверения данных (учебная)" in read.stdout
    take = ["pdfdetach", "-save", "1", "-o", "taken.dvc", "by.pdf"]
    subprocess.run(take, cwd=given, check=True)
    assert (given / "taken.dvc").read_bytes() == (given / "by.dvc").read_bytes()


def test_real_messages_of_2012_are_shown(run, shared):
    for name in ("request_cpd", "request_ccpd", "request_vpkc", "response_vpkc"):
        path = shared / f"real/ru/dvcs/{name}_tomsk.der"
        done = run("receipt", "show", path)
        assert done.returncode == 0
        assert (
            "Контрольное значение" in done.stdout
            or "Данные в запросе" in done.stdout
            or ("Сертификатов в запросе: 1" in done.stdout)
        )
