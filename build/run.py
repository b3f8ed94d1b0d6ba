"""The entry of the npm scripts: `python3 build/run.py start`, and so on; see commands.py."""

import sys

if __name__ == "__main__":
    if sys.version_info < (3, 11):  # before an import that an older Python couldn't even read
        sys.exit("Python 3.11, 3.12 or 3.13 is needed; python3 is " + sys.version.split()[0])
    import commands

    sys.exit(commands.main(sys.argv[1:]))
