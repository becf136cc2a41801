#include "monitoring/export/push_target.h"

#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace vigil::monitoring;

namespace {

std::string refusal_of(const std::string& url) {
  try {
    (void)parse_push_url(url);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a push URL has a host, and a port, a prefix, a user and a password where they are given") {
  CHECK(parse_push_url("http://gateway") == PushTarget{.host = "gateway", .port = 80});
  CHECK(parse_push_url("http://10.0.0.1:9091/") == PushTarget{.host = "10.0.0.1", .port = 9091});
  CHECK(parse_push_url("http://[::1]:9091/a/b/") ==
        PushTarget{.host = "::1", .port = 9091, .prefix = "/a/b"});
  CHECK(parse_push_url("http://me:p%40ss%3Aword@gateway:1") ==
        PushTarget{.host = "gateway", .port = 1, .user = "me", .password = "p@ss:word"});
  CHECK(parse_push_url("http://me@gateway") == PushTarget{.host = "gateway", .port = 80, .user = "me"});
}

TEST_CASE("what cannot be a push URL is refused with what was expected") {
  const std::vector<std::pair<std::string, std::string>> refused{
      {"", "beginning with http://"},
      {"gateway:9091", "beginning with http://"},
      {"https://gateway", "HTTPS is not supported"},
      {"http://", "with a host"},
      {"http://:9091", "with a host"},
      {"http://gateway:", "with a port from 1 to 65535"},
      {"http://gateway:0", "with a port from 1 to 65535"},
      {"http://gateway:65536", "with a port from 1 to 65535"},
      {"http://gateway:80x", "with a port from 1 to 65535"},
      {"http://gate way", "without spaces"},
      {"http://gateway/?a=b", "without ? and #"},
      {"http://[::1", "with ] behind"},
      {"http://[::1]9091", "behind the brackets"},
      {"http://[gateway]", "with an IPv6 address"},
      {"http://gäteway", "beyond ASCII"},
      {"http://@gateway", "with a user"},
      {"http://me:%zz@gateway", "with %XX"},
      {"http://me:%4@gateway", "with %XX"},
      {"http://" + std::string(3000, 'a'), "at most 2048"},
  };
  for (const auto& [given, expected] : refused) {
    const std::string url = given;
    CAPTURE(url);
    CHECK(refusal_of(url).find(expected) != std::string::npos);
  }
}

TEST_CASE("no message and no name of a target has its password") {
  CHECK(refusal_of("http://me:secret@gateway:x").find("secret") == std::string::npos);
  CHECK(refusal_of("http//me:secret@gateway").find("secret") == std::string::npos);
  CHECK(parse_push_url("http://me:secret@gateway:9091/x").text() == "http://gateway:9091/x");
}

TEST_CASE("whatever is not a push URL is refused and nothing worse, and what is one names itself") {
  const bool holds = rc::check([] {
    const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "http://", "a", ":", "@", "[", "]", "/", "%", "4", "0", "::1", ".", "?", "\n", "\xff"));
    std::string url;
    for (const std::string& piece : pieces) url += piece;
    try {
      PushTarget target = parse_push_url(url);
      RC_ASSERT(parse_push_url(push_url(target)) == target);
      const PushTarget again = parse_push_url(target.text());
      target.user.clear();
      target.password.clear();
      RC_ASSERT(again == target);
    } catch (const std::runtime_error&) {
    }
  });
  CHECK(holds);
}

TEST_CASE("the path of a group has its labels as the gateway reads them") {
  const PushTarget target{.host = "gateway", .prefix = "/prefix"};
  CHECK(push_path(target, "vigil", {}) == "/prefix/metrics/job/vigil");
  CHECK(push_path({.host = "g"}, "a b", {{"instance", "host:1"}, {"path", "/var/tmp"}, {"empty", ""}}) ==
        "/metrics/job/a%20b/instance/host%3A1/path@base64/L3Zhci90bXA=/empty@base64/=");
}

TEST_CASE("Base64 is that of RFC 4648") {
  CHECK(base64_encoded("", false).empty());
  CHECK(base64_encoded("f", false) == "Zg==");
  CHECK(base64_encoded("fo", false) == "Zm8=");
  CHECK(base64_encoded("foobar", false) == "Zm9vYmFy");
  CHECK(base64_encoded("\xff\xef\xfe", false) == "/+/+");
  CHECK(base64_encoded("\xff\xef\xfe", true) == "_-_-");
}

TEST_CASE("a grouping label is a name that Prometheus leaves to its users") {
  CHECK(is_grouping_label("instance"));
  CHECK(is_grouping_label("_x1"));
  for (const char* name : {"", "job", "__name__", "1x", "a-b", "a/b", "ä"})
    CHECK_FALSE(is_grouping_label(name));
}
