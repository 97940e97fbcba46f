#!/usr/bin/env python3
"""Runs the Python examples of a page as they stand there, each by itself, with `noforn` on the path.

    python3 tools/run_examples.py docs/EXPERIMENTS.md

Each example begins in the same temporary folder, in which `scenarios/` is the project's.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def examples(page):
    """The examples of a page: the line where each begins, and its text."""
    found, start, lines = [], None, []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if start is None and line == "```python":
            start, lines = number + 1, []
        elif start is not None and line == "```":
            found.append((start, "\n".join(lines) + "\n"))
            start = None
        elif start is not None:
            lines.append(line)
    return found


def main():
    pages = [Path(name).resolve() for name in sys.argv[1:]]
    if not pages:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "scenarios").symlink_to(ROOT / "scenarios", target_is_directory=True)
        for page in pages:
            found = examples(page)
            if not found:
                sys.exit(f"{page.name} has no example")
            for line, text in found:
                print(f"== {page.name}, line {line}", flush=True)
                subprocess.run([sys.executable, "-W", "ignore", "-c", text], cwd=folder, check=True)


if __name__ == "__main__":
    main()
