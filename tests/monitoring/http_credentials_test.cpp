#include "monitoring/http/credentials.h"

#include <doctest/doctest.h>

using namespace vigil::monitoring;

TEST_CASE("Base64 is decoded with and without padding, and nothing else is taken for it") {
  CHECK(base64_decoded("") == "");
  CHECK(base64_decoded("Zg==") == "f");
  CHECK(base64_decoded("Zm8=") == "fo");
  CHECK(base64_decoded("Zm9v") == "foo");
  CHECK(base64_decoded("Zm9vYg") == "foob");
  CHECK(base64_decoded("/+8=") == "\xff\xef");
  for (const char* text : {"Z", "Zg=", "Zg===", "Z===", "====", "Zm9v!", "Zm 9v", "Z=g="}) {
    CAPTURE(text);
    CHECK_FALSE(base64_decoded(text));
  }
}

TEST_CASE("a bearer token has to be the whole token") {
  const HttpCredentials wanted{.token = "secret"};
  CHECK(presents(wanted, "Bearer secret"));
  CHECK(presents(wanted, "bearer  secret"));
  for (const char* text :
       {"", "Bearer", "Bearer ", "Bearer secre", "Bearer secrets", "Bearer secretsecret", "Bearer Secret",
        "secret", "Bearersecret", "Basic c2VjcmV0", "Basic OnNlY3JldA=="}) {
    CAPTURE(text);
    CHECK_FALSE(presents(wanted, text));
  }
  CHECK_FALSE(presents(wanted, std::nullopt));
}

TEST_CASE("basic authentication takes user and password together") {
  const HttpCredentials wanted{.user = "desk", .password = "open:sesame"};
  CHECK(presents(wanted, "Basic ZGVzazpvcGVuOnNlc2FtZQ=="));        // desk:open:sesame
  CHECK_FALSE(presents(wanted, "Basic ZGVzazpvcGVuOnNlc2Ft"));      // desk:open:sesam
  CHECK_FALSE(presents(wanted, "Basic OmRlc2s6b3BlbjpzZXNhbWU="));  // :desk:open:sesame
  CHECK_FALSE(presents(wanted, "Basic %%%"));
  CHECK_FALSE(presents(wanted, "Bearer open:sesame"));
  CHECK_FALSE(presents(wanted, "Bearer "));
}

TEST_CASE("without credentials nothing is presented") {
  CHECK_FALSE(presents({}, "Bearer "));
  CHECK_FALSE(presents({}, "Basic "));
  CHECK_FALSE(presents({}, "Basic Og=="));
  CHECK_FALSE(HttpCredentials{}.any());
}

TEST_CASE("the challenge names the kinds that would do") {
  CHECK(challenge_of({.token = "t"}) == R"(Bearer realm="vigil")");
  CHECK(challenge_of({.user = "u", .password = "p"}) == R"(Basic realm="vigil", charset="UTF-8")");
  CHECK(challenge_of({.token = "t", .user = "u", .password = "p"}) ==
        R"(Bearer realm="vigil", Basic realm="vigil", charset="UTF-8")");
}
