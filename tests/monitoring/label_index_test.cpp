#include "monitoring/metrics/label_index.h"

#include <map>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using vigil::monitoring::LabelIndex;

TEST_CASE("a label index numbers keys as a map would") {
  const bool holds = rc::check([](const std::vector<std::string>& keys) {
    LabelIndex index;
    std::map<std::string, std::uint32_t> naive;
    for (const auto& key : keys) {
      const auto found = index.find(key);
      const auto expected = naive.find(key);
      RC_ASSERT(found.has_value() == (expected != naive.end()));
      if (found) {
        RC_ASSERT(*found == expected->second);
        continue;
      }
      naive.emplace(key, index.add(key));
    }
    RC_ASSERT(index.size() == naive.size());
    for (const auto& [key, number] : naive) {
      RC_ASSERT(index.find(key) == number);
      RC_ASSERT(index.key(number) == key);
    }
  });
  CHECK(holds);
}
