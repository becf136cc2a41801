#include "monitoring/template/go_format.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "monitoring/template/character_class.h"
#include "monitoring/template/go_verbs.h"
#include "monitoring/template/time_methods.h"

namespace vigil::monitoring::text_template {

namespace {

/// Widths, precisions and indexes beyond this are none.
constexpr int kMostNumber = 1'000'000;

bool is_one_of(char32_t verb, std::string_view verbs) {
  return verb < 0x80 && verbs.find(static_cast<char>(verb)) != std::string_view::npos;
}

class Printer {
 public:
  FormatFlags flags;
  FormatBuffer out;

  /// A value that an action or a function hands over.
  void print_argument(const Value& argument, char32_t verb) {
    const Value value = argument.unboxed();
    if (value.type == Type::None) {
      if (verb == 'T' || verb == 'v') return out.append_padded("<nil>", flags);
      return bad_verb(value, verb);
    }
    if (verb == 'T') return format_string(out, flags, type_name(value.type), 's');
    if (!print_by_method(value, verb)) print(value, verb, 0);
  }

  void append_verb(char32_t verb) {
    std::string text;
    append_utf8(text, verb);
    out.append(text);
  }

 private:
  void bad_verb(const Value& value, char32_t verb) {
    erroring_ = true;
    out.append("%!");
    append_verb(verb);
    out.append('(');
    if (value.type == Type::None) {
      out.append("<nil>");
    } else {
      out.append(type_name(value.type));
      out.append('=');
      print(value, 'v', 0);
    }
    out.append(')');
    erroring_ = false;
  }

  /// Times, months and the like know how to show themselves.
  bool print_by_method(const Value& value, char32_t verb) {
    if (erroring_) return false;
    if (verb == 'w') {  // for errors only, and no value is one
      bad_verb(value, verb);
      return true;
    }
    if (flags.sharp_v) {
      if ((value.type != Type::Time && value.type != Type::TimePointer) || value.is_nil()) return false;
      format_string(out, without_sharp(), go_source_text(value.instant()), 's');
      return true;
    }
    if (!is_one_of(verb, "vsxXq")) return false;
    const auto text = method_text(value);
    if (!text) return false;
    format_string(out, flags, *text, verb);
    return true;
  }
  [[nodiscard]] FormatFlags without_sharp() const {
    FormatFlags plain = flags;
    plain.sharp_v = false;
    return plain;
  }

  void print(const Value& value, char32_t verb, int depth) {
    switch (value.kind()) {
      case Kind::Invalid:
        if (verb == 'v') return out.append("<nil>");
        return bad_verb(value, verb);
      case Kind::Interface:
        return print_interface(value, verb, depth);
      case Kind::Bool:
        if (!is_one_of(verb, "tv")) return bad_verb(value, verb);
        return out.append_padded(std::get<bool>(value.data) ? "true" : "false", flags);
      case Kind::Int:
      case Kind::Uint:
        if (!is_one_of(verb, "vdboOxXcqU")) return bad_verb(value, verb);
        return format_integer(out, flags, static_cast<std::uint64_t>(value.integer()),
                              value.kind() == Kind::Int, verb);
      case Kind::Float:
        if (!is_one_of(verb, "vbgGxXfFeE")) return bad_verb(value, verb);
        return format_float(out, flags, value.number(), verb);
      case Kind::Complex:
        return print_complex(value, verb);
      case Kind::String:
        if (!is_one_of(verb, "vsxXq")) return bad_verb(value, verb);
        return format_string(out, flags, value.text(), verb);
      case Kind::Map:
        return print_map(value, verb, depth);
      case Kind::Struct:
        return print_struct(value, verb, depth);
      case Kind::Slice:
        return print_slice(value, verb, depth);
      case Kind::Pointer:
        return print_pointer(value, verb, depth);
    }
  }

  void print_element(const Value& value, char32_t verb, int depth) {
    if (value.type != Type::None && print_by_method(value, verb)) return;
    print(value, verb, depth);
  }

  void print_interface(const Value& value, char32_t verb, int depth) {
    if (value.type != Type::None) return print_element(value.unboxed(), verb, depth + 1);
    out.append(flags.sharp_v ? "interface {}(nil)" : "<nil>");
  }

  void print_complex(const Value& value, char32_t verb) {
    if (!is_one_of(verb, "vbgGxXfFeE")) return bad_verb(value, verb);
    const auto number = std::get<std::complex<double>>(value.data);
    const bool plus = flags.plus;
    out.append('(');
    format_float(out, flags, number.real(), verb);
    flags.plus = true;
    format_float(out, flags, number.imag(), verb);
    flags.plus = plus;
    out.append("i)");
  }

