// Draws expressions: texts that parse, from the grammar, for laws that hold for all of them.
#pragma once

#include <string>
#include <vector>

#include <rapidcheck.h>

namespace vigil::monitoring::promql {

/// A generator of one kind of text, by how deep it may still nest.
class DrawnExpression {
 public:
  static std::string vector(int depth) {
    if (depth <= 0) return selector();
    switch (*rc::gen::inRange(0, 9)) {
      case 0:
        return one_of({"abs", "ceil", "sqrt", "sort", "timestamp", "round", "absent"}) + '(' +
               vector(depth - 1) + ')';
      case 1:
        return one_of({"rate", "increase", "avg_over_time", "max_over_time", "changes", "deriv"}) + '(' +
               matrix(depth - 1) + ')';
      case 2:
        return one_of({"sum", "avg", "min", "max", "count", "stddev", "group"}) +
               one_of({"", " by (a)", " without (b, a)", " by ()", " by (\"c.d\", on)"}) + " (" +
               vector(depth - 1) + ')';
      case 3:
        return one_of({"topk", "bottomk", "quantile"}) + '(' + scalar(depth - 1) + ", " + vector(depth - 1) +
               ") by (a)";
      case 4:
        return '(' + vector(depth - 1) + ')';
      case 5:
        return one_of({"-", "+", "--"}) + vector(depth - 1);
      case 6:
        return vector(depth - 1) +
               one_of({" + ", " * ", " ^ ", " % ", " > bool ", " == ", " - on (a) ",
                       " / ignoring (b) group_left (c) ", " and ", " or ", " unless on () ", " atan2 ",
                       " < on(a) group_right() "}) +
               vector(depth - 1);
      case 7:
        return vector(depth - 1) + one_of({" + ", " ^ ", " >= ", " != bool "}) + scalar(depth - 1);
      default:
        return "label_replace(" + vector(depth - 1) + R"(, "a", "$1", "b", "(.*)\\d"))";
    }
  }

  static std::string scalar(int depth) {
    if (depth <= 0)
      return one_of({"1", "0.25", "-3", "1e3", "0x1F", "5m", "NaN", "+Inf", "1_000", "017", "2."});
    switch (*rc::gen::inRange(0, 5)) {
      case 0:
        return "scalar(" + vector(depth - 1) + ')';
      case 1:
        return scalar(depth - 1) + one_of({" + ", " ^ ", " < bool ", " * ", " atan2 "}) + scalar(depth - 1);
      case 2:
        return '(' + scalar(depth - 1) + ')';
      case 3:
        return '-' + scalar(depth - 1);
      default:
        return one_of({"time()", "pi()"});
    }
  }

 private:
  static std::string one_of(const std::vector<std::string>& texts) { return *rc::gen::elementOf(texts); }

  static std::string shift() {
    return one_of(
        {"", "", "", " offset 5m", " offset -90s", " @ 1.5", " @ end()", " offset 1d @ start()", " @ -7"});
  }
  static std::string plain_selector() {
    return one_of({"up", "a:b", "sum", "by", "offset{}", R"({a="b"})", R"(up{a!="b", c=~"x.*",})",
                   R"({"my.metric", "my.label"!~'y"'})", R"(up{é="\n"})", "up{a=`\\`}"});
  }
  static std::string selector() {
    std::string text = plain_selector();
    // Unquoted names are ASCII.
    if (const std::size_t at = text.find("é"); at != std::string::npos) text.replace(at, 2, "\"é\"");
    return text + shift();
  }
  static std::string matrix(int depth) {
    if (*rc::gen::arbitrary<bool>()) {
      return plain_selector_without_accent() + one_of({"[5m]", "[1h30m]", "[300]", "[1.5]"}) + shift();
    }
    return vector(depth) + one_of({"[10m:1m]", "[1h:]", "[600:60]"}) + shift();
  }
  static std::string plain_selector_without_accent() {
    return one_of({"up", "a:b", R"({a="b"})", "sum{c=''}"});
  }
};

}  // namespace vigil::monitoring::promql
