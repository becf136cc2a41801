#include "monitoring/delivery/email_message.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "monitoring/delivery/chat_message.h"
#include "monitoring/export/push_target.h"

namespace vigil::monitoring {
namespace {

constexpr std::size_t kBodyLine = 57;  // bytes that make a line of 76 characters in base64
constexpr std::size_t kEncodedWord =
    39;  // bytes that make an encoded word in a line of at most 76 (RFC 2047)
constexpr std::size_t kSubject = 300;

/// "Sat, 31 Jan 2026 08:30:00 +0000".
std::string mail_date(SampleTime time) {
  using namespace std::chrono;
  static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const sys_seconds at = floor<seconds>(sys_time<milliseconds>{milliseconds{time}});
  const auto day = floor<days>(at);
  const year_month_day date{day};
  const hh_mm_ss<seconds> clock{at - day};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", kDays.at(weekday{day}.c_encoding()),
                     static_cast<unsigned>(date.day()), kMonths.at(static_cast<unsigned>(date.month()) - 1),
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

/// As encoded words, folded: no character of the text stands in the header as it is.
std::string encoded_subject(std::string_view text) {
  std::string clean{shortened(text, kSubject)};
  std::ranges::replace_if(
      clean, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; }, ' ');
  std::string out;
  for (std::string_view rest = clean; !rest.empty();) {
    std::string_view word = shortened(rest, kEncodedWord);
    if (word.empty()) word = rest.substr(0, kEncodedWord);  // no UTF-8
    if (!out.empty()) out += "\r\n ";
    out += "=?UTF-8?B?" + base64_encoded(word, false) + "?=";
    rest.remove_prefix(word.size());
  }
  return out;
}

}  // namespace

bool is_mail_address(std::string_view text) noexcept {
  const std::size_t at = text.find('@');
  if (at == 0 || at == std::string_view::npos || at + 1 == text.size()) return false;
  if (text.find('@', at + 1) != std::string_view::npos) return false;
  return std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < 0x7F && std::string_view{"<>()[],;:\\\""}.find(c) == std::string_view::npos;
  });
}

std::string email_message(const Notification& notification, std::string_view external_url,
                          std::string_view from, const std::vector<std::string>& to) {
  const std::string_view domain = from.substr(from.find('@') + 1);
  std::string message = fmt::format(
      "From: <{}>\r\nTo: <{}>\r\nSubject: {}\r\nDate: {}\r\nMessage-ID: <{}@{}>\r\n"
      "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
      "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
      from, fmt::join(to, ">,\r\n <"), encoded_subject(title_of(notification)), mail_date(notification.time),
      notification.idempotency_key, domain);
  const std::string text = plain_text(notification, external_url);
  for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(std::min(rest.size(), kBodyLine))) {
    message += base64_encoded(rest.substr(0, kBodyLine), false) + "\r\n";
  }
  return message;
}

}  // namespace vigil::monitoring
