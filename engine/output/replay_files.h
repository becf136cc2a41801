#pragma once

#include <memory>
#include <string>

#include "engine/output/csv_file.h"

namespace vigil::engine {

struct EngineConfig;
struct ReplayReport;

// The files a replay writes. Each throws std::runtime_error naming the path when it cannot be written.

/// A row a fill, as they happen.
[[nodiscard]] std::unique_ptr<CsvFile> open_fills_file(const std::string& path);
/// For write_orders_csv.
[[nodiscard]] std::unique_ptr<CsvFile> open_orders_file(const std::string& path);
void write_text_file(const std::string& path, const std::string& text);

/// The report as JSON and as a page, each where its path is not "". Throws std::runtime_error.
void write_report(const EngineConfig& config, const ReplayReport& report, const std::string& json_path,
                  const std::string& html_path);

}  // namespace vigil::engine
