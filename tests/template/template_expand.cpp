// Expands templates for tests: reads one JSON object a line and answers each with one.
//
// In: {"name": alert, "template": text, "labels": {}, "external_labels": {}, "external_url": text, "value":
// number as text, "queries": {expression: [{"labels": {}, "value": number as text}]}}. Out: {"text":
// expansion},
// {"failed": what Prometheus shows} or {"refused": why it is no template}.
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "monitoring/template/template.h"

namespace {

using nlohmann::json;
using namespace vigil::monitoring;

double read_number(const json& text) {
  return std::strtod(text.get<std::string>().c_str(), nullptr);
}

Labels read_labels(const json& labels) {
  LabelsBuilder builder;
  for (const auto& [name, value] : labels.items()) builder.set(name, value.get<std::string>());
  return builder.build();
}

TemplateData read_data(const json& input) {
  TemplateData data;
  data.labels = read_labels(input.at("labels"));
  data.external_labels = read_labels(input.value("external_labels", json::object()));
  data.external_url = input.value("external_url", "");
  data.value = read_number(input.at("value"));
  data.query = [queries = input.value("queries", json::object())](const std::string& expression) {
    const auto found = queries.find(expression);
    if (found == queries.end()) throw std::runtime_error("no such query: " + expression);
    std::vector<TemplateSample> out;
    for (const json& sample : *found) {
      out.push_back({.labels = read_labels(sample.at("labels")), .value = read_number(sample.at("value"))});
    }
    return out;
  };
  return data;
}

json expand(const json& input) {
  const auto name = input.at("name").get<std::string>();
  try {
    const Template parsed = Template::parse(name, input.at("template").get<std::string>());
    try {
      return {{"text", parsed.expand(read_data(input))}};
    } catch (const TemplateError& error) {
      return {{"failed", error.replacement()}};
    }
  } catch (const TemplateError& error) {
    return {{"refused", error.what()}};
  }
}

}  // namespace

int main() {
  try {
    for (std::string line; std::getline(std::cin, line);) {
      std::cout << expand(json::parse(line)).dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
    }
  } catch (const std::exception& error) {
    std::cerr << "template_expand: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
