#include "monitoring/promql/query.h"

#include <algorithm>
#include <utility>

namespace vigil::monitoring::promql {

std::string annotation_text(const Annotation& annotation, std::string_view expression) {
  return annotation.text + " (" + position_text(expression, annotation.range.begin) + ')';
}

Query::Query(const EngineOptions& options, const SampleSource& source, const QueryContext& context,
             SampleTime start, SampleTime end)
    : options_(options),
      source_(source),
      context_(context),
      start_(start),
      end_(end),
      raw_from_(source.raw_from()) {}

void Query::check_interruption() const {
  if (context_.stop.stop_requested()) {
    throw EvaluationError(EvaluationFailure::Canceled, "query was canceled in expression evaluation");
  }
  if (context_.clock && context_.clock() >= context_.deadline) {
    throw EvaluationError(EvaluationFailure::Timeout, "query timed out in expression evaluation");
  }
}

void Query::hold(std::size_t samples) {
  if (samples > context_.max_samples - std::min(held_, context_.max_samples)) {
    throw EvaluationError(EvaluationFailure::TooManySamples,
                          "query processing would load too many samples into memory in query execution");
  }
  held_ += samples;
  peak_ = std::max(peak_, held_);
}

void Query::annotate(AnnotationLevel level, std::string text, TextRange range) {
  if (!is_left_open()) return;
  if (std::ranges::find(annotations_, text, &Annotation::text) != annotations_.end()) return;
  annotations_.push_back({.level = level, .text = std::move(text), .range = range});
}

}  // namespace vigil::monitoring::promql
