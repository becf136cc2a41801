#include "monitoring/delivery/record_file.h"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/monitoring/delivery_fixture.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;

namespace {

using Records = std::vector<std::string>;

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_bytes(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

RecordFile::Opened opened(const std::string& path) {
  RecordFile::Opened what;
  const RecordFile file(path, what);
  return what;
}

}  // namespace

TEST_CASE("records are there again when the file is opened again") {
  const Folder folder;
  const std::string path = folder.file("records");
  RecordFile::Opened first;
  {
    RecordFile file(path, first);
    CHECK(first.records.empty());
    CHECK(file.append(Records{"a", ""}, true));
    CHECK(file.append(Records{std::string(100'000, 'x')}, false));
    CHECK(file.size() == bytes_of(path).size());
  }
  CHECK(opened(path).records == Records{"a", "", std::string(100'000, 'x')});
}

TEST_CASE("a file that is cut anywhere has its whole records, and takes new ones") {
  const Folder folder;
  const std::string path = folder.file("records");
  const Records all{"first", "", "third record", "x"};
  RecordFile::Opened nothing;
  { CHECK(RecordFile(path, nothing).append(all, true)); }
  const std::string whole = bytes_of(path);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write_bytes(path, std::string_view{whole}.substr(0, size));
    RecordFile::Opened what;
    Records expected;
    {
      RecordFile file(path, what);
      REQUIRE(what.records.size() < all.size());
      expected.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(what.records.size()));
      REQUIRE(what.records == expected);
      REQUIRE(file.append(Records{"new"}, false));
    }
    expected.emplace_back("new");
    REQUIRE(opened(path).records == expected);
  }
}

TEST_CASE("a changed byte costs the record it is in, and is counted") {
  const Folder folder;
  const std::string path = folder.file("records");
  RecordFile::Opened nothing;
  { CHECK(RecordFile(path, nothing).append(Records{"first", "second", "third"}, true)); }
  const std::string whole = bytes_of(path);
  const std::size_t third = whole.size() - 8 - 5;
  const std::size_t second = third - 8 - 6;
  for (std::size_t at = second; at < whole.size(); ++at) {
    CAPTURE(at);
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x20);
    write_bytes(path, changed);
    const RecordFile::Opened what = opened(path);
    if (at < third) {
      REQUIRE(what.records == Records{"first", "third"});
      REQUIRE(what.damaged_bytes == 14);
      REQUIRE(what.cut_bytes == 0);
      REQUIRE(bytes_of(path) == changed);
    } else {
      REQUIRE(what.records == Records{"first", "second"});
      REQUIRE(what.damaged_bytes == 0);
      REQUIRE(what.cut_bytes == 13);
    }
  }
}

TEST_CASE("replacing leaves the new records only, and appending goes on behind them") {
  const Folder folder;
  const std::string path = folder.file("records");
  {
    RecordFile::Opened nothing;
    RecordFile file(path, nothing);
    CHECK(file.append(Records{"x"}, false));
    CHECK(file.replace({}));
    CHECK(file.append(Records{"a", "b", "c"}, false));
    CHECK(file.replace(Records{"c"}));
    CHECK(file.append(Records{"d"}, true));
  }
  CHECK(opened(path).records == Records{"c", "d"});
}

TEST_CASE("a file of another kind is refused and left alone") {
  const Folder folder;
  const std::string path = folder.file("notes.txt");
  write_bytes(path, "do not touch");
  CHECK_THROWS_WITH_AS(opened(path), doctest::Contains("must be a file of records of Vigil"),
                       std::runtime_error);
  CHECK(bytes_of(path) == "do not touch");
  CHECK_THROWS_WITH_AS(opened(folder.file("no/folder")), doctest::Contains("cannot be opened"),
                       std::runtime_error);
}

TEST_CASE("fields are unpacked as they were packed") {
  CHECK(rc::check([](const std::vector<std::string>& fields) {
    const std::vector<std::string_view> views(fields.begin(), fields.end());
    const std::string record = packed(views);
    RC_ASSERT(unpacked(record, fields.size()) == views);
    RC_ASSERT(unpacked(record, fields.size() + 1).empty());
  }));
}
