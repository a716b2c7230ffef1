"""Recognition across the border: agreements as dated data, and the decision they lead to. Pure."""

from zaruka.recognition.act import Act, Participant, Subject
from zaruka.recognition.agreement import Agreement
from zaruka.recognition.agreement_file import (
    agreement_on_record,
    agreements,
    lay_agreements,
    load_agreements,
)
from zaruka.recognition.decision import Decision, HomeReceipt, Outcome, decide_recognition
from zaruka.recognition.report import CrossBorderReport, Question, decide_report

__all__ = [
    "Act",
    "Agreement",
    "CrossBorderReport",
    "Decision",
    "HomeReceipt",
    "Outcome",
    "Participant",
    "Question",
    "Subject",
    "agreement_on_record",
    "agreements",
    "decide_recognition",
    "decide_report",
    "lay_agreements",
    "load_agreements",
]
