#!/usr/bin/env python3
"""Makes the README's table of first results again, from what the first command prints.

    cargo build --release -p noforn-cli && python3 tools/first_result.py target/release/noforn
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"
MARKS = ("<!-- first-result -->", "<!-- /first-result -->")
ROWS = [
    "separate pictures", "blocs", "sent by the hub", "read by the hub", "read among the others", "withheld by rules",
    "warnings missed", "reports leaked", "missions withdrawn", "cost of replacement", "nations that ban",
    "nations that restrict", "nations that stay open",
]


def measures(printed):
    """Of each measure and variant the cells printed: at the start, at its worst, at the end."""
    table, name = {}, None
    for line in printed.splitlines():
        cells = re.split(r" {2,}", line.strip())
        if len(cells) == 5:
            name, *cells = cells
        if len(cells) == 4 and name:
            table.setdefault(name, {})[cells[0]] = cells[1:]
    return table


def table(printed):
    """The table in Markdown."""
    known = measures(printed)
    missing = [name for name in ROWS if name not in known]
    assert not missing, f"not printed: {missing}"
    variants = list(known[ROWS[0]])
    heads = ["at the start", *(f"{variant}, {when}" for when in ("at its worst", "at the end") for variant in variants)]
    lines = ["| | " + " | ".join(heads) + " |", "|" + " --- |" * (len(heads) + 1)]
    for name in ROWS:
        starts = {known[name][variant][0] for variant in variants}
        assert len(starts) == 1, f"{name}: variants differ at the start: {starts}"
        worst = [known[name][variant][1] for variant in variants]
        # The heads say when these are.
        start, *ends = [re.sub(r" in \S+$", "", cell) for cell in [*starts, *(known[name][v][2] for v in variants)]]
        cells = [start, *worst, *ends]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    program = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        command = [program, "run", "scenarios/huawei-2019.toml", "-o", f"{folder}/results"]
        printed = subprocess.run(command, cwd=README.parent, check=True, capture_output=True, text=True).stdout
    text = README.read_text(encoding="utf-8")
    start, end = (text.index(mark) for mark in MARKS)
    lead = text[start:end].split("\n|")[0]
    README.write_text(text[:start] + lead + "\n" + table(printed) + "\n" + text[end:], encoding="utf-8")


main()
