#include <limits>
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <boost/multiprecision/cpp_int.hpp>
#include <nlohmann/json.hpp>

#include "monitoring/log/json_line.h"
#include "monitoring/log/logger.h"

using namespace vigil::monitoring;
using nlohmann::json;

namespace {

LogRecord order_filled() {
  LogRecord record;
  record.time =
      std::chrono::sys_time<std::chrono::nanoseconds>{std::chrono::nanoseconds{1'735'787'045'123'456'789}};
  record.component = "execution_engine";
  record.module = "order_manager";
  record.message = "Order filled";
  return record;
}

std::string decimal(__int128 raw, int digits) {
  std::string out;
  append_decimal(out, raw, digits);
  return out;
}

std::string logged_text(std::string_view text, const LogConfig& config) {
  LogRecord record = order_filled();
  record.add_text("text", text);
  return json::parse(format_json(record, config))["fields"]["text"];
}

}  // namespace

TEST_CASE("an order's entry is exactly this line") {
  LogRecord record = order_filled();
  record.span = "submit_order";
  record.correlation_id = 42;
  record.add("order_id", 42)
      .add_text("symbol", "BTC-USD")
      .add_decimal("filled_qty", 50'000'000, 8)
      .add_decimal("avg_price", 5'012'345'000'000, 8)
      .add_real("latency_us", 87.5)
      .add_literal("side", "buy")
      .add_boolean("is_maker", true);
  CHECK(
      format_json(record, {}) ==
      R"({"timestamp":"2025-01-02T03:04:05.123456Z","level":"INFO","target":"execution_engine::order_manager",)"
      R"("fields":{"message":"Order filled","order_id":42,"symbol":"BTC-USD","filled_qty":0.5,)"
      R"("avg_price":50123.45,"latency_us":87.5,"side":"buy","is_maker":true,"correlation_id":42},)"
      R"("span":{"name":"submit_order","correlation_id":42}})");
}

TEST_CASE("an entry without span, module and correlation id leaves them out") {
  LogRecord record = order_filled();
  record.component = "process";
  record.module = "";
  record.message = "Started";
  CHECK(
      format_json(record, {}) ==
      R"({"timestamp":"2025-01-02T03:04:05.123456Z","level":"INFO","target":"process","fields":{"message":"Started"}})");
}

TEST_CASE("an error names its file without folders and its line") {
  LogRecord record = order_filled();
  record.level = LogLevel::Error;
  record.here();
  const json line = json::parse(format_json(record, {}));
  CHECK(line["level"] == "ERROR");
  CHECK(line["fields"]["file"] == "log_line_test.cpp");
  CHECK(line["fields"]["line"] > 0);
}

TEST_CASE("a stack is a list of frames behind file and line") {
  std::string line;
  const std::vector<std::string> stack{"main+0x1", "start \"x\""};
  append_json_line(line, order_filled(), Redactor({}, {}), stack);
  CHECK(json::parse(line)["fields"]["stack"] == json(stack));
}

