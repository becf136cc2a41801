#include "engine/config/config_sections.h"
#include "engine/config/config_values.h"
#include "engine/tape/journal_format.h"

namespace vigil::engine {

void read_analysis(const YamlValue& analysis, AnalysisConfig& out) {
  constexpr std::size_t kMostBytes = std::size_t{1} << 30U;
  read_count(analysis["buffer_bytes"], out.buffer_bytes, 2 * kMaxRecordBytes, kMostBytes);
  read_duration(analysis["sample_interval"], out.sample_interval, std::chrono::milliseconds{100},
                std::chrono::minutes{1});
  read_count(analysis["pending_fills"], out.execution.pending_fills, 1, 10'000'000);
  read_real(analysis["surprise_slack_bp"], out.execution.surprise_slack_bp, 0, 10'000);
}

}  // namespace vigil::engine
