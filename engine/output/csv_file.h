#pragma once

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "orders/decimal.h"
#include "orders/time.h"

namespace vigil::engine {

/// A CSV file being written: a header, then rows of fields. A field with a comma, a quote or a line end is
/// quoted as RFC 4180 says. Throws std::runtime_error naming the path when it cannot be written.
class CsvFile {
 public:
  CsvFile(std::string path, std::string_view header);

  CsvFile& field(std::string_view text);
  CsvFile& field(std::int64_t number);
  CsvFile& decimal(orders::Int128 raw);  ///< in units of 1e-8
  CsvFile& price(const std::optional<orders::Price>& price);
  CsvFile& time(orders::Timestamp time);  ///< zero = empty
  void end_row();
  /// Flushes; the file is complete after it.
  void close();

 private:
  void separate();

  std::string path_;
  std::ofstream out_;
  std::string row_;
  bool first_ = true;
};

}  // namespace vigil::engine
