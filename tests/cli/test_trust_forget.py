"""Lists that are old, and lists that are no longer relied on: both are said."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "trust"))

import minted_lists as minted
from minted_lists import ISSUED, YEAR, Party, european_list, russian_list

from zaruka.lab.lists import Accredited

OGRN = "1027700132195"
CENTRE = Party("Центр")
SIGNER = Party("Подписант", CENTRE, ca=False, years=(-0.5, 1))
ESTONIA = Party("Signer of Estonia", kind="p-256", ca=False)
AT = "2026-08-01T00:00:00Z"  # nine days after the list was issued
LATER = "2026-09-01T00:00:00Z"


@pytest.fixture
def zaruka(run, tmp_path):
    root = minted.root().certificate
    (tmp_path / "zaruka.toml").write_text(
        f'[sources.e-trust]\nroots = ["{root.sha256}"]\n', encoding="utf-8"
    )
    own = Accredited("Центр", OGRN, (CENTRE.certificate,), (("Действует", ISSUED - YEAR),))
    for number in (5, 6):
        (tmp_path / f"{number}.xml").write_bytes(russian_list(own, version=number))
    (tmp_path / "signer.cer").write_bytes(SIGNER.certificate.der)

    def call(*words, **more):
        return run(*words, ZARUKA_CONFIG="zaruka.toml", ZARUKA_STORE="store.db", **more)

    assert call("trust", "update", "--from", "5.xml", "--yes").returncode == 0
    return call


def lists(done):
    return json.loads(done.stdout)["lists"]


def plain(done):
    return " ".join(done.stdout.split())


# --- past its time


def test_verification_says_that_a_list_is_overdue_and_uses_it(zaruka):
    done = zaruka("verify", "signer.cer", "--at", LATER)
    assert "№ 5 от 23.07.2026 просрочен: новый выпуск должен был выйти до 22.08.2026" in plain(done)
    assert "zaruka trust update --source e-trust" in plain(done)
    for lang, words in (("be_BY.UTF-8", "пратэрмінаваны"), ("en_GB.UTF-8", "is overdue")):
        assert words in plain(zaruka("verify", "signer.cer", "--at", LATER, lang=lang))
    report = json.loads(zaruka("verify", "signer.cer", "--at", LATER, "--json").stdout)
    (found,) = [each for each in report["findings"] if each["code"] == "trust.list-overdue"]
    assert found["severity"] == "warn"
    assert found["details"]["number"] == 5
    assert "trust.list-overdue" not in zaruka("verify", "signer.cer", "--at", AT, "--json").stdout


def test_the_age_is_configured(zaruka, tmp_path):
    with (tmp_path / "zaruka.toml").open("a", encoding="utf-8") as file:
        file.write("[update]\nmax_age_days = 8\n")
    done = zaruka("verify", "signer.cer", "--at", AT, "--json")
    assert "trust.list-overdue" in done.stdout


def test_the_listing_says_so_too(zaruka):
    assert "этот список мог устареть" in plain(zaruka("trust", "list"))
    (value,) = lists(zaruka("trust", "list", "--json"))
    assert value["overdue"] is True
    (value,) = lists(zaruka("trust", "list", "--json", "--known", "2099-01-01"))
    assert value["overdue"] is True


def test_a_list_of_another_country_is_not_told_of(zaruka, tmp_path):
    """What is said of old lists is of those that the answer leans on, or would."""
    root = Party("Estonian root", kind="p-256", country="EE")
    signer = Party("Estonian", root, kind="p-256", country="EE", ca=False)
    (tmp_path / "estonian.cer").write_bytes(signer.certificate.der)
    done = zaruka("verify", "estonian.cer", "--at", LATER, "--json")
    assert "trust.list-overdue" not in done.stdout
    own = european_list(territory="EE", signer=ESTONIA)
    (tmp_path / "ee.xml").write_bytes(own)
    with (tmp_path / "zaruka.toml").open("a", encoding="utf-8") as file:
        pin = ESTONIA.certificate.sha256
        file.write(f'[sources.ee]\nscheme = "etsi"\nsigners = ["{pin}"]\n')
    done = zaruka("trust", "update", "--source", "ee", "--from", "ee.xml", "--yes")
    assert done.returncode == 0, done.stdout
    report = json.loads(zaruka("verify", "estonian.cer", "--at", "2027-09-01", "--json").stdout)
    found = [each["details"]["source"] for each in report["findings"]]
    assert found == ["ee"]


# --- forgotten


def test_a_forgotten_list_is_not_relied_on_and_stays_in_the_history(zaruka):
    done = zaruka("trust", "forget", "e-trust", "--yes")
    assert done.returncode == 0, done.stderr
    assert "больше не полагаются" in done.stdout
    value = json.loads(zaruka("trust", "list", "--json").stdout)
    assert (value["lists"], value["statements"]) == ([], [])
    (gone,) = value["forgotten"]
    assert (gone["source"], gone["sequence"]) == ("e-trust", 5)
    assert "На этот список не полагаются с" in plain(zaruka("trust", "list"))
    assert "на этот список не полагаются с" in plain(zaruka("trust", "show", OGRN))
    assert zaruka("trust", "history", OGRN).returncode == 2
    report = json.loads(zaruka("verify", "signer.cer", "--at", LATER, "--json").stdout)
    assert report["findings"] == []
    assert "№ 5" not in zaruka("verify", "signer.cer", "--at", AT, "--verbose").stdout


def test_what_was_forgotten_is_taken_in_again_only_by_its_name(zaruka):
    assert zaruka("trust", "forget", "e-trust", "--yes").returncode == 0
    done = zaruka("trust", "update", "--yes", "--json")
    assert [each["outcome"] for each in lists(done) if each["source"] == "e-trust"] == ["forgotten"]
    # an issue that is older than the forgotten one is no better for that
    assert zaruka("trust", "update", "--from", "6.xml", "--yes").returncode == 0
    assert zaruka("trust", "forget", "e-trust", "--yes").returncode == 0
    done = zaruka("trust", "update", "--from", "5.xml", "--yes", "--json")
    assert [each["error"]["code"] for each in lists(done)] == ["trust.older"]
    done = zaruka("trust", "update", "--from", "6.xml", "--yes", "--json")
    assert [each["outcome"] for each in lists(done)] == ["accepted"]
    assert zaruka("trust", "history", OGRN, "--at", AT).returncode == 0


def test_forgetting_asks_and_names_what_is_not_there(zaruka):
    done = zaruka("trust", "forget", "e-trust")
    assert (done.returncode, "--yes" in done.stderr) == (64, True)
    assert zaruka("trust", "list", "--json").stdout.count('"e-trust"') > 0
    done = zaruka("trust", "forget", "other", "--yes", lang="be_BY.UTF-8")
    assert done.returncode == 64
    assert "e-trust" in done.stderr
    assert zaruka("trust", "forget").returncode == 64
