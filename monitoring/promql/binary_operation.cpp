#include "monitoring/promql/binary_operation.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "monitoring/promql/signature.h"

namespace vigil::monitoring::promql {

namespace {

bool drops_name(const Query& query, const Binary& binary) noexcept {
  // Prometheus 2 forgot the youngest operator.
  if (binary.op == BinaryOperator::Atan2) return query.is_left_open();
  return binary.returns_bool || !is_comparison(binary.op);
}

/// The sample that comes of two: `kept` is what a comparison without `bool` leaves, or kNoSample.
double element(const Binary& binary, double a, double b, double kept) noexcept {
  if (!is_comparison(binary.op)) return arithmetic_value(binary.op, a, b);
  const bool holds = comparison_holds(binary.op, a, b);
  if (binary.returns_bool) return holds ? 1 : 0;
  return holds ? kept : kNoSample;
}

LabelSelection matching_selection(const VectorMatching& matching) {
  if (matching.on) return LabelSelection::only(matching.labels);
  return LabelSelection::all_but(matching.labels).without_metric_name();
}

/// Both sides of an operator with their rows in groups that match each other.
struct MatchedSides {
  MatchedSides(const VectorMatching& matching, StepTable& left, StepTable& right)
      : grouping(matching_selection(matching)) {
    // on(__name__) looks at names: those that were dropped must be gone.
    if (matching.on && grouping.selection().contains(kMetricNameLabel)) {
      left.apply_dropped_names();
      right.apply_dropped_names();
    }
    grouping.reserve(right.rows());
    for (std::size_t row = 0; row < right.rows(); ++row)
      right_group.push_back(grouping.insert(right.labels(row)));
    for (std::size_t row = 0; row < left.rows(); ++row) left_group.push_back(grouping.find(left.labels(row)));
  }

  Grouping grouping;
  std::vector<std::uint32_t> left_group;  ///< kNoGroup: nothing matches
  std::vector<std::uint32_t> right_group;
};

std::vector<bool> steps_with_samples(const StepTable& table) {
  std::vector<bool> out(table.steps(), false);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto values = table.row(row);
    for (std::size_t step = 0; step < values.size(); ++step) {
      if (has_sample(values[step])) out[step] = true;
    }
  }
  return out;
}

// -- Sets.

/// At which steps any row of a group has a sample: by group, then by step.
std::vector<bool> group_presence(const StepTable& table, std::span<const std::uint32_t> group_of_row,
                                 std::size_t groups) {
  std::vector<bool> present(groups * table.steps(), false);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (group_of_row[row] == Grouping::kNoGroup) continue;
    const auto values = table.row(row);
    const std::size_t begin = group_of_row[row] * table.steps();
    for (std::size_t step = 0; step < values.size(); ++step) {
      if (has_sample(values[step])) present[begin + step] = true;
    }
  }
  return present;
}

/// `and` keeps what has a partner, `unless` what has none.
StepTable filtered_by(bool keep_matched, StepTable left, const StepTable& right, const MatchedSides& sides) {
  const auto present = group_presence(right, sides.right_group, sides.grouping.size());
  for (std::size_t row = 0; row < left.rows(); ++row) {
    const std::uint32_t group = sides.left_group[row];
    const auto values = left.row(row);
    for (std::size_t step = 0; step < values.size(); ++step) {
      const bool matched = group != Grouping::kNoGroup && present[group * left.steps() + step];
      if (matched != keep_matched) values[step] = kNoSample;
    }
  }
  left.remove_empty_rows();
  return left;
}

/// All of the left side and what of the right has no partner there.
StepTable united(StepTable left, const StepTable& right, const MatchedSides& sides) {
  const auto present = group_presence(left, sides.left_group, sides.grouping.size());
  left.set_one_name(false);
  for (std::size_t row = 0; row < right.rows(); ++row) {
    const auto values = right.row(row);
    const std::size_t begin = sides.right_group[row] * right.steps();
    const auto added = left.add_row(right.labels(row));
    bool any = false;
    for (std::size_t step = 0; step < values.size(); ++step) {
      if (!has_sample(values[step]) || present[begin + step]) continue;
      added[step] = values[step];
      any = true;
    }
    if (!any) left.remove_last_row();
  }
  left.merge_equal_rows();
  return left;
}

// -- Arithmetic and comparisons.

/// The labels of what comes of a pair.
class ResultLabels {
 public:
  ResultLabels(const Query& query, const Binary& binary, bool many_names_dropped)
      : matching_(*binary.matching) {
    const bool drops = drops_name(query, binary) || many_names_dropped;
    const bool one_to_one = matching_.cardinality == Cardinality::OneToOne;
    if (one_to_one && matching_.on) {
      base_ = LabelSelection::only(matching_.labels);
    } else if (one_to_one) {
      base_ = LabelSelection::all_but(matching_.labels);
    }
    // All labels but the name: they stay as they are, and the name is dropped later.
    drops_later_ =
        drops && matching_.include.empty() && (!one_to_one || (!matching_.on && matching_.labels.empty()));
    if (drops && !drops_later_) base_ = base_.without_metric_name();
  }

