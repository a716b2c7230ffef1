"""`zaruka trust` as people run it: lists taken in, asked about, carried to another machine."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "trust"))

import minted_lists as minted
from minted_lists import ISSUED, YEAR, Party, russian_list

from hostile_server import good, redirect, serving, zeros
from zaruka.jurisdictions.belarus import gossuok
from zaruka.lab.lists import Accredited
from zaruka.signatures.creation import sign_cades
from zaruka.x509.private_keys import dump_private_key

OGRN = "1027700132195"
PAUSE = ISSUED - timedelta(days=30)


def issue(version, *statuses, name="Центр доверия"):
    statuses = statuses or (("Действует", ISSUED - YEAR),)
    return russian_list(
        Accredited(name, OGRN, (Party("Центр").certificate,), statuses), version=version
    )


@pytest.fixture
def place(tmp_path):
    """A folder with a configuration that trusts the root of the laboratory."""
    root = minted.root().certificate.sha256
    (tmp_path / "zaruka.toml").write_text(
        f'[fetch]\nallow = ["127.0.0.0/8"]\n[sources.e-trust]\nroots = ["{root}"]\n',
        encoding="utf-8",
    )
    (tmp_path / "5.xml").write_bytes(issue(5))
    paused = (("Действует", ISSUED - YEAR), ("Приостановлена", PAUSE))
    (tmp_path / "6.xml").write_bytes(issue(6, *paused))
    return tmp_path


@pytest.fixture
def zaruka(run, place):
    """Run a command of trust beside the configuration."""
    assert (place / "zaruka.toml").is_file()

    def call(*words, **more):
        more = {"ZARUKA_CONFIG": "zaruka.toml", "ZARUKA_STORE": "store.db", **more}
        return run("trust", *words, **more)

    return call


def value_of(done):
    assert done.stderr == ""
    return json.loads(done.stdout)


def test_lists_are_taken_in_shown_and_compared(zaruka):
    done = zaruka("update", "--from", "5.xml", "--yes")
    assert done.returncode == 0, done.stderr
    assert "Добавлены: 2" in done.stdout
    assert "Принято." in done.stdout
    done = zaruka("update", "--from", "6.xml", "--yes")
    assert "Перестанут быть доверенными: 1 из 2 (50 %)." in done.stdout
    assert "Центр доверия (1 сертификат), ОГРН 1027700132195, с 23.06.2026" in done.stdout
    done = zaruka("update", "--from", "6.xml")
    assert done.returncode == 0
    assert "уже в хранилище" in done.stdout
    done = zaruka("list", "--search", "доверия", lang="be_BY.UTF-8")
    assert "Центр доверия, АДРН (ОГРН) 1027700132195: прыпынена з 23.06.2026" in done.stdout
    done = zaruka("diff")
    assert "e-trust: № 5 от 23.07.2026 → № 6 от 23.07.2026" in done.stdout
    assert "приостановлена: 1" in done.stdout
    compared = value_of(zaruka("diff", "5", "6", "--json"))["compared"]
    assert [each["kind"] for each in compared[0]["changes"]] == ["suspended"]
    assert zaruka("diff", "5", "7").returncode == 64


def test_the_question_of_the_lawyer_is_answered(zaruka, place):
    zaruka("update", "--from", "6.xml", "--yes")
    signer = Party("Подписант", Party("Центр"), ca=False, years=(-0.5, 1))
    (place / "signer.cer").write_bytes(signer.certificate.der)
    done = zaruka("history", "signer.cer")
    assert done.returncode == 0, done.stderr
    plain = " ".join(done.stdout.split())
    assert "Сертификат «Подписант» выдал Центр" in plain
    assert "Да: 22.01.2026 03:00:00 (UTC+3, Москва/Минск) аккредитация удостоверяющего" in plain
    assert "центра «Центр доверия, ОГРН 1027700132195» действовала." in plain
    done = zaruka("history", OGRN, "--at", "2026-07-01")
    assert done.returncode == 1
    assert "была приостановлена" in " ".join(done.stdout.split())
    assert zaruka("history", OGRN, "--at", "2019-01-01").returncode == 2
    value = value_of(zaruka("history", OGRN, "--at", "2026-07-01", "--json"))
    assert value["standing"]["standing"] == "suspended"
    assert value["standing"]["last"]["sequence"] == 6
    done = zaruka("show", OGRN, lang="en_GB.UTF-8")
    assert "suspended from 23.06.2026" in done.stdout
    assert zaruka("show", "никто").returncode == 3


def test_without_a_terminal_nothing_is_accepted_unasked(zaruka, place):
    done = zaruka("update", "--from", "5.xml")
    assert done.returncode == 64
    assert "--yes" in done.stderr
    assert zaruka("list").returncode == 3
    with (place / "zaruka.toml").open("a", encoding="utf-8") as file:
        file.write('[update]\npolicy = "accept-unless-removed-over-10-percent"\n')
    assert zaruka("update", "--from", "5.xml").returncode == 0
    assert zaruka("update", "--from", "6.xml").returncode == 64  # half of the trust would go


@pytest.mark.parametrize(("answer", "taken"), [("д", True), ("y", True), ("н", False), ("", False)])
def test_on_a_terminal_a_person_decides(zaruka, place, answer, taken):
    above, below = pty.openpty()
    words = ["-m", "zaruka", "trust", "update", "--from", "5.xml", "--store", "store.db"]
    environment = {**os.environ, "ZARUKA_CONFIG": "zaruka.toml", "LANG": "ru_RU.UTF-8"}
    with subprocess.Popen(
        [sys.executable, *words], stdin=below, stdout=below, cwd=place, env=environment
    ) as process:
        os.write(above, f"{answer}\n".encode())
        assert process.wait(60) == 0
    os.close(below)
    os.close(above)
    assert (zaruka("list").returncode == 0) is taken


def test_a_refused_list_leaves_the_store_as_it_was(zaruka, place):
    zaruka("update", "--from", "6.xml", "--yes")
    before = value_of(zaruka("list", "--json"))["lists"]
    (place / "forged.xml").write_bytes(issue(7).replace("доверия".encode(), "обмана!".encode()))
    done = zaruka("update", "--from", "forged.xml", "--yes")
    assert done.returncode == 1
    assert "Хранилище осталось прежним." in done.stdout
    older = value_of(zaruka("update", "--from", "5.xml", "--yes", "--json"))["lists"]
    assert [(each["outcome"], each["error"]["code"]) for each in older] == [
        ("refused", "trust.older")
    ]
    assert value_of(zaruka("list", "--json"))["lists"] == before


def test_lists_come_from_a_server(zaruka):
    answers = {
        "/good": good(issue(5), Content_Type="application/xml"),
        "/away": redirect("http://10.0.0.1/"),
        "/zeros": zeros(),
    }
    with serving(answers) as server:
        assert zaruka("update", "--from", server.at("/good"), "--yes").returncode == 0
        for bad in ("/away", "/zeros"):
            done = zaruka("update", "--source", "e-trust", "--from", server.at(bad), "--yes")
            assert done.returncode == 3
            assert "Хранилище осталось прежним." in done.stdout
    assert value_of(zaruka("list", "--json"))["lists"][0]["place"].endswith("/good")


def test_a_bundle_carries_lists_to_a_machine_without_internet(zaruka, place):
    operator = Party("Оператор", ca=False)
    (place / "key.der").write_bytes(dump_private_key(operator.private))
    (place / "operator.cer").write_bytes(operator.certificate.der)
    for number in (5, 6):
        zaruka("update", "--from", f"{number}.xml", "--yes")
    signed = ("--key", "key.der", "--cert", "operator.cer")
    assert zaruka("export", "lists.zip", "--all", *signed).returncode == 0
    there = {"ZARUKA_STORE": "there.db"}
    done = zaruka("import", "lists.zip", "--yes", **there)
    assert done.returncode == 3
    assert "Оператор" in done.stderr
    done = zaruka("import", "lists.zip", "--anchor", "operator.cer", "--yes", **there)
    assert done.returncode == 0, done.stderr + done.stdout
    here = value_of(zaruka("list", "--json"))
    assert value_of(zaruka("list", "--json", **there)) | {"at": here["at"]} == here
    assert zaruka("export", "bare.zip").returncode == 0
    assert zaruka("import", "bare.zip", "--yes", ZARUKA_STORE="x.db").returncode == 3
    assert zaruka("import", "bare.zip", "--unsigned", "--yes", ZARUKA_STORE="x.db").returncode == 0


def test_a_list_cannot_have_been_obtained_after_it_is_taken_in(zaruka, place):
    """Else what was known on a day would not hold it."""
    operator = Party("Оператор", ca=False)
    (place / "operator.cer").write_bytes(operator.certificate.der)
    octets = (place / "5.xml").read_bytes()
    entry = {"file": "a", "source": "e-trust", "sequence": 5, "place": "a"}
    entry |= {"obtained": "2999-01-01T00:00:00Z", "sha256": sha256(octets).hexdigest()}
    manifest = json.dumps({"bundle": 1, "lists": [entry]}).encode()
    time = datetime(2026, 7, 23, tzinfo=UTC)
    signature = sign_cades(
        manifest, [operator.signer], signing_time=time, entropy=os.urandom, detached=True
    )
    with zipfile.ZipFile(place / "later.zip", "w") as archive:
        archive.writestr("manifest.json", manifest)
        archive.writestr("manifest.json.p7s", signature)
        archive.writestr("a", octets)
    done = zaruka("import", "later.zip", "--anchor", "operator.cer", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = value_of(zaruka("list", "--json"))["lists"]
    assert found["obtained"] < "2999"


def test_what_comes_with_zaruka_needs_no_network(zaruka):
    assert zaruka("update", "--source", "gossuok", "--yes").returncode == 0
    assert "ГосСУОК" in zaruka("list", "--country", "by").stdout


def test_a_bundle_that_nobody_signed_brings_no_list_that_nobody_signs(zaruka, place):
    """What comes with Zaruka is taken from it; with one root more it would be anybody's."""
    list_ = gossuok.octets()
    for octets, status in ((list_, 0), (list_ + b"\n# with a root of somebody's own\n", 1)):
        entry = {"file": "a", "source": "gossuok", "sequence": 1, "place": "a"}
        entry |= {"obtained": "2026-01-01T00:00:00Z", "sha256": sha256(octets).hexdigest()}
        with zipfile.ZipFile(place / "bare.zip", "w") as archive:
            archive.writestr("manifest.json", json.dumps({"bundle": 1, "lists": [entry]}))
            archive.writestr("a", octets)
        done = zaruka("import", "bare.zip", "--unsigned", "--yes", ZARUKA_STORE=f"{status}.db")
        assert done.returncode == status, done.stderr + done.stdout


@pytest.mark.parametrize("words", [(), ("--help",), ("update", "--help"), ("import", "--help")])
def test_help_is_in_the_reader_s_language(zaruka, words):
    done = zaruka(*words, lang="be_BY.UTF-8")
    assert "Параметры" in done.stdout
    assert done.returncode == (0 if words else 64)


def test_wrong_usage_is_named(zaruka):
    assert zaruka("nonsense").returncode == 64
    assert zaruka("show").returncode == 64
    done = zaruka("update", "--source", "etrust")
    assert done.returncode == 64
    assert "e-trust" in done.stderr
