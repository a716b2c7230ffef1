"""The services for trial over HTTP, on this machine only: RFC 3161 3.4, RFC 6960 appendix A.

POST /COUNTRY/tsa and /COUNTRY/ocsp; GET /COUNTRY/ocsp/REQUEST (base64), /COUNTRY/root.cer, ca.cer,
root.crl and ca.crl. COUNTRY is "ru" or "by". One answer a connection; a request is at most 64 KiB
and has to come within ten seconds.
"""

from __future__ import annotations

import base64
import binascii
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, ClassVar, Final
from urllib.parse import unquote

from zaruka.errors import ConfigError, ZarukaError
from zaruka.lab.services import COUNTRIES, Services

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from zaruka.lab.services import Country

__all__ = ["LabServer"]

_LOOPBACK: Final = "127.0.0.1"
_LARGEST: Final = 1 << 16  # octets of a request
_SECONDS: Final = 10  # for a request to come
_AT_ONCE: Final = 32
_TSA: Final = ("application/timestamp-query", "application/timestamp-reply")
_OCSP: Final = ("application/ocsp-request", "application/ocsp-response")
_PUBLISHED: Final = {"crl": "application/pkix-crl", "cer": "application/pkix-cert"}


class LabServer(ThreadingHTTPServer):
    """Serves both countries until it is told to `shutdown`."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self,
        folder: Path,
        port: int,
        clock: Callable[[], datetime],
        entropy: Callable[[int], bytes],
        countries: Mapping[str, Country] = COUNTRIES,
    ) -> None:
        """Take the port (0: any that is free), then what the folder holds, or make it.

        Raises ConfigError: lab.port-taken, and as `Services`.
        """
        self._room = BoundedSemaphore(_AT_ONCE)
        try:
            super().__init__((_LOOPBACK, port), _Handler)
        except (OSError, OverflowError) as error:
            raise ConfigError("lab.port-taken", port=port) from error
        self.address = f"http://{_LOOPBACK}:{self.server_address[1]}"
        try:
            self.services = {
                code: Services(country, folder / code, f"{self.address}/{code}", clock, entropy)
                for code, country in countries.items()
            }
        except BaseException:
            self.server_close()
            raise

    def process_request_thread(self, request: object, client_address: object) -> None:
        """Serve one connection; those beyond what fits at a time wait."""
        with self._room:
            super().process_request_thread(request, client_address)  # type: ignore[arg-type]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that went away."""


class _Refused(Exception):  # noqa: N818 - a status, not a defect
    def __init__(self, status: HTTPStatus) -> None:
        self.status = status


class _Handler(BaseHTTPRequestHandler):
    server: LabServer
    connection: socket.socket
    timeout: ClassVar[int] = _SECONDS
    server_version = "zaruka-lab"
    sys_version = ""

    def do_GET(self) -> None:
        """Give what is published, or the status of a certificate."""
        self._serve(self._get)

    def do_POST(self) -> None:
        """Stamp, or give the status of certificates."""
        self._serve(self._post)

    def log_message(self, *_: object) -> None:
        """Keep no log."""

    def _serve(self, answer: Callable[[Services, str], tuple[str, bytes]]) -> None:
        code, _, rest = self.path.removeprefix("/").partition("/")
        services = self.server.services.get(code)
        if services is None:
            self._refuse(HTTPStatus.NOT_FOUND)
            return
        try:
            media_type, octets = answer(services, rest)
        except _Refused as refused:
            self._refuse(refused.status)
        except ZarukaError:
            self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR)
        else:
            self._reply(HTTPStatus.OK, media_type, octets)

    def _get(self, services: Services, rest: str) -> tuple[str, bytes]:
        if rest in {"tsa", "ocsp"}:
            raise _Refused(HTTPStatus.METHOD_NOT_ALLOWED)
        if rest.startswith("ocsp/"):  # RFC 6960 A.1
            try:
                asked = base64.b64decode(unquote(rest.removeprefix("ocsp/")), validate=True)
            except binascii.Error as error:
                raise _Refused(HTTPStatus.BAD_REQUEST) from error
            return _OCSP[1], services.status(asked)
        found = services.publish(rest)
        if found is None:
            raise _Refused(HTTPStatus.NOT_FOUND)
        return _PUBLISHED[rest[-3:]], found

    def _post(self, services: Services, rest: str) -> tuple[str, bytes]:
        if rest == "tsa":
            wanted, given, answer = *_TSA, services.stamp
        elif rest == "ocsp":
            wanted, given, answer = *_OCSP, services.status
        else:
            raise _Refused(HTTPStatus.NOT_FOUND)
        if self.headers.get_content_type() != wanted:
            raise _Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        return given, answer(self._body())

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            raise _Refused(HTTPStatus.LENGTH_REQUIRED)
        if len(length) > len(str(_LARGEST)) or int(length) > _LARGEST:
            raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            body = self.rfile.read(int(length))
        except TimeoutError as error:
            raise _Refused(HTTPStatus.REQUEST_TIMEOUT) from error
        if len(body) != int(length):
            raise _Refused(HTTPStatus.BAD_REQUEST)
        return body

    def _refuse(self, status: HTTPStatus) -> None:
        self._reply(status, "text/plain", f"{status.value} {status.phrase}\n".encode())

    def _reply(self, status: HTTPStatus, media_type: str, octets: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(octets)))
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "POST")
        self.end_headers()
        self.wfile.write(octets)
