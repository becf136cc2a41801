#include "engine/reports/report_store.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <system_error>
#include <utility>

#include "monitoring/store/stored_bytes.h"

namespace vigil::engine {
namespace {

namespace fs = std::filesystem;

/// Of a report's head, which is shorter: whether it is of a whole day.
constexpr std::size_t kHeadBytes = 1024;
bool says_complete(std::string_view json) {
  return json.substr(0, kHeadBytes).find("\"complete\": true") != std::string_view::npos;
}

/// Whole and on the disk, or not there.
void write_whole(const std::string& path, const std::string& text) {
  const auto file = monitoring::file_sink(path);
  file->write(text);
  static_cast<void>(file->finish());
}

}  // namespace

bool is_day(std::string_view text) noexcept {
  constexpr std::string_view kForm = "dddd-dd-dd";
  if (text.size() != kForm.size()) return false;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == 'd' ? !is_digit : text[i] != '-') return false;
  }
  return true;
}

ReportStore::ReportStore(std::string folder, std::size_t keep) : folder_(std::move(folder)), keep_(keep) {}

std::string ReportStore::path_of(const std::string& day, const char* extension) const {
  return folder_ + "/" + day + extension;
}

bool ReportStore::has(const std::string& day) const {
  const std::lock_guard lock(mutex_);
  if (folder_.empty()) return in_memory_.contains(day);
  std::error_code error;
  return fs::exists(path_of(day, ".json"), error);
}

void ReportStore::add(const std::string& day, const std::string& json, const std::string& html) {
  const std::lock_guard lock(mutex_);
  if (folder_.empty()) {
    in_memory_[day] = {json, html};
  } else {
    write_whole(path_of(day, ".html"), html);
    write_whole(path_of(day, ".json"), json);
  }
  remove_oldest();
}

std::vector<std::string> ReportStore::days_on_disk() const {
  std::vector<std::string> days;
  std::error_code error;
  for (const auto& file : fs::directory_iterator(folder_, error)) {
    if (file.path().extension() == ".json" && is_day(file.path().stem().string()))
      days.push_back(file.path().stem().string());
  }
  std::ranges::sort(days, std::ranges::greater{});
  return days;
}

std::vector<ReportStore::Entry> ReportStore::list() const {
  std::vector<Entry> entries;
  const std::lock_guard lock(mutex_);
  if (folder_.empty()) {
    for (auto day = in_memory_.rbegin(); day != in_memory_.rend(); ++day)
      entries.push_back({day->first, says_complete(day->second.json)});
    return entries;
  }
  for (const std::string& day : days_on_disk()) {
    std::string head(kHeadBytes, '\0');
    std::ifstream file(path_of(day, ".json"), std::ios::binary);
    file.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    entries.push_back({day, says_complete(head)});
  }
  return entries;
}

std::optional<std::string> ReportStore::read(const std::string& day, const char* extension) const {
  if (!is_day(day)) return std::nullopt;
  std::ifstream file(path_of(day, extension), std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

std::optional<std::string> ReportStore::json(const std::string& day) const {
  const std::lock_guard lock(mutex_);
  if (!folder_.empty()) return read(day, ".json");
  const auto found = in_memory_.find(day);
  return found == in_memory_.end() ? std::nullopt : std::optional(found->second.json);
}

std::optional<std::string> ReportStore::html(const std::string& day) const {
  const std::lock_guard lock(mutex_);
  if (!folder_.empty()) return read(day, ".html");
  const auto found = in_memory_.find(day);
  return found == in_memory_.end() ? std::nullopt : std::optional(found->second.html);
}

void ReportStore::remove_oldest() {
  while (in_memory_.size() > keep_) in_memory_.erase(in_memory_.begin());
  if (folder_.empty()) return;
  const std::vector<std::string> days = days_on_disk();
  std::error_code error;
  for (std::size_t i = keep_; i < days.size(); ++i) {
    fs::remove(path_of(days[i], ".json"), error);
    fs::remove(path_of(days[i], ".html"), error);
  }
}

}  // namespace vigil::engine
