#!/usr/bin/env python3
"""Self-test of check_layers.py: a good tree passes, and each kind of violation is found where it stands."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent.parent)]
import check_layers
from counted import run_counted

GOOD = {
    "monitoring/CMakeLists.txt": "vigil_module(monitoring LIBRARIES prometheus-cpp::core)\n",
    "orders/CMakeLists.txt": "vigil_module(orders USES monitoring)\n",
    "engine/CMakeLists.txt": "find_package(x)\nvigil_module(engine\n  USES orders monitoring # all\n  LIBRARIES yaml-cpp)\n",
    "monitoring/metrics/registry.h": "#pragma once\n#include <prometheus/collectable.h>\n#include <mutex>\n",
    "monitoring/http/server.cpp": "#include <boost/asio/ssl/stream.hpp>\n#include <libdeflate.h>\n",
    "orders/order.h": '#pragma once\n#include "monitoring/metrics/registry.h"\n#include "orders/ids.h"\n',
    "orders/ids.h": "// A comment first.\n#pragma once\n",
    "engine/main.cpp": '#include <CLI/CLI.hpp>\n#include "orders/order.h"\nauto t = std::chrono::steady_clock::now();\n',
    "monitoring/yaml/reader.cpp": "#include <yaml-cpp/yaml.h>\n",
    "tests/orders/order_test.cpp": '#include <doctest/doctest.h>\n#include <thread>\n#include "orders/order.h"\n',
}


class CheckLayers(unittest.TestCase):
    def violations(self, **changes):
        """Violations of the good tree with some files (path with / as __, . as _dot_) replaced or added."""
        files = dict(GOOD)
        files.update({key.replace("__", "/").replace("_dot_", "."): text for key, text in changes.items()})
        with tempfile.TemporaryDirectory() as root:
            for path, text in files.items():
                file = Path(root) / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
            return check_layers.check_tree(root)[0]

    def assert_found(self, start, **changes):
        found = self.violations(**changes)
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(start), found[0])

    def test_a_good_tree_has_no_violation(self):
        self.assertEqual(self.violations(), [])

    def test_an_include_against_the_direction_is_found(self):
        self.assert_found(
            "monitoring/metrics/registry.h:2: monitoring must include only from monitoring",
            monitoring__metrics__registry_dot_h='#pragma once\n#include "orders/order.h"\n',
        )

    def test_an_include_of_the_engine_is_found(self):
        self.assert_found("orders/ids.h:2:", orders__ids_dot_h='#pragma once\n#include "engine/x.h"\n')

    def test_a_test_that_reaches_beyond_its_module_is_found(self):
        self.assert_found(
            "tests/orders/order_test.cpp:1:", **{"tests__orders__order_test_dot_cpp": '#include "engine/x.h"\n'}
        )

    def test_a_library_outside_its_home_is_found(self):
        self.assert_found("engine/main.cpp:1: <yaml-cpp/yaml.h>", engine__main_dot_cpp="#include <yaml-cpp/yaml.h>\n")
        self.assert_found("engine/x.cpp:1: <libdeflate.h>", engine__x_dot_cpp='  #  include "libdeflate.h"\n')
        self.assert_found(
            "monitoring/export/x.cpp:1: <boost/asio/ssl.hpp> must be included only in monitoring/http/",
            monitoring__export__x_dot_cpp="#include <boost/asio/ssl.hpp>\n",
        )
        self.assert_found("engine/x.cpp:1: <prometheus/", engine__x_dot_cpp="#include <prometheus/registry.h>\n")

    def test_a_thread_in_the_domain_is_found(self):
        self.assert_found("orders/x.cpp:1: <thread>", orders__x_dot_cpp="#include <thread>\n")

    def test_logging_in_the_domain_is_found(self):
        self.assert_found(
            "orders/x.cpp:1: orders must include of monitoring only",
            orders__x_dot_cpp='#include "monitoring/log/logger.h"\n',
        )

    def test_a_clock_in_the_domain_is_found(self):
        self.assert_found("orders/x.cpp:2:", orders__x_dot_cpp="// a\nauto t = std::chrono::system_clock::now();\n")
        self.assertEqual(self.violations(orders__x_dot_cpp="// never std::chrono::system_clock::now()\n"), [])

    def test_a_header_without_pragma_once_is_found(self):
        self.assert_found("orders/ids.h:1: must have #pragma once", orders__ids_dot_h="#ifndef A\n#endif\n")

    def test_a_file_that_is_too_long_is_found(self):
        at_bound = "// line\n" * check_layers.MAX_LINES
        self.assertEqual(self.violations(orders__x_dot_cpp=at_bound), [])
        self.assert_found("orders/x.cpp:701: must have at most 700", orders__x_dot_cpp=at_bound + "// line\n")

    def test_a_circle_in_the_graph_is_found(self):
        found = self.violations(monitoring__CMakeLists_dot_txt="vigil_module(monitoring USES orders)\n")
        self.assertTrue(any("no circle, has orders -> monitoring -> orders" in line for line in found), found)

    def test_an_unknown_module_in_the_graph_is_found(self):
        self.assert_found(
            "orders/CMakeLists.txt:1:",
            orders__CMakeLists_dot_txt="vigil_module(orders USES monitoring nobody)\n",
        )

    def test_an_empty_tree_is_not_a_good_one(self):
        with tempfile.TemporaryDirectory() as root:
            self.assertTrue(check_layers.check_tree(root)[0])


if __name__ == "__main__":
    sys.exit(run_counted(sys.modules[__name__]))
