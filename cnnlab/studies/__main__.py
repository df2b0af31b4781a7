"""A study's driver in a process of its own: `python -m cnnlab.studies FOLDER`."""

import sys

from cnnlab.studies._driver import main

if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
