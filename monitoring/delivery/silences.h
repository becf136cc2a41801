#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "monitoring/store/label_matcher.h"
#include "monitoring/store/labels.h"
#include "monitoring/store/sample.h"

namespace vigil::monitoring {

/// Keeps notifications about matching alerts back for a while.
struct Silence {
  std::string id = {};                      ///< given when it is added
  std::vector<LabelMatcher> matchers = {};  ///< all must match; at least one that an absent label fails
  SampleTime starts_at = 0;
  SampleTime ends_at = 0;  ///< not included
  std::string created_by = {};
  std::string comment = {};

  [[nodiscard]] bool is_active(SampleTime now) const noexcept { return starts_at <= now && now < ends_at; }
  friend bool operator==(const Silence&, const Silence&) = default;
};

/// Why a silence cannot be; empty: it can.
[[nodiscard]] std::string fault_of(const Silence& silence);

/// The silences there are. Ended ones stay for `kRetention`, so that people see them; at most `kCapacity`,
/// at which the one that ended first makes room, and a new one is refused while none has ended. One thread.
class Silences {
 public:
  static constexpr std::size_t kCapacity = 1000;
  static constexpr SampleTime kRetention = SampleTime{5} * 24 * 3600 * 1000;

  /// The id, or why it was refused (`fault`). A silence that already ended is refused.
  struct Added {
    std::string id = {};
    std::string fault = {};
  };
  [[nodiscard]] Added add(Silence silence, SampleTime now);
  /// One that was there before a restart, whose id it has. Beyond the bound the one that ends first leaves.
  void restore(Silence silence);
  /// Ends it now; one that has not begun never begins. False: there is none of that id, or it has ended.
  [[nodiscard]] bool expire(std::string_view id, SampleTime now);
  /// Forgets those that ended long ago; the number of them.
  std::size_t forget_old(SampleTime now);

  /// The id of one that silences these labels; nullptr: none does.
  [[nodiscard]] const std::string* silencing(const Labels& labels, SampleTime now) const;
  [[nodiscard]] const Silence* find(std::string_view id) const;
  /// The latest to begin first.
  [[nodiscard]] std::vector<Silence> list() const;
  [[nodiscard]] std::size_t size() const noexcept { return silences_.size(); }

 private:
  [[nodiscard]] bool make_room(SampleTime now);
  [[nodiscard]] std::map<std::string, Silence, std::less<>>::iterator first_to_end();

  std::map<std::string, Silence, std::less<>> silences_;
};

}  // namespace vigil::monitoring
