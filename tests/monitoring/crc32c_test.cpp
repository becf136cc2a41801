#include "monitoring/store/crc32c.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>

using namespace vigil::monitoring;

TEST_CASE("the checksum is the one that RFC 3720 shows") {
  CHECK(crc32c("123456789") == 0xE3069283U);
  CHECK(crc32c(std::string(32, '\0')) == 0x8A9136AAU);
  CHECK(crc32c(std::string(32, '\xff')) == 0x62A8AB43U);
  CHECK(crc32c("") == 0U);
}

TEST_CASE("with the processor's instruction it is what it is without") {
  CHECK(rc::check("any bytes at any place", [](const std::string& bytes) {
    for (std::size_t begin = 0; begin < bytes.size() && begin < 9; ++begin) {
      const std::string_view part = std::string_view{bytes}.substr(begin);
      RC_ASSERT(crc32c(part) == crc32c_portable(part));
    }
  }));
}
