#include "monitoring/metrics/idle_expiry.h"

#include <string>
#include <string_view>
#include <utility>

namespace vigil::monitoring {
namespace {

/// A number that changes with every record.
std::uint64_t activity_of(const SeriesSet& set, std::uint32_t number) noexcept {
  if (set.kind() == CellKind::SharedBuckets) return set.records(number);
  return thread_cells::total(set.first_cell(number));
}

std::vector<std::string_view> views(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

}  // namespace

IdleExpiry::~IdleExpiry() {
  if (leaving_ != nullptr) give_up();
}

IdleExpiry::Forgotten IdleExpiry::run(std::chrono::nanoseconds now) {
  Forgotten forgotten;
  if (leaving_ != nullptr) forgotten = settle();
  if (leaving_ == nullptr && family_.current() != nullptr) take_out(now);
  return forgotten;
}

void IdleExpiry::take_out(std::chrono::nanoseconds now) {
  const std::shared_ptr<SeriesSet> set = family_.series();
  std::vector<Idle> idle;
  for (std::uint32_t number = 1; number < set->size(); ++number) {
    const std::uint64_t activity = activity_of(*set, number);
    Watched& watched = watched_.try_emplace(set->first_cell(number), Watched{activity, now}).first->second;
    if (watched.activity != activity) watched = {activity, now};
    if (now - watched.since >= family_.definition().idle_expiry) {
      idle.push_back({.number = number, .activity = activity});
    }
  }
  if (idle.empty()) return;

  const auto kept = family_.fresh_set();
  kept->hide_first_while_empty();
  try {
    auto next_idle = idle.begin();
    for (std::uint32_t number = 0; number < set->size(); ++number) {
      if (next_idle != idle.end() && next_idle->number == number) {
        ++next_idle;
        continue;
      }
      const std::vector<std::string> values = set->table().values(number);
      (void)kept->add(views(values), set->table().entry(number).created, set->first_cell(number));
    }
    leaving_ = std::make_unique<Leaving>(Leaving{set, std::move(idle), {}});
    leaving_->pins.lanes.reserve(thread_cells::kLanes);
  } catch (...) {
    kept->let_go_of_all();  // they still belong to the set in use
    leaving_.reset();
    throw;
  }
  family_.replace(kept);
  leaving_->pins = thread_cells::pins();
}

IdleExpiry::Forgotten IdleExpiry::settle() {
  // Scrapes hold the set as long as they read it.
  if (leaving_->set.use_count() != 1 || !thread_cells::all_passed(leaving_->pins)) return {};

  SeriesSet& old = *leaving_->set;
  SeriesSet& current = *family_.current();
  Forgotten forgotten;
  for (Idle& idle : leaving_->idle) {
    if (idle.is_settled) continue;
    const std::uint32_t first = old.first_cell(idle.number);
    if (activity_of(old, idle.number) == idle.activity) {
      ++forgotten.series;
      forgotten.records += old.records(idle.number);
    } else {
      const std::vector<std::string> texts = old.table().values(idle.number);
      if (const auto successor = current.find(views(texts))) {
        for (std::uint32_t cell = 0; cell < old.cells_of_a_series(); ++cell) {
          thread_cells::add(current.first_cell(*successor) + cell, thread_cells::total(first + cell));
        }
        ++forgotten.series;  // its records go on in the other
      } else {
        (void)current.add(views(texts), old.table().entry(idle.number).created, first);
        old.let_go(idle.number);
      }
    }
    watched_.erase(first);
    idle.is_settled = true;
  }
  give_up();
  return forgotten;
}

void IdleExpiry::give_up() noexcept {
  // What is idle in the old set goes with it; the rest belongs to the current one.
  auto next_idle = leaving_->idle.begin();
  for (std::uint32_t number = 0; number < leaving_->set->size(); ++number) {
    if (next_idle != leaving_->idle.end() && next_idle->number == number) {
      ++next_idle;
    } else {
      leaving_->set->let_go(number);
    }
  }
  leaving_.reset();
}

}  // namespace vigil::monitoring
