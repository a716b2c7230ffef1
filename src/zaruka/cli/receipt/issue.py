"""`zaruka receipt issue`: check a signature and give a receipt on it, for trial."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import Option, parse_moment, require
from zaruka.errors import ConfigError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from zaruka.messages import Messages
    from zaruka.service.receipts import Issued
    from zaruka.signatures.creation import Signer
    from zaruka.ttp.serials import SerialSource
    from zaruka.validation.context import Context

OPTIONS: Final = (
    Option("file", says="issue_file"),
    Option("--content", "file"),
    Option("--without-content"),
    Option("--key", "key", says="ttp_key"),
    Option("--cert", "certificate", says="ttp_cert"),
    Option("--password-file", "file", says="password"),
    Option("--profile", "name", says="receipt_profile"),
    Option("--anchor", "certificate", many=True),
    Option("--chain", "certificate", many=True, says="cert"),
    Option("--crl", "list", many=True),
    Option("--ocsp", "answer", many=True),
    Option("--receipt", "file", many=True, says="foreign_receipt"),
    Option("--agreement", "file", many=True, says="receipt_agreement"),
    Option("--store", "file"),
    Option("--at", "time"),
    Option("--wait-until", "time", says="wait_until"),
    Option("--policy", "name"),
    Option("--number", "number", says="receipt_number"),
    Option("--numbers", "file", says="receipt_numbers"),
    Option("--bundle", "file", says="receipt_bundle"),
    Option("--pdf", "file", says="receipt_pdf"),
    Option("--out", "file"),
    Option("--force"),
    Option("--json"),
)

# Exit statuses: confirmed, not confirmed, waiting or cannot be checked.
_STATUSES: Final = {"granted": 0, "granted-with-mods": 1, "rejection": 1}
_OPEN: Final = 2


def run(options: Namespace, say: Messages) -> int:
    """Verify, give the receipt, and write it only after it was read back; return the status."""
    require(options, "receipt issue", "file", "key", "cert")
    at = parse_moment(options.at) if options.at else None
    waits_until = parse_moment(options.wait_until) if options.wait_until else None

    from zaruka.cli.keys import load_signer  # noqa: PLC0415 - after wrong usage is said
    from zaruka.cli.verify import configured, load_policy, store_of  # noqa: PLC0415
    from zaruka.service import Zaruka  # noqa: PLC0415
    from zaruka.service.receipts import (  # noqa: PLC0415
        ask,
        is_container,
        issue,
        profile_for,
        read_foreign,
    )
    from zaruka.service.recognising import load_agreement_files  # noqa: PLC0415

    signer = load_signer(options.key, options.cert, options.password_file)
    zaruka = Zaruka(
        anchors=options.anchor,
        certificates=options.chain,
        crls=options.crl,
        ocsps=options.ocsp,
        store=store_of(options, configured()),
        at=at,
        policy=load_policy(options.policy),
    )
    path = Path(options.file)
    in_container = is_container(path)
    ending = ".receipt.xml" if in_container else ".dvc"
    target = Path(options.out) if options.out else path.with_name(path.name + ending)
    _see_that_all_is_new([target, *_beside(options)], force=options.force)
    if in_container:
        return _run_container(zaruka.context, signer, target, options, say)
    request, shown = ask(path, options.content)
    with _serials(options, signer) as serials:
        issued = issue(
            zaruka.context,
            shown,
            signer,
            profile_for(signer, options.profile),
            serials,
            request=request,
            foreign=read_foreign(options.receipt),
            agreements=load_agreement_files(options.agreement),
            waits_until=waits_until,
            with_content=not options.without_content,
        )
    _write(issued, target, options, say)
    return _say(issued, target, options, say)


def _run_container(
    context: Context, signer: Signer, target: Path, options: Namespace, say: Messages
) -> int:
    """Add a receipt to a container of the EEC."""
    from zaruka.cli.screen import Screen  # noqa: PLC0415 - as of `run`
    from zaruka.cli.writing import write_new  # noqa: PLC0415
    from zaruka.reports.eec_page import eec_page  # noqa: PLC0415
    from zaruka.reports.page import reason_of  # noqa: PLC0415
    from zaruka.service.receipts import issue_in_container  # noqa: PLC0415
    from zaruka.service.recognising import load_agreement_files  # noqa: PLC0415

    done, checked = issue_in_container(
        options.file,
        context,
        signer,
        lambda found: reason_of(found.conclusion, say),
        load_agreement_files(options.agreement),
    )
    write_new(target, [done], force=options.force)
    Screen().page(eec_page(checked, target.name, say))
    sys.stderr.write(say("command.done.receipt", name=str(target)) + "\n")
    sys.stderr.write(say("command.done.trial") + "\n")
    return 0 if checked.receipt.confirms else 1


def _beside(options: Namespace) -> Iterator[Path]:
    """Name the other files that are asked for."""
    for name in (options.bundle, options.pdf):
        if name:
            yield Path(name)


def _see_that_all_is_new(targets: list[Path], *, force: bool) -> None:
    """Refuse before a number is taken; ConfigError (usage.exists)."""
    for target in targets:
        if target.exists() and not force:
            raise ConfigError("usage.exists", name=str(target))


@contextmanager
def _serials(options: Namespace, signer: Signer) -> Iterator[SerialSource]:
    """Give the number that was asked for, or the next one of the service's key.

    Numbers are kept beside the key unless told otherwise.
    """
    from zaruka.ttp.serials import GivenSerial  # noqa: PLC0415 - after wrong usage is said

    if options.number is not None:
        if not options.number.isdecimal():
            raise ConfigError("usage.wrong", reason=f"--number {options.number}")
        yield GivenSerial(int(options.number))
        return

    from zaruka.stores.database import Database  # noqa: PLC0415 - loads SQLAlchemy
    from zaruka.stores.serials import StoredSerials  # noqa: PLC0415

    key = Path(options.key)
    place = options.numbers or key.with_name(f"{key.name}.numbers.db")
    service = sha256(signer.certificate.key.spki).hexdigest()
    with Database.open(place) as database:
        yield StoredSerials(database, service)


def _write(issued: Issued, target: Path, options: Namespace, say: Messages) -> None:
    from zaruka.cli.writing import write_new  # noqa: PLC0415 - after wrong usage is said

    write_new(target, [issued.der], force=options.force)
    if options.bundle:
        from zaruka.ttp.bundle import make_bundle  # noqa: PLC0415

        octets = make_bundle(issued.checked, issued.shown, issued.evidence, issued.foreign)
        write_new(Path(options.bundle), [octets], force=options.force)
    if options.pdf:
        from zaruka.reports.receipt_document import receipt_pdf  # noqa: PLC0415

        octets = receipt_pdf(issued.checked, issued.shown, target.name, say)
        write_new(Path(options.pdf), [octets], force=options.force)


def _say(issued: Issued, target: Path, options: Namespace, say: Messages) -> int:
    """Say what was given, and the report that it rests on where nothing was confirmed."""
    from zaruka.reports.receipt_page import outcome_of, receipt_page  # noqa: PLC0415

    if options.json:
        from zaruka.reports.as_json import dump  # noqa: PLC0415
        from zaruka.reports.receipt_json import receipt_value  # noqa: PLC0415
        from zaruka.ttp.record import record_of  # noqa: PLC0415

        record = record_of(issued.checked)
        sys.stdout.write(dump(receipt_value(issued.checked, say, record)))
    else:
        from zaruka.cli.screen import Screen  # noqa: PLC0415

        Screen().page(receipt_page(issued.checked, target.name, say))
    sys.stderr.write(say("command.done.receipt", name=str(target)) + "\n")
    sys.stderr.write(say("command.done.trial") + "\n")
    return _STATUSES.get(outcome_of(issued.checked), _OPEN)
