#pragma once

#include <string>

#include <prometheus/metric_family.h>

#include "monitoring/metrics/registry.h"

namespace vigil::monitoring {

/// Writes families as Prometheus' protobuf messages, each behind its length as a varint. Histograms have
/// their classic buckets; those with a distribution have the native ones beside them.
class ProtobufWriter {
 public:
  /// Appends to `out`, which outlives the writer.
  explicit ProtobufWriter(std::string& out) : out_(out) {}

  /// As TextWriter::write.
  void write(const ShownFamily* ours, const prometheus::MetricFamily* foreign);
  void finish() noexcept {}

 private:
  std::string& out_;
};

}  // namespace vigil::monitoring
