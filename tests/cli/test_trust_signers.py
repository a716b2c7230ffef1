"""Whether who signed the Russian list was revoked: asked where there is something to ask."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "trust"))

import minted_lists as minted
from minted_lists import MINISTRY, Party, russian_list

from hostile_server import good, serving
from zaruka.lab.hierarchy import published_at

ROOT = minted.root()
BETWEEN = Party("Authority of the ministry", ROOT)
SIGNER = Party("Ministry below", BETWEEN, ogrn=MINISTRY, ca=False)
UNKNOWN = "неизвестно: сведений об отзыве нет"


@pytest.fixture
def zaruka(run, tmp_path):
    (tmp_path / "zaruka.toml").write_text(
        f'[fetch]\nallow = ["127.0.0.0/8"]\ntries = 1\n[sources.gossuok]\nenabled = false\n'
        f'[sources.e-trust]\nroots = ["{ROOT.certificate.sha256}"]\n',
        encoding="utf-8",
    )

    def call(*words, store="store.db"):
        return run("trust", *words, ZARUKA_CONFIG="zaruka.toml", ZARUKA_STORE=store)

    return call


@pytest.fixture
def lists(tmp_path):
    """Write revocation lists of the root and of the authority below it."""

    def write(of_root=(), of_between=()):
        (tmp_path / "root.crl").write_bytes(ROOT.crl(*of_root).der)
        (tmp_path / "between.crl").write_bytes(BETWEEN.crl(*of_between).der)
        return "--crl", "root.crl", "--crl", "between.crl"

    return write


def signed(signer, chain=()):
    """A list of the signer; authorities above stand in it, so that there is a path."""
    own = [minted.Accredited("УЦ", "1", (each.certificate,), ()) for each in chain]
    return russian_list(*own, signer=signer)


@pytest.fixture
def update(zaruka, tmp_path):
    (tmp_path / "5.xml").write_bytes(signed(SIGNER, [BETWEEN]))

    def call(*words):
        done = zaruka("update", "--from", "5.xml", "--yes", *words)
        return done, " ".join(done.stdout.split())

    return call


def test_without_revocation_lists_that_is_said(update):
    done, said = update()
    assert done.returncode == 0, said
    assert UNKNOWN in said


def test_with_good_lists_nothing_is_left_open(update, lists):
    done, said = update(*lists())
    assert done.returncode == 0, said
    assert UNKNOWN not in said


def test_one_list_of_two_leaves_it_open(update, lists):
    done, said = update(*lists()[:2])
    assert done.returncode == 0
    assert UNKNOWN in said


@pytest.mark.parametrize("revoked", [SIGNER, BETWEEN], ids=["the signer", "who issued to him"])
def test_a_list_of_a_revoked_signer_is_refused(update, lists, zaruka, revoked):
    is_signer = revoked is SIGNER
    words = lists() if is_signer else lists(of_root=[BETWEEN.certificate])
    if is_signer:
        words = lists(of_between=[SIGNER.certificate])
    done, said = update(*words)
    assert done.returncode == 1
    assert "прекращено с 23.07.2026" in said
    assert "Хранилище осталось прежним." in said
    assert zaruka("list").returncode == 3


def test_lists_are_fetched_from_where_the_certificate_says_and_kept(zaruka, tmp_path):
    with serving({}) as server:
        signer = Party("M", ROOT, ogrn=MINISTRY, ca=False, more=published_at(server.at(""), "ca"))
        server.answers["/list.xml"] = good(signed(signer))
        done = zaruka("update", "--source", "e-trust", "--from", server.at("/list.xml"), "--yes")
        assert done.returncode == 0, done.stdout
        assert UNKNOWN in " ".join(done.stdout.split())
        server.answers["/ca.crl"] = good(ROOT.crl(signer.certificate).der)
        words = ("update", "--source", "e-trust", "--from", server.at("/list.xml"), "--yes")
        assert zaruka(*words, store="other.db").returncode == 1
    # what was fetched is kept beside the store, and serves without a network
    (tmp_path / "5.xml").write_bytes(signed(signer))
    done = zaruka("update", "--from", "5.xml", "--yes", "--json", store="other.db")
    (found,) = json.loads(done.stdout)["lists"]
    assert [each["code"] for each in found["findings"] if each["severity"] == "unknown"] == [
        "russia.list-signer-revoked"
    ]
