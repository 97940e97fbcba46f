"""Run the recipes of docs/PLOTTING.md as they stand there, each in a copy of a folder of results.

    python3 tools/recipes.py DIR [--turn N] [--list]

DIR is a folder that `noforn run` wrote. Without --turn every recipe is run; with it the one whose turn N is. A recipe
must leave the picture that its section names, and the picture must show something. With --list they are only named.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "PLOTTING.md"
SECTION = re.compile(r"^## (?P<name>.+?)\n(?P<text>.*?)^```(?P<language>\w+)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
PICTURE = re.compile(r"^`([\w.-]+)`:", re.MULTILINE)


def recipes():
    """Name, picture, language and code of every recipe, in the order of the page."""
    page = PAGE.read_text(encoding="utf-8")
    found = []
    for part in re.split(r"(?=^## )", page, flags=re.MULTILINE)[1:]:
        match, picture = SECTION.search(part), PICTURE.search(part)
        if not match or not picture:
            sys.exit(f"{PAGE.name}: `{part.splitlines()[0]}` has no code, or names no picture")
        lines = [line for line in match["code"].splitlines() if line.strip()]
        if len(lines) > 3:
            sys.exit(f"{PAGE.name}: `{match['name']}` has {len(lines)} lines, not three")
        found.append((match["name"], picture[1], match["language"], match["code"]))
    return found


def command(language, script):
    if language == "python":
        return [sys.executable, script]
    if language == "r":
        return ["Rscript", "--vanilla", script]
    if language == "gnuplot":
        return ["gnuplot", script]
    if language == "sql":
        if shutil.which("duckdb"):
            return ["duckdb", "-batch", "-f", script]
        return [sys.executable, "-c", "import duckdb, sys; duckdb.execute(open(sys.argv[1]).read())", script]
    sys.exit(f"{PAGE.name}: nothing runs `{language}`")


def shows_something(path):
    """Whether a picture has marks on it: more than one colour, a rectangle, a chart with series."""
    if path.suffix == ".svg":
        from xml.etree import ElementTree

        bars = [e for e in ElementTree.parse(path).iter() if e.tag.endswith("rect")]
        return any(float(bar.get("height")) > 0 for bar in bars)
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return any(b"<c:ser>" in book.read(name) for name in book.namelist() if "/charts/" in name)
    from PIL import Image, ImageChops

    with Image.open(path) as image:
        # Axes and their text are grey; what they frame is coloured, and not only a line at the foot.
        red, green, blue = image.convert("RGB").split()
        spread = ImageChops.lighter(ImageChops.difference(red, green), ImageChops.difference(green, blue))
        box = spread.point(lambda value: 255 if value > 30 else 0).getbbox()
        return box is not None and box[2] - box[0] > image.width / 3 and box[3] - box[1] > image.height / 3


def run(recipe, folder):
    name, picture, language, code = recipe
    with tempfile.TemporaryDirectory() as work:
        place = Path(work) / "results"
        shutil.copytree(folder, place)
        script = Path(work) / "recipe"
        script.write_text(code, encoding="utf-8")
        done = subprocess.run(command(language, str(script)), cwd=place, text=True, capture_output=True, timeout=300)
        made = place / picture
        if done.returncode != 0 or not made.is_file():
            sys.exit(f"`{name}` left no `{picture}`:\n{done.stdout}{done.stderr}")
        if not shows_something(made):
            sys.exit(f"`{name}` left an empty `{picture}`")
        print(f"{name}: {picture}, {made.stat().st_size} bytes")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--turn", type=int)
    arguments.add_argument("--list", action="store_true")
    asked = arguments.parse_args()
    all_of_them = recipes()
    turn = all_of_them if asked.turn is None else [all_of_them[asked.turn % len(all_of_them)]]
    if asked.list:
        print("\n".join(f"{name} ({language})" for name, _, language, _ in turn))
        return
    for recipe in turn:
        run(recipe, asked.folder)


if __name__ == "__main__":
    main()
