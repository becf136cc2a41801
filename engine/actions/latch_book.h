#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/actions/alert_action.h"
#include "monitoring/delivery/keyed_file.h"
#include "orders/time.h"

namespace vigil::engine {

/// What an alert's action brought about, and nobody has ended.
struct ActionLatch {
  AlertActionKind kind = AlertActionKind::HaltTrading;
  std::string target;
  std::string alert;   ///< that brought it about
  std::string labels;  ///< of that alert
  orders::Timestamp since{};
};

/// The latches in force, one for an action and a target, with a file that knows them after a restart. One
/// thread at a time.
class LatchBook {
 public:
  /// Empty path: they end with the process. Throws std::runtime_error for a file that cannot be opened, or
  /// whose damage may have cost a latch; not for a torn end.
  explicit LatchBook(const std::string& path);

  /// Those that were in the file when it was opened; once. They are not in force until they are revived.
  [[nodiscard]] std::vector<ActionLatch> take_loaded();
  /// What of the file's end was torn, in words; empty: nothing.
  [[nodiscard]] const std::string& damage() const noexcept { return damage_; }

  [[nodiscard]] bool has(AlertActionKind kind, std::string_view target) const;
  [[nodiscard]] std::vector<ActionLatch> all() const;

  /// One of those that were in the file, which has it.
  void revive(ActionLatch latch);
  // They are in force, or ended, in any case; false: the file does not say so.

  [[nodiscard]] bool add(ActionLatch latch);
  [[nodiscard]] bool end(AlertActionKind kind, const std::string& target);

 private:
  using Key = std::pair<AlertActionKind, std::string>;

  std::map<Key, ActionLatch> latches_;
  std::vector<ActionLatch> loaded_;
  std::string damage_;
  monitoring::KeyedFile file_;
};

}  // namespace vigil::engine
