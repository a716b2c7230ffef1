"""Recognition across the border: agreements as dated data, and the decision they lead to. Pure."""

from zaruka.recognition.act import Act, Participant, Subject
from zaruka.recognition.agreement import Agreement, agreements, load_agreements
from zaruka.recognition.decision import Decision, HomeReceipt, Outcome, decide_recognition

__all__ = [
    "Act",
    "Agreement",
    "Decision",
    "HomeReceipt",
    "Outcome",
    "Participant",
    "Subject",
    "agreements",
    "decide_recognition",
    "load_agreements",
]
