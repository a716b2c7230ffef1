"""Lists are taken in by the checks of their form; what is wrong with one changes nothing."""

from __future__ import annotations

import time
from contextlib import contextmanager
from datetime import timedelta

import minted_lists as minted
import pytest
from minted_lists import ISSUED, YEAR, Party, european_list, russian_list
from msgspec import structs

from hostile_server import dripping, good, redirect, serving, status, truncated, zeros
from zaruka.errors import FetchError, InputError, ZarukaError
from zaruka.fetch import Limits
from zaruka.jurisdictions.belarus import gossuok
from zaruka.lab.lists import Accredited
from zaruka.service.changes import ChangeKind
from zaruka.service.lists import Obtained, pointed_sources, source_of_file
from zaruka.service.obtaining import obtainer
from zaruka.service.settings import Fetching, ListSource, Settings
from zaruka.service.taking import NotBelieved, Taking, may_accept
from zaruka.trust import Scheme
from zaruka.trust.lists import Pointer

QUICK = Limits(octets=1 << 22, seconds=20, silence_s=0.3, rate=1000, tries=1)


def nothing_there(address):
    raise AssertionError(address)


IN_FORCE = (("Действует", ISSUED - YEAR),)


def authority(name="УЦ", ogrn="1027700132195", statuses=IN_FORCE, keys=1):
    certificates = tuple(Party(f"{name} {n}").certificate for n in range(keys))
    return Accredited(name, ogrn, certificates, statuses)


def offered(taking, source, octets):
    return taking.propose(source, Obtained(octets, "list.xml"))


def code_of(call, *arguments):
    with pytest.raises(ZarukaError) as raised:
        call(*arguments)
    return raised.value.code


def kinds(proposal):
    return {(each.kind, each.name) for each in proposal.changes.every}


def test_a_good_list_is_taken_in_with_its_signer(taking, store, source):
    octets = russian_list(authority())
    proposal = offered(taking, source, octets)
    assert proposal.is_new
    assert (ChangeKind.ADDED, "УЦ") in kinds(proposal)
    kept = taking.accept(proposal)
    assert store.octets(kept) == octets
    assert store.signer(kept) == minted.ministry().certificate
    again = offered(taking, source, octets)
    assert not again.is_new
    assert again.changes.every == ()


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((authority(),), (), {(ChangeKind.GONE, "УЦ")}),
        ((authority(keys=2),), (authority(),), {(ChangeKind.KEY_GONE, "УЦ")}),
        ((authority(),), (authority(keys=2),), {(ChangeKind.KEY_ADDED, "УЦ")}),
        *(
            (
                (authority(),),
                (authority(statuses=(*IN_FORCE, (word, ISSUED - timedelta(days=1)))),),
                {(kind, "УЦ")},
            )
            for word, kind in (
                ("Приостановлена", ChangeKind.SUSPENDED),
                ("Прекращена", ChangeKind.ENDED),
                ("Аннулирована", ChangeKind.ANNULLED),
            )
        ),
        (
            (authority(statuses=(*IN_FORCE, ("Приостановлена", ISSUED - timedelta(days=9)))),),
            (
                authority(
                    statuses=(
                        *IN_FORCE,
                        ("Приостановлена", ISSUED - timedelta(days=9)),
                        ("Действует", ISSUED - timedelta(days=1)),
                    )
                ),
            ),
            {(ChangeKind.RESTORED, "УЦ")},
        ),
    ],
)
def test_what_changes_is_named(taking, source, before, after, expected):
    taking.accept(offered(taking, source, russian_list(*before, version=5)))
    proposal = offered(taking, source, russian_list(*after, version=6))
    assert kinds(proposal) == expected


def test_a_policy_accepts_unless_too_much_goes(taking, source):
    taking.accept(offered(taking, source, russian_list(authority("А", "1"), authority("Б", "2"))))
    proposal = offered(taking, source, russian_list(authority("А", "1"), version=6))
    assert (proposal.changes.trusted, proposal.changes.lost) == (3, 1)
    assert proposal.changes.lost_percent == 34
    decisions = {
        limit: may_accept(proposal, Settings(removed_max=limit)) for limit in (None, 33, 34, 100)
    }
    assert decisions == {None: False, 33: False, 34: True, 100: True}


def test_older_and_contradicting_issues_are_refused(taking, store, source):
    taking.accept(offered(taking, source, russian_list(authority(), version=5)))
    before = store.lists()
    assert code_of(offered, taking, source, russian_list(version=4)) == "trust.older"
    assert code_of(offered, taking, source, russian_list(version=5)) == "trust.same-number"
    assert store.lists() == before


def test_a_list_dated_in_the_future_is_refused(store, source):
    early = Taking(store, ISSUED - timedelta(days=2), nothing_there)
    assert code_of(offered, early, source, russian_list()) == "trust.from-future"


def test_forged_lists_say_why(taking, store, source):
    octets = russian_list(authority())
    changed = octets.replace("Действует".encode(), "Прекращена".encode(), 1)
    stranger = russian_list(authority(), signer=Party("Stranger", minted.root(), ca=False))
    for forged in (changed, stranger):
        with pytest.raises(NotBelieved) as raised:
            offered(taking, source, forged)
        assert raised.value.findings
    assert store.lists() == ()


