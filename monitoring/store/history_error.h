#pragma once

#include <stdexcept>

namespace vigil::monitoring {

/// A file of the history that cannot be read or written, or is damaged. what() names the file and says what
/// was expected and what was found.
class HistoryError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace vigil::monitoring
