#include "engine/signals/xgboost_model.h"

#include <xgboost/c_api.h>

#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <type_traits>

namespace vigil::engine {
namespace {

struct FreeBooster {
  void operator()(void* booster) const noexcept { XGBoosterFree(booster); }
};
using Booster = std::unique_ptr<std::remove_pointer_t<BoosterHandle>, FreeBooster>;
struct FreeMatrix {
  void operator()(void* matrix) const noexcept { XGDMatrixFree(matrix); }
};
using Matrix = std::unique_ptr<std::remove_pointer_t<DMatrixHandle>, FreeMatrix>;

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

/// A message of the library comes with where in its sources it was raised and a stack trace: the first line
/// that says something.
std::string_view first_line(std::string_view text) noexcept {
  if (text.starts_with('[')) {
    const std::size_t end = text.find("] ");
    if (end != std::string_view::npos) text.remove_prefix(end + 2);
  }
  return text.substr(0, text.find('\n'));
}

class XGBoostModel final : public Model {
 public:
  XGBoostModel(std::string_view bytes, const std::vector<std::string_view>& inputs, const std::string& path)
      : row_(inputs.size()) {
    // What it would print would stand in the engine's output. The setting is that of the calling thread.
    check(XGBSetGlobalConfig(R"({"verbosity": 0})"), path);
    BoosterHandle booster = nullptr;
    check(XGBoosterCreate(nullptr, 0, &booster), path);
    booster_.reset(booster);
    check(XGBoosterLoadModelFromBuffer(booster_.get(), bytes.data(), bytes.size()), path);
    check(XGBoosterSetParam(booster_.get(), "nthread", "1"), path);
    check_objective(path);
    check_inputs(inputs, path);
    // The library reads the inputs where they stand: the description of the place stays the same.
    row_interface_ = nlohmann::json{
        {"data", {reinterpret_cast<std::uintptr_t>(row_.data()), true}},
        {"shape", {1, row_.size()}},
        {"typestr", "<f4"},
        {"version", 3}}.dump();
  }

  std::optional<double> predict(std::span<const double> inputs) noexcept override {
    if (!fill(inputs)) return std::nullopt;
    constexpr const char* kProbability =
        R"({"type": 0, "training": false, "iteration_begin": 0, "iteration_end": 0, "strict_shape": true, )"
        R"("cache_id": 0, "missing": NaN})";
    Result result;
    if (XGBoosterPredictFromDense(booster_.get(), row_interface_.c_str(), kProbability, nullptr,
                                  &result.shape, &result.dimensions, &result.values) != 0) {
      return failed();
    }
    if (result.size() != 1) return failed("XGBoost gave another number of outputs than one");
    const double probability = result.values[0];
    if (!(probability >= 0 && probability <= 1)) return failed("XGBoost gave no probability");
    return probability;
  }

  bool contributions(std::span<const double> inputs, std::span<double> out) noexcept override {
    assert(out.size() == row_.size());
    if (!fill(inputs)) return false;
    DMatrixHandle handle = nullptr;
    if (XGDMatrixCreateFromMat_omp(row_.data(), 1, row_.size(), kMissing, &handle, 1) != 0) {
      failed();
      return false;
    }
    const Matrix matrix(handle);
    // Type 2: the contribution of each input, and the bias behind them.
    constexpr const char* kContributions =
        R"({"type": 2, "training": false, "iteration_begin": 0, "iteration_end": 0, "strict_shape": true})";
    Result result;
    if (XGBoosterPredictFromDMatrix(booster_.get(), handle, kContributions, &result.shape, &result.dimensions,
                                    &result.values) != 0) {
      failed();
      return false;
    }
    if (result.size() != row_.size() + 1) {
      failed("XGBoost gave another number of contributions than inputs");
      return false;
    }
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = result.values[i];
      if (std::isfinite(out[i])) continue;
      failed("XGBoost gave a contribution that is not a finite number");
      return false;
    }
    return true;
  }

  [[nodiscard]] const char* error() const noexcept override { return error_.data(); }

 private:
  struct Result {
    const bst_ulong* shape = nullptr;
    bst_ulong dimensions = 0;
    const float* values = nullptr;
    [[nodiscard]] std::size_t size() const noexcept {
      std::size_t size = 1;
      for (bst_ulong i = 0; i < dimensions; ++i) size *= shape[i];
      return size;
    }
  };

  static void check(int status, const std::string& path) {
    if (status == 0) return;
    throw ModelFault(ModelError::LoadFailure, path + ": must be a model of XGBoost, is not: " +
                                                  std::string{first_line(XGBGetLastError())});
  }

  void check_objective(const std::string& path) {
    bst_ulong length = 0;
    const char* text = nullptr;
    check(XGBoosterSaveJsonConfig(booster_.get(), &length, &text), path);
    const auto config = nlohmann::json::parse(text, text + length, nullptr, false);
    const nlohmann::json::json_pointer place("/learner/objective/name");
    const std::string objective =
        !config.is_discarded() && config.contains(place) ? config[place].get<std::string>() : "unknown";
    if (objective == "binary:logistic") return;
    throw ModelFault(ModelError::LoadFailure,
                     path + ": objective: must be binary:logistic, was " + objective);
  }

  void check_inputs(const std::vector<std::string_view>& inputs, const std::string& path) {
    bst_ulong count = 0;
    check(XGBoosterGetNumFeature(booster_.get(), &count), path);
    if (count != inputs.size()) {
      throw ModelFault(ModelError::ShapeMismatch,
                       path + ": inputs: must be the " + std::to_string(inputs.size()) +
                           " features of the description, are " + std::to_string(count));
    }
    bst_ulong named = 0;
    const char** names = nullptr;
    check(XGBoosterGetStrFeatureInfo(booster_.get(), "feature_name", &named, &names), path);
    if (named == 0) return;  // a model may have been trained without names
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const std::string_view name = i < named ? names[i] : "missing";
      if (name == inputs[i]) continue;
      throw ModelFault(ModelError::ShapeMismatch,
                       path + ": inputs[" + std::to_string(i) + "]: must be " + std::string{inputs[i]} +
                           ", as the description has it, was " + std::string{name});
    }
  }

  /// The library computes in single precision, and takes an infinity for an error, a NaN for missing.
  bool fill(std::span<const double> inputs) noexcept {
    assert(inputs.size() == row_.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      row_[i] = static_cast<float>(inputs[i]);
      if (std::isfinite(row_[i])) continue;
      failed("an input is not a finite number in single precision");
      return false;
    }
    return true;
  }

  std::nullopt_t failed(std::string_view why = first_line(XGBGetLastError())) noexcept {
    error_[why.copy(error_.data(), error_.size() - 1)] = '\0';
    return std::nullopt;
  }

  Booster booster_;
  std::vector<float> row_;
  std::string row_interface_;
  std::array<char, 200> error_{};
};

}  // namespace

std::unique_ptr<Model> make_xgboost_model(std::string_view bytes, const std::vector<std::string_view>& inputs,
                                          const std::string& path) {
  return std::make_unique<XGBoostModel>(bytes, inputs, path);
}

}  // namespace vigil::engine