  /// The names in the labels do not count.
  [[nodiscard]] bool drop_names_later() const noexcept { return drops_later_; }
  [[nodiscard]] bool have_no_name() const noexcept {
    if (drops_later_) return true;
    return !base_.contains(kMetricNameLabel) &&
           std::ranges::find(matching_.include, kMetricNameLabel) == matching_.include.end();
  }
  [[nodiscard]] Labels of(const Labels& many, const Labels& one) const {
    Labels labels = base_.of(many);
    if (matching_.include.empty()) return labels;
    LabelsBuilder builder(labels);
    for (const std::string& name : matching_.include) builder.set(name, one.value(name));
    return builder.build();
  }

 private:
  const VectorMatching& matching_;
  LabelSelection base_ = LabelSelection::all();
  bool drops_later_ = false;
};

[[noreturn]] void throw_duplicates(const VectorMatching& matching, const Labels& first,
                                   const Labels& second) {
  const bool swapped = matching.cardinality == Cardinality::OneToMany;
  const LabelSelection matched = matching_selection(matching);
  // Labels are listed like a series' without a name.
  const auto listed = [](const Labels& labels) {
    std::string out = "{";
    for (const Label label : labels) {
      if (out.size() > 1) out += ", ";
      out += std::string{label.name} + '=' + quoted_label_value(label.value);
    }
    return out + '}';
  };
  throw EvaluationError("found duplicate series for the match group " + listed(matched.of(first)) +
                        " on the " + (swapped ? "left" : "right") + " hand-side of the operation: [" +
                        listed(second) + ", " + listed(first) +
                        "];many-to-many matching not allowed: matching labels must be unique on one side");
}

/// Matches the rows of the "many" side (of both sides when one matches one) with those of the "one" side.
class Matcher {
 public:
  Matcher(Query& query, const Binary& binary, StepTable many, StepTable one)
      : query_(query),
        binary_(binary),
        matching_(*binary.matching),
        many_(std::move(many)),
        one_(std::move(one)),
        sides_(matching_, many_, one_),
        many_rows_(sides_.left_group, sides_.grouping.size()),
        one_rows_(sides_.right_group, sides_.grouping.size()),
        labels_(query, binary, many_.name_dropped()),
        out_(query, many_.steps()) {}

  StepTable run() {
    if (one_.rows() == 0 || many_.rows() == 0) return std::move(out_);
    if (sides_.grouping.size() < one_.rows()) check_duplicates();
    out_.reserve(many_.rows());
    for (std::uint32_t group = 0; group < sides_.grouping.size(); ++group) match_group(group);
    finish();
    return std::move(out_);
  }

 private:
  /// Of the "one" side no two series of a group may have a sample at a step at which the other side has any.
  void check_duplicates() const {
    const auto relevant = steps_with_samples(many_);
    for (std::size_t group = 0; group < sides_.grouping.size(); ++group) {
      const auto rows = one_rows_.rows_of(group);
      if (rows.size() < 2) continue;
      for (std::size_t step = 0; step < one_.steps(); ++step) {
        if (!relevant[step]) continue;
        const Labels* first = nullptr;
        for (const std::uint32_t row : rows) {
          if (!has_sample(one_.row(row)[step])) continue;
          if (first != nullptr) throw_duplicates(matching_, shown(*first), shown(one_.labels(row)));
          first = &one_.labels(row);
        }
      }
    }
  }
  [[nodiscard]] Labels shown(const Labels& labels) const {
    return one_.name_dropped() ? without_name(labels) : labels;
  }

  void match_group(std::uint32_t group) {
    const auto many = many_rows_.rows_of(group);
    if (many.empty()) return;
    query_.poll();
    const std::size_t first = out_.rows();
    matched_.assign(many.size() > 1 && matching_.cardinality == Cardinality::OneToOne ? out_.steps() : 0,
                    false);
    for (const std::uint32_t many_row : many) {
      for (const std::uint32_t one_row : one_rows_.rows_of(group)) match_pair(many_row, one_row);
    }
    if (out_.rows() - first > 1) several_in_group_ = true;
    group_of_row_.resize(out_.rows(), group);
  }

  void match_pair(std::uint32_t many_row, std::uint32_t one_row) {
    const bool swapped = matching_.cardinality == Cardinality::OneToMany;
    const auto many = std::as_const(many_).row(many_row);
    const auto one = std::as_const(one_).row(one_row);
    const auto results = out_.add_row(Labels{});
    bool any = false;
    for (std::size_t step = 0; step < results.size(); ++step) {
      if (!has_sample(many[step]) || !has_sample(one[step])) continue;
      const double left = swapped ? one[step] : many[step];
      const double right = swapped ? many[step] : one[step];
      results[step] = element(binary_, left, right, left);
      if (!has_sample(results[step])) continue;
      any = true;
      if (matched_.empty()) continue;
      if (matched_[step]) {
        throw EvaluationError(
            "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)");
      }
      matched_[step] = true;
    }
    if (!any) {
      out_.remove_last_row();
      return;
    }
    out_.set_labels(out_.rows() - 1, labels_.of(many_.labels(many_row), one_.labels(one_row)));
  }

