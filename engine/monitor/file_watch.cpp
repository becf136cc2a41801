#include "engine/monitor/file_watch.h"

#include <utility>

#include <sys/stat.h>

#include "monitoring/alerting/rule_test.h"

namespace vigil::engine {

FileWatch::FileWatch(std::vector<std::string> patterns) {
  watch(std::move(patterns));
}

void FileWatch::watch(std::vector<std::string> patterns) {
  patterns_ = std::move(patterns);
  known_ = last_ = state();
}

bool FileWatch::changed() {
  std::string now = state();
  const bool is_settled = now == last_;
  last_ = std::move(now);
  if (!is_settled || last_ == known_) return false;
  known_ = last_;
  return true;
}

std::string FileWatch::state() const {
  std::string text;
  for (const std::string& pattern : patterns_) {
    for (const std::string& file : monitoring::files_of(pattern)) {
      struct stat status {};
      if (::stat(file.c_str(), &status) != 0) continue;  // gone: that is a change, too
      text += file;
      for (const auto part :
           {static_cast<long long>(status.st_ino), static_cast<long long>(status.st_size),
            static_cast<long long>(status.st_mtim.tv_sec), static_cast<long long>(status.st_mtim.tv_nsec)}) {
        text += ' ' + std::to_string(part);
      }
      text += '\n';
    }
  }
  return text;
}

}  // namespace vigil::engine