  void begin(const Value& value, std::string_view plain) {
    out.append(flags.sharp_v ? std::string(type_name(value.type)) + '{' : plain);
  }
  void separate(bool& first) {
    if (!first) out.append(flags.sharp_v ? ", " : " ");
    first = false;
  }

  void print_map(const Value& map, char32_t verb, int depth) {
    if (flags.sharp_v && map.is_nil()) return out.append(std::string(type_name(map.type)) + "(nil)");
    begin(map, "map[");
    bool first = true;
    for (const auto& [key, value] : entries_of(map)) {
      separate(first);
      print_element(key, verb, depth + 1);
      out.append(':');
      print_element(value, verb, depth + 1);
    }
    out.append(flags.sharp_v ? '}' : ']');
  }

  void print_struct(const Value& value, char32_t verb, int depth) {
    begin(value, "{");
    bool first = true;
    for (const Field& field : fields_of(value)) {
      separate(first);
      if (flags.plus_v || flags.sharp_v) out.append(std::string(field.name) + ':');
      print_element(field.value, verb, depth + 1);
    }
    out.append('}');
  }

  void print_slice(const Value& value, char32_t verb, int depth) {
    const SampleSlice& slice = value.samples();
    if (flags.sharp_v && slice.samples == nullptr) {
      return out.append(std::string(type_name(value.type)) + "(nil)");
    }
    begin(value, "[");
    bool first = true;
    for (std::size_t at = 0; at < slice.size; ++at) {
      separate(first);
      print_element(make_sample((*slice.samples)[slice.begin + at]), verb, depth + 1);
    }
    out.append(flags.sharp_v ? '}' : ']');
  }

  void print_pointer(const Value& value, char32_t verb, int depth) {
    if (!value.is_nil()) {
      // Inside something else Go has only an address, which not every verb prints.
      if (depth > 0 && !is_one_of(verb, "vbodxX")) return bad_verb(value, verb);
      out.append('&');
      return print(value.pointed_to(), verb, depth + 1);
    }
    if (is_one_of(verb, "bodxX")) return format_integer(out, flags, 0, false, verb);
    if (verb != 'v') return bad_verb(value, verb);
    if (flags.sharp_v) return out.append('(' + std::string(type_name(value.type)) + ")(nil)");
    out.append_padded("<nil>", flags);
  }

  bool erroring_ = false;
};

/// Reads a format as fmt.Sprintf does.
class Formatter {
 public:
  Formatter(std::string_view format, std::span<const Value> arguments)
      : format_(format), arguments_(arguments) {}

  std::string run() {
    while (at_ < format_.size()) {
      good_index_ = true;
      const std::size_t percent = std::min(format_.find('%', at_), format_.size());
      printer_.out.append(format_.substr(at_, percent - at_));
      at_ = percent + 1;
      if (percent == format_.size() || !format_verb()) break;
    }
    if (!reordered_ && next_ < arguments_.size()) append_extra();
    return printer_.out.take();
  }

 private:
  [[nodiscard]] bool at(char character) const { return at_ < format_.size() && format_[at_] == character; }

  /// Digits from `from` to `end`; `from` is then behind them.
  static std::optional<int> read_number(std::string_view text, std::size_t& from, std::size_t end) {
    std::optional<int> number;
    for (; from < end && text[from] >= '0' && text[from] <= '9'; ++from) {
      if (number.value_or(0) > kMostNumber) {
        from = end;
        return std::nullopt;
      }
      number = number.value_or(0) * 10 + (text[from] - '0');
    }
    return number;
  }

  void read_flags() {
    FormatFlags& flags = printer_.flags;
    for (; at_ < format_.size(); ++at_) {
      switch (format_[at_]) {
        case '#':
          flags.sharp = true;
          break;
        case '0':
          flags.zero = !flags.minus;
          break;
        case '+':
          flags.plus = true;
          break;
        case '-':
          flags.minus = true;
          flags.zero = false;
          break;
        case ' ':
          flags.space = true;
          break;
        default:
          return;
      }
    }
  }

  /// `[2]`: the next argument is the second. True: there was one that is well formed.
  bool read_index() {
    if (!at('[')) return false;
    reordered_ = true;
    const std::size_t close = format_.find(']', at_);
    if (format_.size() - at_ < 3 || close == std::string_view::npos) {
      good_index_ = false;
      ++at_;
      return false;
    }
    std::size_t from = at_ + 1;
    const auto number = read_number(format_, from, close);
    const bool well_formed = number && from == close;
    at_ = close + 1;
    if (well_formed && *number >= 1 && static_cast<std::size_t>(*number) <= arguments_.size()) {
      next_ = static_cast<std::size_t>(*number) - 1;
      return true;
    }
    good_index_ = false;
    return well_formed;
  }

