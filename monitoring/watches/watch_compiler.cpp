#include "monitoring/watches/watch_compiler.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <optional>
#include <stdexcept>
#include <unordered_map>
#include <utility>
#include <variant>

#include "monitoring/promql/signature.h"

namespace vigil::monitoring {

namespace {

using promql::Cardinality;
using promql::Expression;
using promql::FunctionId;
using promql::Grouping;
using promql::LabelSelection;
using Kind = WatchStep::Kind;

/// The series there are stand in the way.
class Obstacle : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A series that an expression can give, and the step that says whether it does, and which value.
struct Element {
  Labels labels;
  std::uint32_t step = 0;
};
using Elements = std::vector<Element>;
/// A scalar is one element without labels.
struct Symbolic {
  Elements elements;
  bool is_scalar = false;
};

/// Does with series and steps what evaluation does with samples: labels are matched and grouped once, and
/// whether a series is there is a part of its steps.
class Compiler {
 public:
  explicit Compiler(GaugeDirectory& directory) : directory_(directory) {}

  Symbolic compile(const Expression& expression) {
    return std::visit([&](const auto& node) { return of(node); }, expression.node);
  }
  /// What leads to `root` alone.
  [[nodiscard]] WatchProgram program_of(std::uint32_t root, promql::RangeEnds ranges) const;
  /// The first of them that is present.
  [[nodiscard]] std::uint32_t first_of(const std::vector<std::uint32_t>& steps) {
    return steps.size() == 1 ? steps.front() : add({.kind = Kind::First}, steps);
  }

 private:
  Symbolic of(const promql::NumberLiteral& number) { return scalar(constant(number.value)); }
  Symbolic of(const promql::StringLiteral&) { throw Obstacle("holds a text"); }
  Symbolic of(const promql::MatrixSelector&) { throw Obstacle("reads a range of time"); }
  Symbolic of(const promql::Subquery&) { throw Obstacle("reads a range of time"); }
  Symbolic of(const promql::Parenthesis& parenthesis) { return compile(*parenthesis.expression); }
  Symbolic of(const promql::VectorSelector& selector);
  Symbolic of(const promql::Unary& unary);
  Symbolic of(const promql::Binary& binary);
  Symbolic of(const promql::Aggregation& aggregation);
  Symbolic of(const promql::Call& call);

  Symbolic with_scalar(const promql::Binary& binary, const Symbolic& left, const Symbolic& right);
  Symbolic of_sets(const promql::Binary& binary, const Elements& left, const Elements& right);
  Symbolic matched(const promql::Binary& binary, const Elements& left, const Elements& right);

  std::uint32_t add(WatchStep step, const std::vector<std::uint32_t>& operands = {});
  std::uint32_t constant(double value) { return add({.kind = Kind::Constant, .constant = value}); }
  std::uint32_t combined(const promql::Binary& binary, std::uint32_t left, std::uint32_t right,
                         std::uint32_t kept);
  static Symbolic scalar(std::uint32_t step) { return {.elements = {{{}, step}}, .is_scalar = true}; }
  static Labels without_name(const Labels& labels) {
    return LabelsBuilder(labels).remove(kMetricNameLabel).build();
  }
  static LabelSelection selection_of(const promql::VectorMatching& matching) {
    return matching.on ? LabelSelection::only(matching.labels)
                       : LabelSelection::all_but(matching.labels).without_metric_name();
  }

