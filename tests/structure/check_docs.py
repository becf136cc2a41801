#!/usr/bin/env python3
"""Checks the documentation against the program and against itself.

    check_docs.py [--vigil BINARY] ROOT

- docs/METRICS.md has exactly the metrics that `BINARY metrics` lists, each in a table row
  `| name | type | labels | unit | what it tells | when it looks wrong |` of the same type, labels and unit, with
  something written in the last two columns (left out without --vigil);
- every relative link of every Markdown file leads to a file, and its #part to a heading of that file.

Prints `FILE:LINE: message` for each fault; exit code 1 when there is one.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

TYPES = ("counter", "gauge", "histogram", "info")
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$")
NOT_OURS = {"build", "node_modules", ".git"}


class Metric(NamedTuple):
    type: str
    labels: tuple
    unit: str


def read_listing(text):
    """{name: Metric} from the lines `NAME TYPE UNIT LABELS HELP`, tabs between, labels comma separated or -."""
    metrics = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("\t")
        if len(words) != 5 or words[1] not in TYPES or not words[4]:
            raise ValueError(f"vigil metrics, line {number}: must be NAME TYPE UNIT LABELS HELP, was {line!r}")
        labels = () if words[3] == "-" else tuple(words[3].split(","))
        metrics[words[0]] = Metric(words[1], labels, words[2])
    return metrics


def cells_of(line):
    """The cells of a table row, plain: without the escapes of | and without code marks."""
    cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
    return [cell.replace("\\|", "|").strip().strip("`").strip() for cell in cells]


def read_table(text):
    """[(line number, cells)] of the rows that describe a metric: six cells, the second a metric type."""
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("|"):
            cells = cells_of(line)
            if len(cells) > 1 and cells[1] in TYPES:
                rows.append((number, cells))
    return rows


def check_metrics(page, text, listed):
    found, seen = [], {}
    for number, cells in read_table(text):
        where = f"{page}:{number}: {cells[0]}"
        if len(cells) != 6:
            found.append(f"{where}: must have 6 columns, has {len(cells)}")
            continue
        name, kind, labels, unit, tells, wrong = cells
        if name in seen:
            found.append(f"{where}: must stand once, stands in line {seen[name]} too")
        seen[name] = number
        if name not in listed:
            found.append(f"{where}: the program has no such metric")
            continue
        names = () if labels in ("", "-") else tuple(label.strip().strip("`") for label in labels.split(","))
        stated = Metric(kind, names, unit)
        for field in Metric._fields:
            ours, theirs = getattr(stated, field), getattr(listed[name], field)
            if field == "labels":
                ours, theirs = ", ".join(ours) or "-", ", ".join(theirs) or "-"
            if ours != theirs:
                found.append(f"{where}: {field}: must be {theirs}, was {ours}")
        if not tells.strip("-") or not wrong.strip("-"):
            found.append(f"{where}: must say what it tells and what to do when it looks wrong")
    found.extend(f"{page}:1: {name}: the program has this metric, the table has not" for name in listed if name not in seen)
    return found


def without_code(text):
    """The text with fenced and inline code blanked, line numbers kept."""
    lines, fenced = [], False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
            lines.append("")
        else:
            lines.append("" if fenced else re.sub(r"`[^`]*`", "", line))
    return lines


def anchors_of(text):
    """The #parts that a page's headings make, as common renderers name them."""
    fenced, anchors = False, set()
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        heading = HEADING.match(line)
        if heading and not fenced:
            title = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.group(1)).lower()
            anchors.add(re.sub(r"[^\w\- ]", "", title).replace(" ", "-"))
    return anchors


def check_links(root):
    found = []
    pages = [page for page in sorted(root.rglob("*.md")) if not NOT_OURS & set(page.relative_to(root).parts)]
    for page in pages:
        name = page.relative_to(root).as_posix()
        for number, line in enumerate(without_code(page.read_text(encoding="utf-8")), 1):
            for target in LINK.findall(line):
                if re.match(r"[a-z][a-z0-9+.-]*:", target):
                    continue
                path, _, part = target.partition("#")
                file = (page.parent / path).resolve() if path else page
                if not file.exists():
                    found.append(f"{name}:{number}: link must lead to a file, leads to {target}")
                elif part and file.suffix == ".md" and part not in anchors_of(file.read_text(encoding="utf-8")):
                    found.append(f"{name}:{number}: link must lead to a heading, leads to {target}")
    return found, len(pages)


def main(arguments):
    parser = argparse.ArgumentParser(description="Checks the documentation against the program and itself.")
    parser.add_argument("root", type=Path)
    parser.add_argument("--vigil", help="the binary whose metrics docs/METRICS.md must list")
    options = parser.parse_args(arguments)

    found, pages = check_links(options.root)
    if options.vigil:
        listing = subprocess.run([options.vigil, "metrics"], capture_output=True, text=True, timeout=60, check=True)
        listed = read_listing(listing.stdout)
        page = options.root / "docs" / "METRICS.md"
        if not page.is_file():
            found.append("docs/METRICS.md: must exist")
        else:
            found.extend(check_metrics("docs/METRICS.md", page.read_text(encoding="utf-8"), listed))
        print(f"{len(listed)} metrics")
    for line in found:
        print(line)
    print(f"{pages} pages, {len(found)} faults")
    return 1 if found or pages == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
