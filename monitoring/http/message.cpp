#include "monitoring/http/message.h"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "monitoring/http/letter_case.h"

namespace vigil::monitoring {
namespace {

std::optional<std::string_view> find(const HttpParameters& parameters, std::string_view name) noexcept {
  for (const auto& [key, value] : parameters) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Calls `use` with each part of `text` between separators.
void for_each_part(std::string_view text, char separator, const auto& use) {
  while (true) {
    const std::size_t end = text.find(separator);
    use(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

constexpr int kFullWeight = 1000;

/// The weight "q=0.5" of a coding in thousandths (RFC 9110, 12.4.2); 0, refused, for what is no weight.
int weight_of(std::string_view text) noexcept {
  constexpr std::size_t kLongest = 5;  // "0.123"
  text = trimmed(text);
  if (text.size() < 3 || !equal_in_any_case(text.substr(0, 2), "q=")) return 0;
  text.remove_prefix(2);
  const bool has_dot = text.size() > 1 && text[1] == '.';
  if (text.size() > kLongest || (text.size() > 1 && !has_dot)) return 0;
  int weight = 0;
  int unit = kFullWeight;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == 1) continue;
    if (text[i] < '0' || text[i] > '9') return 0;
    weight += unit * (text[i] - '0');
    unit /= 10;
  }
  return weight > kFullWeight ? 0 : weight;
}

}  // namespace

std::string_view to_string(HttpMethod method) noexcept {
  return kHttpMethodNames[static_cast<std::size_t>(method)];
}

HttpMethod parse_http_method(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(kHttpMethodNames, name);
  if (found == kHttpMethodNames.end()) return HttpMethod::Other;
  return static_cast<HttpMethod>(found - kHttpMethodNames.begin());
}

std::optional<std::string_view> HttpRequest::query_parameter(std::string_view name) const noexcept {
  return find(query, name);
}

std::optional<std::string_view> HttpRequest::path_parameter(std::string_view name) const noexcept {
  return find(path_parameters, name);
}

std::optional<std::string_view> HttpRequest::header(std::string_view name) const noexcept {
  for (const auto& [key, value] : headers) {
    if (equal_in_any_case(key, name)) return value;
  }
  return std::nullopt;
}

HttpResponse http_error(int status, std::string_view type, std::string_view text) {
  nlohmann::ordered_json body;
  body["status"] = "error";
  body["errorType"] = type;
  body["error"] = text;
  return {.status = status, .body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

std::string_view reason_phrase(int status) noexcept {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 302:
      return "Found";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Payload Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Entity";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return status < 400 ? "OK" : "Error";
  }
}

std::string percent_decoded(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '+' && plus_is_space) {
      decoded += ' ';
      continue;
    }
    if (c == '%' && i + 2 < text.size()) {
      unsigned value = 0;
      const char* const last = text.data() + i + 3;
      const auto [end, error] = std::from_chars(text.data() + i + 1, last, value, 16);
      if (error == std::errc{} && end == last) {
        decoded += static_cast<char>(value);
        i += 2;
        continue;
      }
    }
    decoded += c;
  }
  return decoded;
}

HttpParameters parse_form(std::string_view text) {
  HttpParameters parameters;
  for_each_part(text, '&', [&](std::string_view part) {
    if (part.empty()) return;
    const std::size_t equals = part.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view{} : part.substr(equals + 1);
    parameters.emplace_back(percent_decoded(part.substr(0, equals), true), percent_decoded(value, true));
  });
  return parameters;
}

bool accepts_gzip(std::string_view accept_encoding) {
  std::optional<int> gzip;
  std::optional<int> any;
  int identity = 0;  // named with a weight of its own, it may be the better wish
  for_each_part(accept_encoding, ',', [&](std::string_view part) {
    const std::size_t semicolon = part.find(';');
    const std::string_view coding = trimmed(part.substr(0, semicolon));
    const int weight =
        semicolon == std::string_view::npos ? kFullWeight : weight_of(part.substr(semicolon + 1));
    if (equal_in_any_case(coding, "gzip") || equal_in_any_case(coding, "x-gzip")) gzip = weight;
    if (equal_in_any_case(coding, "identity")) identity = weight;
    if (coding == "*") any = weight;
  });
  const int wish = gzip.value_or(any.value_or(0));
  return wish > 0 && wish >= identity;
}

}  // namespace vigil::monitoring