def test_a_pinned_signer_needs_no_root(taking, source):
    signer = Party("Another signer")
    pinned = structs.replace(source, signers=frozenset({signer.certificate.sha256}))
    assert offered(taking, pinned, russian_list(signer=signer)).is_new
    assert code_of(offered, taking, source, russian_list(signer=signer)) == "trust.not-believed"


def test_an_expired_list_is_refused(store):
    signer = Party("Scheme operator", kind="p-256")
    octets = european_list(signer=signer)
    source = ListSource("eu", Scheme.ETSI, signers=frozenset({signer.certificate.sha256}))
    proposal = offered(Taking(store, ISSUED, nothing_there), source, octets)
    late = Taking(store, proposal.found.next_update + timedelta(seconds=1), nothing_there)
    assert code_of(offered, late, source, octets) == "trust.expired"


def test_what_comes_with_zaruka_is_taken_in_unsigned(store):
    source = ListSource("gossuok", Scheme.GOSSUOK)
    late = Taking(store, gossuok.built_in().issued, nothing_there)
    kept = late.accept(offered(late, source, gossuok.octets()))
    assert kept.signer_sha256 is None
    assert kept.territory == "BY"


def test_a_list_that_nobody_signed_and_nobody_gave_is_nobody_s(store):
    """Over http, or in a bundle without a signature, anybody's root became an official one."""
    source = ListSource("gossuok", Scheme.GOSSUOK)
    late = Taking(store, gossuok.built_in().issued, nothing_there)
    octets = gossuok.octets() + b"\n# with a root of somebody's own\n"
    with pytest.raises(InputError) as raised:
        late.propose(source, Obtained(octets, "http://x.example", vouched=False))
    assert raised.value.code == "trust.not-believed"
    assert store.lists() == ()
    with server_of(good(gossuok.octets())) as address:
        got = obtainer(Fetching(allow=("127.0.0.0/8",)), QUICK)(address)
    assert not got.vouched


def test_only_a_list_of_lists_names_others():
    """A national list that named itself would have been followed for ever."""
    pointer = Pointer("https://x.example/list", "DE", Scheme.ETSI, ())
    found = structs.replace(gossuok.built_in(), pointers=(pointer,))
    (named,) = pointed_sources(ListSource("eu", Scheme.ETSI_LOTL), found)
    assert named.name == "eu/DE"
    assert list(pointed_sources(named, found)) == []


def test_a_file_tells_which_list_it_is():
    settings = Settings()
    assert source_of_file(russian_list(), settings).name == "e-trust"
    assert source_of_file(gossuok.octets(), settings).name == "gossuok"
    assert code_of(source_of_file, b"<a/>", settings) == "trust.which-source"


# --- from a server, honest and hostile


@contextmanager
def server_of(answer):
    with serving({"/list": answer}) as server:
        yield server.at("/list")


def fetched(answer, taking, source):
    obtain = obtainer(Fetching(allow=("127.0.0.0/8",)), QUICK)
    with server_of(answer) as address:
        return taking.propose(source, obtain(address))


LIST = russian_list(authority("Вера"))
XML = {"Content_Type": "application/xml"}


def test_a_good_list_comes_from_a_server(taking, source):
    proposal = fetched(good(LIST, **XML), taking, source)
    assert proposal.is_new
    assert proposal.obtained.place.startswith("http://127.0.0.1")


@pytest.mark.parametrize("mark", ["text/plain", "application/octet-stream", "application/pdf"])
def test_another_media_type_is_no_obstacle(taking, source, mark):
    assert fetched(good(LIST, Content_Type=mark), taking, source).is_new


def test_a_wrong_charset_in_the_header_is_no_obstacle(taking, source):
    answer = good(LIST, Content_Type="application/xml; charset=windows-1251")
    assert fetched(answer, taking, source).is_new


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (good(LIST.replace("Вера".encode(), "Мера".encode(), 1), **XML), "trust.not-believed"),
        (good(LIST[: len(LIST) // 2], **XML), InputError),
        (good(b"<html><body>Login</body></html>", Content_Type="text/html"), ZarukaError),
        (good(LIST.decode().encode("cp1251"), **XML), ZarukaError),
        (good(b"", **XML), ZarukaError),
        (truncated(LIST), FetchError),
        (status("404 Not Found"), FetchError),
        (redirect("http://10.0.0.1/list"), FetchError),
        (redirect("file:///etc/passwd"), FetchError),
        (dripping(LIST, 1.0), FetchError),
        (zeros(), FetchError),
        (zeros(declared=True), FetchError),
    ],
    ids=[
        "forged",
        "cut",
        "login-page",
        "wrong-charset",
        "empty",
        "truncated",
        "missing",
        "private-address",
        "local-file",
        "byte-a-second",
        "zeros",
        "zeros-declared",
    ],
)
def test_each_bad_answer_is_named_and_the_store_is_as_before(taking, store, source, answer, kind):
    taking.accept(offered(taking, source, russian_list(version=3)))
    before = store.lists(), store.everything()
    start = time.monotonic()
    with pytest.raises(ZarukaError) as raised:
        fetched(answer, taking, source)
    assert time.monotonic() - start < 60  # only against hanging
    if isinstance(kind, str):
        assert raised.value.code == kind
    else:
        assert isinstance(raised.value, kind)
    assert (store.lists(), store.everything()) == before
