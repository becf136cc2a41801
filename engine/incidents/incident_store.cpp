#include "engine/incidents/incident_store.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "engine/incidents/incident.h"
#include "engine/output/csv_file.h"

namespace vigil::engine {

namespace fs = std::filesystem;

IncidentStore::IncidentStore(std::string folder, std::size_t keep)
    : folder_(std::move(folder)), keep_(keep) {}

void IncidentStore::add(const std::string& id, const std::string& bundle) {
  const std::lock_guard lock(mutex_);
  if (folder_.empty()) {
    in_memory_[id] = bundle;
    while (in_memory_.size() > keep_) in_memory_.erase(in_memory_.begin());
    return;
  }
  const std::string unfinished = path_of(id) + ".tmp";
  std::error_code error;
  {
    std::ofstream file(unfinished, std::ios::binary);
    file << bundle;
    file.close();
    if (!file) error = std::make_error_code(std::errc::io_error);
  }
  if (!error) fs::rename(unfinished, path_of(id), error);
  if (error) {
    std::error_code ignored;
    fs::remove(unfinished, ignored);
    throw std::runtime_error(path_of(id) + ": cannot be written");
  }
  remove_oldest();
}

std::vector<IncidentStore::Entry> IncidentStore::list() const {
  std::vector<Entry> entries;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, bundle] : in_memory_) entries.push_back({id, bundle.size()});
  if (!folder_.empty()) {
    std::error_code error;
    for (const auto& file : fs::directory_iterator(folder_, error)) {
      const std::string id = file.path().stem().string();
      if (file.path().extension() == ".json" && is_incident_id(id))
        entries.push_back({id, file.file_size(error)});
    }
  }
  std::ranges::sort(entries, std::ranges::greater{}, &Entry::id);
  return entries;
}

std::optional<std::string> IncidentStore::read(const std::string& id) const {
  if (!is_incident_id(id)) return std::nullopt;
  const std::lock_guard lock(mutex_);
  if (folder_.empty()) {
    const auto found = in_memory_.find(id);
    return found == in_memory_.end() ? std::nullopt : std::optional(found->second);
  }
  std::ifstream file(path_of(id), std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

/// Their ids begin with their time.
void IncidentStore::remove_oldest() {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& file : fs::directory_iterator(folder_, error)) {
    if (file.path().extension() == ".json" && is_incident_id(file.path().stem().string())) {
      files.push_back(file.path());
    }
  }
  std::ranges::sort(files);
  for (std::size_t i = 0; i + keep_ < files.size(); ++i) fs::remove(files[i], error);
}

}  // namespace vigil::engine