  GaugeDirectory& directory_;
  std::vector<WatchStep> steps_;
  std::vector<std::uint32_t> operands_;
};

std::uint32_t Compiler::add(WatchStep step, const std::vector<std::uint32_t>& operands) {
  step.first_operand = static_cast<std::uint32_t>(operands_.size());
  step.operand_count = static_cast<std::uint32_t>(operands.size());
  operands_.insert(operands_.end(), operands.begin(), operands.end());
  steps_.push_back(step);
  return static_cast<std::uint32_t>(steps_.size() - 1);
}

Symbolic Compiler::of(const promql::VectorSelector& selector) {
  Symbolic result;
  for (DirectorySeries& series : directory_.select(selector)) {
    std::uint32_t step = 0;
    if (!series.gauge) {
      step = constant(1);
    } else if (series.state) {
      step = add({.kind = Kind::State, .input = *series.gauge, .constant = *series.state});
    } else {
      step = add({.kind = Kind::Gauge, .input = *series.gauge});
    }
    result.elements.push_back({std::move(series.labels), step});
  }
  return result;
}

Symbolic Compiler::of(const promql::Unary& unary) {
  Symbolic result = compile(*unary.operand);
  if (!unary.negates) return result;
  for (Element& element : result.elements) {
    element = {without_name(element.labels), add({.kind = Kind::Negation}, {element.step})};
  }
  return result;
}

Symbolic Compiler::of(const promql::Binary& binary) {
  const Symbolic left = compile(*binary.left);
  const Symbolic right = compile(*binary.right);
  if (left.is_scalar || right.is_scalar) return with_scalar(binary, left, right);
  if (promql::is_set_operator(binary.op)) return of_sets(binary, left.elements, right.elements);
  return matched(binary, left.elements, right.elements);
}

std::uint32_t Compiler::combined(const promql::Binary& binary, std::uint32_t left, std::uint32_t right,
                                 std::uint32_t kept) {
  if (!promql::is_comparison(binary.op))
    return add({.kind = Kind::Arithmetic, .op = binary.op}, {left, right});
  if (binary.returns_bool) return add({.kind = Kind::Comparison, .op = binary.op}, {left, right});
  return add({.kind = Kind::Filter, .op = binary.op}, {left, right, kept});
}

bool keeps_name(const promql::Binary& binary) {
  return promql::is_comparison(binary.op) && !binary.returns_bool;
}

Symbolic Compiler::with_scalar(const promql::Binary& binary, const Symbolic& left, const Symbolic& right) {
  if (left.is_scalar && right.is_scalar) {
    return scalar(combined(binary, left.elements[0].step, right.elements[0].step, 0));
  }
  Symbolic result;
  const Elements& vector = left.is_scalar ? right.elements : left.elements;
  for (const Element& element : vector) {
    const std::uint32_t a = left.is_scalar ? left.elements[0].step : element.step;
    const std::uint32_t b = left.is_scalar ? element.step : right.elements[0].step;
    Labels labels = keeps_name(binary) ? element.labels : without_name(element.labels);
    result.elements.push_back({std::move(labels), combined(binary, a, b, element.step)});
  }
  return result;
}

/// The steps of the elements that match each other, by group.
class Groups {
 public:
  Groups(const LabelSelection& selection, const Elements& elements) : grouping_(selection) {
    for (const Element& element : elements) {
      const std::uint32_t group = grouping_.insert(element.labels);
      if (group == members_.size()) members_.emplace_back();
      members_[group].push_back(&element);
    }
  }
  [[nodiscard]] std::vector<const Element*> matching(const Labels& labels) const {
    const std::uint32_t group = grouping_.find(labels);
    return group == Grouping::kNoGroup ? std::vector<const Element*>{} : members_[group];
  }
  [[nodiscard]] const std::vector<std::vector<const Element*>>& all() const noexcept { return members_; }

