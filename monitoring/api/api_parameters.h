#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/http/message.h"
#include "monitoring/promql/ast.h"
#include "monitoring/store/label_matcher.h"
#include "monitoring/store/sample.h"

namespace vigil::monitoring {

/// A request that is refused; what() says why, as Prometheus words it.
class ApiError : public std::runtime_error {
 public:
  ApiError(int status, std::string type, const std::string& text)
      : std::runtime_error(text), status_(status), type_(std::move(type)) {}
  [[nodiscard]] int status() const noexcept { return status_; }
  [[nodiscard]] const std::string& type() const noexcept { return type_; }

 private:
  int status_;
  std::string type_;
};
/// 400 bad_data.
[[nodiscard]] ApiError bad_parameter(std::string_view name, const std::string& why);

/// Seconds since 1970 with any fraction, or RFC 3339. nullopt: neither.
[[nodiscard]] std::optional<SampleTime> parse_time(std::string_view text);

/// Parameters of a query and, of a POST, of a form in its body. Functions throw ApiError for values that are
/// wrong.
class ApiParameters {
 public:
  explicit ApiParameters(const HttpRequest& request);

  /// The first one of that name; empty if there is none.
  [[nodiscard]] std::string_view text(std::string_view name) const noexcept;
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
  /// As parse_time(). nullopt: not given.
  [[nodiscard]] std::optional<SampleTime> time(std::string_view name) const;
  [[nodiscard]] SampleTime required_time(std::string_view name) const;
  /// Seconds with any fraction, or as in PromQL. nullopt: not given.
  [[nodiscard]] std::optional<std::chrono::milliseconds> duration(std::string_view name) const;
  [[nodiscard]] std::optional<std::size_t> count(std::string_view name) const;
  /// One list of matchers for each match[].
  [[nodiscard]] std::vector<std::vector<LabelMatcher>> selectors() const;
  /// start and end, everything by default.
  [[nodiscard]] SampleRange range() const;

 private:
  HttpParameters parameters_;
};

}  // namespace vigil::monitoring
