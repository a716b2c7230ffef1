"""`zaruka sign`, `timestamp`, `extract` and `inspect`, each with a check of what it made."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import cases
import pytest

from hostile_server import serving
from online_world import World

HOME = cases.SHARED / "interop"
RUSSIAN = {
    "key": HOME / "ru/keys/ul-256-xa.p8",
    "cert": HOME / "ru/certs/ul-256-xa.crt",
    "tsa_key": HOME / "ru/keys/tsa.p8",
    "tsa_cert": HOME / "ru/certs/tsa.crt",
    "trust": [
        "--anchor",
        HOME / "ru/certs/root.crt",
        "--cert",
        HOME / "ru/certs/sub.crt",
        "--crl",
        HOME / "ru/crl/root.crl",
        "--crl",
        HOME / "ru/crl/sub.crl",
    ],
    "signed": "2026-11-25T10:00:00Z",
    "at": "2026-12-01T00:00:00Z",
}
BELARUSIAN = {
    "key": HOME / "by/keys/m-ee256.p8",
    "cert": HOME / "by/pki/m-ee256.cer",
    "tsa_key": HOME / "by/keys/m-tsa.p8",
    "tsa_cert": HOME / "by/pki/m-tsa.cer",
    "trust": [
        "--anchor",
        HOME / "by/pki/m-root.cer",
        "--cert",
        HOME / "by/pki/m-sub.cer",
        "--crl",
        HOME / "by/crl/m-root.crl",
        "--crl",
        HOME / "by/crl/m-sub.crl",
    ],
    "signed": "2026-11-23T10:00:00Z",
    "at": "2026-11-24T00:00:00Z",
}


@pytest.fixture(autouse=True)
def _here(shared):
    """Skip where the shared material is not."""


@pytest.fixture(params=[RUSSIAN, BELARUSIAN], ids=["russia", "belarus"])
def country(request):
    return request.param


@pytest.fixture
def contract(tmp_path):
    path = tmp_path / "договор.txt"
    path.write_text("Договор поставки № 1\n")
    return path


def sign(run, country, contract, *more):
    key = ["--key", country["key"], "--cert", country["cert"]]
    done = run("sign", contract, *key, "--at", country["signed"], *more)
    assert done.returncode == 0, done.stderr
    return Path(str(contract) + ".sig")


def judged(run, country, path, *more):
    done = run("verify", path, *country["trust"], "--at", country["at"], "--json", *more)
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize("detached", [True, False])
def test_what_is_signed_here_verifies_here(run, country, contract, detached):
    signature = sign(run, country, contract, *(["--detached"] if detached else []))
    status, report = judged(run, country, signature)
    assert status == 0
    assert report["signatures"][0]["level"] == "B-B"
    assert [i["role"] for i in report["inputs"]] == ["signed-data", "content"][: 1 + detached]


def test_signing_says_that_it_is_for_trial(run, country, contract):
    key = ["--key", country["key"], "--cert", country["cert"]]
    done = run("sign", contract, *key)
    assert "Только для опробования" in done.stderr
    assert done.stdout == ""


def test_a_stamped_signature_has_a_proven_time(run, country, contract):
    signature = sign(run, country, contract)
    tsa = ["--key", country["tsa_key"], "--cert", country["tsa_cert"]]
    done = run("timestamp", signature, *tsa, "--at", country["signed"], "--out", "stamped.sig")
    assert done.returncode == 0, done.stderr
    status, report = judged(run, country, "stamped.sig")
    assert status == 0
    found = report["signatures"][0]
    assert found["level"] == "B-T"
    assert found["proven"] is True
    assert found["best_signature_time"] == country["signed"]


def test_any_file_can_be_stamped_and_the_stamp_finds_it(run, country, contract):
    tsa = ["--key", country["tsa_key"], "--cert", country["tsa_cert"]]
    assert run("timestamp", contract, *tsa, "--at", country["signed"]).returncode == 0
    stamp = Path(str(contract) + ".tsr")
    status, report = judged(run, country, stamp)
    assert status == 0
    assert [i["role"] for i in report["inputs"]][1] == "content"
    contract.write_text("Договор поставки № 2\n")
    status, report = judged(run, country, stamp)
    assert status == 1


def test_the_document_comes_out_of_an_attached_signature(run, country, contract):
    text = contract.read_bytes()
    signature = sign(run, country, contract)
    assert run("extract", signature).returncode == 64  # договор.txt is there already
    assert contract.read_bytes() == text
    contract.unlink()
    assert run("extract", signature).returncode == 0
    assert contract.read_bytes() == text
    assert run("extract", signature, "--out", "other.txt").returncode == 0
    assert (contract.parent / "other.txt").read_bytes() == text
    (contract.parent / "other.txt").write_bytes(b"old")
    assert run("extract", signature, "--out", "other.txt", "--force").returncode == 0
    assert (contract.parent / "other.txt").read_bytes() == text
    assert sorted(p.name for p in contract.parent.iterdir() if p.name.startswith(".")) == []


def test_there_is_nothing_to_extract_from_a_detached_signature(run, country, contract):
    signature = sign(run, country, contract, "--detached")
    done = run("extract", signature)
    assert done.returncode == 3
    assert "отсоединённая" in done.stderr


def test_a_signature_is_never_written_over_a_file(run, country, contract):
    signature = sign(run, country, contract)
    before = signature.read_bytes()
    key = ["--key", country["key"], "--cert", country["cert"]]
    done = run("sign", contract, *key)
    assert done.returncode == 64
    assert signature.read_bytes() == before


def test_a_key_of_another_certificate_is_refused(run, contract):
    done = run("sign", contract, "--key", RUSSIAN["key"], "--cert", RUSSIAN["tsa_cert"])
    assert done.returncode == 64
    assert "не подходит к сертификату" in done.stderr


@pytest.mark.parametrize("language", ["ru", "be", "en"])
def test_inspect_names_what_is_inside_in_words(run, language):
    case = cases.case("ru/ul-256-xa-text-det")
    done = run("inspect", case.file, "--lang", language)
    assert done.returncode == 0
    expected = {
        "ru": ["Подписанные сведения", "контрольное значение документа", "ГОСТ Р 34.11-2012"],
        "be": ["Падпісаныя звесткі", "кантрольнае значэнне дакумента", "ГОСТ Р 34.11-2012"],
        "en": ["Signed attributes", "message digest", "GOST R 34.11-2012"],
    }
    for text in expected[language]:
        assert text in done.stdout


def test_the_tree_is_shown_even_of_a_damaged_file(run, tmp_path):
    octets = cases.case("ru/ul-256-xa-text-det").file.read_bytes()
    (tmp_path / "cut.sig").write_bytes(octets[: len(octets) // 2])
    done = run("inspect", "cut.sig", "--tree")
    assert done.returncode == 0
    assert "Файл обрезан" in done.stdout
    assert "OBJECT IDENTIFIER 1.2.840.113549.1.7.2" in done.stdout
    assert "! " in done.stdout


@pytest.mark.parametrize("kind", ["certificate", "crl", "timestamp-token", "ocsp-response"])
def test_inspect_shows_other_objects(run, kind):
    case = next(c for c in cases.every_case() if c.kind == kind)
    done = run("inspect", case.file)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 5


def test_a_bundle_of_certificates_is_judged_whole(run, tmp_path):
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(
        (HOME / "ru/certs/sub.crt").read_bytes() + (HOME / "ru/certs/tsa.crt").read_bytes()
    )
    done = run("verify", bundle, *RUSSIAN["trust"], "--at", RUSSIAN["at"], "--json")
    assert len(json.loads(done.stdout)["objects"]) == 2


EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize("name", ["verify_file.py", "folder_to_json.py", "what_is_missing.py"])
def test_an_example_runs(name):
    words = {
        "verify_file.py": [HOME / "by/cms/m256-text-att.p7s", HOME / "by/pki/m-root.cer"],
        "folder_to_json.py": [HOME / "by/tsp"],
        "what_is_missing.py": [HOME / "by/cms/m256-text-att.p7s"],
    }[name]
    done = subprocess.run(
        [sys.executable, EXAMPLES / name, *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    if name == "folder_to_json.py":
        for line in done.stdout.splitlines():
            assert json.loads(line)["report_version"] == 1


def test_the_example_that_fetches_runs(tmp_path):
    with serving({}) as server:
        (tmp_path / "signed.p7s").write_bytes(World(server, tmp_path).signature)
        words = [sys.executable, EXAMPLES / "obtain_what_is_missing.py", "signed.p7s", "127.0.0.1"]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"certificate of {server.at('/ca.cer')}, obtained" in done.stdout
    assert (tmp_path / "zaruka.db").is_file()


def test_every_example_is_run_here():
    assert len(list(EXAMPLES.glob("*.py"))) == 4
