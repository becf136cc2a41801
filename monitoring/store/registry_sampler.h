#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <prometheus/collectable.h>

#include "monitoring/metrics/registry.h"
#include "monitoring/store/history.h"

namespace vigil::monitoring {

/// Records what a scrape would show, name for name and label for label, in a history. The recording thread.
///
/// Of gauges that are asked for, what lies between two samples is recorded too: NAME:min and NAME:max, the
/// least and the greatest value since the last sample, that of the last sample included.
class RegistrySampler {
 public:
  /// All of them outlive the sampler. `others`: foreign series, as for a scrape.
  /// `peaks`: names of the gauges whose peaks are recorded.
  RegistrySampler(Registry& registry, History& history,
                  std::vector<const prometheus::Collectable*> others = {},
                  std::vector<std::string> peaks = {});
  ~RegistrySampler();

  /// A sample of each series that is present. False: `now` is not later than the last time, and nothing was
  /// recorded.
  [[nodiscard]] bool sample(SampleTime now);

 private:
  /// The series of one family, each with a place in the cycle for each of its lines.
  struct FamilySlots {
    std::shared_ptr<const SeriesSet> set;
    std::size_t lines = 1;                 ///< of one series
    std::vector<SampleCycle::Slot> slots;  ///< lines of series 0, of series 1, ...
    bool is_seen = false;
    bool keeps_peaks = false;
    // Of a family with peaks, by series.
    std::vector<GaugeWatch*> watches;
    std::vector<double> before;  ///< the value of the last sample
  };

  void sample(const ShownFamily& family);
  void add_slots(const ShownFamily& family, FamilySlots& known);
  void add_peak_slots(const MetricDefinition& definition, const Labels& labels, std::uint32_t number,
                      FamilySlots& known);
  void sample_peaks(const SeriesSet& set, std::uint32_t number, FamilySlots& known);
  void release(FamilySlots& known);
  void sample_others();

  Registry& registry_;
  std::vector<const prometheus::Collectable*> others_;
  std::vector<std::string> peaks_;
  std::unique_ptr<SampleCycle> cycle_;
  std::map<const MetricDefinition*, FamilySlots> families_;
};

}  // namespace vigil::monitoring
