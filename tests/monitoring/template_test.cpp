#include "monitoring/template/template.h"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace {

using namespace vigil::monitoring;

TemplateData sample_data() {
  TemplateData data{.labels = Labels{{"instance", "db1.example.org:9100"}, {"job", "node"}},
                    .external_labels = Labels{{"region", "eu"}},
                    .external_url = "http://example.org:9090/prom%20x",
                    .value = 1.5,
                    .query = {}};
  data.query = [](const std::string& expression) -> std::vector<TemplateSample> {
    if (expression == "none") return {};
    if (expression == "broken") throw std::runtime_error("it is broken");
    return {
        {Labels{{"i", "c"}}, 3}, {Labels{{"i", "a"}}, 1.5}, {Labels{{"i", "b"}, {"__value__", "two"}}, 2}};
  };
  return data;
}

std::string expand(std::string_view text, const TemplateData& data = sample_data()) {
  try {
    return Template::parse("Test", text).expand(data);
  } catch (const TemplateError& error) {
    return error.what();
  }
}

struct Row {
  std::string_view text;
  std::string_view expected;
};
void check_rows(std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(expand(row.text) == row.expected);
  }
}

std::string cause_of(std::string_view text) {
  const std::string what = expand(text);
  const std::size_t at = what.rfind(">: ");
  return at == std::string::npos ? what : what.substr(at + 3);
}

}  // namespace

TEST_CASE("text, values and labels expand as in Prometheus") {
  check_rows({
      {"plain text", "plain text"},
      {"{{ $value }} {{ .Value }} {{ $labels.job }} {{ .Labels.job }}", "1.5 1.5 node node"},
      {"{{ $externalLabels.region }} {{ $externalURL }}", "eu http://example.org:9090/prom%20x"},
      {"{{ externalURL }} {{ pathPrefix }}", "http://example.org:9090/prom%20x /prom x"},
      {"[{{ $labels.missing }}] {{ index (args 1) \"x\" }}", "[] <no value>"},
      {"{{ $labels }}", "map[instance:db1.example.org:9100 job:node]"},
      {"a  {{- /* note */ -}}  b {{- \" c \" -}} d", "ab c d"},
      {"{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}", "2"},
      {"{{ with $labels.job }}{{ . }}{{ end }}{{ with $labels.none }}x{{ else }}y{{ end }}", "nodey"},
      {"{{ range $k, $v := $labels }}{{ $k }}={{ $v }};{{ end }}", "instance=db1.example.org:9100;job=node;"},
      {"{{ range args 1 2 3 }}{{ if eq . 2 }}{{ continue }}{{ end }}{{ . }}{{ end }}", "13"},
      {"{{ range args 1 2 3 }}{{ if eq . 2 }}{{ break }}{{ end }}{{ . }}{{ end }}", "1"},
      {"{{ define \"t\" }}<{{ . }}>{{ end }}{{ template \"t\" $value }}{{ block \"b\" 2 }}{{ . }}{{ end }}",
       "<1.5>2"},
      {"{{ if gt $value 2.0 }}a{{ else if lt $value 1.0 }}b{{ else }}c{{ end }}", "c"},
      {"{{ args 1 nil \"x\" }}", "map[arg0:1 arg1:<nil> arg2:x]"},
      {"{{ 0x1F }} {{ 0b11 }} {{ 017 }} {{ 1_000 }} {{ 1e6 }} {{ 1e20 }} {{ 'a' }} {{ 1+2i }}",
       "31 3 15 1000 1e+06 1e+20 97 (1+2i)"},
  });
}

TEST_CASE("printf formats as Go does, mistakes included") {
  check_rows({
      {R"({{ printf "%5d|%-5d|%05d|%+d|%x|%#x|%o|%b|%c|%q|%U" 42 42 42 42 42 42 8 5 65 65 65 }})",
       "   42|42   |00042|+42|2a|0x2a|10|101|A|'A'|U+0041"},
      {R"({{ printf "%.2f %8.3f|%-8.2f|%08.2f %e %g %G" 1.5 1.5 1.5 -1.5 1.5 1e20 1e-7 }})",
       "1.50    1.500|1.50    |-0001.50 1.500000e+00 1e+20 1E-07"},
      {R"({{ printf "%s %q %x %10s|%-5s|%.2s" "a" "b\"" "hi" "r" "l" "cut" }})",
       R"(a "b\"" 6869          r|l    |cu)"},
      {R"({{ printf "%d %s %t" 1.5 2 "x" }})", "%!d(float64=1.5) %!s(int=2) %!t(string=x)"},
      {R"({{ printf "%d %d" 1 }} {{ printf "x" 1 }} {{ printf "%" }} {{ printf "%z" 1 }})",
       "1 %!d(MISSING) x%!(EXTRA int=1) %!(NOVERB) %!z(int=1)"},
      {R"({{ printf "%[2]s %[1]s" "a" "b" }} {{ printf "%[5]d" 1 }} {{ printf "%*d" 4 7 }})",
       "b a %!d(BADINDEX)    7"},
      {R"({{ printf "%v %T %#v %+v" $labels . "s" 1 }})",
       "map[instance:db1.example.org:9100 job:node] struct { Labels map[string]string; ExternalLabels "
       "map[string]string; ExternalURL string; Value float64 } \"s\" 1"},
      {R"({{ print 1 2 "a" 3 }} {{ println "x" 1 }})", "1 2a3 x 1\n"},
  });
}

