#!/usr/bin/env python3
"""Runs the integration tests against a built binary; the last line is `N passed, N failed, N skipped`.

    run.py [--vigil BINARY] [MODULE...]

MODULE: test_alerting, test_alerts_differential, test_backtest, test_bench, test_delivery, test_exposition, test_http, test_http_limits, test_install, test_promql_differential, test_push, test_recompute, test_replay,
test_rules_shipped, test_run, test_signals, test_slos, test_templates, test_tls, test_watches; all when none is named
"""

import argparse
import importlib
import os
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
MODULES = [
    "test_adversity", "test_alerting", "test_alerts_differential", "test_backtest", "test_bench", "test_delivery", "test_execution", "test_exposition", "test_http", "test_http_limits", "test_incidents", "test_install", "test_journal", "test_models", "test_promql_differential", "test_push", "test_recompute", "test_replay", "test_reports", "test_rules_shipped", "test_run", "test_signals", "test_slos", "test_templates", "test_tls", "test_watches",
]  # fmt: skip


def main(arguments):
    parser = argparse.ArgumentParser(description="Runs the integration tests against a built binary.")
    parser.add_argument("--vigil", type=Path, help="the binary; build/release/vigil when not given")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"some of {', '.join(MODULES)}")
    options = parser.parse_args(arguments)
    if unknown := set(options.modules) - set(MODULES):
        parser.error(f"MODULE: must be one of {', '.join(MODULES)}, was {', '.join(unknown)}")
    if options.vigil:
        os.environ["VIGIL_BINARY"] = str(options.vigil.resolve())
    sys.path[:0] = [str(FOLDER), str(FOLDER.parent)]

    import support
    from counted import run_counted

    if not os.access(support.VIGIL, os.X_OK):
        print(f"run.py: {support.VIGIL}: must be the built binary, is not there", file=sys.stderr)
        return 1
    return run_counted(*(importlib.import_module(name) for name in options.modules or MODULES))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
