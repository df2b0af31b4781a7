"""How many pictures of each kind the shipped network reads, and what is doubted.

`python -m tests.count_handwriting [COUNT]`: COUNT pictures of each digit and kind.
"""

import sys

from cnnlab import prediction, runs
from tests.handwriting_kinds import KINDS


def main() -> None:
    """For each kind: the right ones, how many of those are doubted, the errors that are not."""
    reader = next(run for run in runs.pretrained() if run.name == "compact_mnist")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    for name, make in KINDS.items():
        asked = [(d, prediction.ask(reader, make(d, s))) for s in range(count) for d in range(10)]
        said = [(a.prediction.label == str(d), bool(a.doubts)) for d, a in asked if a.prediction]
        right, doubted, undoubted = (
            said.count((True, False)) + said.count((True, True)),
            said.count((True, True)),
            said.count((False, False)),
        )
        sys.stdout.write(
            f"{name:12} {right} of {len(asked)} right, {doubted} of them doubted, "
            f"{undoubted} wrong without a doubt\n"
        )


if __name__ == "__main__":
    main()
