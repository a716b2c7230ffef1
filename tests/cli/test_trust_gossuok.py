"""GosSUOK after renewals of its root: links between generations, and certificates brought in."""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "trust"))

from minted_lists import Party, root

from gossuok_generations import BEGINS, CAS, NOW, YEAR, Generations, generations
from zaruka.x509.private_keys import dump_private_key

AT = ("--at", f"{NOW:%Y-%m-%d}")
HEAD = 'name = "GosSUOK"\nversion = 9\ndate = 2026-10-01T00:00:00Z\n'
MISSING = (
    '[[missing]]\nname = "The next root"\nsource = "https://pki.example/kuc2.cer"\n'
    'crl = [{ url = "https://pki.example/kuc2.crl", source = "a script" }]\n'
)


def entry(role, certificate):
    der = base64.b64encode(certificate.der).decode()
    return (
        f'[[certificates]]\nrole = "{role}"\nname = "{role}"\nsource = "the laboratory"\n'
        f'sha256 = "{certificate.sha256}"\nder = "{der}"\n'
    )


@pytest.fixture
def zaruka(run, tmp_path):
    def call(*words, **more):
        return run(*words, ZARUKA_STORE=str(tmp_path / "store.db"), **more)

    return call


@pytest.fixture
def take(zaruka, tmp_path):
    """Take in a list of these roles and certificates."""

    def call(*entries, more=""):
        text = HEAD + more + "".join(entry(role, each) for role, each in entries)
        (tmp_path / "own.toml").write_text(text, encoding="utf-8")
        done = zaruka("trust", "update", "--from", "own.toml", "--yes")
        assert done.returncode == 0, done.stdout

    return call


@pytest.fixture
def verify(zaruka, tmp_path):
    """Verify what a signer of one generation signed, with the lists of all authorities."""

    def call(world: Generations, n: int, *words, revoked=(), **more):
        (tmp_path / "bid.p7s").write_bytes(world.signed(n))
        crls = []
        for number, crl in enumerate(world.crls(*revoked)):
            (tmp_path / f"{number}.crl").write_bytes(crl.der)
            crls += ["--crl", f"{number}.crl"]
        return zaruka("verify", "bid.p7s", *crls, *AT, *words, **more)

    return call


def plain(done):
    return " ".join(done.stdout.split())


def codes(done):
    (signature,) = json.loads(done.stdout)["signatures"]
    return {each["code"]: each["severity"] for each in signature["findings"]}


def authorities(world, *numbers):
    return [("authority", world.authorities[n].certificate) for n in numbers]


# --- links in a path


@pytest.mark.parametrize("suffix", [False, True], ids=["one name", "a name of each generation"])
def test_the_old_root_is_enough_for_what_a_new_one_issues(take, verify, suffix):
    """STB 34.101.78 Б, 3: two renewals, so two links."""
    world = generations(suffix=suffix)
    root = ("root", world.roots[0].certificate)
    links = [("link", world.link(0, 1)), ("link", world.link(1, 2))]
    take(root, *links, *authorities(world, 0, 1, 2))
    for n in range(3):
        done = verify(world, n, "--json")
        assert done.returncode == 0, done.stdout
        assert ("belarus.link-forward" in codes(done)) is (n > 0)
    done = verify(world, 2)
    assert plain(done).count("и новый ключ заверен прежним, из сертификата") == 2
    assert "доверенный корень по списку GosSUOK 9 2026-10-01" in plain(done)
    for lang, words in (
        ("be_BY.UTF-8", "лінк-сертыфікат"),
        ("en_GB.UTF-8", "the link certificate"),
    ):
        assert words in plain(verify(world, 2, lang=lang))


@pytest.mark.parametrize("suffix", [False, True], ids=["one name", "a name of each generation"])
def test_a_path_over_links_is_explained_again_from_its_report(
    zaruka, take, verify, tmp_path, suffix
):
    world = generations(suffix=suffix)
    links = [("link", world.link(0, 1)), ("link", world.link(1, 2))]
    take(("root", world.roots[0].certificate), *links, *authorities(world, 0, 1, 2))
    report = json.loads(verify(world, 2, "--json").stdout)
    kept = tmp_path / "kept.json"
    kept.write_text(json.dumps(report))
    done = zaruka("replay", kept.name)
    assert done.returncode == 0, done.stdout
    report["facts"] = [each for each in report["facts"] if each["kind"] != "statement"]
    kept.write_text(json.dumps(report))
    # Where names differ it is the list that says what is a link.
    assert zaruka("replay", kept.name).returncode == int(suffix)


