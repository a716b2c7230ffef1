"""`zaruka extend`, `replay` and `lab serve` as people run them: processes of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

from extending_world import TEXT, Country
from zaruka.x509.private_keys import dump_private_key

AT = "2026-11-23T12:00:00Z"


@pytest.fixture
def country(tmp_path):
    made = Country("by", tmp_path)
    stamps = made.hierarchy.time_stamps
    (tmp_path / "tsa.p8").write_bytes(dump_private_key(stamps.private_key))
    (tmp_path / "tsa.cer").write_bytes(stamps.certificate.der)
    (tmp_path / "document.txt").write_bytes(TEXT)
    (tmp_path / "document.txt.sig").write_bytes(made.sign(detached=True))
    return made


TRUST = ("--anchor", "root.cer", "--crl", "lists", "--at", AT)
TSA = ("--tsa-key", "tsa.p8", "--tsa-cert", "tsa.cer")


def test_a_signature_is_extended_beside_and_said_so(run, country):
    done = run("extend", "document.txt.sig", "--to", "lta", *TRUST, *TSA)
    assert done.returncode == 0, done.stderr
    assert "Подпись дополнена и записана: document.txt.lta.sig. Уровень: B-LTA." in done.stderr
    assert "Новая архивная метка понадобится до 27.01.2027" in done.stderr
    assert "раньше доказанного времени подписи" in done.stderr
    done = run("verify", "document.txt.lta.sig", "--content", "document.txt", *TRUST)
    assert done.returncode == 0, done.stdout
    assert country.folder.joinpath("document.txt.sig").stat().st_size < 4000


def test_nothing_is_written_over_the_input_or_another_file_unless_told(run, country):
    before = (country.folder / "document.txt.sig").read_bytes()
    over = ("extend", "document.txt.sig", "--to", "t", *TRUST, *TSA)
    for words in (("--out", "document.txt.sig"), ("--out", "document.txt.sig", "--force")):
        done = run(*over, *words, lang="be_BY.UTF-8")
        assert done.returncode == 64
        assert "паверх зыходнага файла" in done.stderr
        assert (country.folder / "document.txt.sig").read_bytes() == before
    (country.folder / "taken").write_bytes(b"mine")
    assert run(*over, "--out", "taken").returncode == 64
    assert (country.folder / "taken").read_bytes() == b"mine"
    assert run(*over, "--in-place").returncode == 0
    assert (country.folder / "document.txt.sig").read_bytes() != before


def test_a_refusal_leaves_no_file(run, country):
    (country.folder / "document.txt").write_bytes(b"another")
    names = sorted(each.name for each in country.folder.iterdir())
    done = run("extend", "document.txt.sig", "--content", "document.txt", "--to", "t", *TRUST, *TSA)
    assert done.returncode == 3
    assert "не дополнена: она не действительна" in done.stderr
    assert sorted(each.name for each in country.folder.iterdir()) == names


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "x"), "Уровня «x» нет"),
        ((), "«--to»"),
        (("--to", "t", "--signer", "0"), "нужно число"),
        (("--to", "t", "--out", "a", "--in-place"), "Вместе --out и --in-place"),
        (("--to", "t", "--tsa", "http://x/", *TSA), "и адрес службы меток времени, и ключ"),
        (("--to", "t", "--tsa-key", "tsa.p8"), "«--tsa-cert»"),
        (("--to", "t"), "Не сказано, кто поставит метку"),
        (("--to", "t", "--signer", "2"), "Подписи номер 2 нет"),
    ],
)
@pytest.mark.usefixtures("country")
def test_wrong_usage_is_said_in_words(run, words, said):
    done = run("extend", "document.txt.sig", *TRUST, *words)
    assert done.returncode == 64, done.stderr
    assert said in done.stderr


def test_a_process_that_is_killed_leaves_no_half_file(run, country):
    """At whatever moment: the file is not there, or whole."""
    command = [sys.executable, "-m", "zaruka", "extend", "document.txt.sig", "--to", "lta"]
    target = country.folder / "document.txt.lta.sig"
    for pause in (0.2, 0.4, 0.6, 0.8, 1.2):
        process = subprocess.Popen([*command, *TRUST, *TSA], cwd=country.folder)
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if target.exists():
            done = run("verify", target.name, "--content", "document.txt", *TRUST)
            assert done.returncode == 0
            target.unlink()


def test_a_report_is_replayed_and_an_altered_one_is_found(run, country):
    done = run("verify", "document.txt.sig", *TRUST, "--json")
    (country.folder / "report.json").write_text(done.stdout, encoding="utf-8")
    for name in ("document.txt", "document.txt.sig", "root.cer"):
        (country.folder / name).unlink()
    done = run("replay", "report.json", lang="be_BY.UTF-8")
    assert done.returncode == 0
    assert "У пратаколе тое ж, што вынікае з яго звестак." in done.stdout
    report = json.loads((country.folder / "report.json").read_text(encoding="utf-8"))
    report["signatures"][0]["level"] = "B-LTA"
    (country.folder / "altered.json").write_text(json.dumps(report))
    done = run("replay", "altered.json")
    assert done.returncode == 1
    assert "Уровень подписи (signatures.1.level)" in done.stdout
    done = run("replay", "altered.json", "--json")
    assert json.loads(done.stdout)["differences"] == [
        {"place": "signatures.1.level", "replayed": "B-B", "reported": "B-LTA"}
    ]
    assert run("replay", "root.crl").returncode == 3


def test_a_bundle_is_written_and_replayed_by_itself(run, country):
    words = ("verify", "document.txt.sig", *TRUST, "--bundle", "evidence.zip", "--with-content")
    assert run(*words).returncode == 0
    assert TEXT in (country.folder / "evidence.zip").read_bytes()
    done = run("replay", "evidence.zip", lang="en_GB.UTF-8")
    assert done.returncode == 0
    assert "The report says what its facts say." in done.stdout
    assert run(*words).returncode == 64  # never over another file
    assert run("verify", "document.txt.sig", *TRUST, "--with-content").returncode == 64


def interruptible() -> None:
    """Undo what a shell does to what it starts in the background, of which these tests may be."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_services_for_trial_are_started_used_and_stopped(run, tmp_path):
    env = {**os.environ, "PYTHONUNBUFFERED": "1", "LANG": "en_GB.UTF-8"}
    command = [sys.executable, "-m", "zaruka", "lab", "serve", "--folder", "lab", "--port", "0"]
    lab = subprocess.Popen(
        command,
        cwd=tmp_path,
        env=env,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=interruptible,  # noqa: PLW1509 - no threads here
    )
    with lab:
        try:
            address = lab.stdout.readline().split()[6].rstrip(",")
            (tmp_path / "document").write_bytes(TEXT)
            signer = ("--key", "lab/ru/signer.p8", "--cert", "lab/ru/signer.cer")
            assert run("sign", "document", *signer, "--chain", "lab/ru/ca.cer").returncode == 0
            for name in ("root", "ca"):
                with urllib.request.urlopen(f"{address}/ru/{name}.crl") as answer:
                    (tmp_path / f"{name}.crl").write_bytes(answer.read())
            trust = ("--anchor", "lab/ru/root.cer", "--crl", "root.crl", "--crl", "ca.crl")
            done = run("extend", "document.sig", "--to", "lt", "--tsa", f"{address}/ru/tsa", *trust)
            assert done.returncode == 0, done.stderr
        finally:
            lab.send_signal(signal.SIGINT)
            try:
                lab.wait(timeout=20)
            finally:
                lab.kill()  # where it has ended this does nothing
    assert lab.returncode == 130
