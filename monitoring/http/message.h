#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vigil::monitoring {

enum class HttpMethod : std::uint8_t { Get, Head, Post, Put, Delete, Patch, Options, Other };

/// Values of the label `method`.
inline constexpr std::array<std::string_view, 8> kHttpMethodNames{"GET",    "HEAD",  "POST",    "PUT",
                                                                  "DELETE", "PATCH", "OPTIONS", "other"};
[[nodiscard]] std::string_view to_string(HttpMethod method) noexcept;
[[nodiscard]] HttpMethod parse_http_method(std::string_view name) noexcept;

/// A set of methods. One with GET has HEAD too.
class HttpMethods {
 public:
  constexpr HttpMethods() noexcept = default;
  constexpr HttpMethods(std::initializer_list<HttpMethod> methods) noexcept {
    for (const HttpMethod method : methods) add(method);
  }
  constexpr void add(HttpMethod method) noexcept {
    bits_ |= bit(method);
    if (method == HttpMethod::Get) bits_ |= bit(HttpMethod::Head);
  }
  [[nodiscard]] constexpr bool contains(HttpMethod method) const noexcept {
    return (bits_ & bit(method)) != 0;
  }

 private:
  static constexpr std::uint32_t bit(HttpMethod method) noexcept {
    return 1U << static_cast<unsigned>(method);
  }
  std::uint32_t bits_ = 0;
};

inline constexpr HttpMethods kReadMethods{HttpMethod::Get};

/// Pairs in the order they came; a name may come again (`match[]`).
using HttpParameters = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  HttpMethod method = HttpMethod::Get;
  std::string path;                ///< decoded, without the query
  HttpParameters path_parameters;  ///< what stood in the template's {name} segments, decoded
  HttpParameters query;            ///< decoded
  HttpParameters headers;
  std::string body;
  std::string remote_address;  ///< the caller's IP address

  /// The first one of that name; nullopt if there is none. Header names in any case.
  [[nodiscard]] std::optional<std::string_view> query_parameter(std::string_view name) const noexcept;
  [[nodiscard]] std::optional<std::string_view> path_parameter(std::string_view name) const noexcept;
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const noexcept;
};

struct HttpResponse {
  int status = 200;  ///< 200 to 599
  std::string content_type = "application/json; charset=utf-8";
  std::string body = {};
  HttpParameters headers = {};  ///< beside Content-Type, Content-Length, Connection
};

/// Called by several HTTP workers at once.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

/// {"status":"error","errorType":TYPE,"error":TEXT}, the form that the Prometheus API gives its errors.
[[nodiscard]] HttpResponse http_error(int status, std::string_view type, std::string_view text);

/// The words of a status code, "Not Found".
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

/// %41 becomes A; an incomplete or wrong escape stays as it is. `plus_is_space` as in queries and forms.
[[nodiscard]] std::string percent_decoded(std::string_view text, bool plus_is_space);

/// a=1&b=2, as in a query or a form's body.
[[nodiscard]] HttpParameters parse_form(std::string_view text);

/// Whether a client with this Accept-Encoding takes gzip, and not less gladly than the plain text (RFC 9110,
/// 12.5.3). A weight that is none refuses its coding: plain text suits everybody.
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding);

}  // namespace vigil::monitoring