 private:
  Grouping grouping_;
  std::vector<std::vector<const Element*>> members_;
};

Symbolic Compiler::of_sets(const promql::Binary& binary, const Elements& left, const Elements& right) {
  const LabelSelection selection = selection_of(*binary.matching);
  const bool is_union = binary.op == promql::BinaryOperator::Or;
  Symbolic result;
  if (is_union) result.elements = left;
  const Groups groups(selection, is_union ? left : right);
  for (const Element& element : is_union ? right : left) {
    std::vector<std::uint32_t> operands{element.step};
    for (const Element* other : groups.matching(element.labels)) operands.push_back(other->step);
    const Kind kind = binary.op == promql::BinaryOperator::And ? Kind::And : Kind::Unless;
    if (operands.size() == 1 && kind == Kind::And) continue;  // nothing can ever be there
    const std::uint32_t step = operands.size() == 1 ? element.step : add({.kind = kind}, operands);
    result.elements.push_back({element.labels, step});
  }
  return result;
}

Symbolic Compiler::matched(const promql::Binary& binary, const Elements& left, const Elements& right) {
  const promql::VectorMatching& matching = *binary.matching;
  const bool is_swapped = matching.cardinality == Cardinality::OneToMany;
  const bool is_one_to_one = matching.cardinality == Cardinality::OneToOne;
  const Elements& many = is_swapped ? right : left;
  const Groups ones(selection_of(matching), is_swapped ? left : right);
  const Groups manies(selection_of(matching), many);
  Symbolic result;
  for (const Element& element : many) {
    const auto partners = ones.matching(element.labels);
    if (partners.empty()) continue;
    if (partners.size() > 1) throw Obstacle("several series match one");
    if (is_one_to_one && manies.matching(element.labels).size() > 1)
      throw Obstacle("several series match one");
    const Element& one = *partners.front();
    const std::uint32_t a = is_swapped ? one.step : element.step;
    const std::uint32_t b = is_swapped ? element.step : one.step;
    Labels labels = element.labels;
    if (is_one_to_one) {
      labels =
          (matching.on ? LabelSelection::only(matching.labels) : LabelSelection::all_but(matching.labels))
              .of(labels);
    }
    LabelsBuilder builder(labels);
    for (const std::string& name : matching.include) builder.set(name, one.labels.value(name));
    if (!keeps_name(binary)) builder.remove(kMetricNameLabel);
    result.elements.push_back({builder.build(), combined(binary, a, b, a)});
  }
  return result;
}

Symbolic Compiler::of(const promql::Aggregation& aggregation) {
  const Symbolic inner = compile(*aggregation.expression);
  const LabelSelection selection = aggregation.without
                                       ? LabelSelection::all_but(aggregation.labels).without_metric_name()
                                       : LabelSelection::only(aggregation.labels);
  const Groups groups(selection, inner.elements);
  Symbolic result;
  for (const std::vector<const Element*>& members : groups.all()) {
    std::vector<std::uint32_t> operands;
    for (const Element* member : members) operands.push_back(member->step);
    result.elements.push_back({selection.of(members.front()->labels),
                               add({.kind = Kind::Aggregation, .aggregation = aggregation.op}, operands)});
  }
  return result;
}

Symbolic Compiler::of(const promql::Call& call) {
  const FunctionId id = call.function->id;
  std::vector<Symbolic> arguments;
  for (const promql::ExpressionPtr& argument : call.arguments) arguments.push_back(compile(*argument));
  if (id == FunctionId::Pi) return scalar(constant(3.14159265358979323846));
  if (id == FunctionId::Vector) return {.elements = arguments[0].elements, .is_scalar = false};
  if (id == FunctionId::Scalar) {
    std::vector<std::uint32_t> operands;
    for (const Element& element : arguments[0].elements) operands.push_back(element.step);
    return scalar(add({.kind = Kind::Scalar}, operands));
  }
  Symbolic result;
  for (const Element& element : arguments[0].elements) {
    std::vector<std::uint32_t> operands{element.step};
    for (std::size_t i = 1; i < arguments.size(); ++i) operands.push_back(arguments[i].elements[0].step);
    result.elements.push_back(
        {without_name(element.labels), add({.kind = Kind::Function, .function = id}, operands)});
  }
  return result;
}

WatchProgram Compiler::program_of(std::uint32_t root, promql::RangeEnds ranges) const {
  // Steps stand behind their operands, so that going back over them finds all that is needed.
  std::vector<bool> is_needed(root + 1, false);
  is_needed[root] = true;
  for (std::uint32_t i = root + 1; i-- > 0;) {
    if (!is_needed[i]) continue;
    for (std::uint32_t k = 0; k < steps_[i].operand_count; ++k) {
      is_needed[operands_[steps_[i].first_operand + k]] = true;
    }
  }
  WatchProgram program;
  program.is_left_open = ranges == promql::RangeEnds::LeftOpen;
  std::vector<std::uint32_t> place(root + 1, 0);
  for (std::uint32_t i = 0; i <= root; ++i) {
    if (!is_needed[i]) continue;
    WatchStep step = steps_[i];
    const std::uint32_t first = step.first_operand;
    step.first_operand = static_cast<std::uint32_t>(program.operands.size());
    for (std::uint32_t k = 0; k < step.operand_count; ++k) {
      program.operands.push_back(place[operands_[first + k]]);
    }
    if (step.kind == Kind::Gauge || step.kind == Kind::State) {
      const auto known = std::ranges::find(program.inputs, step.input);
      const auto input = static_cast<std::uint32_t>(known - program.inputs.begin());
      if (known == program.inputs.end()) program.inputs.push_back(step.input);
      step.input = input;
    }
    place[i] = static_cast<std::uint32_t>(program.steps.size());
    program.steps.push_back(step);
    if (program.steps.size() > kMostWatchSteps) {
      throw Obstacle("takes more than " + std::to_string(kMostWatchSteps) + " steps for one alert");
    }
  }
  return program;
}

}  // namespace

CompiledRule compile_watches(const promql::Expression& expression, promql::RangeEnds ranges,
                             GaugeDirectory& directory) {
  CompiledRule compiled;
  try {
    Compiler compiler(directory);
    const Symbolic result = compiler.compile(expression);
    if (result.is_scalar) throw Obstacle("gives a number, not series");
    // What differs in the metric's name only is one alert.
    std::map<Labels, std::vector<std::uint32_t>> by_labels;
    for (const Element& element : result.elements) {
      by_labels[LabelsBuilder(element.labels).remove(kMetricNameLabel).build()].push_back(element.step);
    }
    if (by_labels.size() > kMostWatchesOfARule) {
      throw Obstacle("can give more than " + std::to_string(kMostWatchesOfARule) + " alerts");
    }
    for (const auto& [labels, steps] : by_labels) {
      compiled.watches.push_back({labels, compiler.program_of(compiler.first_of(steps), ranges)});
    }
  } catch (const Obstacle& obstacle) {
    compiled = {};
    compiled.obstacle = obstacle.what();
  }
  return compiled;
}

}  // namespace vigil::monitoring
