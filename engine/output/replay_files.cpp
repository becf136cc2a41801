#include "engine/output/replay_files.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string_view>

#include "engine/output/report.h"
#include "engine/output/report_html.h"

namespace vigil::engine {
namespace {

constexpr std::string_view kFillsHeader =
    "ts,order_id,client_order_id,venue,venue_trade_id,account,strategy,symbol,side,quantity,price,commission,"
    "commission_currency,liquidity,decision_mid,arrival_bid,arrival_ask";
constexpr std::string_view kOrdersHeader =
    "order_id,client_order_id,parent_order_id,account,strategy,symbol,venue,side,type,time_in_force,quantity,"
    "limit_price,stop_price,state,reason,cum_quantity,average_price,overfill_quantity,decided,received,"
    "risk_checked,routed,sent,acknowledged,first_fill,last_fill,closed,decision_mid,arrival_bid,arrival_ask";

}  // namespace

std::unique_ptr<CsvFile> open_fills_file(const std::string& path) {
  return std::make_unique<CsvFile>(path, kFillsHeader);
}

std::unique_ptr<CsvFile> open_orders_file(const std::string& path) {
  return std::make_unique<CsvFile>(path, kOrdersHeader);
}

void write_text_file(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) throw std::runtime_error(path + ": cannot be written");
}

void write_report(const EngineConfig& config, const ReplayReport& report, const std::string& json_path,
                  const std::string& html_path) {
  if (json_path.empty() && html_path.empty()) return;
  const std::string json = report_json(config, report);
  if (!json_path.empty()) write_text_file(json_path, json);
  if (html_path.empty()) return;
  // They are usually neighbours, and moved together.
  const std::string link = json_path.empty()
                               ? ""
                               : std::filesystem::path(json_path)
                                     .lexically_relative(std::filesystem::path(html_path).parent_path())
                                     .string();
  write_text_file(html_path, report_html(Json::parse(json), link.empty() ? json_path : link));
}

}  // namespace vigil::engine
