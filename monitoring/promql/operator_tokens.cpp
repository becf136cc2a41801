#include "monitoring/promql/operator_tokens.h"

namespace vigil::monitoring::promql {

int precedence(TokenKind kind) noexcept {
  switch (kind) {
    case TokenKind::Or:
      return 1;
    case TokenKind::And:
    case TokenKind::Unless:
      return 2;
    case TokenKind::EqualTo:
    case TokenKind::NotEqual:
    case TokenKind::Less:
    case TokenKind::LessOrEqual:
    case TokenKind::Greater:
    case TokenKind::GreaterOrEqual:
      return 3;
    case TokenKind::Add:
    case TokenKind::Subtract:
      return 4;
    case TokenKind::Multiply:
    case TokenKind::Divide:
    case TokenKind::Modulo:
    case TokenKind::Atan2:
      return 5;
    case TokenKind::Power:
      return 6;
    default:
      return 0;
  }
}
BinaryOperator binary_operator(TokenKind kind) noexcept {
  switch (kind) {
    case TokenKind::Subtract:
      return BinaryOperator::Subtract;
    case TokenKind::Multiply:
      return BinaryOperator::Multiply;
    case TokenKind::Divide:
      return BinaryOperator::Divide;
    case TokenKind::Modulo:
      return BinaryOperator::Modulo;
    case TokenKind::Power:
      return BinaryOperator::Power;
    case TokenKind::Atan2:
      return BinaryOperator::Atan2;
    case TokenKind::EqualTo:
      return BinaryOperator::Equal;
    case TokenKind::NotEqual:
      return BinaryOperator::NotEqual;
    case TokenKind::Less:
      return BinaryOperator::Less;
    case TokenKind::LessOrEqual:
      return BinaryOperator::LessOrEqual;
    case TokenKind::Greater:
      return BinaryOperator::Greater;
    case TokenKind::GreaterOrEqual:
      return BinaryOperator::GreaterOrEqual;
    case TokenKind::And:
      return BinaryOperator::And;
    case TokenKind::Or:
      return BinaryOperator::Or;
    case TokenKind::Unless:
      return BinaryOperator::Unless;
    default:
      return BinaryOperator::Add;
  }
}

AggregationOperator aggregation_operator(TokenKind kind) noexcept {
  switch (kind) {
    case TokenKind::Average:
      return AggregationOperator::Average;
    case TokenKind::BottomK:
      return AggregationOperator::BottomK;
    case TokenKind::Count:
      return AggregationOperator::Count;
    case TokenKind::CountValues:
      return AggregationOperator::CountValues;
    case TokenKind::Group:
      return AggregationOperator::Group;
    case TokenKind::Maximum:
      return AggregationOperator::Maximum;
    case TokenKind::Minimum:
      return AggregationOperator::Minimum;
    case TokenKind::Quantile:
      return AggregationOperator::Quantile;
    case TokenKind::StandardDeviation:
      return AggregationOperator::StandardDeviation;
    case TokenKind::StandardVariance:
      return AggregationOperator::StandardVariance;
    case TokenKind::TopK:
      return AggregationOperator::TopK;
    default:
      return AggregationOperator::Sum;
  }
}

bool takes_parameter(AggregationOperator op) noexcept {
  return op == AggregationOperator::BottomK || op == AggregationOperator::TopK ||
         op == AggregationOperator::CountValues || op == AggregationOperator::Quantile;
}

bool can_be_metric_name(TokenKind kind) noexcept {
  switch (kind) {
    case TokenKind::Identifier:
    case TokenKind::MetricIdentifier:
    case TokenKind::And:
    case TokenKind::Or:
    case TokenKind::Unless:
    case TokenKind::By:
    case TokenKind::Offset:
    case TokenKind::Without:
    case TokenKind::Start:
    case TokenKind::EndKeyword:
      return true;
    default:
      return is_aggregation(kind);
  }
}

bool can_be_label_name(TokenKind kind) noexcept {
  return kind == TokenKind::Identifier || is_aggregation(kind) || is_keyword(kind) ||
         kind == TokenKind::And || kind == TokenKind::Or || kind == TokenKind::Unless ||
         kind == TokenKind::Atan2 || kind == TokenKind::Start || kind == TokenKind::EndKeyword;
}

}  // namespace vigil::monitoring::promql
