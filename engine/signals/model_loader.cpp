#include "engine/signals/model_loader.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include "engine/config/config_values.h"
#include "engine/config/embedded_config.h"
#include "engine/config/yaml.h"
#include "engine/signals/linear_model.h"
#include "engine/signals/xgboost_model.h"
#include "monitoring/http/digest.h"

namespace vigil::engine {
namespace {

constexpr std::uintmax_t kMostBytes = std::uintmax_t{64} << 20U;

[[noreturn]] void refuse(const std::string& text) {
  throw ModelFault(ModelError::LoadFailure, text);
}

std::string read_booster_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) refuse(path + ": cannot be read: " + std::strerror(errno));
  const auto size = static_cast<std::streamoff>(file.tellg());
  if (size < 0 || static_cast<std::uintmax_t>(size) > kMostBytes) {
    refuse(path + ": must be a file of at most 64 MiB");
  }
  std::string bytes(static_cast<std::size_t>(size), '\0');
  file.seekg(0);
  if (!file.read(bytes.data(), size)) refuse(path + ": cannot be read: " + std::strerror(errno));
  return bytes;
}

std::unique_ptr<Model> make_booster(const ModelDescription& description, const std::string& path) {
  const std::string file = (std::filesystem::path(path).parent_path() / description.booster.file).string();
  const std::string bytes = read_booster_file(file);
  const std::string hash = monitoring::sha256_hex(bytes);
  if (hash != description.booster.sha256) {
    refuse(file + ": must be the file that " + path + " describes, whose SHA-256 is " +
           description.booster.sha256 + "; has " + hash);
  }
  std::vector<std::string_view> inputs;
  for (const Feature feature : description.features) inputs.push_back(to_string(feature));
  return make_xgboost_model(bytes, inputs, file);
}

/// All lines of a ConfigError as one.
std::string joined(const std::vector<std::string>& messages) {
  std::string text;
  for (const std::string& message : messages) text += (text.empty() ? "" : "; ") + message;
  return text;
}

}  // namespace

LoadedModel load_model(const std::string& path) {
  LoadedModel loaded;
  try {
    const bool is_built_in = path == kBuiltIn;
    const std::string text = is_built_in ? std::string{built_in_model_text()} : read_config_file(path);
    loaded.sha256 = monitoring::sha256_hex(text);
    loaded.description = read_model_file(text, is_built_in ? std::string{kBuiltInModelName} : path);
  } catch (const ConfigError& error) {
    refuse(joined(error.messages()));
  }
  const ModelDescription& description = loaded.description;
  if (description.kind == ModelKind::Linear) {
    loaded.model = std::make_unique<LinearModel>(description.linear, description.features.size(), path);
  } else {
    loaded.model = make_booster(description, path);
  }
  return loaded;
}

}  // namespace vigil::engine
