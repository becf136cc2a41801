#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

#include "engine/data_folder.h"

using vigil::engine::DataFolder;

TEST_CASE("a data folder is made, and is one engine's at a time") {
  char name[] = "/tmp/vigil_data_XXXXXX";
  REQUIRE(mkdtemp(name) != nullptr);
  const std::string path = std::string{name} + "/deep/data";
  {
    const DataFolder mine(path);
    CHECK(mine.inner("history") == path + "/history");
    CHECK(std::filesystem::is_directory(path + "/history"));
    CHECK_THROWS_WITH(DataFolder{path}, doctest::Contains("another process uses it"));
  }
  CHECK_NOTHROW(DataFolder{path});
  CHECK_THROWS_WITH_AS(DataFolder{"/proc/nothing/here"},
                       doctest::Contains("/proc/nothing/here: must be a folder"), std::runtime_error);
  std::filesystem::remove_all(name);
}
