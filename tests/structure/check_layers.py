#!/usr/bin/env python3
"""The tree is the architecture: checks that it still is.

    check_layers.py ROOT

Reads the USES lines of the module folders' CMake files as the graph of permitted includes and checks, in every
header and source file of the modules and of their unit tests:

- a module includes its own headers and those of the modules it USES, no others; the graph has no circle;
- a third-party library is included only in its home;
- the domain (orders, positions, risk) has no threads, clocks, files, sockets or logging, and sees of monitoring
  only the instruments;
- every header has #pragma once, and no file is longer than MAX_LINES.

Prints `FILE:LINE: message` for each violation; exit code 1 when there is one.
"""

import re
import sys
from pathlib import Path

MAX_LINES = 700

# A library's headers (a prefix of the include) and the paths (prefixes) that may include them.
HOMES = {
    "yaml-cpp/": ["monitoring/yaml/"],
    "prometheus/": ["monitoring/", "engine/bench/"],
    "CLI/": ["engine/main.cpp", "engine/commands/"],
    "boost/asio/ssl": ["monitoring/http/"],
    "boost/asio": ["monitoring/http/", "monitoring/export/"],
    "boost/beast": ["monitoring/http/", "monitoring/export/"],
    "zlib.h": ["engine/feed/"],
    "curl/": ["monitoring/delivery/curl/"],
    "libdeflate.h": ["monitoring/http/"],
    "re2/": ["monitoring/store/"],
    "google/protobuf/": ["monitoring/exposition/"],
    "metrics.pb.h": ["monitoring/exposition/"],
    "openssl/": ["monitoring/http/"],
    "nlohmann/": ["monitoring/", "engine/"],
    "xgboost/": ["engine/signals/xgboost_model.cpp"],
    "fmt/": ["monitoring/", "engine/"],
}

DOMAIN = {"orders", "positions", "risk"}
# What plain state and functions over it have no use for.
DOMAIN_FORBIDDEN = [
    "atomic", "condition_variable", "filesystem", "fstream", "future", "iostream", "mutex", "shared_mutex",
    "stop_token", "thread", "ctime", "fcntl.h", "netinet/", "poll.h", "pthread.h", "sys/", "time.h", "unistd.h",
]  # fmt: skip
# Reserving memory whose pages are touched only when used is neither a file nor a socket.
DOMAIN_PERMITTED = {"sys/mman.h"}
DOMAIN_MONITORING = "monitoring/metrics/"

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
CLOCK = re.compile(r"_clock\s*::\s*now\s*\(")


def read_graph(root):
    """{module: [modules it may include]} from the vigil_module() calls of the module folders."""
    graph = {}
    for cmake in sorted(root.glob("*/CMakeLists.txt")):
        text = re.sub(r"#.*", "", cmake.read_text(encoding="utf-8"))
        for call in re.finditer(r"vigil_module\(\s*(\w+)([^)]*)\)", text):
            uses, keyword = [], None
            for word in call.group(2).split():
                if word in ("USES", "LIBRARIES"):
                    keyword = word
                elif keyword == "USES":
                    uses.append(word)
            graph[call.group(1)] = uses
    return graph


def find_circle(graph):
    """A list of modules that lead back to the first, or None."""
    done = set()

    def visit(module, path):
        if module in path:
            return path[path.index(module):] + [module]
        if module in done:
            return None
        for used in graph.get(module, []):
            circle = visit(used, path + [module])
            if circle:
                return circle
        done.add(module)
        return None

    for module in graph:
        circle = visit(module, [])
        if circle:
            return circle
    return None


def module_of(path, graph):
    """The module a file belongs to by its path; a test belongs to the module it tests."""
    parts = path.split("/")
    if parts[0] == "tests" and len(parts) > 2:
        parts = parts[1:]
    return parts[0] if parts[0] in graph else None


def check_include(path, module, graph, target):
    """What is wrong with including `target` in the file, or None."""
    is_test = path.startswith("tests/")
    first = target.split("/")[0]
    if "/" in target and first in graph:
        if first != module and first not in graph[module]:
            allowed = ", ".join([module] + graph[module])
            return f'{module} must include only from {allowed}, includes "{target}"'
        if module in DOMAIN and not is_test and first == "monitoring" and not target.startswith(DOMAIN_MONITORING):
            return f'{module} must include of monitoring only {DOMAIN_MONITORING}, includes "{target}"'
        return None
    if is_test:
        return None
    for prefix, homes in HOMES.items():
        if target.startswith(prefix) and not any(path.startswith(home) for home in homes):
            return f"<{target}> must be included only in {', '.join(homes)}"
    if module in DOMAIN and target not in DOMAIN_PERMITTED:
        for forbidden in DOMAIN_FORBIDDEN:
            if target == forbidden or (forbidden.endswith("/") and target.startswith(forbidden)):
                return f"<{target}>: {module} must have no threads, clocks, files or sockets"
    return None


def check_file(root, file, graph):
    path = file.relative_to(root).as_posix()
    module = module_of(path, graph)
    lines = file.read_text(encoding="utf-8").splitlines()
    found = []
    if len(lines) > MAX_LINES:
        found.append(f"{path}:{len(lines)}: must have at most {MAX_LINES} lines, has {len(lines)}")
    if file.suffix == ".h" and "#pragma once" not in (line.strip() for line in lines):
        found.append(f"{path}:1: must have #pragma once")
    for number, line in enumerate(lines, 1):
        include = INCLUDE.match(line)
        if include and module:
            problem = check_include(path, module, graph, include.group(2))
            if problem:
                found.append(f"{path}:{number}: {problem}")
        if module in DOMAIN and not path.startswith("tests/") and CLOCK.search(line.split("//")[0]):
            found.append(f"{path}:{number}: {module} must take time as an argument, reads a clock")
    return found


def check_tree(root):
    """All violations in the tree at `root`, as text; the number of files looked at."""
    root = Path(root)
    graph = read_graph(root)
    if not graph:
        return [f"{root}: must have folders with a vigil_module() call in CMakeLists.txt, has none"], 0
    found = []
    for module, uses in graph.items():
        if not (root / module).is_dir():
            found.append(f"{module}: must be a folder of the same name")
        for used in uses:
            if used not in graph:
                found.append(f"{module}/CMakeLists.txt:1: USES must name modules, names {used}")
    circle = find_circle(graph)
    if circle:
        found.append("USES must have no circle, has " + " -> ".join(circle))
    files = sorted(
        file
        for folder in [*graph, "tests"]
        for file in (root / folder).rglob("*")
        if file.suffix in (".h", ".cpp")
    )
    for file in files:
        found.extend(check_file(root, file, graph))
    return found, len(files)


def main(arguments):
    if len(arguments) != 1:
        print("usage: check_layers.py ROOT", file=sys.stderr)
        return 2
    found, count = check_tree(arguments[0])
    for line in found:
        print(line)
    print(f"{count} files, {len(found)} violations")
    return 1 if found or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
