"""Attack a server with mutated frames: `python -m tests.integration.fuzz --count 1000000`."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.integration.fuzz.stage import AS_SHIPPED, PATIENT, attack


def main() -> int:
    """Print the figures; 1 when the server did not stand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="mutated frames to send")
    parser.add_argument("--seed", type=int, default=1, help="another seed is another attack")
    parser.add_argument("--as-shipped", action="store_true", help="close after a few offences")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        program = AS_SHIPPED if options.as_shipped else PATIENT
        report = attack(Path(folder), program, seed=options.seed, count=options.count)
    print(report)  # noqa: T201
    for problem in report.problems():
        print(f"PROBLEM {problem}")  # noqa: T201
    return 1 if report.problems() else 0


if __name__ == "__main__":
    sys.exit(main())
