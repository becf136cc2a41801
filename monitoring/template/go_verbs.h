#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vigil::monitoring::text_template {

/// The flags, width and precision of a verb of Go's fmt.
struct FormatFlags {
  bool minus = false, plus = false, sharp = false, space = false, zero = false;
  bool plus_v = false;   ///< %+v
  bool sharp_v = false;  ///< %#v
  bool has_width = false, has_precision = false;
  int width = 0, precision = 0;
};

/// Text that grows up to kMaxTemplateText bytes; beyond it throws CallFailure.
class FormatBuffer {
 public:
  void append(std::string_view text);
  void append(char character) { append(std::string_view(&character, 1)); }
  void append_times(char character, int count);
  /// With spaces (zeros by the flag) up to the width.
  void append_padded(std::string_view text, const FormatFlags& flags);
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  void need(std::size_t bytes) const;

  std::string text_;
};

/// `verb`: one of b c d o O q U v x X. `bits` are a signed number's where `is_signed`.
void format_integer(FormatBuffer& out, const FormatFlags& flags, std::uint64_t bits, bool is_signed,
                    char32_t verb);
/// `verb`: one of b e E f F g G v x X.
void format_float(FormatBuffer& out, const FormatFlags& flags, double value, char32_t verb);
/// `verb`: one of q s v x X.
void format_string(FormatBuffer& out, const FormatFlags& flags, std::string_view text, char32_t verb);

/// `%.4g`.
[[nodiscard]] std::string four_digits_text(double value);

}  // namespace vigil::monitoring::text_template
