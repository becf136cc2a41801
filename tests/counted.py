"""Runs unittest modules and says in its last line what came out: `N passed, N failed, N skipped`."""

import sys
import unittest


class CountedResult(unittest.TextTestResult):
    """Also counts what passed, and says every skip aloud."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.passed = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        print(f"SKIPPED {test.id()}: {reason}", file=sys.stderr)


def run_counted(*modules):
    """Runs all tests of the modules; 0 when some passed and none failed, else 1."""
    loader = unittest.defaultTestLoader
    suite = unittest.TestSuite(loader.loadTestsFromModule(module) for module in modules)
    runner = unittest.TextTestRunner(stream=sys.stderr, verbosity=2, resultclass=CountedResult)
    result = runner.run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    sys.stderr.flush()
    print(f"{result.passed} passed, {failed} failed, {len(result.skipped)} skipped", flush=True)
    return 0 if failed == 0 and result.passed > 0 else 1
