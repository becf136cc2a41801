#include "engine/bench/process_memory.h"

#include <fstream>
#include <stdexcept>

namespace vigil::engine::bench {

double process_memory(const std::string& process, const char* file, std::string_view name) {
  const std::string path = "/proc/" + process + "/" + file;
  std::ifstream lines(path);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(name)) return std::stod(line.substr(name.size())) * 1024;
  }
  throw std::runtime_error(path + " has no line " + std::string{name});
}

}  // namespace vigil::engine::bench
