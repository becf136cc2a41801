#pragma once

#include <memory>
#include <string>

#include "engine/output/csv_file.h"

namespace vigil::engine {

// The files a replay writes. Each throws std::runtime_error naming the path when it cannot be written.

/// A row a fill, as they happen.
[[nodiscard]] std::unique_ptr<CsvFile> open_fills_file(const std::string& path);
/// For write_orders_csv.
[[nodiscard]] std::unique_ptr<CsvFile> open_orders_file(const std::string& path);
void write_text_file(const std::string& path, const std::string& text);

}  // namespace vigil::engine
