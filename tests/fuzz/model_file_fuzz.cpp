// Any text is either refused with messages or read as a description whose parts fit together, and a linear
// model made of it gives a probability or says that it has none.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/yaml.h"
#include "engine/signals/data_drift.h"
#include "engine/signals/linear_model.h"

using namespace vigil::engine;

namespace {

void require(bool truth) {
  if (!truth) std::abort();
}

void ask(const ModelDescription& description) {
  const std::size_t count = description.features.size();
  try {
    LinearModel model(description.linear, count, "fuzz.json");
    std::vector<double> parts(count);
    for (const double value : {0.0, 1.0, -1e300}) {
      const std::vector<double> inputs(count, value);
      const auto probability = model.predict(inputs);
      require(!probability || (*probability >= 0 && *probability <= 1));
      (void)model.contributions(inputs, parts);
    }
  } catch (const ModelFault& fault) {
    require(fault.kind() == ModelError::ShapeMismatch);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ModelDescription description;
  try {
    description = read_model_file({reinterpret_cast<const char*>(data), size}, "fuzz.json");
  } catch (const ConfigError& error) {
    require(!error.messages().empty());
    return 0;
  }
  require(!description.features.empty());
  require(description.sell < description.buy && description.medium <= description.high);
  require(description.importance.size() == description.features.size());
  DataDrift drift(description.distribution, 3, 1);
  for (const double value : {0.0, 1e300, -1e300, 1.0}) {
    drift.add(std::vector<double>(description.features.size(), value));
  }
  for (std::size_t i = 0; i < description.features.size(); ++i) require(drift.score(i).value() >= 0);
  if (description.kind == ModelKind::Linear) ask(description);
  return 0;
}
