#pragma once

#include <stdexcept>
#include <string>

namespace vigil::monitoring {

/// A text that is no template, or a template that cannot be expanded. what() is as Prometheus words it, with
/// the position: `template: __alert_Down:1: unclosed action` and
/// `error executing template __alert_Down: template: __alert_Down:1:127: executing ...`. Positions count from
/// the beginning of what Prometheus puts before each text.
class TemplateError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;

  /// What Prometheus shows in place of an annotation or label whose expansion failed.
  [[nodiscard]] std::string replacement() const {
    return "<error expanding template: " + std::string(what()) + ">";
  }
};

}  // namespace vigil::monitoring
