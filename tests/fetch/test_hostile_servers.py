"""Servers that are slow, broken or hostile: a clear answer each time, within its bounds."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import threading
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest

from hostile_server import (
    answering,
    closing,
    dripping,
    first,
    good,
    gzip_bomb,
    hanging,
    make_tls_files,
    overlong,
    raw,
    redirect,
    serving,
    silent,
    status,
    truncated,
    zeros,
)
from zaruka.errors import ConfigError, FetchError
from zaruka.fetch import Fetcher, Limits, Request, Settings, Surroundings

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
LOOPBACK = ("127.0.0.0/8",)
QUICK = Limits(octets=1 << 20, seconds=20, silence_s=0.3, tries=1)


class Machine:
    """A clock that stands still, a sleep that is only counted, a chance that is always half."""

    def __init__(self, step: float = 0.0) -> None:
        self.slept: list[float] = []
        self._ticks = itertools.count()
        self._step = step

    def surroundings(self) -> Surroundings:
        return Surroundings(lambda: NOW, self._seconds, self.slept.append, lambda: 0.5)

    def _seconds(self) -> float:
        return next(self._ticks) * self._step + sum(self.slept)


def means(*addresses: str):
    """Resolve every name to the same addresses."""
    return lambda _host, _wait: [ip_address(each) for each in addresses]


def fetcher(
    limits: Limits = QUICK, *, machine: Machine | None = None, allow=LOOPBACK, **settings
) -> Fetcher:
    resolve = settings.pop("resolve", None)
    extra = {} if resolve is None else {"resolve": resolve}
    surroundings = (machine or Machine()).surroundings()
    return Fetcher(Settings(allow=allow, limits=limits, **settings), surroundings, **extra)


def refused(answer, *, limits: Limits = QUICK, machine: Machine | None = None) -> FetchError:
    with serving({"/it": answer}) as server, pytest.raises(FetchError) as caught:
        fetcher(limits, machine=machine).fetch(Request(server.at("/it")))
    return caught.value


def test_what_is_good_comes_whole_with_what_the_server_says_of_it():
    octets = bytes(range(256)) * 100
    fields = {
        "Content_Type": 'Application/PKIX-CRL; charset="UTF-8"',
        "ETag": '"one"',
        "Last_Modified": "Sun, 01 Nov 2026 10:00:00 GMT",
        "Cache_Control": "public, max-age=3600",
        "Set_Cookie": "id=1",
    }
    with serving({"/a%20b?c=d": good(octets, **fields)}) as server:
        got = fetcher().fetch(Request(server.at("/a b?c=d"), accept=("application/pkix-crl",)))
    assert got.octets == octets
    assert got.sha256 == hashlib.sha256(octets).hexdigest()
    assert (got.size, got.media_type, got.charset) == (25600, "application/pkix-crl", "utf-8")
    assert (got.etag, got.last_modified) == ('"one"', fields["Last_Modified"])
    assert (got.obtained, got.fresh_until) == (NOW, NOW + timedelta(hours=1))
    asked = server.asked[0].fields
    assert asked["host"] == f"127.0.0.1:{server.port}"
    assert asked["accept-encoding"] == "identity"
    assert not {"cookie", "authorization", "referer"} & set(asked)


def test_a_big_answer_goes_into_a_file_that_only_its_owner_reads(tmp_path):
    octets = bytes(300_000)
    with serving({"/big": good(octets), "/cut": truncated(octets)}) as server:
        got = fetcher().fetch(Request(server.at("/big")), into=tmp_path)
        assert got.path is not None
        assert got.path.read_bytes() == octets
        assert got.path.stat().st_mode & 0o777 == 0o600
        got.path.unlink()
        with pytest.raises(FetchError):
            fetcher().fetch(Request(server.at("/cut")), into=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_question_is_sent_as_it_is():
    with serving({"/ocsp": answering(lambda asked: asked.body[::-1])}) as server:
        got = fetcher().fetch(Request(server.at("/ocsp"), b"question", "application/ocsp-request"))
    assert got.octets == b"noitseuq"
    assert server.asked[0].method == "POST"
    assert server.asked[0].fields["content-type"] == "application/ocsp-request"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (truncated(bytes(1000)), "fetch.truncated"),
        (zeros(), "fetch.too-large"),
        (zeros(declared=True), "fetch.too-large"),
        (gzip_bomb(), "fetch.too-large"),
        (good(b"no gzip", Content_Encoding="gzip"), "fetch.encoding"),
        (good(gzip.compress(bytes(99))[:-9], Content_Encoding="gzip"), "fetch.truncated"),
        (good(b"", Content_Encoding="br"), "fetch.encoding"),
        (
            good(b"<html>Log in", Content_Type="text/html; charset=windows-1251"),
            "fetch.content-type",
        ),
        (hanging(b"begun"), "fetch.timeout"),
        (silent, "fetch.timeout"),
        (closing, "fetch.protocol"),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), "fetch.protocol"),
        (raw(b"HTTP/1.1 200 OK\r\nX: " + bytes(200_000)), "fetch.protocol"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"), "fetch.protocol"),
        (
            raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"),
            "fetch.protocol",
        ),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"), "fetch.truncated"),
        (status("404 Not Found"), "fetch.missing"),
        (status("403 Forbidden"), "fetch.forbidden"),
        (status("503 Service Unavailable", Retry_After=7), "fetch.busy"),
        (status("304 Not Modified"), "fetch.status"),
        (status("204 No Content"), "fetch.status"),
        (redirect("ftp://example.com/x"), "fetch.scheme"),
        (redirect("file:///etc/passwd"), "fetch.scheme"),
        (redirect("http://user:word@example.com/"), "fetch.credentials"),
        (redirect("http://[::1"), "fetch.bad-address"),
    ],
)
def test_a_server_that_does_not_give_what_was_asked_is_a_clear_error(answer, code):
    assert refused(answer).code == code


def test_more_than_the_length_that_was_promised_is_not_taken():
    with serving({"/it": overlong(b"0123456789")}) as server:
        assert fetcher().fetch(Request(server.at("/it"))).octets == b"01234"


def test_content_packed_against_our_wish_is_unpacked():
    with serving({"/it": good(gzip.compress(b"list" * 50_000), Content_Encoding="gzip")}) as server:
        assert fetcher().fetch(Request(server.at("/it"))).size == 200_000


def test_a_page_is_taken_where_pages_are_wanted():
    with serving({"/it": good(b"<html/>", Content_Type="text/html")}) as server:
        got = fetcher().fetch(Request(server.at("/it"), accept=("text/html",)))
    assert got.octets == b"<html/>"


@pytest.mark.parametrize("head", [False, True])
def test_an_octet_at_a_time_ends_with_the_budget(head):
    """Each look at the clock is a second later: a byte a second, without the wait."""
    limits = Limits(seconds=60, silence_s=10, tries=1)
    error = refused(dripping(bytes(5000), head=head), limits=limits, machine=Machine(step=1))
    assert error.code == "fetch.too-slow"
    assert int(error.details["size"]) < 100


def test_a_steady_trickle_ends_with_the_whole_time():
    limits = Limits(seconds=30, silence_s=10, rate=0, tries=1)
    error = refused(dripping(bytes(5000)), limits=limits, machine=Machine(step=1))
    assert error.code == "fetch.timeout"


def test_redirects_are_followed_and_bounded():
    with serving({}) as server:
        server.answers |= {
            "/a": redirect("/b", "301 Moved Permanently"),
            "/b": redirect(server.at("/c"), "307 Temporary Redirect"),
            "/c": good(b"here"),
            "/loop": redirect("/loop"),
        }
        got = fetcher().fetch(Request(server.at("/a")))
        assert (got.octets, got.address, got.source) == (
            b"here",
            server.at("/a"),
            server.at("/c"),
        )
        with pytest.raises(FetchError, match=r"fetch\.redirects"):
            fetcher().fetch(Request(server.at("/loop")))
        assert server.times("/loop") == QUICK.redirects + 1


def test_a_question_does_not_become_another_one_on_the_way():
    with serving({"/ocsp": redirect("/there"), "/there": good(b"no")}) as server:
        with pytest.raises(FetchError, match=r"fetch\.status"):
            fetcher().fetch(Request(server.at("/ocsp"), b"question"))
        assert server.times("/there") == 0


def test_a_redirect_to_a_private_address_is_not_followed():
    """The first server is allowed by name; what it sends us to is looked at anew."""
    with serving({}) as inner, serving({"/it": redirect(inner.at("/secret"))}) as outer:
        asking = fetcher(allow=("ca.example",), resolve=means("127.0.0.1"))
        with pytest.raises(FetchError, match=r"fetch\.private"):
            asking.fetch(Request(outer.at("/it", "ca.example")))
        assert (len(outer.asked), inner.asked) == (1, [])


def test_what_a_name_means_is_decided_once():
    """DNS rebinding: the second answer to the same question is another address."""
    answers = iter([[ip_address("127.0.0.1")], [ip_address("127.0.0.2")]])
    with serving({"/it": good(b"here")}) as server:
        asking = fetcher(resolve=lambda _host, _wait: next(answers))
        assert asking.fetch(Request(server.at("/it", "ca.example"))).octets == b"here"
    assert len(list(answers)) == 1


@pytest.mark.parametrize("found", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_a_public_name_of_this_machine_is_not_asked(found):
    with serving({"/it": good(b"secret")}) as server:
        asking = fetcher(allow=(), resolve=means(found))
        with pytest.raises(FetchError) as caught:
            asking.fetch(Request(server.at("/it", "ca.example")))
    assert (caught.value.code, server.asked) == ("fetch.private", [])


def test_of_several_addresses_only_the_allowed_are_tried():
    with serving({"/it": good(b"here")}) as server:
        asking = fetcher(resolve=means("10.0.0.1", "127.0.0.1"))
        assert asking.fetch(Request(server.at("/it", "ca.example"))).octets == b"here"


def test_a_name_without_addresses_and_a_closed_port_are_told_apart():
    with serving({}) as server:
        closed = server.at("/")
    with pytest.raises(FetchError, match=r"fetch\.unreachable"):
        fetcher().fetch(Request(closed))
    with pytest.raises(FetchError, match=r"fetch\.unknown-host"):
        fetcher(resolve=means()).fetch(Request("http://no.example/"))


def test_busy_servers_are_asked_again_later_and_later():
    machine = Machine()
    limits = Limits(seconds=20, silence_s=0.3, tries=4)
    busy = status("503 Service Unavailable")
    with serving({"/it": first(busy, closing, busy, good(b"here"))}) as server:
        got = fetcher(limits, machine=machine).fetch(Request(server.at("/it")))
    assert (got.octets, machine.slept) == (b"here", [0.5, 1.0, 2.0])


@pytest.mark.parametrize(("asked", "slept"), [("5", [5]), ("Sun, 01 Nov 2026 12:00:05 GMT", [5])])
def test_a_server_may_say_when_to_come_back(asked, slept):
    machine = Machine()
    limits = Limits(seconds=20, silence_s=0.3, tries=2)
    busy = status("429 Too Many Requests", Retry_After=asked)
    with serving({"/it": first(busy, good(b"here"))}) as server:
        fetcher(limits, machine=machine).fetch(Request(server.at("/it")))
    assert machine.slept == slept


def test_a_wait_longer_than_our_time_is_not_waited():
    machine = Machine()
    limits = Limits(seconds=20, silence_s=0.3, tries=5)
    error = refused(status("503 Busy", Retry_After=3600), limits=limits, machine=machine)
    assert (error.details["wait"], machine.slept) == (3600, [])


@pytest.mark.parametrize("answer", [status("404 Not Found"), good(b"", Content_Type="text/html")])
def test_what_another_try_cannot_cure_is_not_tried_again(answer):
    machine = Machine()
    refused(answer, limits=Limits(seconds=20, silence_s=0.3, tries=5), machine=machine)
    assert machine.slept == []


def test_a_copy_that_is_still_good_is_not_sent_again():
    with serving({"/it": good(b"list", ETag='W/"7"', Cache_Control="max-age=60")}) as server:
        got = fetcher().fetch(Request(server.at("/it"), etag='W/"7"'))
        assert got.is_unchanged
        assert (got.size, got.etag, got.fresh_until) == (0, 'W/"7"', NOW + timedelta(minutes=1))
        assert not fetcher().fetch(Request(server.at("/it"), etag='"6"')).is_unchanged


def test_an_etag_of_any_letters_is_sent_back_as_it_came():
    with serving({"/it": good(b"list", ETag='"\xe9\xff"')}) as server:
        got = fetcher().fetch(Request(server.at("/it")))
        assert fetcher().fetch(Request(server.at("/it"), etag=got.etag)).is_unchanged


@pytest.mark.parametrize(
    ("fields", "until"),
    [
        ({"Expires": "Mon, 02 Nov 2026 12:00:00 GMT"}, NOW + timedelta(days=1)),
        ({"Expires": "0"}, None),
        ({"Expires": "Sat, 31 Oct 2026 12:00:00 GMT"}, None),
        ({"Cache_Control": "no-store, max-age=60"}, None),
        ({"Cache_Control": "max-age=99999999999"}, NOW + timedelta(days=365)),
        ({"Cache_Control": "max-age=-1"}, None),
        ({}, None),
    ],
)
def test_how_long_an_answer_keeps(fields, until):
    with serving({"/it": good(b"list", **fields)}) as server:
        assert fetcher().fetch(Request(server.at("/it"))).fresh_until == until


# --- TLS


def test_https_is_verified_by_its_name(tmp_path):
    own, root = make_tls_files(tmp_path, "ca.example")
    here = {"resolve": means("127.0.0.1")}
    with serving({"/it": good(b"here")}, tls=own) as server:
        got = fetcher(tls_roots=root, **here).fetch(Request(server.at("/it", "ca.example")))
        assert got.octets == b"here"
        for settings, host in (({}, "ca.example"), ({"tls_roots": root}, "other.example")):
            with pytest.raises(FetchError, match=r"fetch\.tls-certificate"):
                fetcher(**here, **settings).fetch(Request(server.at("/it", host)))


def test_https_never_becomes_http(tmp_path):
    own, root = make_tls_files(tmp_path, "127.0.0.1")
    with (
        serving({"/it": good(b"open")}) as plain,
        serving({"/it": redirect(plain.at("/it"))}, tls=own) as secure,
        serving({"/it": redirect(secure.at("/it"))}) as start,
    ):
        secure.answers["/fine"] = good(b"here")
        start.answers["/up"] = redirect(secure.at("/fine"))
        asking = fetcher(tls_roots=root)
        assert asking.fetch(Request(start.at("/up"))).octets == b"here"
        with pytest.raises(FetchError, match=r"fetch\.downgrade"):
            asking.fetch(Request(start.at("/it")))
        assert plain.asked == []


def test_a_server_that_does_not_speak_tls_is_not_spoken_to_otherwise():
    with serving({"/it": good(b"open")}) as server, pytest.raises(FetchError) as caught:
        fetcher().fetch(Request(server.at("/it").replace("http:", "https:")))
    assert caught.value.code in {"fetch.tls", "fetch.timeout"}


def test_roots_that_cannot_be_read_are_our_own_mistake(tmp_path):
    with pytest.raises(ConfigError, match=r"fetch\.tls-roots"):
        fetcher(tls_roots=tmp_path / "absent.pem").fetch(Request("https://127.0.0.1:1/"))


# --- a proxy


def test_a_proxy_of_the_settings_is_asked_and_none_of_the_environment(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1/")
    with serving({"http://ca.example/it": good(b"by proxy")}) as proxy:
        through = fetcher(proxy=proxy.at(""), allow=())
        assert through.fetch(Request("http://ca.example/it")).octets == b"by proxy"
        for inside in ("http://10.0.0.1/", "http://localhost/", "http://[::1]/"):
            with pytest.raises(FetchError, match=r"fetch\.private"):
                through.fetch(Request(inside))
    with serving({"/it": good(b"direct")}) as server:
        assert fetcher().fetch(Request(server.at("/it"))).octets == b"direct"


def test_a_proxy_that_refuses_is_said():
    answers = {"ca.example:443": status("403 Forbidden")}
    with serving(answers) as proxy, pytest.raises(FetchError, match=r"fetch\.proxy"):
        fetcher(proxy=proxy.at("")).fetch(Request("https://ca.example/it"))


# --- many at once


def test_many_are_fetched_side_by_side_and_answered_in_order():
    numbers = range(40)
    with serving({f"/{n}": good(str(n).encode()) for n in numbers if n % 5}) as server:
        outcomes = fetcher().fetch_all([Request(server.at(f"/{n}")) for n in numbers])
    for number, outcome in zip(numbers, outcomes, strict=True):
        if number % 5:
            assert outcome.octets == str(number).encode()
        else:
            assert outcome.code == "fetch.missing"


def test_one_slow_host_does_not_hold_up_the_others():
    with serving({"/it": silent}) as slow, serving({"/it": good(b"here")}) as quick:
        requests = [Request(slow.at("/it", "slow.example"))] * 6
        requests += [Request(quick.at("/it", "quick.example"))] * 6
        asking = fetcher(
            Limits(seconds=20, silence_s=0.3, tries=1, at_once=3),
            resolve=means("127.0.0.1"),
        )
        outcomes = asking.fetch_all(requests)
    assert [getattr(each, "code", "got") for each in outcomes] == ["fetch.timeout"] * 6 + [
        "got"
    ] * 6


def test_no_host_is_asked_for_more_than_it_should_be_at_a_time():
    together, most, lock = 0, 0, threading.Lock()

    def count(_asked) -> bytes:
        nonlocal together, most
        with lock:
            together += 1
            most = max(most, together)
        time.sleep(0.01)
        with lock:
            together -= 1
        return b""

    with serving({"/it": answering(count)}) as server:
        outcomes = fetcher().fetch_all([Request(server.at("/it"))] * 20)
    assert len(outcomes) == 20
    assert most <= QUICK.per_host


def test_a_host_that_is_away_is_not_tried_for_each_thing_wanted_of_it():
    tried = []

    def resolve(host, _wait):
        tried.append(host)
        return []

    limits = Limits(tries=1, per_host=1)
    requests = [Request(f"http://away.example/{n}") for n in range(50)]
    outcomes = fetcher(limits, resolve=resolve).fetch_all(requests)
    assert {outcome.code for outcome in outcomes} == {"fetch.unknown-host"}
    assert tried == ["away.example"]


def test_what_is_not_begun_in_time_is_not_begun():
    with serving({"/it": good(b"")}) as server:
        (outcome,) = fetcher().fetch_all([Request(server.at("/it"))], within_s=0)
    assert (outcome.code, server.asked) == ("fetch.timeout", [])
