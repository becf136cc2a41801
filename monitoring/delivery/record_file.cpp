#include "monitoring/delivery/record_file.h"

#include <cerrno>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <boost/crc.hpp>

namespace vigil::monitoring {
namespace {

constexpr std::string_view kMagic = "VIGLREC1";
constexpr std::size_t kNumber = 4;
constexpr std::size_t kHead = 2 * kNumber;

void add_number(std::string& out, std::uint32_t value) {
  for (std::size_t i = 0; i < kNumber; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
}

std::uint32_t number_at(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < kNumber; ++i) {
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  return value;
}

std::uint32_t checksum(std::string_view length, std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC'6F41, 0xFFFF'FFFF, 0xFFFF'FFFF, true, true> crc;
  crc.process_bytes(length.data(), length.size());
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

void add_record(std::string& out, std::string_view record) {
  std::string length;
  add_number(length, static_cast<std::uint32_t>(record.size()));
  out += length;
  add_number(out, checksum(length, record));
  out += record;
}

/// The whole record that these bytes begin with.
std::optional<std::string_view> record_at(std::string_view bytes) {
  const std::size_t length = number_at(bytes);
  if (length > RecordFile::kMaxRecord || bytes.size() - kHead < length) return std::nullopt;
  const std::string_view record = bytes.substr(kHead, length);
  if (number_at(bytes.substr(kNumber)) != checksum(bytes.substr(0, kNumber), record)) return std::nullopt;
  return record;
}

/// False: one of them is too long.
bool format_records(std::span<const std::string> records, std::string& out) {
  for (const std::string& record : records) {
    if (record.size() > RecordFile::kMaxRecord) return false;
    add_record(out, record);
  }
  return true;
}

}  // namespace

RecordFile::RecordFile(const std::string& path, Opened& opened, RecordDisk& disk) {
  std::string bytes;
  file_ = disk.open(path, bytes);
  WholeRecords whole = read_records(bytes);
  const std::size_t good = whole.end;
  opened.records = std::move(whole.records);
  opened.damaged_bytes = whole.damaged_bytes;
  // A beginning of the magic is what a crash leaves of a file that was just being made.
  if (good == 0 && !kMagic.starts_with(bytes)) {
    throw std::runtime_error(fmt::format("{}: must be a file of records of Vigil, is of another kind", path));
  }
  opened.cut_bytes = bytes.size() - good;
  const auto expect = [&path](bool ok, std::string_view what) {
    if (!ok) throw std::runtime_error(fmt::format("{}: cannot be {}: {}", path, what, std::strerror(errno)));
  };
  expect(file_->cut(good), "cut to its whole records");
  size_ = good;
  if (good > 0) return;
  expect(file_->append(kMagic) && file_->sync() && file_->sync_name(), "written");
  size_ = kMagic.size();
}

bool RecordFile::append(std::span<const std::string> records, bool sync) {
  std::string bytes;
  if (has_rest_ || !format_records(records, bytes)) return false;
  if (file_->append(bytes) && (!sync || file_->sync())) {
    size_ += bytes.size();
    return true;
  }
  // What was written of them must not stand before records to come.
  has_rest_ = !file_->cut(size_);
  return false;
}

bool RecordFile::replace(std::span<const std::string> records) {
  // Nothing is left: the file is cut in its place, which costs no wait for the disk. (Until the next record
  // is on the disk, a stop of the machine may bring back what was there.)
  if (records.empty()) {
    if (!file_->cut(kMagic.size())) return false;
    size_ = kMagic.size();
    has_rest_ = false;
    return true;
  }
  std::string bytes{kMagic};
  if (!format_records(records, bytes) || !file_->replace(bytes)) return false;
  has_rest_ = false;
  size_ = bytes.size();
  return true;
}

WholeRecords read_records(std::string_view bytes) {
  WholeRecords out;
  if (!bytes.starts_with(kMagic)) return out;
  out.end = kMagic.size();
  for (std::size_t at = out.end; bytes.size() - at >= kHead; ++at) {
    const auto record = record_at(bytes.substr(at));
    if (!record) continue;
    out.damaged_bytes += at - out.end;
    out.records.emplace_back(*record);
    out.end = at + kHead + record->size();
    at = out.end - 1;
  }
  return out;
}

std::string FileDamage::text(std::string_view path) const {
  if (cut_bytes + damaged_bytes + unreadable == 0) return {};
  return fmt::format(
      "{}: damaged, what it told there is lost: {} bytes between whole records, {} bytes at its end (cut "
      "off), "
      "{} records of a form that this version does not know",
      path, damaged_bytes, cut_bytes, unreadable);
}

std::string packed(std::span<const std::string_view> fields) {
  std::string record;
  for (const std::string_view field : fields) {
    add_number(record, static_cast<std::uint32_t>(field.size()));
    record += field;
  }
  return record;
}

std::vector<std::string_view> unpacked(std::string_view record, std::size_t count) {
  std::vector<std::string_view> fields;
  while (record.size() >= kNumber && fields.size() < count) {
    const std::size_t length = number_at(record);
    if (record.size() - kNumber < length) return {};
    fields.push_back(record.substr(kNumber, length));
    record.remove_prefix(kNumber + length);
  }
  if (!record.empty() || fields.size() != count) return {};
  return fields;
}

}  // namespace vigil::monitoring
