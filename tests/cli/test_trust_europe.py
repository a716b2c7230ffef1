"""The European list of lists from beginning to end: over HTTP, through the store, to a bundle."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "trust"))

from minted_lists import (
    ISSUED,
    JOURNAL,
    YEAR,
    Party,
    digital,
    european_list,
    pointer,
    service,
    state,
)

from hostile_server import good, serving

FIRST, SECOND, STRANGER, ESTONIA = (
    Party(f"Signer {n}", kind="p-256", ca=False) for n in ("one", "two", "three", "of Estonia")
)
ANCHOR = Party("Estonian authority", kind="p-256")
LATVIAN = Party("Latvian authority", kind="p-256")
SINCE = (ISSUED - YEAR).isoformat()


def national(territory="EE", *, signer=ESTONIA, sequence=9, authority=ANCHOR):
    present = state("CA/QC", "granted", SINCE, digital(authority.certificate))
    return european_list(service(present), territory=territory, sequence=sequence, signer=signer)


class Europe:
    """A server with a list of lists, the pivot by which its signer changed, two national lists."""

    def __init__(self, server) -> None:
        self.at = server.at
        self.answers = server.answers
        self.answers["/pivot.xml"] = good(self.lotl(FIRST, sequence=1, pivots=()))
        self.publish(self.lotl(SECOND))
        self.answers["/ee.xml"] = good(national())
        forged = national("LV").replace(b"Provider", b"Forger")
        self.answers["/lv.xml"] = good(forged)

    def lotl(self, signer, *, sequence=5, pivots=("/pivot.xml",), named=("EE", "LV")):
        at = self.at
        pointers = pointer(at("/lotl.xml"), "EU", SECOND.certificate, kind="EUlistofthelists")
        for each in named:
            pointers += pointer(at(f"/{each.lower()}.xml"), each, ESTONIA.certificate)
        return european_list(
            territory="EU",
            kind="EUlistofthelists",
            pointers=pointers,
            addresses=(*map(at, pivots), JOURNAL),
            sequence=sequence,
            signer=signer,
        )

    def publish(self, octets):
        self.answers["/lotl.xml"] = good(octets)


@pytest.fixture
def europe(tmp_path):
    with serving({}) as server:
        made = Europe(server)
        (tmp_path / "zaruka.toml").write_text(
            f'[fetch]\nallow = ["127.0.0.0/8"]\ntries = 1\n[sources.e-trust]\nenabled = false\n'
            f'[sources.gossuok]\nenabled = false\n[sources.eu]\nscheme = "etsi-lotl"\n'
            f'url = "{made.at("/lotl.xml")}"\nsigners = ["{FIRST.certificate.sha256}"]\n',
            encoding="utf-8",
        )
        yield made


@pytest.fixture
def zaruka(run):
    def call(*words, store="eu.db", **more):
        return run("trust", *words, ZARUKA_CONFIG="zaruka.toml", ZARUKA_STORE=store, **more)

    return call


def outcomes(done):
    return {each["source"]: each["outcome"] for each in json.loads(done.stdout)["lists"]}


def update(zaruka, *words, **more):
    return outcomes(zaruka("update", "--yes", "--json", *words, **more))


def kept(zaruka, **more):
    value = json.loads(zaruka("list", "--json", **more).stdout)
    return {each["source"]: each["sequence"] for each in value["lists"]}


TAKEN = {"eu": "accepted", "eu/EE": "accepted", "eu/LV": "refused"}


def test_the_signer_changed_by_a_pivot_and_a_forged_list_is_refused(zaruka, europe):
    done = zaruka("update", "--yes")
    assert done.returncode == 1
    assert "Подпись не подтверждает, что список «eu/LV» подлинный." in done.stdout
    assert kept(zaruka) == {"eu": 5, "eu/EE": 9}
    done = zaruka("history", ANCHOR.certificate.sha256, "--at", "2026-07-01", lang="en_GB.UTF-8")
    assert done.returncode == 0
    assert (
        "Estonian" in zaruka("show", ANCHOR.certificate.sha256).stdout or "Service" in done.stdout
    )
    assert europe.at("/ee.xml") in zaruka("list").stdout


def test_an_unknown_signer_changes_nothing(zaruka, europe):
    europe.publish(europe.lotl(STRANGER))
    assert update(zaruka) == {"eu": "refused"}
    europe.publish(europe.lotl(FIRST))  # the pivot named another one
    assert update(zaruka) == {"eu": "refused"}
    assert zaruka("list").returncode == 3


def test_an_older_list_of_lists_or_national_list_is_refused(zaruka, europe):
    assert update(zaruka) == TAKEN
    europe.publish(europe.lotl(SECOND, sequence=4))
    assert update(zaruka) == {"eu": "refused"}
    europe.publish(europe.lotl(SECOND, sequence=6))
    europe.answers["/ee.xml"] = good(national(sequence=8))
    europe.answers["/lv.xml"] = good(national("LV"))
    assert update(zaruka) == {"eu": "accepted", "eu/EE": "refused", "eu/LV": "accepted"}
    assert kept(zaruka) == {"eu": 6, "eu/EE": 9, "eu/LV": 9}


def test_a_pivot_that_is_not_there_stops_the_list_of_lists(zaruka, europe):
    del europe.answers["/pivot.xml"]
    done = zaruka("update", "--yes", "--json")
    assert (done.returncode, outcomes(done)) == (3, {"eu": "refused"})


def test_lists_of_lists_and_their_national_lists_go_into_a_bundle(zaruka, europe):
    assert update(zaruka) == TAKEN
    assert zaruka("export", "eu.zip").returncode == 0
    europe.answers.clear()
    done = zaruka("import", "eu.zip", "--unsigned", "--yes", "--json", store="there.db")
    assert outcomes(done) == {"eu": "accepted", "eu/EE": "accepted"}
    assert kept(zaruka, store="there.db") == kept(zaruka)
    # what was imported is exported again: the pivots went along
    assert zaruka("export", "again.zip", store="there.db").returncode == 0
    done = zaruka("import", "again.zip", "--unsigned", "--yes", store="third.db")
    assert done.returncode == 0
    assert kept(zaruka, store="third.db") == kept(zaruka)


def test_one_national_list_is_named_and_forgotten_alone(zaruka, europe):
    assert update(zaruka) == TAKEN
    assert zaruka("forget", "eu/EE", "--yes").returncode == 0
    assert kept(zaruka) == {"eu": 5}
    assert update(zaruka) == {"eu": "unchanged", "eu/EE": "forgotten", "eu/LV": "refused"}
    assert update(zaruka, "--source", "eu/EE") == {"eu/EE": "accepted"}
    assert kept(zaruka) == {"eu": 5, "eu/EE": 9}
    europe.publish(europe.lotl(SECOND, sequence=6))
    assert zaruka("forget", "eu", "--yes").returncode == 0
    assert kept(zaruka) == {}
    assert update(zaruka) == {"eu": "forgotten"}
    assert update(zaruka, "--source", "eu") == TAKEN | {"eu": "accepted"}


# --- a national list that is named no longer


def answer(run, tmp_path, at):
    """Verify something of the Estonian authority at a moment; give the findings on its path."""
    signer = Party("Estonian signer", ANCHOR, kind="p-256", ca=False)
    (tmp_path / "signer.cer").write_bytes(signer.certificate.der)
    words = ("verify", "signer.cer", "--at", at, "--json", "--crl", "anchor.crl")
    (tmp_path / "anchor.crl").write_bytes(ANCHOR.crl().der)
    report = run(*words, ZARUKA_CONFIG="zaruka.toml", ZARUKA_STORE="eu.db")
    (found,) = json.loads(report.stdout)["objects"]
    return found["indication"], [each["code"] for each in found["findings"]]


def test_a_list_that_is_named_no_longer_counts_for_the_time_before(zaruka, europe, run, tmp_path):
    """TS 119 615 4.2.4: national lists are those that the list of lists in force names."""
    assert update(zaruka) == TAKEN
    europe.publish(europe.lotl(SECOND, sequence=6, named=("LV",)))
    europe.answers["/lv.xml"] = good(national("LV", authority=LATVIAN))
    done = zaruka("update", "--yes")
    assert "Больше не назван: eu/EE. На это не будут полагаться с 23.07.2026" in said(done)
    assert "Исключены из списка: 1" in said(done)
    assert kept(zaruka) == {"eu": 6, "eu/LV": 9}
    listed = zaruka("list")
    assert "Список «eu» № 6 от 23.07.2026 его больше не называет" in said(listed)
    (gone,) = json.loads(zaruka("list", "--json").stdout)["dropped"]
    assert (gone["source"], gone["dropped"]) == ("eu/EE", "2026-07-23T12:00:00Z")
    shown = zaruka("show", ANCHOR.certificate.sha256)
    assert "список «eu» № 6 от 23.07.2026 его больше не называет" in said(shown)
    assert answer(run, tmp_path, "2026-07-23T11:00:00Z")[0] == "PASSED"
    indication, codes = answer(run, tmp_path, "2026-07-24T00:00:00Z")
    assert (indication, "validation.anchor-ended" in codes) == ("INDETERMINATE", True)
    # it comes back as every other list does: checked anew
    europe.publish(europe.lotl(SECOND, sequence=7))
    assert update(zaruka)["eu/EE"] == "accepted"
    assert answer(run, tmp_path, "2026-07-24T00:00:00Z")[0] == "PASSED"


def said(done):
    return " ".join(done.stdout.split())


def test_a_policy_counts_what_is_lost_with_a_list_that_is_dropped(zaruka, europe, tmp_path):
    europe.answers["/lv.xml"] = good(national("LV", authority=LATVIAN))
    update(zaruka)
    with (tmp_path / "zaruka.toml").open("a", encoding="utf-8") as file:
        file.write('[update]\npolicy = "accept-unless-removed-over-40-percent"\n')
    europe.publish(europe.lotl(SECOND, sequence=6, named=("LV",)))
    done = zaruka("update")
    assert done.returncode == 64
    assert "eu" in done.stderr


def test_what_a_declined_list_of_lists_names_is_not_followed(zaruka, europe, tmp_path):
    assert europe.answers
    words = ["-m", "zaruka", "trust", "update", "--store", "eu.db"]
    environment = {**os.environ, "ZARUKA_CONFIG": "zaruka.toml", "LANG": "en_GB.UTF-8"}
    above, below = pty.openpty()
    with subprocess.Popen(
        [sys.executable, *words], stdin=below, stdout=below, cwd=tmp_path, env=environment
    ) as process:
        os.write(above, b"n\ny\ny\n")
        assert process.wait(60) == 0
    os.close(below)
    os.close(above)
    assert zaruka("list").returncode == 3


def test_a_list_of_another_country_does_not_stand_for_the_one_that_is_named(zaruka, europe):
    """Whoever signs the list of Estonia says nothing of Russia."""
    europe.answers["/ee.xml"] = good(national("RU"))
    done = zaruka("update", "--yes", "--json")
    codes = {e["source"]: e["error"]["code"] for e in lists_of(done) if "error" in e}
    assert codes["eu/EE"] == "trust.other-territory"
    assert kept(zaruka) == {"eu": 5}


def lists_of(done):
    return json.loads(done.stdout)["lists"]


def test_names_that_look_alike_are_two_lists_in_a_bundle(zaruka, europe, tmp_path):
    assert europe.answers
    fingerprint = ESTONIA.certificate.sha256
    with (tmp_path / "zaruka.toml").open("a", encoding="utf-8") as file:
        file.write(f'[sources.eu-EE]\nscheme = "etsi"\nsigners = ["{fingerprint}"]\n')
    (tmp_path / "own.xml").write_bytes(national("FI"))
    update(zaruka)
    assert update(zaruka, "--source", "eu-EE", "--from", "own.xml") == {"eu-EE": "accepted"}
    assert zaruka("export", "eu.zip").returncode == 0
    done = zaruka("import", "eu.zip", "--unsigned", "--yes", store="there.db")
    assert done.returncode == 0, done.stdout
    assert kept(zaruka, store="there.db") == {"eu": 5, "eu-EE": 9, "eu/EE": 9}
