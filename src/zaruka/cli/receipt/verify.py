"""`zaruka receipt verify`: whether a receipt is good, and about this very document."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import Option, parse_moment
from zaruka.cli.verify import status_of
from zaruka.errors import ConfigError

if TYPE_CHECKING:
    from argparse import Namespace

    from zaruka.messages import Messages
    from zaruka.validation.context import Context

OPTIONS: Final = (
    Option("files", many=True, says="receipt_files"),
    Option("--anchor", "certificate", many=True),
    Option("--cert", "certificate", many=True),
    Option("--crl", "list", many=True),
    Option("--ocsp", "answer", many=True),
    Option("--store", "file"),
    Option("--at", "time"),
    Option("--policy", "name"),
    Option("--request", "file", says="receipt_request"),
    Option("--after", "file", says="receipt_after"),
    Option("--service", "name", says="receipt_service"),
    Option("--agreement", "file", many=True, says="receipt_agreement"),
    Option("--json"),
    Option("--verbose"),
)


def run(options: Namespace, say: Messages) -> int:
    """Check a receipt against its signature and document; return the exit status."""
    if len(options.files) > 3:
        raise ConfigError("usage.one-file", command="receipt verify", name=options.files[3])
    at = parse_moment(options.at) if options.at else None

    from zaruka.cli.verify import configured, load_policy, store_of  # noqa: PLC0415 - after wrong usage is said
    from zaruka.service import Zaruka  # noqa: PLC0415
    from zaruka.service.receipts import Wanted, is_container, verify_receipt  # noqa: PLC0415
    from zaruka.service.recognising import load_agreement_files  # noqa: PLC0415

    zaruka = Zaruka(
        anchors=options.anchor,
        certificates=options.cert,
        crls=options.crl,
        ocsps=options.ocsp,
        store=store_of(options, configured()),
        at=at,
        policy=load_policy(options.policy),
    )
    receipt, *others = options.files
    if is_container(receipt):
        return _run_container(zaruka.context, options, say)
    signature, document = (*others, None, None)[:2]
    checked = verify_receipt(
        receipt,
        zaruka.context,
        signature,
        document,
        Wanted(
            request=options.request,
            after=options.after,
            service=options.service,
            agreements=load_agreement_files(options.agreement),
        ),
    )
    if options.json:
        from zaruka.reports.as_json import dump  # noqa: PLC0415
        from zaruka.reports.receipt_json import receipt_value  # noqa: PLC0415

        sys.stdout.write(dump(receipt_value(checked, say)))
    else:
        from zaruka.cli.screen import Screen  # noqa: PLC0415
        from zaruka.reports.receipt_page import receipt_page  # noqa: PLC0415

        name = Path(receipt).name
        Screen().page(receipt_page(checked, name, say, verbose=options.verbose))
    return status_of(checked.conclusion)


def _run_container(context: Context, options: Namespace, say: Messages) -> int:
    """Check the receipt in a container of the EEC."""
    from zaruka.reports.eec_page import eec_page, eec_value  # noqa: PLC0415 - as of `run`
    from zaruka.service.receipts import verify_container  # noqa: PLC0415
    from zaruka.service.recognising import load_agreement_files  # noqa: PLC0415

    path = Path(options.files[0])
    checked = verify_container(path, context, load_agreement_files(options.agreement))
    if options.json:
        from zaruka.reports.as_json import dump  # noqa: PLC0415

        sys.stdout.write(dump(eec_value(checked, say)))
    else:
        from zaruka.cli.screen import Screen  # noqa: PLC0415

        Screen().page(eec_page(checked, path.name, say, verbose=options.verbose))
    return status_of(checked.conclusion)
