"""Judge every pair of document and signature in a folder: python folder_to_json.py FOLDER.

Prints one JSON report a line; what could not be read is an error object of the same schema.
"""

import json
import sys

import zaruka
from zaruka.messages import messages
from zaruka.reports.as_json import error_value, report_value

say = messages("en")

for answer in zaruka.verify_all(sys.argv[1:]):
    if answer.outcome is None:
        continue  # a document that nothing signs
    if isinstance(answer.outcome, zaruka.ZarukaError):
        value = error_value(answer.outcome, say)
    else:
        value = report_value(answer.outcome, say)
    print(json.dumps({"input": answer.name, **value}, ensure_ascii=False, sort_keys=True))
