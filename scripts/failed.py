"""Repeats the failed tests of a results folder, each with what it says of its failure: the end of a log is what everybody reads."""
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

NAMESPACE = "{http://microsoft.com/schemas/VisualStudio/TeamTest/2010}"
# A message may hold the whole log of a server; its beginning says what was expected, its end what happened last.
MOST_CHARACTERS = 3000


def shortened(text):
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS // 2]}\n[...]\n{text[-MOST_CHARACTERS // 2:]}"


for report in sorted(Path(sys.argv[1]).glob("*.trx")):
    try:
        results = xml.parse(report).iter(NAMESPACE + "UnitTestResult")
    except xml.ParseError:
        print(f"FAILED  {report.name} ends in the middle")
        continue
    for result in results:
        if result.get("outcome") != "Failed":
            continue
        print(f"FAILED  {result.get('testName')}")
        for tag in ("Message", "StackTrace"):
            print(*(shortened((element.text or "").strip()) for element in result.iter(NAMESPACE + tag)), sep="\n")
