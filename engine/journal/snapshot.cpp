#include "engine/journal/snapshot.h"

#include <algorithm>
#include <optional>

#include "engine/core/core_state.h"
#include "engine/tape/event_codec.h"
#include "engine/tape/wire.h"
#include "monitoring/metrics/kept_metrics.h"
#include "monitoring/metrics/registry_metrics.h"
#include "monitoring/store/crc32c.h"

namespace vigil::engine {
namespace {

constexpr std::string_view kMagic = "VIGILSNP";
constexpr std::string_view kSuffix = ".snapshot";
constexpr std::size_t kChecksumBytes = 4;
constexpr std::size_t kChecked = kSnapshotHeaderBytes - kChecksumBytes;

struct Header {
  std::uint32_t version = kSnapshotVersion;
  JournalPosition position;
  orders::EventTime last_time;
  std::uint64_t body_size = 0;
  std::uint32_t body_crc = 0;
};

template <typename Wire, Fields<Header> Thing>
void fields(Wire& wire, Thing& header) {
  std::uint32_t size = kSnapshotHeaderBytes;
  wire(header.version);
  wire(size);
  wire(header.position.next_sequence);
  wire(header.last_time);
  wire(header.position.run);
  for (auto& byte : header.position.chain) wire(byte);
  wire(header.body_size);
  wire(header.body_crc);
}

/// Nothing where the bytes do not begin as a snapshot does; its checksum is not looked at.
std::optional<Header> header_of(std::string_view bytes) noexcept {
  if (bytes.size() < kSnapshotHeaderBytes || !bytes.starts_with(kMagic)) return std::nullopt;
  WireReader wire(bytes.substr(kMagic.size(), kChecked - kMagic.size()));
  Header header;
  fields(wire, header);
  return header;
}

void put_text(StateWriter& wire, std::string_view text) {
  wire(std::uint64_t{text.size()});
  wire.bytes(text);
}

std::string_view take_text(WireReader& wire) {
  std::uint64_t size = 0;
  wire(size);
  return wire.bytes(size);
}

IdCounts counts_of(const EngineConfig& config) {
  return {.instruments = config.instruments.size(),
          .accounts = config.portfolio.accounts.size(),
          .strategies = config.strategies.size(),
          .venues = config.venues.size(),
          .currencies = config.currencies.size()};
}

/// Sorted.
const std::vector<std::string>& core_metrics() {
  static const std::vector<std::string> names = [] {
    monitoring::Registry registry;
    Core::declare(registry);
    std::vector<std::string> all;
    for (const monitoring::MetricDefinition& definition : registry.definitions()) {
      const auto is_own = [&](const monitoring::MetricDefinition& own) {
        return own.name == definition.name;
      };
      if (std::ranges::none_of(monitoring::kRegistryMetrics, is_own)) all.emplace_back(definition.name);
    }
    return all;
  }();
  return names;
}

std::string limits_bytes(const risk::Limits& limits) {
  std::string bytes(kMaxRecordBytes, '\0');
  WireWriter wire(bytes.data(), bytes.size());
  put_limits(wire, limits);
  bytes.resize(wire.size());
  return bytes;
}

}  // namespace

std::string make_snapshot(const SnapshotPlace& place, const Core& core,
                          const monitoring::Registry& registry) {
  StateWriter wire;
  wire.bytes(std::string(kSnapshotHeaderBytes, '\0'));
  wire(place.start.run);
  wire(place.start.clock);
  put_text(wire, place.start.version);
  put_text(wire, place.start.configuration);
  put_text(wire, limits_bytes(core.risk().limits()));
  // Their sizes are known when they are written.
  const auto section = [&wire](const auto& put) {
    const std::size_t at = wire.size();
    wire(std::uint64_t{0});
    put();
    wire.patch(at, std::uint64_t{wire.size() - at - sizeof(std::uint64_t)});
  };
  section([&] { wire(core); });
  section([&] { monitoring::KeptMetrics(registry).put(wire, core_metrics()); });

  std::string bytes = wire.take();
  const std::string_view body = std::string_view{bytes}.substr(kSnapshotHeaderBytes);
  const Header header{.position = place.position,
                      .last_time = place.last_time,
                      .body_size = body.size(),
                      .body_crc = monitoring::crc32c(body)};
  WireWriter head(bytes.data(), kChecked);
  head.bytes(kMagic);
  fields(head, header);
  put_header_checksum(bytes, kSnapshotHeaderBytes);
  return bytes;
}

bool is_of_another_version(std::string_view bytes) noexcept {
  const std::optional<Header> header = header_of(bytes);
  return header && header->version != kSnapshotVersion &&
         header_checksum_is_right(bytes, kSnapshotHeaderBytes);
}

std::string read_snapshot(std::string_view bytes, Snapshot& out) {
  const std::optional<Header> header = header_of(bytes);
  if (!header) return "is no snapshot";
  if (header->version != kSnapshotVersion) {
    return "must be of format version " + std::to_string(kSnapshotVersion) + ", is of " +
           std::to_string(header->version);
  }
  if (!header_checksum_is_right(bytes, kSnapshotHeaderBytes)) return "the header's checksum is wrong";
  const std::string_view body = bytes.substr(kSnapshotHeaderBytes);
  if (body.size() != header->body_size) {
    return "must have " + std::to_string(header->body_size) + " bytes behind its header, has " +
           std::to_string(body.size());
  }
  if (monitoring::crc32c(body) != header->body_crc) return "the checksum is wrong";
  out.position = header->position;
  out.last_time = header->last_time;
  WireReader wire(body);
  wire(out.start.run);
  wire.choice(out.start.clock, StageClock::Mode::Manual);
  out.start.version = take_text(wire);
  out.start.configuration = take_text(wire);
  out.limits = take_text(wire);
  out.core = take_text(wire);
  out.metrics = take_text(wire);
  return wire.has_failed() || !wire.is_at_end() ? "does not have the parts of a snapshot" : "";
}

std::string restore(const Snapshot& snapshot, Core& core, const monitoring::Registry& registry,
                    std::vector<std::string>& reset) {
  WireReader limits_wire(snapshot.limits);
  risk::Limits limits;
  get_limits(limits_wire, limits);
  if (limits_wire.has_failed() || !limits_wire.is_at_end()) return "has no limits that can be read";
  core.begin_with(limits);
  WireReader wire(snapshot.core, counts_of(core.config()));
  wire(core);
  if (wire.has_failed() || !wire.is_at_end()) {
    return "does not fit the configuration: other instruments, accounts, strategies, venues or currencies, "
           "or a smaller order table";
  }
  WireReader values(snapshot.metrics);
  reset = monitoring::KeptMetrics(registry).take(values);
  // A registry that is switched off has no families and no values of them.
  if (values.has_failed() || !values.is_at_end()) return "has no metrics that can be read";
  return "";
}

std::string snapshot_name(std::uint64_t sequence) {
  return numbered_name(sequence, kSuffix);
}

bool is_snapshot_name(std::string_view name) noexcept {
  return is_numbered_name(name, kSuffix);
}

}  // namespace vigil::engine
