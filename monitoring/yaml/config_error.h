#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace vigil::monitoring {

/// A configuration that cannot be used, with everything that is wrong with it. Each message stands alone:
/// "FILE:LINE: key.path: must ..., was ...".
class ConfigError : public std::runtime_error {
 public:
  explicit ConfigError(std::vector<std::string> messages);
  [[nodiscard]] const std::vector<std::string>& messages() const noexcept { return messages_; }

 private:
  std::vector<std::string> messages_;
};

}  // namespace vigil::monitoring
