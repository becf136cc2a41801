#include "engine/views/model_json.h"

#include "engine/config/value_text.h"

namespace vigil::engine {
namespace {

Json predictions_json(const PredictionCounts& counts) {
  Json not_judged = Json::object();
  for (std::size_t i = 0; i < kNotJudgedNames.size(); ++i) {
    not_judged[std::string(kNotJudgedNames[i])] = counts.not_judged[i];
  }
  return {{"made", counts.predicted},
          {"correct", counts.correct},
          {"incorrect", counts.incorrect},
          {"not_judged", std::move(not_judged)}};
}

Json training_json(const ModelDescription& description) {
  Json scores = Json::object();
  for (std::size_t i = 0; i < kScoreTypes.size(); ++i) {
    scores[std::string(kScoreTypes[i])] = number(description.scores[i]);
  }
  return {{"seconds", description.training_seconds},
          {"samples", description.training_samples},
          {"scores", std::move(scores)}};
}

}  // namespace

Json models_json(const EngineConfig& config, const std::vector<ModelFigures>& models) {
  Json all = Json::array();
  for (const ModelFigures& model : models) {
    Json json{{"model", model.name},
              {"is_on", model.is_on},
              {"reason", model.is_on ? Json(nullptr) : Json(model.reason)},
              {"predictions", predictions_json(model.predictions)}};
    if (model.is_on) {
      json["version"] = model.description.version;
      json["kind"] = model.description.kind == ModelKind::Linear ? "linear" : "xgboost";
      json["horizon"] = duration_text(model.description.horizon);
      json["training"] = training_json(model.description);
      json["accuracy"] = Json::object();
      for (std::size_t i = 0; i < model.accuracy.size(); ++i) {
        json["accuracy"][duration_text(config.signals.accuracy_windows[i])] = number(model.accuracy[i]);
      }
      json["features"] = Json::array();
      for (const ModelFigures::OfFeature& feature : model.features) {
        json["features"].push_back({{"feature", to_string(feature.feature)},
                                    {"importance", number(feature.importance)},
                                    {"importance_in_training", feature.importance_in_training},
                                    {"drift", number(feature.drift)}});
      }
    }
    all.push_back(std::move(json));
  }
  return all;
}

}  // namespace vigil::engine
