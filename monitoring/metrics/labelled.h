#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "monitoring/metrics/family.h"
#include "monitoring/metrics/instruments.h"
#include "monitoring/metrics/thread_cells.h"

namespace vigil::monitoring {

/// Makes series for families that are looked up on the fly: the registry.
class SeriesMaker {
 public:
  virtual ~SeriesMaker() = default;
  /// The number in `family` of the series of these values, made if it is not there; 0, the folded one, if it
  /// can't be. Calls `record(context, set, number)` before anything can take the series away. Takes a lock.
  virtual void make(Family& family, std::span<const std::string_view> values,
                    void (*record)(void* context, SeriesSet& set, std::uint32_t number),
                    void* context) noexcept = 0;
};

/// A family whose series are found by their label values on each call, for labels that are only known then.
/// Any thread. Finding one that exists takes no lock and no memory; the first call with new values takes the
/// registry's lock. At the family's cap, and where memory runs out, values are folded into the series whose
/// labels are all "other" and counted in monitoring_series_overflow_total.
class LabelledFamily {
 public:
  using Values = std::span<const std::string_view>;

  LabelledFamily() noexcept = default;
  /// All outlive the handle. The family has a set, with the folded series as its first.
  LabelledFamily(SeriesMaker& maker, Family& family, SharedCounter overflow) noexcept
      : maker_(&maker),
        family_(&family),
        overflow_(overflow),
        expires_(family.definition().idle_expiry.count() != 0) {}

 protected:
  /// Calls `record(set, number)` while the series can't go away.
  template <typename Record>
  void with_series(Values values, Record record) noexcept {
    if (family_ == nullptr) return;
    if (!expires_) {
      if (try_with_series(values, record)) return;
    } else {
      const thread_cells::Pin pin;
      if (try_with_series(values, record)) return;
    }
    const auto call = [](void* context, SeriesSet& set, std::uint32_t number) {
      (*static_cast<Record*>(context))(set, number);
    };
    maker_->make(*family_, values, call, &record);
  }

 private:
  template <typename Record>
  [[nodiscard]] bool try_with_series(Values values, Record& record) noexcept {
    SeriesSet& set = *family_->current();
    if (const auto number = set.find(values)) {
      record(set, *number);
      return true;
    }
    // Full families answer here, so that a flood of values does not queue at the lock.
    if (set.size() < family_->cap()) return false;
    overflow_.add();
    record(set, 0U);
    return true;
  }

  SeriesMaker* maker_ = nullptr;
  Family* family_ = nullptr;
  SharedCounter overflow_;
  bool expires_ = false;
};

class LabelledCounter : public LabelledFamily {
 public:
  using LabelledFamily::LabelledFamily;
  void add(Values values, std::uint64_t n = 1) noexcept {
    with_series(values,
                [n](SeriesSet& set, std::uint32_t number) noexcept { set.shared_counter(number).add(n); });
  }
  void add(std::initializer_list<std::string_view> values, std::uint64_t n = 1) noexcept {
    add(Values(values.begin(), values.size()), n);
  }
};

class LabelledAmountCounter : public LabelledFamily {
 public:
  using LabelledFamily::LabelledFamily;
  void add(Values values, double amount) noexcept {
    with_series(values, [amount](SeriesSet& set, std::uint32_t number) noexcept {
      set.shared_amount_counter(number).add(amount);
    });
  }
  void add(std::initializer_list<std::string_view> values, double amount) noexcept {
    add(Values(values.begin(), values.size()), amount);
  }
};

class LabelledHistogram : public LabelledFamily {
 public:
  using LabelledFamily::LabelledFamily;
  /// As SharedHistogram::observe, of a double or a time.
  template <typename Value>
  void observe(Values values, Value value) noexcept {
    with_series(values, [value](SeriesSet& set, std::uint32_t number) noexcept {
      set.shared_histogram(number).observe(value);
    });
  }
  template <typename Value>
  void observe(std::initializer_list<std::string_view> values, Value value) noexcept {
    observe(Values(values.begin(), values.size()), value);
  }
};

}  // namespace vigil::monitoring
