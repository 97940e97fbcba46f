"""Open every export of a folder of results in the tools it is meant for, and hold what they read against the CSV.

    python3 tools/check_exports.py NOFORN DIR WORK

NOFORN is the program, DIR a folder that `noforn run` wrote, WORK an empty folder. Needs tools/requirements.txt.
"""

import csv
import math
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import igraph
import networkx
import openpyxl
import pandas
import polars


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def plain(text):
    """A cell without the apostrophe that keeps spreadsheets from running it."""
    return text[1:] if text[:1] == "'" and text[1:2] in tuple("=+-@\t\r\n") else text


def same(cell, value):
    """Whether a value of a tool is what a cell of the CSV says."""
    if value is None or value != value or value is pandas.NaT:
        return cell == ""
    if isinstance(value, bool):
        return cell == str(int(value))
    if isinstance(value, (int, float)) and not isinstance(value, str):
        return cell != "" and math.isclose(float(cell), float(value), rel_tol=1e-12, abs_tol=1e-12)
    return plain(cell) == str(value)


def check(what, told, found):
    if told != found:
        sys.exit(f"{what}: the CSV says {told!r}, the tool reads {found!r}")
    print(f"{what}: {found}")


def tables(folder):
    return sorted(path.stem for path in folder.glob("*.csv"))


def hold(what, folder, name, header, records):
    """Holds rows as a tool reads them against the CSV, cell by cell."""
    told = rows(folder / f"{name}.csv")
    if told and list(told[0]) != header:
        sys.exit(f"{what}, {name}: columns {header}")
    if len(told) != len(records):
        sys.exit(f"{what}, {name}: {len(records)} rows instead of {len(told)}")
    for number, (cells, values) in enumerate(zip(told, records), 1):
        for column, value in zip(header, values):
            if not same(cells[column], value):
                sys.exit(f"{what}, {name}, row {number}, {column}: {value!r} instead of {cells[column]!r}")


def spreadsheet(folder, path):
    book = openpyxl.load_workbook(path, read_only=True)
    check("xlsx, sheets", tables(folder), sorted(book.sheetnames))
    for name in book.sheetnames:
        header, *records = book[name].iter_rows(values_only=True)
        width = len(header)
        hold("xlsx", folder, name, list(header), [tuple(row) + (None,) * (width - len(row)) for row in records])
    first = pandas.read_excel(path, sheet_name="metrics")
    assert first["fragmentation_index"].dtype == float, "numbers are numbers whatever the language"
    print("xlsx: openpyxl and pandas read every cell")


def parquet(folder, path):
    for name in tables(folder):
        file = path / f"{name}.parquet"
        found = duckdb.sql(f"SELECT * FROM read_parquet('{file}')")
        hold("duckdb", folder, name, found.columns, found.fetchall())
        frame = polars.read_parquet(file)
        hold("polars", folder, name, frame.columns, frame.rows())
        other = pandas.read_parquet(file)
        assert list(other.columns) == frame.columns and len(other) == frame.height, name
    kinds = dict(zip(found.columns, found.types)) if (found := duckdb.sql(f"SELECT * FROM '{path}/metrics.parquet'")) else {}
    check("parquet, kinds", ["VARCHAR", "BIGINT", "DOUBLE"], [str(kinds[k]) for k in ("variant", "year", "reach_share")])
    print("parquet: duckdb, polars and pandas read every cell")


def pairs(folder, variant, year):
    """The pairs that share anything in the first run at the end of a year."""
    keep = [r for r in rows(folder / "dyads.csv") if (r["variant"], r["rep"]) == (variant, "0") and r["level_rank"]]
    return {(r["sender_iso3"], r["receiver_iso3"]): r for r in keep if year is None or r["year"] == year}


def graphml(folder, path, variant, year):
    told = pairs(folder, variant, year)
    graph = networkx.read_graphml(path)
    check("graphml, networkx", len(told), graph.number_of_edges())
    for (sender, receiver), row in told.items():
        edge = graph.edges[sender, receiver]
        assert same(row["level_rank"], edge["level_rank"]) and same(row["trust_share"], edge["trust_share"]), row
    other = igraph.Graph.Read_GraphML(str(path))
    check("graphml, igraph", len(told), other.ecount())
    assert other.is_directed() and set(other.vs["name"]) == {graph.nodes[n]["name"] for n in graph}, "names"


def gexf(folder, path, variant):
    told = pairs(folder, variant, None)
    space = {"g": "http://gexf.net/1.3"}
    root = ElementTree.parse(path).getroot()
    edges = root.findall(".//g:edge", space)
    check("gexf, edges that ever share", len(told), len(edges))
    for edge in edges:
        for name in ("attvalue", "spell"):
            spans = {}
            for one in edge.iter(f"{{{space['g']}}}{name}"):
                if "start" in one.attrib:
                    spans.setdefault(one.get("for"), []).append((one.get("start"), one.get("end")))
            for several in spans.values():
                assert all(a[1] < b[0] for a, b in zip(several, several[1:])), "intervals follow one another"
    # networkx knows no later version than 1.2, whose elements are the same for what is written here.
    text = path.read_text(encoding="utf-8").replace("http://gexf.net/1.3", "http://www.gexf.net/1.2draft", 1)
    older = path.with_suffix(".1.2.gexf")
    older.write_text(text.replace('version="1.3"', 'version="1.2"', 1), encoding="utf-8")
    graph = networkx.read_gexf(older)
    check("gexf, networkx", len(told), graph.number_of_edges())


def main():
    program, folder, work = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    runs = rows(folder / "runs.csv")
    variants = sorted({row["variant"] for row in runs})
    variant = "baseline" if "baseline" in variants else variants[0]
    last = max(row["year"] for row in rows(folder / "nations.csv"))

    def export(kind, target, *more):
        target = work / target
        subprocess.run([program, "export", folder, "--to", kind, "-o", target, "--force", *more], check=True)
        return target

    spreadsheet(folder, export("xlsx", "all.xlsx"))
    parquet(folder, export("parquet", "parquet"))
    for variant in variants:
        graphml(folder, export("graphml", f"{variant}.graphml", "--variant", variant), variant, last)
        gexf(folder, export("gexf", f"{variant}.gexf", "--variant", variant), variant)
    years = networkx.read_graphml(export("graphml", "years.graphml", "--variant", variant, "--in", "all"))
    check("graphml of all years", len(pairs(folder, variant, None)), years.number_of_edges())


if __name__ == "__main__":
    main()
