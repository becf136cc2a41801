// Delivers alerts that it reads as JSON, one object a line, on standard input: what the integration tests
// drive until the input ends. Needs no engine.
//
//   {"labels": {...}, "annotations": {...}, "resolved": false}      starts or ends now
//   {"wait_ms": 100}                                                before the next line
//
//   delivery_driver [--folder DIR] [--alertmanager URL]... [--webhook URL [--secret TEXT] [--ca-file PEM]]
//   [--group-wait-ms N]
//
// Says "ready" when it takes alerts, and at the end one JSON object: of each receiver what it took, and the
// time from an alert handed over to the receiver's answer (bounds of p50, p99 and most, and the mean, in
// milliseconds).
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "monitoring/delivery/alert_delivery.h"
#include "monitoring/delivery/delivery_metrics.h"

namespace {

using namespace vigil::monitoring;
using namespace std::chrono_literals;
using nlohmann::json;

SampleTime wall_clock() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

AlertDeliveryConfig read_arguments(const std::vector<std::string>& words) {
  AlertDeliveryConfig config;
  WebhookConfig webhook;
  config.route = {.group_by = std::vector<std::string>{"alertname"},
                  .group_wait = 0ms,
                  .group_interval = 100ms,
                  .repeat_interval = 1h};
  config.retry = {.first = 20ms, .longest = 500ms};
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    const std::string& value = words[i + 1];
    if (words[i] == "--folder") {
      config.folder = value;
    } else if (words[i] == "--alertmanager") {
      config.alertmanagers.push_back({.url = value});
    } else if (words[i] == "--webhook") {
      webhook.url = value;
    } else if (words[i] == "--secret") {
      webhook.secret = value;
    } else if (words[i] == "--ca-file") {
      webhook.transfer.ca_file = value;
    } else if (words[i] == "--group-wait-ms") {
      config.route.group_wait = std::chrono::milliseconds{std::stoi(value)};
    } else {
      throw std::runtime_error("unknown argument " + words[i]);
    }
  }
  if (!webhook.url.empty()) {
    config.receivers = {{.name = "webhook", .kind = webhook}};
    config.route.receiver = "webhook";
  }
  return config;
}

Labels labels_of(const json& object) {
  LabelsBuilder builder;
  for (const auto& [name, value] : object.items()) builder.set(name, value.get<std::string>());
  return builder.build();
}

/// Remembers when an alert began, so that its end is about the same one.
class Reader {
 public:
  Alert read(const json& line) {
    Alert alert{.labels = labels_of(line.at("labels")),
                .annotations = labels_of(line.value("annotations", json::object())),
                .generator_url = line.value("generator_url", "")};
    const SampleTime now = wall_clock();
    alert.starts_at = begins_.try_emplace(alert.fingerprint(), now).first->second;
    const bool is_resolved = line.value("resolved", false);
    // Heard of again within four of Prometheus' minutes, as its notifier does it.
    alert.ends_at = is_resolved ? now : now + 4 * 60 * 1000;
    if (is_resolved) begins_.erase(alert.fingerprint());
    return alert;
  }

 private:
  std::map<std::uint64_t, SampleTime> begins_;
};

void deliver(AlertDelivery& delivery) {
  Reader reader;
  for (std::string line; std::getline(std::cin, line);) {
    if (line.empty()) continue;
    const json object = json::parse(line);
    if (object.contains("wait_ms")) {
      std::this_thread::sleep_for(std::chrono::milliseconds{object.at("wait_ms").get<int>()});
      continue;
    }
    delivery.hand_over({reader.read(object)});
  }
}

/// The upper bounds of the buckets that hold these shares of the observations.
json quantiles_of(const SharedHistogram& histogram) {
  json found = json::object();
  for (const auto& [name, share] : {std::pair{"p50_ms", 0.5}, {"p99_ms", 0.99}, {"max_ms", 1.0}}) {
    std::uint64_t below = 0;
    for (std::size_t bucket = 0; bucket < kOperationSeconds.size(); ++bucket) {
      below += histogram.bucket_count(bucket);
      if (static_cast<double>(below) < share * static_cast<double>(histogram.count())) continue;
      found[name] = kOperationSeconds[bucket] * 1000;
      break;
    }
  }
  found["count"] = histogram.count();
  found["mean_ms"] =
      histogram.count() == 0 ? 0 : histogram.sum() / static_cast<double>(histogram.count()) * 1000;
  return found;
}

int run(const std::vector<std::string>& words) {
  Registry registry;
  const AlertDeliveryConfig config = read_arguments(words);
  std::mutex mutex;
  const auto report = [&](bool ok, std::string_view what) {
    const std::lock_guard lock(mutex);
    std::cerr << (ok ? "ok: " : "failed: ") << what << std::endl;
  };
  AlertDelivery delivery(config, {.registry = registry, .now = wall_clock, .report = report});
  delivery.start();
  std::cout << "ready" << std::endl;
  deliver(delivery);
  delivery.stop(std::chrono::steady_clock::now() + 10s);

  std::vector<std::string> channels;
  for (const auto& each : config.alertmanagers) channels.push_back("alertmanager:" + each.url.substr(7));
  if (!config.receivers.empty()) channels.emplace_back("webhook");
  json summary = json::object();
  for (const std::string& channel : channels) {
    summary[channel] = {
        {"delivered", registry.shared_counter(kAlertNotifications, {channel, "success"}).value()},
        {"failed", registry.shared_counter(kAlertNotifications, {channel, "failure"}).value()},
        {"waiting", registry.shared_gauge(kAlertOutboxEntries, {channel}).value()},
        {"latency", quantiles_of(registry.shared_histogram(kAlertDeliveryLatency, {channel}))}};
  }
  std::cout << summary << std::endl;
  return 0;
}

}  // namespace

int main(int count, char** words) {
  try {
    return run({words + 1, words + count});
  } catch (const std::exception& error) {
    std::cerr << "delivery_driver: " << error.what() << std::endl;
    return 2;
  }
}
