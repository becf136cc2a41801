// promql_test: runs Prometheus' test scripts against Vigil's PromQL.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "case_runner.h"
#include "script.h"

using namespace vigil::promql_test;
using vigil::monitoring::promql::RangeEnds;

namespace {

constexpr const char* kUsage =
    "Usage: promql_test [--ranges left-open|closed] FILE...\n"
    "\n"
    "Runs test scripts in Prometheus' format (`load`, `eval`, `clear`) against Vigil's PromQL: says what "
    "fails and\n"
    "what is skipped and why, the counts of each file, and at the end `N passed, N failed, N skipped`.\n"
    "\n"
    "  --ranges left-open   as Prometheus 3 (default)\n"
    "  --ranges closed      as Prometheus 2\n"
    "  -h, --help           this text\n"
    "\n"
    "Exit code: 0 when nothing failed, 1 when something did, 2 for wrong usage.\n";

struct Arguments {
  RangeEnds ranges = RangeEnds::LeftOpen;
  std::vector<std::string> files;
};

int usage_error(const std::string& message) {
  std::fprintf(stderr, "promql_test: %s\n\n%s", message.c_str(), kUsage);
  return 2;
}

struct Counts {
  int passed = 0;
  int failed = 0;
  int skipped = 0;
};

void count(Counts& counts, const std::string& place, const Outcome& outcome, const std::string& expression) {
  switch (outcome.verdict) {
    case Verdict::Passed:
      ++counts.passed;
      return;
    case Verdict::Failed:
      ++counts.failed;
      std::printf("FAILED %s: %s: %s\n", place.c_str(), expression.c_str(), outcome.reason.c_str());
      return;
    case Verdict::Skipped:
      ++counts.skipped;
      std::printf("SKIPPED %s: %s\n", place.c_str(), outcome.reason.c_str());
      return;
  }
}

/// A script that cannot be read, or not further, is one failure.
Counts run_file(const std::string& file, const std::string& text, RangeEnds ranges) {
  Counts counts;
  try {
    CaseRunner runner(ranges);
    for (const Command& command : read_script(text, file)) {
      if (const auto* evaluation = std::get_if<Evaluation>(&command)) {
        count(counts, file + ':' + std::to_string(evaluation->line), runner.run(*evaluation),
              evaluation->expression);
      } else if (const auto* load = std::get_if<Load>(&command)) {
        try {
          runner.run(*load);
        } catch (const ScriptFault& fault) {
          throw ScriptError(file + ':' + std::to_string(load->line) + ": " + fault.message);
        }
      } else {
        runner.run(Clear{});
      }
    }
  } catch (const ScriptError& error) {
    std::printf("FAILED %s\n", error.what());
    ++counts.failed;
  }
  return counts;
}

std::optional<std::string> read_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) return std::nullopt;
  return text;
}

int run(const Arguments& arguments) {
  Counts sum;
  for (const std::string& file : arguments.files) {
    const auto text = read_file(file);
    if (!text) return usage_error(file + ": must be a file that can be read");
    const Counts counts = run_file(file, *text, arguments.ranges);
    std::printf("%s: %d passed, %d failed, %d skipped\n", file.c_str(), counts.passed, counts.failed,
                counts.skipped);
    sum.passed += counts.passed;
    sum.failed += counts.failed;
    sum.skipped += counts.skipped;
  }
  std::printf("%d passed, %d failed, %d skipped\n", sum.passed, sum.failed, sum.skipped);
  return sum.failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  for (int at = 1; at < argc; ++at) {
    const std::string_view argument = argv[at];
    if (argument == "-h" || argument == "--help") {
      std::fputs(kUsage, stdout);
      return 0;
    }
    if (argument == "--ranges") {
      const std::string_view value = at + 1 < argc ? argv[++at] : "";
      if (value != "left-open" && value != "closed") {
        return usage_error("--ranges: must be left-open or closed, was \"" + std::string{value} + '"');
      }
      arguments.ranges = value == "closed" ? RangeEnds::Closed : RangeEnds::LeftOpen;
    } else if (argument.starts_with('-')) {
      return usage_error("unknown argument " + std::string{argument});
    } else {
      arguments.files.emplace_back(argument);
    }
  }
  if (arguments.files.empty()) return usage_error("expected at least one FILE");
  return run(arguments);
}