  /// What a `*` stands for.
  std::optional<int> argument_number() {
    if (next_ >= arguments_.size()) return std::nullopt;
    const Value value = arguments_[next_++].unboxed();
    if (value.kind() != Kind::Int && value.kind() != Kind::Uint) return std::nullopt;
    if (value.integer() > kMostNumber || value.integer() < -kMostNumber) return std::nullopt;
    return static_cast<int>(value.integer());
  }

  void read_width(bool& behind_index) {
    FormatFlags& flags = printer_.flags;
    if (at('*')) {
      ++at_;
      const auto number = argument_number();
      flags.has_width = number.has_value();
      flags.width = number.value_or(0);
      if (!number) printer_.out.append("%!(BADWIDTH)");
      if (flags.width < 0) {
        flags.width = -flags.width;
        flags.minus = true;
        flags.zero = false;
      }
      behind_index = false;
      return;
    }
    const auto number = read_number(format_, at_, format_.size());
    flags.has_width = number.has_value();
    flags.width = number.value_or(0);
    if (behind_index && number) good_index_ = false;
  }

  void read_precision(bool& behind_index) {
    if (!at('.') || at_ + 1 >= format_.size()) return;
    FormatFlags& flags = printer_.flags;
    ++at_;
    if (behind_index) good_index_ = false;
    behind_index = read_index();
    flags.has_precision = true;
    if (!at('*')) {
      flags.precision = read_number(format_, at_, format_.size()).value_or(0);
      return;
    }
    ++at_;
    const auto number = argument_number();
    flags.has_precision = number && *number >= 0;
    flags.precision = flags.has_precision ? *number : 0;
    if (!flags.has_precision) printer_.out.append("%!(BADPREC)");
    behind_index = false;
  }

  void read_v_flags() {
    FormatFlags& flags = printer_.flags;
    flags.sharp_v = flags.sharp;
    flags.sharp = false;
    flags.plus_v = flags.plus;
    flags.plus = false;
  }

  /// What follows a percent sign; false: nothing.
  bool format_verb() {
    printer_.flags = {};
    read_flags();
    bool behind_index = read_index();
    read_width(behind_index);
    read_precision(behind_index);
    if (!behind_index) read_index();
    if (at_ >= format_.size()) {
      printer_.out.append("%!(NOVERB)");
      return false;
    }
    const Utf8Character verb = decode_utf8(format_, at_);
    at_ += verb.bytes;
    if (verb.value == '%') {
      printer_.out.append('%');
    } else if (!good_index_ || next_ >= arguments_.size()) {
      printer_.out.append("%!");
      printer_.append_verb(verb.value);
      printer_.out.append(good_index_ ? "(MISSING)" : "(BADINDEX)");
    } else {
      if (verb.value == 'v') read_v_flags();
      printer_.print_argument(arguments_[next_++], verb.value);
    }
    return true;
  }

  void append_extra() {
    printer_.flags = {};
    printer_.out.append("%!(EXTRA ");
    bool first = true;
    for (const Value& argument : arguments_.subspan(next_)) {
      if (!first) printer_.out.append(", ");
      first = false;
      if (argument.type != Type::None) {
        printer_.out.append(type_name(argument.type));
        printer_.out.append('=');
      }
      printer_.print_argument(argument, 'v');
    }
    printer_.out.append(')');
  }

  std::string_view format_;
  std::span<const Value> arguments_;
  Printer printer_;
  std::size_t at_ = 0;
  std::size_t next_ = 0;    ///< the argument that is printed next
  bool reordered_ = false;  ///< some verb chose its argument
  bool good_index_ = true;  ///< of the verb that is read
};

}  // namespace

std::string go_sprintf(std::string_view format, std::span<const Value> arguments) {
  return Formatter(format, arguments).run();
}

std::string go_sprint(std::span<const Value> arguments) {
  Printer printer;
  bool previous_is_string = true;
  for (const Value& argument : arguments) {
    const bool is_string = kind_of(argument.type) == Kind::String;
    if (!is_string && !previous_is_string) printer.out.append(' ');
    previous_is_string = is_string;
    printer.print_argument(argument, 'v');
  }
  return printer.out.take();
}

std::string go_sprintln(std::span<const Value> arguments) {
  Printer printer;
  bool first = true;
  for (const Value& argument : arguments) {
    if (!first) printer.out.append(' ');
    first = false;
    printer.print_argument(argument, 'v');
  }
  printer.out.append('\n');
  return printer.out.take();
}

}  // namespace vigil::monitoring::text_template