TEST_CASE("times keep their microsecond, also before 1970") {
  LogRecord record = order_filled();
  const auto timestamp = [&](std::int64_t nanoseconds) {
    record.time = std::chrono::sys_time<std::chrono::nanoseconds>{std::chrono::nanoseconds{nanoseconds}};
    return json::parse(format_json(record, {}))["timestamp"].get<std::string>();
  };
  CHECK(timestamp(0) == "1970-01-01T00:00:00.000000Z");
  CHECK(timestamp(-1'000) == "1969-12-31T23:59:59.999999Z");
  CHECK(timestamp(1'709'251'199'999'999'999) == "2024-02-29T23:59:59.999999Z");
}

TEST_CASE("decimals are exact and without trailing zeros") {
  CHECK(decimal(0, 8) == "0");
  CHECK(decimal(5, 0) == "5");
  CHECK(decimal(500'000'000, 8) == "5");
  CHECK(decimal(1, 8) == "0.00000001");
  CHECK(decimal(-1, 8) == "-0.00000001");
  CHECK(decimal(-1'250'000'000, 8) == "-12.5");
  CHECK(decimal(std::numeric_limits<__int128>::min(), 0) == "-170141183460469231731687303715884105728");
  CHECK(decimal(std::numeric_limits<__int128>::max(), 40) == "0.0170141183460469231731687303715884105727");
}

TEST_CASE("a decimal read back is the number that was written") {
  using boost::multiprecision::cpp_int;
  const bool holds = rc::check([](std::int64_t high, std::uint64_t low) {
    const int digits = *rc::gen::inRange(0, 20);
    const auto raw = static_cast<__int128>((static_cast<unsigned __int128>(high) << 64) | low);
    std::string text = decimal(raw, digits);
    const std::size_t point = text.find('.');
    const std::size_t behind = point == std::string::npos ? 0 : text.size() - point - 1;
    if (point != std::string::npos) text.erase(point, 1);
    text.append(static_cast<std::size_t>(digits) - behind, '0');
    const bool is_negative = text.starts_with('-');
    text.erase(0, text.find_first_not_of("-0"));
    const cpp_int expected = (cpp_int(high) << 64) + low;
    RC_ASSERT(cpp_int(text.empty() ? "0" : text) * (is_negative ? -1 : 1) == expected);
  });
  CHECK(holds);
}

TEST_CASE("numbers that JSON does not have are null") {
  LogRecord record = order_filled();
  record.add_real("nan", std::numeric_limits<double>::quiet_NaN());
  record.add_real("infinite", std::numeric_limits<double>::infinity());
  const json fields = json::parse(format_json(record, {}))["fields"];
  CHECK(fields["nan"].is_null());
  CHECK(fields["infinite"].is_null());
}

TEST_CASE("text is cut at its field's size and what is not UTF-8 is replaced") {
  CHECK(logged_text(std::string(100, 'x'), {}) == std::string(LogValue::kTextSize, 'x'));
  CHECK(logged_text("a\xC3", {}) == "a\xEF\xBF\xBD");
  CHECK(logged_text("\xED\xA0\x80", {}) == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(logged_text("\xF0\x9F\x98\x80", {}) == "\xF0\x9F\x98\x80");
}

TEST_CASE("a long text goes on in as many fields as there are") {
  const auto logged = [](std::size_t size, const LogConfig& config = {}) {
    std::string text(size, 'x');
    if (size > 70) text.replace(35, 9, "SECRETKEY");  // over the end of a field
    LogRecord record;
    record.add("before", 1).add_long_text("text", text).add("behind", 2);
    return json::parse(format_json(record, config))["fields"];
  };
  for (const std::size_t size : {0U, 1U, 39U, 40U, 41U}) {
    CHECK(logged(size)["text"] == std::string(size, 'x'));
    CHECK(logged(size)["behind"] == 2);
  }
  constexpr std::size_t kRoom = (LogRecord::kMaxFields - 1) * LogValue::kTextSize;
  CHECK(logged(480)["text"].get<std::string>().size() == 480);
  CHECK(logged(480)["behind"] == 2);
  CHECK(logged(kRoom + 1)["text"].get<std::string>().size() == kRoom);
  CHECK(logged(kRoom + 1)["dropped_fields"] == 1);
  const std::string hidden = logged(100, {.redacted_values = {"SECRETKEY"}})["text"];
  CHECK(hidden == std::string(35, 'x') + "[redacted]" + std::string(56, 'x'));
}

TEST_CASE("fields beyond the record's size are counted in the entry") {
  LogRecord record = order_filled();
  for (std::size_t i = 0; i < LogRecord::kMaxFields + 3; ++i) record.add("n", 1);
  CHECK(json::parse(format_json(record, {}))["fields"]["dropped_fields"] == 3);
}

TEST_CASE("every text becomes one line that parses back to it") {
  const bool holds = rc::check([](const std::string& text) {
    LogRecord record = order_filled();
    record.message = text.c_str();
    record.add_text("text", text).add_literal("literal", text.c_str());
    const std::string line = format_json(record, {});
    RC_ASSERT(line.find('\n') == std::string::npos);
    const json fields = json::parse(line)["fields"];
    const bool is_ascii =
        std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!is_ascii) return;
    RC_ASSERT(fields["message"] == std::string(text.c_str()));
    RC_ASSERT(fields["text"] == text.substr(0, LogValue::kTextSize));
  });
  CHECK(holds);
}

TEST_CASE("any value of any field gives a line that parses") {
  const bool holds =
      rc::check([](std::int64_t integer, std::uint64_t bits, const std::string& text, bool boolean) {
        LogRecord record = order_filled();
        record.level = static_cast<LogLevel>(*rc::gen::inRange(0, 6));
        record.correlation_id = bits;
        record.add("integer", integer)
            .add_real("real", std::bit_cast<double>(bits))
            .add_decimal("decimal", integer, *rc::gen::inRange(-5, 300))
            .add_text("text", text)
            .add_boolean("boolean", boolean);
        const json line = json::parse(format_json(record, {}));
        RC_ASSERT(line["fields"]["integer"] == integer);
        RC_ASSERT(line["fields"]["decimal"].is_number());
        const double real = std::bit_cast<double>(bits);
        const json& shown = line["fields"]["real"];
        const bool is_right = std::isfinite(real) ? shown.get<double>() == real : shown.is_null();
        RC_ASSERT(is_right);
      });
  CHECK(holds);
}

TEST_CASE("values of redacted keys are hidden whatever their kind and case") {
  LogRecord record = order_filled();
  record.add_text("Account", "A-1").add("pin", 1234).add_text("symbol", "BTC");
  const json fields = json::parse(format_json(record, {.redacted_keys = {"account", "PIN"}}))["fields"];
  CHECK(fields["Account"] == "[redacted]");
  CHECK(fields["pin"] == "[redacted]");
  CHECK(fields["symbol"] == "BTC");
}

TEST_CASE("redacted texts are hidden in messages, spans, texts, literals and numbers") {
  LogRecord record = order_filled();
  record.message = "key hunter2 was refused";
  record.span = "hunter2";
  record.add_text("text", "xhunter2x").add_literal("literal", "hunter2hunter2").add("number", 9'876'540);
  const std::string line = format_json(record, {.redacted_values = {"hunter2", "", "7654"}});
  CHECK(line.find("hunter2") == std::string::npos);
  CHECK(line.find("7654") == std::string::npos);
  const json fields = json::parse(line)["fields"];
  CHECK(fields["message"] == "key [redacted] was refused");
  CHECK(fields["text"] == "x[redacted]x");
  CHECK(fields["literal"] == "[redacted][redacted]");
  CHECK(fields["number"] == "[redacted]");
}

TEST_CASE("a longer redacted text goes before one it contains") {
  CHECK(logged_text("secret-token", {.redacted_values = {"secret", "secret-token"}}) == "[redacted]");
}

TEST_CASE("a secret cut off at the end of a text leaves no beginning behind") {
  const LogConfig config{.redacted_values = {"SECRETKEY"}};
  CHECK(logged_text(std::string(34, '.') + "SECRETKEY", config) == std::string(34, '.') + "[redacted]");
  CHECK(logged_text(std::string(31, '.') + "SECRETKEY", config) == std::string(31, '.') + "[redacted]");
  CHECK(logged_text("a text that only ends like SECRET", config) == "a text that only ends like SECRET");
}

TEST_CASE("a redacted text never stands in a line") {
  const bool holds = rc::check([] {
    const auto letters = rc::gen::container<std::string>(rc::gen::element('Q', 'W', 'X'));
    const std::string text = *letters;
    const LogConfig config{.redacted_values =
                               *rc::gen::container<std::vector<std::string>>(rc::gen::nonEmpty(letters))};
    LogRecord record = order_filled();
    record.message = text.c_str();
    record.add_text("text", text).add_literal("literal", text.c_str());
    const std::string line = format_json(record, config);
    for (const auto& hidden : config.redacted_values) RC_ASSERT(line.find(hidden) == std::string::npos);
  });
  CHECK(holds);
}

TEST_CASE("levels have their names, in any case") {
  CHECK(to_string(LogLevel::Trace) == "TRACE");
  CHECK(to_string(LogLevel::Fatal) == "FATAL");
  CHECK(parse_log_level("warn") == LogLevel::Warn);
  CHECK(parse_log_level("Error") == LogLevel::Error);
  CHECK_FALSE(parse_log_level("warning").has_value());
  CHECK_FALSE(parse_log_level("").has_value());
}
