#include "engine/output/csv_file.h"

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace vigil::engine {
namespace {

[[noreturn]] void fail(const std::string& path) {
  throw std::runtime_error(path + ": cannot be written: " + std::strerror(errno));
}

}  // namespace

CsvFile::CsvFile(std::string path, std::string_view header) : path_(std::move(path)) {
  errno = 0;
  out_.open(path_, std::ios::binary | std::ios::trunc);
  if (!out_) fail(path_);
  out_ << header << '\n';
}

void CsvFile::separate() {
  if (!first_) row_ += ',';
  first_ = false;
}

CsvFile& CsvFile::field(std::string_view text) {
  separate();
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    row_ += text;
    return *this;
  }
  row_ += '"';
  for (const char c : text) {
    if (c == '"') row_ += '"';
    row_ += c;
  }
  row_ += '"';
  return *this;
}

CsvFile& CsvFile::field(std::int64_t number) {
  return field(std::to_string(number));
}

CsvFile& CsvFile::decimal(orders::Int128 raw) {
  char text[orders::kDecimalTextSize];
  return field({text, orders::print_decimal(raw, orders::kScaleDigits, text)});
}

CsvFile& CsvFile::price(const std::optional<orders::Price>& price) {
  return price ? decimal(price->raw()) : field(std::string_view{});
}

CsvFile& CsvFile::time(orders::Timestamp time) {
  return time == orders::Timestamp{} ? field(std::string_view{}) : field(orders::nanoseconds_of(time));
}

void CsvFile::end_row() {
  row_ += '\n';
  if (!out_.write(row_.data(), static_cast<std::streamsize>(row_.size()))) fail(path_);
  row_.clear();
  first_ = true;
}

void CsvFile::close() {
  out_.close();
  if (!out_) fail(path_);
}

}  // namespace vigil::engine