def test_lists_of_an_authority_that_is_not_known_are_told_of_again(zaruka, take, verify, tmp_path):
    world = generations()
    links = [("link", world.link(0, 1)), ("link", world.link(1, 2))]
    take(("root", world.roots[0].certificate), *links, *authorities(world, 2))
    done = verify(world, 2, "--json")
    (tmp_path / "kept.json").write_text(done.stdout)
    done = zaruka("replay", "kept.json")
    assert done.returncode == 0, done.stdout


def test_without_the_link_there_is_no_path(take, verify):
    world = generations()
    take(("root", world.roots[0].certificate), *authorities(world, 0, 1))
    done = verify(world, 1, "--json")
    assert done.returncode == 2
    assert "validation.no-chain" in codes(done)


def test_the_new_root_is_enough_for_what_the_old_one_issued(take, verify):
    """RFC 4210 4.4: the old key signed with the new one."""
    world = generations()
    take(("root", world.roots[1].certificate), ("link", world.link(1, 0)), *authorities(world, 0))
    done = verify(world, 0)
    assert done.returncode == 0, done.stdout
    assert "и прежний ключ заверен новым, из сертификата" in plain(done)


def test_a_link_that_is_over_leads_nowhere(take, verify):
    world = generations()
    link = world.link(0, 1, begins=BEGINS[1], ends=NOW - YEAR)
    take(("root", world.roots[0].certificate), ("link", link), *authorities(world, 1))
    done = verify(world, 1)
    assert done.returncode == 2
    assert "истёк 01.11.2025" in plain(done)


def test_a_link_that_was_revoked_leads_nowhere(take, verify):
    world = generations()
    link = world.link(0, 1)
    take(("root", world.roots[0].certificate), ("link", link), *authorities(world, 1))
    done = verify(world, 1, revoked=[link])
    assert done.returncode == 2
    assert "«КУЦ ГосСУОК (учебный)» отозван 02.10.2026" in plain(done)


def test_a_link_of_another_key_leads_nowhere(take, verify):
    world = generations()
    link = world.link(0, 1, key=2)
    take(("root", world.roots[0].certificate), ("link", link), *authorities(world, 1))
    done = verify(world, 1)
    assert done.returncode != 0
    assert "под СОК «КУЦ ГосСУОК (учебный)» неверна" in plain(done)


# --- certificates brought in


@pytest.fixture
def world(take, tmp_path):
    """A list of the first generation that lacks the next root, and files of what came later."""
    found = generations()
    take(("root", found.roots[0].certificate), *authorities(found, 0), more=MISSING)
    for name, certificate in {
        "kuc2.cer": found.roots[1].certificate,
        "kuc3.cer": found.roots[2].certificate,
        "ruc2.cer": found.authorities[1].certificate,
        "ruc3.cer": found.authorities[2].certificate,
        "cas2.cer": found.under(1, "Служба", CAS, found.authorities[1]).certificate,
        "link.cer": found.link(0, 1),
        "over.cer": found.link(0, 1, begins=BEGINS[1], ends=NOW - YEAR),
        "forged.cer": found.link(0, 1, key=2),
    }.items():
        (tmp_path / name).write_bytes(certificate.der)
    return found


@pytest.fixture
def bring(zaruka):
    def call(place, *words):
        return zaruka("trust", "update", "--from", place, "--yes", *words)

    return call


def outcome(done):
    (found,) = json.loads(done.stdout)["lists"]
    return found["source"], found["outcome"]


def test_what_is_missing_is_named_until_somebody_brings_it(zaruka, bring, world):
    assert world
    done = bring("own.toml")
    assert "Нет сертификатов, которые ГосСУОК выпустил" in plain(done)
    assert "The next root: https://pki.example/kuc2.cer" in plain(done)
    assert "Не прочитано" not in done.stdout
    done = bring("kuc2.cer")
    assert "Станет доверенным корнем: «The next root». Кроме вас, его никто" in plain(done)
    done = bring("own.toml", "--json")
    (found,) = json.loads(done.stdout)["lists"]
    assert (found["missing"], found["unread"]) == ([], [])
    shown = json.loads(zaruka("trust", "show", "The next root", "--json").stdout)
    assert shown["statements"][0]["crl_urls"] == ["https://pki.example/kuc2.crl"]


