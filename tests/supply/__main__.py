"""Write the bills of materials into build/ and ask for known vulnerabilities: `make audit`."""

import sys

from tests.supply.advisories import audit_front_end, audit_python
from tests.supply.bill import ROOT, write_bills


def main() -> int:
    """1 when something locked is known to be vulnerable."""
    for path in write_bills(ROOT / "build"):
        print(f"written {path.relative_to(ROOT)}")  # noqa: T201
    findings = [audit_python(), audit_front_end()]
    for finding in findings:
        print(finding)  # noqa: T201
        for one in finding.vulnerable:
            print(f"VULNERABLE {one}")  # noqa: T201
    return 1 if any(finding.vulnerable for finding in findings) else 0


if __name__ == "__main__":
    sys.exit(main())
