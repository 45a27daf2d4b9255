"""Lists the skipped tests of a results folder with their reasons; with --strict, exits 1 for a reason that is no excuse."""
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

NAMESPACE = "{http://microsoft.com/schemas/VisualStudio/TeamTest/2010}"
# What a machine of the kind that CI uses cannot have; a reason has to name it.
EXCUSES = ("cgroup v2", "NVIDIA", "CUDA", "user namespaces", "ordinary user")

folder, strict = Path(sys.argv[1]), "--strict" in sys.argv
bad = 0
for report in sorted(folder.glob("*.trx")):
    for result in xml.parse(report).iter(NAMESPACE + "UnitTestResult"):
        if result.get("outcome") != "NotExecuted":
            continue
        reason = " ".join((element.text or "").strip() for element in result.iter()
                          if element.tag in (NAMESPACE + "Message", NAMESPACE + "StdOut")).strip() or "no reason given"
        excused = any(excuse in reason for excuse in EXCUSES)
        bad += not excused
        print(f"{'' if excused or not strict else 'NO EXCUSE  '}{result.get('testName')}: {reason}")
sys.exit(1 if strict and bad else 0)
