"""Runs a doctest binary as many short runs, as many at a time as there are processors.

    run_in_parts.py BINARY

Prints the output of each run that failed, and in the last line what came out: `N passed, N failed, N skipped`. A run
that ends without its counts is one failure.
"""

import concurrent.futures
import os
import re
import signal
import subprocess
import sys

CASES_OF_A_RUN = 12
SUMMARY = re.compile(r"^\[doctest\] test cases: +\d+ \| +\d+ passed \| +(\d+) failed \| +(\d+) skipped", re.M)
COUNT = re.compile(r"^\[doctest\] unskipped test cases passing the current filters: (\d+)", re.M)


class Parts:
    """The runs of one binary; those under way end with this process."""

    def __init__(self, binary):
        self.binary = binary
        self.running = set()

    def output(self, *arguments):
        process = subprocess.Popen(
            [self.binary, "--no-colors=true", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self.running.add(process)
        text, _ = process.communicate()
        self.running.discard(process)
        return process.returncode, text

    def count(self):
        status, text = self.output("--count")
        found = COUNT.search(text)
        if status != 0 or found is None:
            raise SystemExit(f"{self.binary} --count: must print how many test cases there are, printed\n{text}")
        return int(found[1])

    def run(self, first, last):
        """(passed, failed, skipped) of the test cases with these numbers, from 1; those skipped are of the whole."""
        status, text = self.output(f"--first={first}", f"--last={last}")
        found = None
        for found in SUMMARY.finditer(text):
            pass
        # The passed ones that it counts are those outside of the range too.
        failed, skipped = (int(found[1]), int(found[2])) if found else (0, 0)
        if failed == 0 and (status != 0 or found is None):
            failed = 1
        if failed:
            print(f"---- test cases {first} to {last}, exit code {status}\n{text}", flush=True)
        passed = last - first + 1 - failed if found else 0
        return passed, failed, skipped

    def stop(self, *_):
        for process in list(self.running):
            process.kill()
        os._exit(1)


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    parts = Parts(sys.argv[1])
    signal.signal(signal.SIGTERM, parts.stop)
    count = parts.count()
    ranges = [(first, min(first + CASES_OF_A_RUN - 1, count)) for first in range(1, count + 1, CASES_OF_A_RUN)]
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        results = list(pool.map(lambda part: parts.run(*part), ranges))
    passed = sum(result[0] for result in results)
    failed = sum(result[1] for result in results)
    skipped = max(result[2] for result in results)  # by decorators: the same in every run
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
