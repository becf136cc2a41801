// A batch worker that shows how to instrument a program with vigil::monitoring: it takes names of files from
// standard input, one a line, writes the checksum of each to standard output, and tells Prometheus how it
// goes.
//
//   find /usr/include -name '*.h' | checksum_worker 127.0.0.1:9500

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include "monitoring/http/metrics_endpoint.h"
#include "monitoring/http/server.h"
#include "monitoring/metrics/registry.h"
#include "monitoring/metrics/sliding_distribution.h"

namespace {

using vigil::monitoring::MetricDefinition;
using vigil::monitoring::MetricType;
using Clock = std::chrono::steady_clock;

// What the program publishes: names, units, help, labels and buckets in one place.

constexpr std::array<std::string_view, 1> kResultLabels{"result"};
constexpr std::array<std::string_view, 1> kQuantileLabels{"q"};
constexpr std::array kDurationBounds{0.00001, 0.0001, 0.001, 0.01, 0.1, 1.0};

constexpr MetricDefinition kFiles{"worker_files_total", MetricType::Counter, "1",
                                  "Files taken from standard input.", kResultLabels};
constexpr MetricDefinition kBytes{
    "worker_bytes_total", MetricType::Counter, "bytes", "Bytes that went into checksums.", {}};
constexpr MetricDefinition kDuration{"worker_file_duration_seconds", MetricType::Histogram, "seconds",
                                     "Time to read one file.",       kResultLabels,         kDurationBounds};
constexpr MetricDefinition kRecentDuration{
    "worker_file_duration_recent_seconds", MetricType::Gauge, "seconds",
    "Quantile of the time to read one file over the last minute, off by at most 0.55 %.", kQuantileLabels};

/// Handles are taken once, here; using one is a few nanoseconds and never a lock. The main thread writes
/// them, the server's threads read.
class Metrics {
 public:
  explicit Metrics(vigil::monitoring::Registry& registry)
      : files_{registry.counter(kFiles, {"unreadable"}), registry.counter(kFiles, {"ok"})},
        durations_{registry.histogram(kDuration, {"unreadable"}), registry.histogram(kDuration, {"ok"})},
        bytes_(registry.counter(kBytes, {})),
        recent_{registry.gauge(kRecentDuration, {"0.5"}), registry.gauge(kRecentDuration, {"0.99"})} {}

  void file_done(bool ok, std::uint64_t bytes, std::chrono::nanoseconds took) {
    const std::size_t result = ok ? 1 : 0;
    files_[result].add();
    durations_[result].observe(took);
    bytes_.add(bytes);
    window_.record(took);
  }
  /// Once a second is often enough.
  void publish_recent(std::chrono::nanoseconds now) {
    if (!window_.advance(now)) return;
    constexpr std::array kShares{0.5, 0.99};
    std::array<double, kShares.size()> values{};
    const bool any = window_.quantiles(kShares, values);
    for (std::size_t i = 0; i < kShares.size(); ++i) {
      if (any) {
        recent_[i].set(values[i]);
      } else {
        recent_[i].clear();
      }
    }
  }

 private:
  std::array<vigil::monitoring::Counter, 2> files_;
  std::array<vigil::monitoring::Histogram, 2> durations_;
  vigil::monitoring::Counter bytes_;
  std::array<vigil::monitoring::Gauge, 2> recent_;
  vigil::monitoring::SlidingDistribution window_{vigil::monitoring::kTimeLayout, std::chrono::minutes{1}, 6};
};

struct Checksum {
  std::uint64_t hash = 0xCBF2'9CE4'8422'2325;  // FNV-1a
  std::uint64_t bytes = 0;
};

std::optional<Checksum> checksum_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  Checksum sum;
  std::array<char, 65'536> block{};
  while (file) {
    file.read(block.data(), block.size());
    for (std::streamsize i = 0; i < file.gcount(); ++i) {
      sum.hash =
          (sum.hash ^ static_cast<unsigned char>(block[static_cast<std::size_t>(i)])) * 0x100'0000'01B3;
    }
    sum.bytes += static_cast<std::uint64_t>(file.gcount());
  }
  if (!file.eof()) return std::nullopt;
  return sum;
}

void work(Metrics& metrics) {
  Clock::time_point next_publication;
  for (std::string path; std::getline(std::cin, path);) {
    const Clock::time_point begin = Clock::now();
    const auto sum = checksum_of(path);
    const Clock::time_point end = Clock::now();
    metrics.file_done(sum.has_value(), sum ? sum->bytes : 0, end - begin);
    if (end >= next_publication) {
      metrics.publish_recent(end.time_since_epoch());
      next_publication = end + std::chrono::seconds{1};
    }
    if (sum) {
      std::printf("%016llx %s\n", static_cast<unsigned long long>(sum->hash), path.c_str());
      std::fflush(stdout);
    } else {
      std::cerr << path << ": cannot be read\n";
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: checksum_worker HOST:PORT < FILES\n";
    return 2;
  }
  try {
    vigil::monitoring::Registry registry;
    Metrics metrics(registry);

    vigil::monitoring::HttpServerConfig http;
    http.listen = argv[1];
    http.threads = 2;
    vigil::monitoring::MetricsEndpoint endpoint(registry);
    vigil::monitoring::HttpServer server(http, registry);
    server.add_route(vigil::monitoring::kReadMethods, "/metrics",
                     [&](const vigil::monitoring::HttpRequest& request) { return endpoint(request); });
    server.start();
    std::cerr << "metrics on port " << server.port() << '\n';

    work(metrics);
    server.stop();
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