TEST_CASE("the functions of Prometheus give its results") {
  check_rows({
      {"{{ humanize 1234567 }} {{ humanize 0.00001234 }} {{ humanize \"12\" }} {{ humanize 0 }}",
       "1.235M 12.34u 12 0"},
      {"{{ humanize1024 1048576 }} {{ humanizePercentage 0.1234567 }}", "1Mi 12.35%"},
      {"{{ humanizeDuration 90061.5 }} {{ humanizeDuration -3661 }} {{ humanizeDuration 0.0015 }} {{ "
       "humanizeDuration 45.6789 }}",
       "1d 1h 1m 1s -1h 1m 1s 1.5ms 45.68s"},
      {"{{ humanizeTimestamp 1435065584.128 }}", "2015-06-23 13:19:44.128 +0000 UTC"},
      {"{{ (toTime 1.7e9).Format \"2006-01-02T15:04:05Z07:00\" }} {{ (toTime 0).Month }}",
       "2023-11-14T22:13:20Z January"},
      {"{{ title \"ab cd\" }} {{ toUpper \"aé\" }} {{ toLower \"AÉ\" }}", "Ab Cd AÉ aé"},
      {"{{ match \"a.c\" \"xabc\" }} {{ match \"a.c\" \"a\\nc\" }}", "true false"},
      {"{{ reReplaceAll \"(.*):.*\" \"$1\" $labels.instance }}", "db1.example.org"},
      {"{{ stripPort $labels.instance }} {{ stripDomain $labels.instance }}", "db1.example.org db1:9100"},
      {"{{ parseDuration \"1h30m\" }} {{ tableLink \"up > 1\" }}", "5400 /graph?g0.expr=up+%3E+1&g0.tab=1"},
      {"{{ html \"<a&'>\" }} {{ js \"'<\" }} {{ urlquery \"a b/\" }} {{ safeHtml \"<\" }}",
       "&lt;a&amp;&#39;&gt; \\'\\u003C a+b%2F <"},
      {"{{ query \"q\" | first | value }} {{ with query \"q\" }}{{ . | first | label \"i\" }}{{ end }}",
       "3 c"},
      {"{{ range query \"q\" | sortByLabel \"i\" }}{{ .Labels.i }}{{ .Value }}{{ strvalue . }} {{ end }}",
       "a1.5 b2two c3 "},
      {"{{ range query \"none\" }}x{{ else }}empty{{ end }}", "empty"},
  });
}

