"""Times a quarter of the core of the model in the engine, in the hand-written kernel and in Mesa, in one sitting.

    python -m venv venv && venv/bin/pip install mesa networkx
    venv/bin/python tools/compare_speed.py [ROUNDS]

The three are timed in turn ROUNDS times (default 3); the least and the median of each and their ratios are printed, those of
Mesa with and without the measures. Run it from the top folder.
"""
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

KERNEL = ["cargo", "bench", "--quiet", "--bench", "kernel"]
MESA = [sys.executable, "benches/mesa/model.py"]


def told(command):
    """The `name value` lines that a command prints."""
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    pairs = (line.split() for line in text.splitlines())
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    times = {"engine": [], "kernel": [], "mesa": [], "mesa, no measures": []}
    with tempfile.TemporaryDirectory() as folder:
        world = str(Path(folder) / "core.json")
        subprocess.run([*KERNEL, "--", "--export", world], check=True)
        for _ in range(rounds):
            both, mesa = told(KERNEL), told([*MESA, world, "1"])
            times["engine"].append(float(both["engine_us_per_quarter"]))
            times["kernel"].append(float(both["kernel_us_per_quarter"]))
            whole = float(mesa["mesa_us_per_quarter"])
            times["mesa"].append(whole)
            times["mesa, no measures"].append(whole - float(mesa["mesa_us_of_measures"]))
    for name, of in ("least", min), ("median", statistics.median):
        figures = {who: of(values) for who, values in times.items()}
        for who, value in figures.items():
            print(f"{name:6} {who:17} {value:10.1f} us a quarter, {value / figures['engine']:6.2f} times the engine")


main()