  /// Equal labels must not meet at a step; those of one group have an error of their own.
  void finish() {
    out_.set_name_dropped(labels_.drop_names_later());
    out_.set_one_name(labels_.have_no_name());
    if (out_.rows() < 2) return;
    const bool one_to_one = matching_.cardinality == Cardinality::OneToOne;
    // Then the labels are what the group was told by.
    if (one_to_one && labels_.have_no_name() && !several_in_group_) return;
    if (!one_to_one) check_grouping_labels();
    out_.merge_equal_rows();
  }

  void check_grouping_labels() const {
    const LabelSelection all = LabelSelection::all();
    Grouping equal(labels_.drop_names_later() ? all.without_metric_name() : all);
    equal.reserve(out_.rows());
    std::vector<std::uint32_t> group_of_row;
    for (std::size_t row = 0; row < out_.rows(); ++row)
      group_of_row.push_back(equal.insert(out_.labels(row)));
    if (equal.size() == out_.rows()) return;
    const RowsByGroup rows(group_of_row, equal.size());
    for (std::size_t group = 0; group < equal.size(); ++group) {
      const auto same = rows.rows_of(group);
      for (std::size_t at = 1; at < same.size(); ++at) {
        if (group_of_row_[same[at]] != group_of_row_[same[at - 1]]) continue;
        const auto before = out_.row(same[at - 1]);
        const auto after = out_.row(same[at]);
        for (std::size_t step = 0; step < before.size(); ++step) {
          if (!has_sample(before[step]) || !has_sample(after[step])) continue;
          throw EvaluationError("multiple matches for labels: grouping labels must ensure unique matches");
        }
      }
    }
  }

  Query& query_;
  const Binary& binary_;
  const VectorMatching& matching_;
  StepTable many_;
  StepTable one_;
  MatchedSides sides_;
  RowsByGroup many_rows_;
  RowsByGroup one_rows_;
  ResultLabels labels_;
  StepTable out_;
  std::vector<std::uint32_t> group_of_row_;  ///< of the result
  bool several_in_group_ = false;
  std::vector<bool> matched_;  ///< steps at which this group has a result; empty: not asked for
};

}  // namespace

double arithmetic_value(BinaryOperator op, double a, double b) noexcept {
  switch (op) {
    case BinaryOperator::Add:
      return a + b;
    case BinaryOperator::Subtract:
      return a - b;
    case BinaryOperator::Multiply:
      return a * b;
    case BinaryOperator::Divide:
      return a / b;
    case BinaryOperator::Modulo:
      return std::fmod(a, b);
    case BinaryOperator::Power:
      return std::pow(a, b);
    default:
      return std::atan2(a, b);
  }
}

bool comparison_holds(BinaryOperator op, double a, double b) noexcept {
  switch (op) {
    case BinaryOperator::Equal:
      return a == b;
    case BinaryOperator::NotEqual:
      return a != b;
    case BinaryOperator::Less:
      return a < b;
    case BinaryOperator::LessOrEqual:
      return a <= b;
    case BinaryOperator::Greater:
      return a > b;
    default:
      return a >= b;
  }
}

std::vector<double> scalar_operation(BinaryOperator op, std::vector<double> left,
                                     std::span<const double> right) noexcept {
  for (std::size_t step = 0; step < left.size(); ++step) {
    left[step] = is_comparison(op) ? (comparison_holds(op, left[step], right[step]) ? 1 : 0)
                                   : arithmetic_value(op, left[step], right[step]);
  }
  return left;
}

StepTable table_with_scalar(const Query& query, const Binary& binary, StepTable table,
                            std::span<const double> scalar, bool scalar_is_left) {
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto values = table.row(row);
    for (std::size_t step = 0; step < values.size(); ++step) {
      const double value = values[step];
      if (!has_sample(value)) continue;
      const double left = scalar_is_left ? scalar[step] : value;
      const double right = scalar_is_left ? value : scalar[step];
      values[step] = element(binary, left, right, value);
    }
  }
  if (is_comparison(binary.op) && !binary.returns_bool) table.remove_empty_rows();
  if (drops_name(query, binary)) table.drop_names();
  return table;
}

StepTable table_with_table(Query& query, const Binary& binary, StepTable left, StepTable right) {
  const VectorMatching& matching = *binary.matching;
  if (is_set_operator(binary.op)) {
    if (binary.op == BinaryOperator::Or) {
      left.apply_dropped_names();
      right.apply_dropped_names();
    }
    const MatchedSides sides(matching, left, right);
    if (binary.op == BinaryOperator::Or) return united(std::move(left), right, sides);
    return filtered_by(binary.op == BinaryOperator::And, std::move(left), right, sides);
  }
  if (std::ranges::find(matching.include, kMetricNameLabel) != matching.include.end()) {
    left.apply_dropped_names();
    right.apply_dropped_names();
  }
  // The "one" side is the right one for group_left and where one matches one.
  if (matching.cardinality == Cardinality::OneToMany) std::swap(left, right);
  return Matcher(query, binary, std::move(left), std::move(right)).run();
}

}  // namespace vigil::monitoring::promql