TEST_CASE("what fails says where, and why in the words of Prometheus") {
  // 112 bytes of definitions stand before the text.
  CHECK(expand("{{ $value.x }}") ==
        "error executing template __alert_Test: template: __alert_Test:1:121: executing \"__alert_Test\" at "
        "<$value.x>: can't evaluate field x in type float64");
  CHECK(expand("one\n{{ first\n nil }}") ==
        "error executing template __alert_Test: template: __alert_Test:2:3: executing \"__alert_Test\" at "
        "<first nil>: error calling first: first() called on vector with no elements");
  CHECK(TemplateError("why").replacement() == "<error expanding template: why>");
  const std::vector<Row> rows{
      {"{{ eq 1 1.0 }}", "error calling eq: incompatible types for comparison"},
      {"{{ lt true false }}", "error calling lt: invalid type for comparison"},
      {"{{ title 5 }}", "expected string; found 5"},
      {"{{ title $value }}", "wrong type for value; expected string; got float64"},
      {"{{ title (index (args 1) \"x\") }}", "invalid value; expected string"},
      {"{{ humanize \"x\" }}", "error calling humanize: strconv.ParseFloat: parsing \"x\": invalid syntax"},
      {"{{ match \"(\" \"\" }}", "error calling match: error parsing regexp: missing closing ): `(`"},
      {"{{ query \"broken\" }}", "error calling query: it is broken"},
      {"{{ index \"abc\" 9 }}", "error calling index: index out of range: 9"},
      {"{{ range 5 }}{{ end }}", "range can't iterate over 5"},
      {"{{ template \"none\" }}", "template \"none\" not defined"},
      {"{{ printf }}", "wrong number of args for printf: want at least 1 got 0"},
      {"{{ $x = 1 }}", "undefined variable: $x"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(cause_of(row.text) == row.expected);
  }
  TemplateData data = sample_data();
  data.query = {};
  CHECK(expand("{{ query \"q\" }}", data).ends_with("error calling query: there is nothing to query"));
}

TEST_CASE("a text that is no template is refused when it is read") {
  const std::vector<Row> rows{
      {"{{ unknown }}", "template: __alert_Test:1: function \"unknown\" not defined"},
      {"{{ tmpl \"x\" . }}", "template: __alert_Test:1: function \"tmpl\" not defined"},
      {"{{ $value", "template: __alert_Test:1: unclosed action"},
      {"a\n{{ $x }}", "template: __alert_Test:2: undefined variable \"$x\""},
      {"{{ if true }}", "template: __alert_Test:1: unexpected EOF"},
      {"{{ end }}", "template: __alert_Test:1: unexpected {{end}}"},
      {"{{ break }}", "template: __alert_Test:1: {{break}} outside {{range}}"},
      {"{{ 1 | 2 }}", "template: __alert_Test:1: non executable command in pipeline stage 2"},
      {"{{ (1 }}", "template: __alert_Test:1: unclosed left paren"},
      {"{{ 08 }}", "template: __alert_Test:1: integer overflow: \"08\""},
      {"{{/* x", "template: __alert_Test:1: unclosed comment"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK_THROWS_WITH_AS(check_template("Test", row.text), std::string(row.expected).c_str(), TemplateError);
  }
  CHECK_NOTHROW(check_template("Test", "{{ $value.nothing }} {{ humanize \"x\" }}"));
}

TEST_CASE("a percent sign in an alert's name stays what it is in messages") {
  CHECK_THROWS_WITH(check_template("100% full", "{{ x }}"),
                    "template: __alert_100% full:1: function \"x\" not defined");
  CHECK_THROWS_WITH(
      static_cast<void>(Template::parse("9%d", "{{ nil }}").expand(sample_data())),
      "error executing template __alert_9%d: template: __alert_9%d:1:115: executing \"__alert_9%d\" at "
      "<nil>: nil is not a command");
}

TEST_CASE("reaching a bound is an error") {
  const std::string deep_parentheses = "{{ " + std::string(300, '(') + "1" + std::string(300, ')') + " }}";
  CHECK(expand(deep_parentheses) == "template: __alert_Test:1: exceeded maximum nesting (200)");

  CHECK(cause_of("{{ define \"r\" }}{{ template \"r\" . }}{{ end }}{{ template \"r\" . }}") ==
        "exceeded maximum template depth (100)");

  std::string deep_branches;
  for (int i = 0; i < 90; ++i) deep_branches += "{{ if true }}";
  deep_branches += "{{ template \"r\" . }}";
  for (int i = 0; i < 90; ++i) deep_branches += "{{ end }}";
  CHECK(cause_of("{{ define \"r\" }}" + deep_branches + "{{ end }}{{ template \"r\" . }}") ==
        "exceeded maximum depth (1000)");

  std::string doubling = "{{ $x := \"ab\" }}";
  for (int i = 0; i < 30; ++i) doubling += "{{ $x = printf \"%s%s\" $x $x }}";
  CHECK(cause_of(doubling) == "error calling printf: a text must have at most 1048576 bytes");

  CHECK(cause_of("{{ range args 1 2 }}{{ printf \"%600000d\" 1 }}{{ end }}") ==
        "exceeded maximum length of the output (1048576)");

  std::string loops;
  for (int i = 0; i < 8; ++i) loops += "{{ range args 1 2 3 4 5 6 7 8 9 }}";
  for (int i = 0; i < 8; ++i) loops += "{{ end }}";
  CHECK(cause_of(loops) == "exceeded maximum number of steps (2000000)");

  std::string nested_args = "{{ $x := args }}";
  for (int i = 0; i < 60; ++i) nested_args += "{{ $x = args $x }}";
  CHECK(cause_of(nested_args) == "error calling args: must be nested at most 50 deep");

  CHECK(expand(std::string(300'000, 'x')) ==
        "template: __alert_Test:1: must have at most 262144 bytes, has 300000");

  std::string queries;
  for (int i = 0; i < 4; ++i) queries += "{{ range args 1 2 3 4 5 6 7 8 9 }}";
  queries += "{{ $x := query \"q\" }}";
  for (int i = 0; i < 4; ++i) queries += "{{ end }}";
  CHECK(cause_of(queries) == "exceeded maximum number of steps (2000000)");
}

TEST_CASE("text without braces is its own expansion") {
  rc::check([](const std::string& text) {
    if (text.find("{{") != std::string::npos) return;
    RC_ASSERT(expand(text) == text);
  });
}

TEST_CASE("a quoted text and a printed number read back as what they were") {
  rc::check([](const std::string& text, double number) {
    TemplateData data = sample_data();
    data.labels = Labels{{"text", text}};
    data.value = number;
    RC_ASSERT(expand("{{ $labels.text }}", data) == text);
    RC_ASSERT(std::stod(expand("{{ $value }}", data)) == number);
    RC_ASSERT(std::stod(expand("{{ printf \"%.17e\" $value }}", data)) == number);
  });
}

TEST_CASE("one template serves many expansions") {
  const Template parsed = Template::parse("Test", "{{ $value }}");
  TemplateData data = sample_data();
  for (const double value : {1.0, -2.5, std::numeric_limits<double>::infinity()}) {
    data.value = value;
    CHECK(std::stod(parsed.expand(data)) == value);
  }
  data.value = std::numeric_limits<double>::quiet_NaN();
  CHECK(parsed.expand(data) == "NaN");
}
