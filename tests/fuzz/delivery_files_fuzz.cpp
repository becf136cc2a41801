// The input is a file of records: as it stands (first byte r), or its records, with a byte of 255 between
// them and their checksums right. It is opened as an outbox and as a file of texts by key; what is there when
// it is opened again must be the same, and nothing is cut a second time.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

#include "monitoring/delivery/keyed_file.h"
#include "monitoring/delivery/outbox.h"
#include "monitoring/delivery/record_file.h"

using namespace vigil::monitoring;

namespace {

/// One for the process, gone with it.
struct Place {
  Place() {
    path = (std::filesystem::temp_directory_path() / ("vigil-fuzz-" + std::to_string(::getpid()))).string();
  }
  ~Place() { std::remove(path.c_str()); }
  std::string path;
};

void write(const std::string& path, std::string_view input) {
  std::remove(path.c_str());
  if (input.front() == 'r') {
    std::ofstream(path, std::ios::binary) << "VIGLREC1" << input.substr(1);
    return;
  }
  std::vector<std::string> records(1);
  for (const char c : input.substr(1)) {
    if (c == '\xFF') {
      records.emplace_back();
    } else {
      records.back() += c;
    }
  }
  RecordFile::Opened nothing;
  if (!RecordFile(path, nothing).append(records, false)) std::abort();
}

void check_outbox(const std::string& path, Outbox::Order order) {
  const Outbox first(path, order, {.entries = 4, .bytes = 4096, .memos = 4});
  const Outbox second(path, order, {.entries = 4, .bytes = 4096, .memos = 4});
  if (second.damage().cut_bytes != 0 || first.waiting().size() > 4 || first.memos().size() > 4) std::abort();
  if (first.waiting().size() != second.waiting().size() || first.bytes() != second.bytes()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Place place;
  if (size == 0) return 0;
  write(place.path, {reinterpret_cast<const char*>(data), size});
  check_outbox(place.path, Outbox::Order::Every);
  check_outbox(place.path, Outbox::Order::Latest);
  const auto everything = [] { return std::vector<KeyedFile::Change>{}; };
  KeyedFile first(place.path, everything);
  KeyedFile second(place.path, everything);
  if (first.take_loaded() != second.take_loaded()) std::abort();
  return 0;
}
