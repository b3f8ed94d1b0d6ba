"""`python -m tests.bench [part …] [--runs N] [--readme]`; see the package."""

import argparse
import importlib
import json
import os
import pkgutil
import platform
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import tests.bench
from tests.bench.rows import Options, Row, table

ROOT = Path(__file__).resolve().parent.parent.parent
RESULTS = ROOT / "dist" / "bench.json"
README = ROOT / "README.md"
BEGIN, END = "<!-- bench: {part} -->", "<!-- /bench -->"

Measure = Callable[[Options], Iterable[Row]]


def parts() -> dict[str, Measure]:
    """The modules of the package that measure, by name."""
    names = (module.name for module in pkgutil.iter_modules(tests.bench.__path__))
    modules = {
        name: importlib.import_module(f"tests.bench.{name}")
        for name in names
        if not name.startswith("__")
    }
    return {name: module.measure for name, module in modules.items() if hasattr(module, "measure")}


def main(arguments: list[str]) -> int:
    known = parts()
    parser = argparse.ArgumentParser(prog="npm run bench --")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"some of {', '.join(known)}")
    parser.add_argument("--runs", type=int, default=Options().runs, help="how often; 9 unless told")
    parser.add_argument(
        "--readme", action="store_true", help="write the tables' main rows into README.md"
    )
    told = parser.parse_args(arguments)
    if unknown := set(told.parts) - known.keys():
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    over = False
    for name in told.parts or known:
        rows = list(known[name](Options(runs=max(1, told.runs))))
        over |= any(row.is_over for row in rows)
        print(f"\n{name}\n\n{table(rows)}", flush=True)
        keep(name, rows)
        if told.readme:
            README.write_text(placed(README.read_text(), name, table(judged(rows))))
    return int(over)


def judged(rows: Iterable[Row]) -> list[Row]:
    """Those that are held against something; for readers the others are detail."""
    return [row for row in rows if row.base or row.bar is not None]


def keep(part: str, rows: Iterable[Row]) -> None:
    """Into dist/bench.json, beside what other parts left there."""
    kept = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {"parts": {}}
    kept["machine"] = {"system": platform.platform(), "cores": os.cpu_count()}
    kept["parts"][part] = {row.name: row.plain() for row in rows}
    RESULTS.write_text(json.dumps(kept, indent=1))


def placed(text: str, part: str, written: str) -> str:
    """`text` with `written` between the marks of `part`; as it is where there are none."""
    before, begin, rest = text.partition(BEGIN.format(part=part))
    _old, end, after = rest.partition(END)
    return f"{before}{begin}\n{written}\n{end}{after}" if begin and end else text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