def test_what_is_brought_is_trusted_from_then_on(bring, verify, world):
    assert verify(world, 1).returncode == 2
    assert outcome(bring("link.cer", "--json")) == ("gossuok/joined", "accepted")
    done = bring("kuc2.cer")
    assert "За него ручается прежний корень: линк-сертификат" in plain(done)
    assert outcome(bring("ruc2.cer", "--json")) == ("gossuok/joined", "accepted")
    assert outcome(bring("cas2.cer", "--json")) == ("gossuok/joined", "accepted")
    assert outcome(bring("ruc2.cer", "--json")) == ("gossuok/joined", "unchanged")
    done = verify(world, 1, "--json")
    assert done.returncode == 0, done.stdout
    assert outcome(bring("own.toml", "--json")) == ("gossuok", "unchanged")


def test_a_folder_is_brought_in_whatever_order_it_is_in(tmp_path, bring, verify, world):
    folder = tmp_path / "brought"
    folder.mkdir()
    for name in ("kuc2.cer", "ruc2.cer", "link.cer", "ruc3.cer", "kuc3.cer"):
        (tmp_path / name).rename(folder / f"{name}.crt")
    (folder / "readme.txt").write_text("from the site of the operator")
    done = bring("brought")
    assert done.returncode == 0, done.stdout
    assert plain(done).count("Станет доверенным корнем") == 2
    assert verify(world, 2).returncode == 0


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("over.cer", "истёк 01.11.2025"),
        ("forged.cer", "неверна: сертификат подделан или повреждён"),
        ("ruc2.cer", "Не найден сертификат УЦ, выдавшего сертификат"),
    ],
)
def test_what_has_no_valid_path_does_not_join(zaruka, bring, world, name, reason):
    assert world
    before = zaruka("trust", "list", "--json").stdout.partition("lists")[2]
    done = bring(name)
    assert done.returncode == 1
    assert reason in plain(done)
    assert "Хранилище осталось прежним." in done.stdout
    assert zaruka("trust", "list", "--json").stdout.partition("lists")[2] == before


def test_a_link_on_a_revocation_list_does_not_join(tmp_path, bring, world):
    folder = tmp_path / "brought"
    folder.mkdir()
    (tmp_path / "link.cer").rename(folder / "link.cer")
    (folder / "kuc.crl").write_bytes(world.crls(world.link(0, 1))[0].der)
    done = bring("brought")
    assert done.returncode == 1
    assert "прекращено с 02.10.2026" in plain(done)


def test_a_root_of_somebody_else_does_not_join(tmp_path, bring, world, zaruka):
    assert world
    (tmp_path / "stranger.cer").write_bytes(root().certificate.der)
    done = bring("stranger.cer")
    assert done.returncode == 1
    assert "не похож на сертификат центра или службы ГосСУОК" in plain(done)
    done = zaruka("trust", "update", "--from", "kuc2.cer", "--source", "e-trust", "--yes")
    assert done.returncode == 64
    assert "который никто не публикует (ГосСУОК)" in " ".join(done.stderr.split())


def test_what_was_brought_is_forgotten_alone(bring, verify, world, zaruka):
    for name in ("kuc2.cer", "ruc2.cer"):
        bring(name)
    assert verify(world, 1).returncode == 0
    assert zaruka("trust", "forget", "gossuok/joined", "--yes").returncode == 0
    assert verify(world, 1).returncode == 2
    assert verify(world, 0).returncode == 0
    assert outcome(bring("kuc2.cer", "--json")) == ("gossuok/joined", "accepted")
    listed = json.loads(zaruka("trust", "list", "--json").stdout)
    assert sum(each["last"]["source"] == "gossuok/joined" for each in listed["statements"]) == 1


def test_what_was_brought_goes_into_a_signed_bundle(tmp_path, bring, world, zaruka):
    assert world
    operator = Party("Оператор", ca=False)
    (tmp_path / "key.der").write_bytes(dump_private_key(operator.private))
    (tmp_path / "operator.cer").write_bytes(operator.certificate.der)
    bring("kuc2.cer")
    signed = ("--key", "key.der", "--cert", "operator.cer")
    assert zaruka("trust", "export", "lists.zip", *signed).returncode == 0
    words = ("import", "lists.zip", "--anchor", "operator.cer", "--yes", "--json")
    done = zaruka("trust", *words, "--store", "there.db")
    assert [each["outcome"] for each in json.loads(done.stdout)["lists"]] == ["accepted"] * 2
