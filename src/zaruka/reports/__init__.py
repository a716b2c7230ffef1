"""The protocol of a check: for programs, for people, on paper.

    from zaruka.messages import messages
    from zaruka.reports import render

    octets = render(report, "pdf", messages("ru"))

JSON with a published schema, XML after ETSI TS 119 102-2, HTML and PDF from one document. The same
report, form and language give the same octets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from zaruka.messages import Messages
    from zaruka.validation.results import ValidationReport

__all__ = ["FORMS", "render"]

FORMS: Final = ("html", "pdf", "xml", "json")


def render(report: ValidationReport, form: str, say: Messages) -> bytes:
    """Return a report as a file of one of `FORMS`, in the language of `say`.

    Raises ValueError for another form. Nothing of a form is loaded until it is asked for.
    """
    match form:
        case "html":
            from zaruka.reports.as_html import render_html  # noqa: PLC0415 - as said above
            from zaruka.reports.protocol import protocol  # noqa: PLC0415

            return render_html(protocol(report, say), say).encode()
        case "pdf":
            from zaruka.reports.as_pdf import render_pdf  # noqa: PLC0415
            from zaruka.reports.protocol import protocol  # noqa: PLC0415

            return render_pdf(protocol(report, say))
        case "xml":
            from zaruka.reports.as_etsi import render_etsi  # noqa: PLC0415

            return render_etsi(report)
        case "json":
            from zaruka.reports.as_json import dump, report_value  # noqa: PLC0415

            return dump(report_value(report, say)).encode()
    raise ValueError(f"no report has the form {form}")
