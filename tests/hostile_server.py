"""Real HTTP and HTTPS servers on loopback, honest and hostile.

    with serving({"/good": good(b"..."), "/slow": dripping(b"...")}) as server:
        fetcher.fetch(Request(server.at("/good")))
        server.asked[0].fields["accept"]

Each way to answer is a function that makes an `Answer`; what it writes is written to the socket as
it stands, so a server can lie. Servers stop when the block ends, whatever they are doing.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import socketserver
import ssl
import threading
import zlib
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_ZEROS = bytes(1 << 16)


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    fields: dict[str, str]
    body: bytes


@dataclass
class Talk:
    """What an answer may use: the connection, what was asked, how often it was, the end."""

    out: BinaryIO
    asked: Asked
    times: int
    ending: threading.Event

    def head(self, status: str = "200 OK", **fields: str | int) -> None:
        lines = [f"HTTP/1.1 {status}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
        self.write("\r\n".join([*lines, "", ""]).encode("latin-1"))

    def write(self, octets: bytes) -> None:
        self.out.write(octets)
        self.out.flush()


Answer = "Callable[[Talk], None]"


def good(octets: bytes, **fields: str | int) -> Answer:
    """All is as it should be; 304 where ETag or Last-Modified of the request are the same."""

    def answer(talk: Talk) -> None:
        known = {name.lower(): str(value) for name, value in fields.items()}
        asked = talk.asked.fields
        if asked.get("if-none-match", "-") == known.get("etag") or (
            asked.get("if-modified-since", "-") == known.get("last_modified")
        ):
            talk.head("304 Not Modified", **fields)
            return
        talk.head(Content_Length=len(octets), **fields)
        talk.write(octets)

    return answer


def answering(reply: Callable[[Asked], bytes], **fields: str | int) -> Answer:
    """Answer what `reply` makes of the request: an OCSP responder, a time-stamping authority."""

    def answer(talk: Talk) -> None:
        octets = reply(talk.asked)
        talk.head(Content_Length=len(octets), **fields)
        talk.write(octets)

    return answer


def status(line: str, **fields: str | int) -> Answer:
    """Answer with a status and no content."""
    return lambda talk: talk.head(line, Content_Length=0, **fields)


def redirect(target: str, line: str = "302 Found") -> Answer:
    """Send on to another address."""
    return status(line, Location=target)


def first(*answers: Answer) -> Answer:
    """Answer each time in the next way, from then on in the last: 503 and then good."""
    return lambda talk: answers[min(talk.times, len(answers)) - 1](talk)


def truncated(octets: bytes) -> Answer:
    """Promise all, send half, close: a length that says too much."""

    def answer(talk: Talk) -> None:
        talk.head(Content_Length=len(octets))
        talk.write(octets[: len(octets) // 2])

    return answer


def overlong(octets: bytes) -> Answer:
    """Promise half and send all: a length that says too little."""

    def answer(talk: Talk) -> None:
        talk.head(Content_Length=len(octets) // 2)
        talk.write(octets)

    return answer


def zeros(size: int = 500 << 20, *, declared: bool = False) -> Answer:
    """Send zeros without end in sight, with or without a length."""

    def answer(talk: Talk) -> None:
        if declared:
            talk.head(Content_Length=size)
        else:
            talk.head(Connection="close")
        for _ in range(size // len(_ZEROS)):
            talk.write(_ZEROS)
            if talk.ending.is_set():
                return

    return answer


def gzip_bomb(size: int = 500 << 20) -> Answer:
    """Send few octets that become `size` of them."""
    packed = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    bomb = b"".join(packed.compress(_ZEROS) for _ in range(size // len(_ZEROS))) + packed.flush()
    return good(bomb, Content_Encoding="gzip")


def dripping(octets: bytes, every_s: float = 0.01, *, head: bool = False) -> Answer:
    """Send an octet at a time; with `head` the header fields already so."""

    def answer(talk: Talk) -> None:
        start = f"HTTP/1.1 200 OK\r\nContent-Length: {len(octets)}\r\nX-Padding: ".encode()
        rest = start + b"x" * 10_000 if head else octets
        if not head:
            talk.head(Content_Length=len(octets))
        for octet in rest:
            talk.write(bytes([octet]))
            if talk.ending.wait(every_s):
                return

    return answer


def hanging(octets: bytes = b"") -> Answer:
    """Send the header and a beginning, then nothing more."""

    def answer(talk: Talk) -> None:
        talk.head(Content_Length=len(octets) + 1)
        talk.write(octets)
        talk.ending.wait(60)

    return answer


def silent(talk: Talk) -> None:
    """Take the request and never answer."""
    talk.ending.wait(60)


def closing(talk: Talk) -> None:
    """Close without an answer."""


def raw(octets: bytes) -> Answer:
    """Send octets that need not be HTTP."""
    return lambda talk: talk.write(octets)


@dataclass
class Server:
    """A server that runs: what it was asked, and where it is."""

    answers: dict[str, Answer]
    scheme: str
    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    ending: threading.Event = field(default_factory=threading.Event)

    def at(self, path: str, host: str = "127.0.0.1") -> str:
        """Return the address of a path."""
        return f"{self.scheme}://{host}:{self.port}{path}"

    def times(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(1 for each in self.asked if each.path == path)


@contextmanager
def serving(answers: dict[str, Answer], tls: Path | None = None) -> Iterator[Server]:
    """Serve `answers` by path; over TLS with the certificate and key in the PEM file `tls`."""
    server = Server(answers, "http" if tls is None else "https")

    class Handler(socketserver.StreamRequestHandler):
        timeout = 60

        def handle(self) -> None:
            with suppress(OSError, ValueError):
                asked = _read(self.rfile)
                if asked is None:
                    return
                server.asked.append(asked)
                answer = server.answers.get(asked.path, status("404 Not Found"))
                answer(Talk(self.wfile, asked, server.times(asked.path), server.ending))

    class Listening(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

        def finish_request(self, request, client_address) -> None:
            if tls is not None:
                try:
                    request = context.wrap_socket(request, server_side=True)
                except OSError:
                    return
            super().finish_request(request, client_address)
            with suppress(OSError):
                request.close()

        def handle_error(self, request, client_address) -> None:
            """Say nothing: clients that leave early are what is tested."""

    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls)
    with Listening(("127.0.0.1", 0), Handler) as listening:
        server.port = listening.server_address[1]
        thread = threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.ending.set()
            listening.shutdown()
            thread.join(10)


def _read(stream: BinaryIO) -> Asked | None:
    line = stream.readline(65536).decode("latin-1").split()
    if len(line) != 3:
        return None
    fields = {}
    while (header := stream.readline(65536).decode("latin-1").strip()) != "":
        name, _, value = header.partition(":")
        fields[name.lower()] = value.strip()
    body = stream.read(int(fields.get("content-length", 0)))
    return Asked(line[0], line[1], fields, body)


def make_tls_files(folder: Path, *names: str) -> tuple[Path, Path]:
    """Make a certificate for `names` (hosts or addresses) signed by itself.

    Returns the file for `serving` and the one of the root that a client trusts.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hostile test server")])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(dt.datetime(2099, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName([_alternative(each) for each in names]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    root = folder / "tls-root.pem"
    root.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    own = folder / "tls-server.pem"
    own.write_bytes(
        root.read_bytes()
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return own, root


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
