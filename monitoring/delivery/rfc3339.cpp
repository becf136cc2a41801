#include "monitoring/delivery/rfc3339.h"

#include <algorithm>
#include <chrono>
#include <cstddef>

#include <fmt/format.h>

namespace vigil::monitoring {

std::string rfc3339(SampleTime time) {
  using namespace std::chrono;
  constexpr SampleTime kLast = 253'402'300'799'999;  // the last millisecond of 9999
  const sys_time<milliseconds> at{milliseconds{std::clamp<SampleTime>(time, 0, kLast)}};
  const auto day = floor<days>(at);
  const year_month_day date{day};
  const hh_mm_ss<milliseconds> clock{at - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

namespace {

/// Reads what it expects from the front of a text; once something else stands there, it has failed.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  int number(std::size_t digits, int least, int most) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (text_.empty() || text_.front() < '0' || text_.front() > '9') return fail();
      value = value * 10 + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    return value < least || value > most ? fail() : value;
  }
  char one_of(std::string_view choices) {
    if (text_.empty() || choices.find(text_.front()) == std::string_view::npos) {
      fail();
      return '\0';
    }
    const char found = text_.front();
    text_.remove_prefix(1);
    return found;
  }
  /// Digits of a fraction as milliseconds, further ones cut.
  int milliseconds() {
    if (!text_.starts_with('.')) return 0;
    text_.remove_prefix(1);
    int value = number(1, 0, 9) * 100;
    for (int weight = 10; !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; weight /= 10) {
      value += (text_.front() - '0') * weight;
      text_.remove_prefix(1);
    }
    return value;
  }
  [[nodiscard]] bool is_done() const { return !has_failed_ && text_.empty(); }

 private:
  int fail() {
    has_failed_ = true;
    return 0;
  }
  std::string_view text_;
  bool has_failed_ = false;
};

}  // namespace

std::optional<SampleTime> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  Reader reader(text);
  const int the_year = reader.number(4, 1970, 9999);
  reader.one_of("-");
  const int the_month = reader.number(2, 1, 12);
  reader.one_of("-");
  const int the_day = reader.number(2, 1, 31);
  reader.one_of("Tt ");
  const int hour = reader.number(2, 0, 23);
  reader.one_of(":");
  const int minute = reader.number(2, 0, 59);
  reader.one_of(":");
  const int second = reader.number(2, 0, 60);
  const int fraction = reader.milliseconds();
  const char zone = reader.one_of("Zz+-");
  minutes offset{0};
  if (zone == '+' || zone == '-') {
    const int hours_east = reader.number(2, 0, 23);
    reader.one_of(":");
    const int minutes_east = reader.number(2, 0, 59);
    offset = minutes{hours_east * 60 + minutes_east};
    if (zone == '-') offset = -offset;
  }
  const year_month_day date{year{the_year}, month{static_cast<unsigned>(the_month)},
                            day{static_cast<unsigned>(the_day)}};
  if (!reader.is_done() || !date.ok()) return std::nullopt;
  const auto at = sys_days{date} + hours{hour} + minutes{minute} - offset + seconds{second};
  return SampleTime{duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count()} + fraction;
}

}  // namespace vigil::monitoring
