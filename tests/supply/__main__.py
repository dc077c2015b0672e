"""Write the bills of materials into build/ and ask for known vulnerabilities: `make audit`."""

import argparse
import sys

from tests.supply.advisories import OUTCOME, audit_front_end, audit_python, store_outcome, warning
from tests.supply.bill import ROOT, write_bills


def main() -> int:
    """1 when something locked is known to be vulnerable; --strict: also when nobody answered."""
    parser = argparse.ArgumentParser(prog="make audit ARGS=")
    parser.add_argument(
        "--strict", action="store_true", help="fail as well when an advisory service was not asked"
    )
    strict = parser.parse_args().strict
    for path in write_bills(ROOT / "build"):
        print(f"written {path.relative_to(ROOT)}")  # noqa: T201
    findings = [audit_python(), audit_front_end()]
    store_outcome(OUTCOME, findings)
    for finding in findings:
        if finding.is_whole:
            print(finding)  # noqa: T201
        for one in finding.vulnerable:
            print(f"VULNERABLE {one}")  # noqa: T201
    loud = warning(findings)
    if loud:
        print(loud)  # noqa: T201
    is_bad = any(finding.vulnerable for finding in findings) or (strict and bool(loud))
    return 1 if is_bad else 0


if __name__ == "__main__":
    sys.exit(main())
